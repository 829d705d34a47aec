//! The parts of a client's messages and of what tools gave.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::members::{bad, read, text};
use crate::inner::{BadRequest, Cache, Media, Part, Text};
use crate::responses::literal::string;

/// Whose content it is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Input,
    Output,
}

#[derive(Deserialize)]
struct Piece<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    refusal: Option<&'a RawValue>,
    #[serde(borrow)]
    image_url: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
    #[serde(borrow)]
    file_id: Option<&'a RawValue>,
    #[serde(borrow)]
    file_url: Option<&'a RawValue>,
    #[serde(borrow)]
    file_data: Option<&'a RawValue>,
    #[serde(borrow)]
    filename: Option<&'a RawValue>,
    #[serde(borrow)]
    input_audio: Option<&'a RawValue>,
    #[serde(borrow)]
    prompt_cache_breakpoint: Option<&'a RawValue>,
}

/// Reads content, a string or a list of parts; `place` is where it stands.
pub(super) fn content(
    value: &RawValue,
    side: Side,
    place: impl Fn() -> String,
) -> Result<Vec<Part<'_>>, BadRequest> {
    if let Some(text) = Text::literal(value) {
        return Ok(vec![Part::Text { text, cache: None }]);
    }
    let misread = |mut error: BadRequest| {
        error.param = Some(place());
        error
    };
    let parts: Vec<&RawValue> = read("content", value).map_err(misread)?;
    let parts = parts.into_iter().map(|raw| {
        let piece: Piece<'_> = read("content", raw).map_err(misread)?;
        part(raw, &piece, side).map_err(misread)
    });
    parts.collect()
}

fn part<'a>(raw: &'a RawValue, piece: &Piece<'a>, side: Side) -> Result<Part<'a>, BadRequest> {
    let cache = piece.prompt_cache_breakpoint.map(breakpoint);
    match piece.kind.map(RawValue::get) {
        Some(r#""input_text""# | r#""output_text""# | r#""text""#) => Ok(Part::Text {
            text: text(piece.text, || "text".into())?,
            cache,
        }),
        Some(r#""refusal""#) if side == Side::Output => {
            Ok(Part::Refusal(text(piece.refusal, || "refusal".into())?))
        }
        Some(r#""input_image""#) => Ok(Part::Image {
            source: image(piece)?,
            detail: piece.detail.and_then(Text::literal),
            cache,
        }),
        Some(r#""input_file""#) => Ok(Part::File {
            source: file(piece)?,
            name: piece.filename.and_then(Text::literal),
            context: None,
            cited: false,
            cache,
        }),
        Some(r#""input_audio""#) => audio(piece),
        Some(_) => Ok(Part::Foreign(raw.into())),
        None => Err(bad("type", "a part must have a type")),
    }
}

fn image<'a>(piece: &Piece<'a>) -> Result<Media<'a>, BadRequest> {
    if let Some(url) = piece.image_url {
        let data = string(url).and_then(data_uri);
        return match (data, Text::literal(url)) {
            (Some(media), _) => Ok(media),
            (None, Some(url)) => Ok(Media::Url(url)),
            (None, None) => Err(bad("image_url", "image_url must be a string")),
        };
    }
    let id = piece.file_id.and_then(Text::literal);
    id.map(Media::Id)
        .ok_or_else(|| bad("image_url", "an image needs image_url or file_id"))
}

fn file<'a>(piece: &Piece<'a>) -> Result<Media<'a>, BadRequest> {
    if let Some(data) = piece.file_data.and_then(string) {
        let bare = |data| Media::Base64 {
            media_type: Cow::Borrowed(""),
            data,
        };
        return Ok(match data_uri(data.clone()) {
            Some(media) => media,
            None => bare(data),
        });
    }
    let url = piece.file_url.and_then(Text::literal).map(Media::Url);
    let id = piece.file_id.and_then(Text::literal).map(Media::Id);
    url.or(id)
        .ok_or_else(|| bad("file_data", "a file needs file_data, file_url or file_id"))
}

fn audio<'a>(piece: &Piece<'a>) -> Result<Part<'a>, BadRequest> {
    #[derive(Deserialize)]
    struct Audio<'a> {
        #[serde(borrow)]
        data: Option<&'a RawValue>,
        #[serde(borrow)]
        format: Option<&'a RawValue>,
    }
    let missing = || bad("input_audio", "input_audio needs data and format");
    let audio: Audio<'_> = read("input_audio", piece.input_audio.ok_or_else(missing)?)?;
    match (audio.data.and_then(string), audio.format.and_then(string)) {
        (Some(data), Some(format)) => Ok(Part::Audio { data, format }),
        _ => Err(missing()),
    }
}

fn breakpoint(value: &RawValue) -> Cache {
    #[derive(Deserialize)]
    struct Breakpoint<'a> {
        #[serde(borrow)]
        ttl: Option<&'a RawValue>,
    }
    let read: Option<Breakpoint<'_>> = serde_json::from_str(value.get()).ok();
    match read.and_then(|read| read.ttl).map(RawValue::get) {
        Some(r#""12h""#) => Cache::Long,
        _ => Cache::Short,
    }
}

/// What a `data:` address holds.
fn data_uri(uri: Cow<'_, str>) -> Option<Media<'_>> {
    fn split(uri: &str) -> Option<(&str, &str)> {
        let (kind, data) = uri.strip_prefix("data:")?.split_once(";base64,")?;
        Some((kind.split(';').next().unwrap_or_default(), data))
    }
    let (media_type, data) = match uri {
        Cow::Borrowed(uri) => {
            let (kind, data) = split(uri)?;
            (Cow::Borrowed(kind), Cow::Borrowed(data))
        }
        Cow::Owned(uri) => {
            let (kind, data) = split(&uri)?;
            (Cow::Owned(kind.to_owned()), Cow::Owned(data.to_owned()))
        }
    };
    Some(Media::Base64 { media_type, data })
}
