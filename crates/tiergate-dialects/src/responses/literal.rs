//! JSON literals, made of other literals without resolving their escapes.

use std::borrow::Cow;

use serde_json::value::RawValue;
use tiergate_wire::json::unescape;

use crate::inner::{Json, Text};

/// The string literal with this between its quotes.
pub(super) fn literal(inside: &str) -> Text<'static> {
    let raw = RawValue::from_string(format!("\"{inside}\""));
    raw.ok().and_then(Text::literal).unwrap_or_default()
}

/// One literal of several, paragraph by paragraph; `None` of none.
pub(super) fn paragraphs(mut texts: Vec<Text<'_>>) -> Option<Text<'_>> {
    if texts.len() < 2 {
        return texts.pop();
    }
    let insides: Vec<_> = texts.iter().map(Text::inside).collect();
    Some(literal(&insides.join(r"\n\n")))
}

/// JSON of a text that is known to be valid; anything else is `null`.
pub(super) fn json(text: impl Into<String>) -> Json<'static> {
    let raw = RawValue::from_string(text.into());
    raw.unwrap_or_else(|_| RawValue::NULL.to_owned()).into()
}

/// The text of a string literal, borrowed where it has no escapes.
pub(super) fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    Some(unescape(inside.as_bytes()))
}
