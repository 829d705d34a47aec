//! Parts of messages.

use std::borrow::Cow;

use super::{cache_control, note};
use crate::encoded::Edits;
use crate::inner::{Cache, Media, Part, Text, Unfit};
use crate::openai::chat::object::{Object, object, string};
use crate::words;

/// Writes `content`: a string where one text says it all, or else a list.
pub(super) fn content(
    message: &mut Object<'_>,
    parts: &[&Part<'_>],
    edits: &mut Edits,
) -> Result<(), Unfit> {
    if let [Part::Text { text, cache: None }] = parts {
        message.text("content", text);
        return Ok(());
    }
    list(message.key("content"), parts, edits)
}

fn list(out: &mut Vec<u8>, parts: &[&Part<'_>], edits: &mut Edits) -> Result<(), Unfit> {
    out.push(b'[');
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        self::part(out, part, edits)?;
    }
    out.push(b']');
    Ok(())
}

fn part(out: &mut Vec<u8>, part: &Part<'_>, edits: &mut Edits) -> Result<(), Unfit> {
    match part {
        Part::Text { text, cache } => self::text(out, text, *cache),
        Part::Refusal(text) => object(out, |part| {
            part.raw("type", r#""refusal""#);
            part.text("refusal", text);
        }),
        Part::Image {
            source,
            detail,
            cache,
        } => {
            let url = address(source)
                .ok_or_else(|| unfit("a picture is known to another vendor only"))?;
            object(out, |part| {
                part.raw("type", r#""image_url""#);
                part.object("image_url", |image| {
                    image.raw("url", &url);
                    image.optional("detail", detail.as_ref());
                });
                hint(part, *cache);
            });
        }
        Part::Audio { data, format } => object(out, |part| {
            part.raw("type", r#""input_audio""#);
            part.object("input_audio", |audio| {
                audio.string("data", data);
                audio.string("format", format);
            });
        }),
        Part::File {
            source: source @ Media::Plain(_),
            name,
            context,
            cache,
            ..
        } => {
            note(edits, "document as text");
            let said = words::document(source, name.as_ref(), context.as_ref())?;
            text(out, &said, *cache);
        }
        Part::SearchResult(result) => text(out, &words::found(result), result.cache),
        Part::File {
            source: Media::Url(_),
            ..
        } => {
            return Err(unfit(
                "a document at an address cannot be given to a chat completion",
            ));
        }
        Part::File {
            source,
            name,
            context,
            cache,
            ..
        } => {
            if let Some(context) = context {
                text(out, context, None);
                out.push(b',');
            }
            file(out, source, name.as_ref(), *cache);
        }
        _ => return Err(unfit("a part is known to another API only")),
    }
    Ok(())
}

/// Whether a part of what is said can be said here.
pub(super) fn is_sayable(part: &Part<'_>) -> bool {
    self::part(&mut Vec::new(), part, &mut Edits::new()).is_ok()
}

pub(super) fn unfit(message: &str) -> Unfit {
    Unfit::new("messages", message)
}

fn text(out: &mut Vec<u8>, text: &Text<'_>, cache: Option<Cache>) {
    object(out, |part| {
        part.raw("type", r#""text""#);
        part.text("text", text);
        hint(part, cache);
    });
}

fn file(out: &mut Vec<u8>, source: &Media<'_>, name: Option<&Text<'_>>, cache: Option<Cache>) {
    object(out, |part| {
        part.raw("type", r#""file""#);
        part.object("file", |file| {
            match source {
                Media::Id(id) => file.text("file_id", id),
                Media::Base64 { media_type, data } if media_type.is_empty() => {
                    file.string("file_data", data);
                }
                source => file.raw("file_data", &address(source).unwrap_or_default()),
            }
            file.optional("filename", name);
        });
        hint(part, cache);
    });
}

fn hint(part: &mut Object<'_>, cache: Option<Cache>) {
    if let Some(cache) = cache {
        cache_control(part, cache);
    }
}

/// The literal of an address, or of a `data:` URI.
fn address<'m>(media: &'m Media<'_>) -> Option<Cow<'m, str>> {
    match media {
        Media::Base64 { media_type, data } => {
            let mut literal = Vec::with_capacity(media_type.len() + data.len() + 16);
            string(&mut literal, &format!("data:{media_type};base64,{data}"));
            String::from_utf8(literal).ok().map(Cow::Owned)
        }
        Media::Url(url) => Some(url.raw().into()),
        _ => None,
    }
}
