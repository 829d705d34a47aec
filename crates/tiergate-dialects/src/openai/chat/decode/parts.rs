//! What a message consists of.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inner::{Cache, Media, Part, Text};
use crate::openai::chat::wire::{CacheControl, Either, Plain};

/// The parts of a message's `content`: a string, a list, or nothing.
pub(super) fn content<'a>(raw: Option<&'a RawValue>) -> Result<Vec<Part<'a>>, String> {
    let Some(raw) = raw else {
        return Ok(Vec::new());
    };
    if let Some(text) = Text::literal(raw) {
        return Ok(vec![Part::Text { text, cache: None }]);
    }
    let read: Vec<Shape<'a>> =
        serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
    let parts = read.into_iter().enumerate();
    let mut parts = parts.map(|(at, shape)| match shape.part() {
        Some(part) => Ok(part),
        None => foreign(raw, at),
    });
    parts.by_ref().collect()
}

/// A part of an unknown kind, which is rare: the content is read once more.
fn foreign(content: &RawValue, at: usize) -> Result<Part<'_>, String> {
    let read: Vec<&RawValue> =
        serde_json::from_str(content.get()).map_err(|error| error.to_string())?;
    let part = read
        .into_iter()
        .nth(at)
        .filter(|raw| raw.get().contains("\"type\""));
    let part = part.ok_or_else(|| format!("part {at} has no type"))?;
    Ok(Part::Foreign(part.into()))
}

/// A part, its kind told by whichever member is there.
#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    refusal: Option<Text<'a>>,
    #[serde(borrow)]
    image_url: Option<Either<'a, ImageUrl<'a>>>,
    #[serde(borrow)]
    input_audio: Option<Either<'a, InputAudio<'a>>>,
    #[serde(borrow)]
    file: Option<Document<'a>>,
    #[serde(borrow)]
    cache_control: Option<CacheControl<'a>>,
    #[serde(borrow)]
    prompt_cache_breakpoint: Option<CacheControl<'a>>,
}

#[derive(Deserialize)]
struct ImageUrl<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    detail: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct InputAudio<'a> {
    #[serde(borrow)]
    data: Cow<'a, str>,
    #[serde(borrow)]
    format: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    file_data: Option<Plain<'a>>,
    #[serde(borrow)]
    file_id: Option<Text<'a>>,
    #[serde(borrow)]
    filename: Option<Text<'a>>,
}

impl<'a> Shape<'a> {
    fn part(self) -> Option<Part<'a>> {
        let control = self.cache_control.or(self.prompt_cache_breakpoint);
        let cache = control.map(|control| control.cache());
        let kind = self.kind?;
        match kind.inside() {
            "text" | "input_text" | "output_text" => Some(Part::Text {
                text: self.text?,
                cache,
            }),
            "refusal" => Some(Part::Refusal(self.refusal?)),
            "image_url" => Some(self.image_url?.part(cache)),
            "input_audio" => self.input_audio?.part(),
            "file" => self.file?.part(cache),
            _ => None,
        }
    }
}

impl<'a> Either<'a, ImageUrl<'a>> {
    fn part(self, cache: Option<Cache>) -> Part<'a> {
        let (url, detail) = match self {
            // Mistral's form
            Self::Text(url) => (url, None),
            Self::Object(image) => (image.url, image.detail),
        };
        Part::Image {
            source: media(&url),
            detail,
            cache,
        }
    }
}

impl<'a> Either<'a, InputAudio<'a>> {
    /// Sound in base64; an address is another host's matter.
    fn part(self) -> Option<Part<'a>> {
        match self {
            Self::Text(_) => None,
            Self::Object(audio) => Some(Part::Audio {
                data: audio.data,
                format: audio.format,
            }),
        }
    }
}

impl<'a> Document<'a> {
    fn part(self, cache: Option<Cache>) -> Option<Part<'a>> {
        let source = match (self.file_data, self.file_id) {
            (Some(Plain(data)), _) => match media(&data) {
                Media::Url(url) if !url.inside().starts_with("http") => Media::Base64 {
                    media_type: "".into(),
                    data: url.value().into_owned().into(),
                },
                source => source,
            },
            (None, Some(id)) => Media::Id(id),
            (None, None) => return None,
        };
        Some(Part::File {
            source,
            name: self.filename,
            context: None,
            cited: false,
            cache,
        })
    }
}

/// The content of a `data:` URI in base64, or else an address.
fn media<'a>(url: &Cow<'a, str>) -> Media<'a> {
    match data_uri(url) {
        Some((kind, data)) => {
            let (kind, data) = (5..5 + kind, url.len() - data..url.len());
            Media::Base64 {
                media_type: slice(url, kind),
                data: slice(url, data),
            }
        }
        None => Media::Url(Text::new(url)),
    }
}

/// The lengths of the media type and of the data.
fn data_uri(url: &str) -> Option<(usize, usize)> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let head = head.strip_suffix(";base64")?;
    let kind = head.split(';').next().unwrap_or_default();
    Some((kind.len(), data.len()))
}

/// A part of a text, borrowed from what the text borrows from.
fn slice<'a>(text: &Cow<'a, str>, place: std::ops::Range<usize>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(place).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(place).unwrap_or_default().to_owned()),
    }
}
