//! JSON strings in both directions.

use std::borrow::Cow;

use bytes::Bytes;

/// Writes `text` as a JSON string literal.
pub fn string(text: &str) -> Bytes {
    // writing a string to memory cannot fail
    serde_json::to_vec(text).unwrap_or_default().into()
}

/// Resolves the escapes of the inside of a JSON string literal.
///
/// Lone surrogates and anything malformed become U+FFFD, so a damaged text is still readable.
///
/// ```
/// use tiergate_wire::json::unescape;
/// assert_eq!(unescape(br"caf\u00e9"), "café");
/// assert_eq!(unescape(br"\ud83d\ude00 \ud83d"), "😀 \u{fffd}");
/// ```
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(at);
        text.push_str(&String::from_utf8_lossy(plain));
        let (symbol, length) = resolve(escape);
        text.push(symbol);
        rest = escape.get(length..).unwrap_or_default();
    }
    text.push_str(&String::from_utf8_lossy(rest));
    Cow::Owned(text)
}

/// The character of the escape that `escape` begins with, and how many bytes it takes.
fn resolve(escape: &[u8]) -> (char, usize) {
    let simple = match escape.get(1) {
        Some(b'u') => return resolve_unicode(escape),
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
        _ => char::REPLACEMENT_CHARACTER,
    };
    (simple, 2)
}

fn resolve_unicode(escape: &[u8]) -> (char, usize) {
    let Some(first) = code_unit(escape) else {
        return (char::REPLACEMENT_CHARACTER, 2);
    };
    let second = escape
        .get(6..)
        .filter(|next| next.starts_with(b"\\u"))
        .and_then(code_unit);
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (first, second) {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
        return (
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            12,
        );
    }
    (
        char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
        6,
    )
}

fn code_unit(escape: &[u8]) -> Option<u32> {
    let hex = escape.get(2..6)?;
    // `from_str_radix` alone would take a sign
    let hex = std::str::from_utf8(hex).ok().filter(|_| hex[0] != b'+')?;
    u32::from_str_radix(hex, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn string_and_unescape_are_inverse(text in "\\PC{0,60}|[\\x00-\\x1f\"\\\\]{0,20}") {
            let literal = string(&text);
            prop_assert_eq!(unescape(&literal[1..literal.len() - 1]), text);
        }

        #[test]
        fn any_bytes_are_survived(raw in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = unescape(&raw);
        }
    }
}
