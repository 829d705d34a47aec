//! Pictures, sound and documents.

use std::borrow::Cow;

use serde::Deserialize;

use super::encode::{Surface, To, note};
use super::request::{FileData, InlineData, Part};
use crate::encoded::Edits;
use crate::inner::{self, Json, Media, Text, Unfit};
use crate::words;

const FILES: &str = "https://generativelanguage.googleapis.com/";

/// A part with what `source` holds or points to.
pub(super) fn part<'r>(source: &'r Media<'_>, to: To<'_>) -> Result<Part<'r>, Unfit> {
    match source {
        Media::Base64 { media_type, data } => inline(media_type, data),
        Media::Plain(text) => Ok(Part {
            text: Some(text.borrowed()),
            ..Part::default()
        }),
        Media::Url(address) | Media::Id(address) => file(address, to),
    }
}

/// A document, behind what is said about it.
pub(super) fn document<'r>(
    file: &'r inner::Part<'_>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<Vec<Part<'r>>, Unfit> {
    let said = |text| Part {
        text: Some(text),
        ..Part::default()
    };
    let inner::Part::File {
        source,
        name,
        context,
        ..
    } = file
    else {
        return Err(Unfit::new("messages", "a part is no document"));
    };
    if matches!(source, Media::Plain(_)) {
        let text = words::document(source, name.as_ref(), context.as_ref())?;
        return Ok(vec![said(text)]);
    }
    if name.is_some() {
        note(edits, "removed filename");
    }
    let context = context.as_ref().filter(|context| !context.is_empty());
    let context = context.map(|context| said(context.borrowed()));
    Ok(context.into_iter().chain([part(source, to)?]).collect())
}

/// Sound of a format such as `wav`.
pub(super) fn sound<'r>(data: &'r str, format: &str) -> Part<'r> {
    let mime_type = Cow::Owned(format!("audio/{format}"));
    Part {
        inline_data: Some(InlineData { mime_type, data }),
        ..Part::default()
    }
}

/// A picture that a model has drawn, from the item of Responses that clients get and send back.
pub(super) fn drawn<'r>(item: &'r Json<'_>) -> Option<Part<'r>> {
    #[derive(Deserialize)]
    struct Drawn<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
        result: &'a str,
        output_format: Option<&'a str>,
    }
    let item: Drawn<'r> = item.read()?;
    if item.kind != "image_generation_call" {
        return None;
    }
    let told = item.output_format.map(|format| format!("image/{format}"));
    let known = || by_content(item.result).unwrap_or("image/png").to_owned();
    let mime_type = Cow::Owned(told.unwrap_or_else(known));
    Some(Part {
        inline_data: Some(InlineData {
            mime_type,
            data: item.result,
        }),
        ..Part::default()
    })
}

fn inline<'r>(media_type: &'r str, data: &'r str) -> Result<Part<'r>, Unfit> {
    let mime_type = if media_type.is_empty() {
        by_content(data)
    } else {
        Some(media_type)
    };
    let Some(mime_type) = mime_type else {
        return Err(Unfit::new("messages", "the type of a file is not told"));
    };
    // a name that is widespread, and none of Google's
    let mime_type = match mime_type {
        "image/jpg" => "image/jpeg",
        other => other,
    };
    let mime_type = Cow::Borrowed(mime_type);
    Ok(Part {
        inline_data: Some(InlineData { mime_type, data }),
        ..Part::default()
    })
}

/// A file that Google has, or one that it fetches itself.
fn file<'r>(address: &'r Text<'_>, to: To<'_>) -> Result<Part<'r>, Unfit> {
    let value = address.value();
    let is_googles = match to.surface {
        Surface::Gemini => value.starts_with("files/") || value.starts_with(FILES),
        Surface::Vertex => value.starts_with("gs://"),
    };
    if !(is_googles || value.starts_with("https://") && to.family.fetches) {
        return Err(Unfit::new(
            "messages",
            "this model does not fetch this file, and the gateway does not fetch it either: send the content itself",
        ));
    }
    let mime_type = by_name(&value);
    if mime_type.is_none() && to.surface == Surface::Vertex {
        return Err(Unfit::new(
            "messages",
            "Vertex wants to know a file's type, which its address does not tell",
        ));
    }
    let file_uri = if value.starts_with("files/") {
        Text::new(&format!("{FILES}v1beta/{value}"))
    } else {
        address.borrowed()
    };
    Ok(Part {
        file_data: Some(FileData {
            mime_type,
            file_uri,
        }),
        ..Part::default()
    })
}

/// The type of a file by the first bytes of its base64.
fn by_content(data: &str) -> Option<&'static str> {
    let known = [
        ("JVBER", "application/pdf"),
        ("iVBORw", "image/png"),
        ("/9j/", "image/jpeg"),
        ("R0lGOD", "image/gif"),
        ("UklGR", "image/webp"),
    ];
    let mut known = known.into_iter();
    let (_, found) = known.find(|(start, _)| data.starts_with(start))?;
    Some(found)
}

/// The type of a file by the end of its name, which a query may follow.
fn by_name(address: &str) -> Option<&'static str> {
    let path = address.split(['?', '#']).next()?;
    let (_, name) = path.rsplit_once('/')?;
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "heic" => "image/heic",
        "heif" => "image/heif",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "mp3" => "audio/mp3",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        _ => return None,
    })
}
