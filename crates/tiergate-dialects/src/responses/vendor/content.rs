//! The parts of messages, as they are sent.

use std::borrow::Cow;

use serde::Serialize;

use crate::inner::{Media, Part, Text, Unfit};
use crate::words;

/// A part as it is sent.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Content<'a> {
    InputFile {
        #[serde(skip_serializing_if = "Option::is_none")]
        filename: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_data: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_url: Option<Text<'a>>,
    },
    InputImage {
        detail: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        file_id: Option<Text<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        image_url: Option<Text<'a>>,
    },
    InputText {
        text: Text<'a>,
    },
    OutputText {
        text: Text<'a>,
    },
    Refusal {
        refusal: Text<'a>,
    },
    SummaryText {
        text: Text<'a>,
    },
}

/// What a part says.
///
/// # Errors
/// [`Unfit`] for sound and for parts that have no place on this side.
pub(super) fn content<'a>(
    part: &'a Part<'_>,
    assistant: bool,
) -> Result<impl Iterator<Item = Content<'a>>, Unfit> {
    let unfit = |what: &str| Unfit::new("messages", format!("{what} has no place here"));
    let said = match part {
        Part::Text { text, .. } if assistant => Content::OutputText {
            text: text.borrowed(),
        },
        Part::Refusal(refusal) if assistant => Content::Refusal {
            refusal: refusal.borrowed(),
        },
        Part::Text { text, .. } | Part::Refusal(text) => Content::InputText {
            text: text.borrowed(),
        },
        Part::Image { source, detail, .. } if !assistant => {
            let detail = detail.as_ref().map(Text::borrowed);
            image(source, detail).ok_or_else(|| unfit("a picture of text"))?
        }
        Part::File {
            source: source @ Media::Plain(_),
            name,
            context,
            ..
        } if !assistant => Content::InputText {
            text: words::document(source, name.as_ref(), context.as_ref())?,
        },
        Part::File { source, name, .. } if !assistant => {
            file(source, name.as_ref().map(Text::borrowed))
        }
        Part::SearchResult(result) if !assistant => Content::InputText {
            text: words::found(result),
        },
        Part::Audio { .. } => return Err(unfit("sound")),
        _ => return Err(unfit("a part of this kind")),
    };
    let context = part.context().map(|text| Content::InputText {
        text: text.borrowed(),
    });
    Ok(context.into_iter().chain([said]))
}

/// A picture; `None` for text that was called one.
fn image<'a>(source: &'a Media<'_>, detail: Option<Text<'a>>) -> Option<Content<'a>> {
    let (image_url, file_id) = match source {
        Media::Base64 { media_type, data } => {
            let kind = match &**media_type {
                "" => sniffed(data),
                told => told,
            };
            let url = format!("data:{kind};base64,{data}");
            (Some(Text::new(&url)), None)
        }
        Media::Url(url) => (Some(url.borrowed()), None),
        Media::Id(id) => (None, Some(id.borrowed())),
        Media::Plain(_) => return None,
    };
    Some(Content::InputImage {
        detail: detail.unwrap_or_else(|| Text::new("auto")),
        file_id,
        image_url,
    })
}

/// The type of a picture, from the first characters of its base64.
fn sniffed(data: &str) -> &'static str {
    let known = [
        ("/9j/", "image/jpeg"),
        ("R0lG", "image/gif"),
        ("UklG", "image/webp"),
    ];
    let found = known.iter().find(|(start, _)| data.starts_with(start));
    found.map_or("image/png", |(_, kind)| kind)
}

/// A document that is not text.
fn file<'a>(source: &'a Media<'_>, name: Option<Text<'a>>) -> Content<'a> {
    let (mut data, mut id, mut url) = (None, None, None);
    match source {
        Media::Base64 {
            media_type,
            data: bytes,
        } => {
            let kind = match &**media_type {
                "" => Cow::Borrowed("application/pdf"),
                told => Cow::Borrowed(told),
            };
            data = Some(format!("data:{kind};base64,{bytes}"));
        }
        Media::Plain(_) => {}
        Media::Url(address) => url = Some(address.borrowed()),
        Media::Id(own) => id = Some(own.borrowed()),
    }
    // bytes must have a name, and an uploaded file must not
    let name = name.filter(|_| id.is_none());
    let unnamed = data.is_some() && name.is_none();
    Content::InputFile {
        filename: name.or_else(|| unnamed.then(|| Text::new("document.pdf"))),
        file_data: data,
        file_id: id,
        file_url: url,
    }
}
