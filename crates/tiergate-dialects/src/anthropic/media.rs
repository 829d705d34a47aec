//! Pictures and documents as sources.

use std::borrow::Cow;

use super::wire::Source;
use crate::inner::{Media, Text, Unfit};
use crate::sniff::{PDF, is_picture, sniffed};

/// The source of a picture.
pub(super) fn image<'a>(media: &'a Media<'_>) -> Result<Source<'a>, Unfit> {
    match media {
        Media::Base64 { media_type, data } => {
            let media_type = sniffed(media_type, data);
            if is_picture(media_type) {
                return Ok(base64(media_type, data));
            }
            Err(unfit(format!(
                "Anthropic takes no image of type {media_type}"
            )))
        }
        Media::Plain(_) => Err(unfit("a text is no image")),
        Media::Url(url) => Ok(Source::Url {
            url: url.borrowed(),
        }),
        Media::Id(id) => own_file(id),
    }
}

/// The source of a document.
pub(super) fn document<'a>(media: &'a Media<'_>) -> Result<Source<'a>, Unfit> {
    match media {
        Media::Base64 { media_type, data } => {
            let media_type = sniffed(media_type, data);
            if media_type == PDF {
                return Ok(base64(media_type, data));
            }
            let text = media_type
                .starts_with("text/")
                .then(|| decoded(data))
                .flatten();
            let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.ok_or_else(|| {
                unfit(format!("Anthropic takes no document of type {media_type}"))
            })?;
            Ok(plain(Text::new(&text)))
        }
        Media::Plain(text) => Ok(plain(text.borrowed())),
        Media::Url(url) => Ok(Source::Url {
            url: url.borrowed(),
        }),
        Media::Id(id) => own_file(id),
    }
}

fn base64<'a>(media_type: &'a str, data: &'a str) -> Source<'a> {
    Source::Base64 {
        media_type: media_type.into(),
        data: Cow::Borrowed(data),
    }
}

fn plain(data: Text<'_>) -> Source<'_> {
    Source::Text {
        media_type: "text/plain",
        data,
    }
}

/// A file that was uploaded to Anthropic; those of others have other ids.
fn own_file<'a>(id: &'a Text<'_>) -> Result<Source<'a>, Unfit> {
    if id.inside().starts_with("file_") {
        let file_id = id.borrowed();
        return Ok(Source::File { file_id });
    }
    Err(unfit("a file was uploaded to another vendor"))
}

fn unfit(message: impl Into<String>) -> Unfit {
    Unfit::new("messages", message)
}

fn decoded(base64: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(base64.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in base64
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=')
    {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held).to_le_bytes()[0]);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_decoded() {
        assert_eq!(super::decoded("aGFsbG8=").unwrap(), b"hallo");
        assert_eq!(super::decoded("aGFs\nbG8h").unwrap(), b"hallo!");
        assert!(super::decoded("a*").is_none());
    }
}
