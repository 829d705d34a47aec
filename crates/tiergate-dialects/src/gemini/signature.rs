//! Signatures on reasoning, told apart from those of other vendors.

use crate::inner::Text;

/// No base64 has a colon, so no vendor's signature begins like this.
const MARK: &str = "gemini:";

/// Whether the signature of a [`Thinking`](crate::inner::Part::Thinking) part is Gemini's; to another vendor it
/// proves nothing.
pub fn is_own_signature(signature: &Text<'_>) -> bool {
    signature.inside().starts_with(MARK)
}

/// Gemini's signature as clients keep it.
pub(super) fn mark(signature: &Text<'_>) -> Text<'static> {
    Text::new(&format!("{MARK}{}", signature.value()))
}

/// Gemini's signature from what a client kept; `None` for another vendor's.
pub(super) fn unmark(signature: &Text<'_>) -> Option<Text<'static>> {
    let value = signature.value();
    value.strip_prefix(MARK).map(Text::new)
}
