//! A text that comes in pieces.

use serde_json::value::RawValue;

use super::text::Text;

/// A text that grows piece by piece, its escapes as they came.
///
/// Each piece is copied once, however many follow.
///
/// ```
/// use tiergate_dialects::inner::{Growing, Text};
///
/// let mut said = Growing::default();
/// said.push(&Text::new("one \"two"));
/// said.push(&Text::new("\" three"));
/// assert_eq!(said.finish(), Text::new("one \"two\" three"));
/// ```
#[derive(Debug, Default)]
pub struct Growing(
    /// The literal without the quote that ends it; empty before the first piece.
    String,
);

impl Growing {
    /// Adds a piece.
    pub fn push(&mut self, piece: &Text<'_>) {
        if self.0.is_empty() {
            self.0.push('"');
        }
        self.0.push_str(piece.inside());
    }

    /// The bytes between the quotes so far, escapes not resolved.
    pub fn len(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// Whether nothing was said yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The whole text.
    pub fn finish(mut self) -> Text<'static> {
        if self.0.is_empty() {
            return Text::default();
        }
        self.0.push('"');
        // insides of literals one after the other are the inside of a literal
        let raw = RawValue::from_string(self.0).ok();
        raw.and_then(Text::literal).unwrap_or_default()
    }
}
