//! Pictures in answers, for dialects that tell them by an address or not at all.

use std::borrow::Cow;

use crate::inner::{Media, Text};

/// The address of a picture, which may hold the picture itself (`data:`).
pub(crate) fn address(source: &Media<'_>) -> Text<'static> {
    match source {
        Media::Base64 { media_type, data } => {
            Text::new(&format!("data:{};base64,{data}", kind(media_type)))
        }
        Media::Plain(text) | Media::Url(text) | Media::Id(text) => text.clone().into_owned(),
    }
}

/// Reads such an address.
pub(crate) fn read<'a>(address: &Text<'a>) -> Media<'a> {
    let value = address.value();
    let held = value
        .strip_prefix("data:")
        .and_then(|held| held.split_once(";base64,"));
    match held {
        Some((kind, data)) => Media::Base64 {
            media_type: Cow::Owned(kind.split(';').next().unwrap_or_default().to_owned()),
            data: Cow::Owned(data.to_owned()),
        },
        None => Media::Url(address.clone()),
    }
}

/// The words that stand for a picture where a dialect has no place for one.
pub(crate) fn words(source: &Media<'_>) -> Text<'static> {
    Text::new(&match source {
        Media::Base64 { media_type, data } => format!(
            "[A picture was left out, which this API cannot tell: {}, {} bytes.]",
            kind(media_type),
            bytes(data)
        ),
        Media::Plain(text) | Media::Url(text) | Media::Id(text) => {
            format!("[A picture: {}]", text.value())
        }
    })
}

fn kind(media_type: &str) -> &str {
    if media_type.is_empty() {
        "image/png"
    } else {
        media_type
    }
}

/// How many bytes a text of base64 holds.
fn bytes(base64: &str) -> usize {
    let letters = base64.trim_end_matches('=').len();
    letters / 4 * 3 + letters % 4 * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let picture = Media::Base64 {
            media_type: "image/webp".into(),
            data: "UklGRg==".into(),
        };
        assert_eq!(read(&address(&picture)), picture);
        assert!(words(&picture).value().contains("image/webp, 4 bytes"));
        let far = Media::Url(Text::new("https://e.com/a.png"));
        assert_eq!(read(&address(&far)), far);
        assert!(words(&far).value().contains("https://e.com/a.png"));
    }
}
