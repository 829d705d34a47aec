//! What tools gave.

use serde_json::value::RawValue;

use super::encode::Surface;
use super::encode::{To, note};
use super::media;
use super::request::{FunctionResponse, Part, Response};
use crate::encoded::Edits;
use crate::inner::{self, Json, Text, ToolCall, ToolResult, Unfit};
use crate::unanswered::NO_RESULT;
use crate::words::found;

/// A tool's result, and what has to follow it because the model takes no media inside.
pub(super) fn write<'r>(
    result: &'r ToolResult<'_>,
    name: Text<'r>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<(FunctionResponse<'r>, Vec<Part<'r>>), Unfit> {
    let mut texts = Vec::new();
    let mut media = Vec::new();
    for part in &result.parts {
        match part {
            inner::Part::Text { text, .. } | inner::Part::Refusal(text) => {
                texts.push(text.borrowed());
            }
            inner::Part::SearchResult(result) => texts.push(found(result)),
            inner::Part::Image { source, .. } => media.push(media::part(source, to)?),
            inner::Part::File { .. } => media.extend(media::document(part, to, edits)?),
            inner::Part::Audio { data, format } => media.push(media::sound(data, format)),
            _ => {
                let what = "a tool's result holds a part that Gemini does not know";
                return Err(Unfit::new("messages", what));
            }
        }
    }
    let (parts, late) = if to.family.modern {
        // text documents have no place beside a result's media
        media.into_iter().partition(|part| part.text.is_none())
    } else {
        (Vec::new(), media)
    };
    if !late.is_empty() {
        note(edits, "moved media of a tool's result behind it");
    }
    let response = FunctionResponse {
        id: id(&result.id, to.surface),
        name,
        response: response(&texts, result.failed),
        parts,
    };
    Ok((response, late))
}

/// What stands for the result of a call that has none.
pub(super) fn missing<'r>(
    call: &'r ToolCall<'_>,
    name: &Text<'r>,
    to: To<'_>,
) -> FunctionResponse<'r> {
    FunctionResponse {
        id: id(&call.id, to.surface),
        name: name.clone(),
        response: Response::Error(Json::of(NO_RESULT)),
        parts: Vec::new(),
    }
}

/// The id of a call, where there are any.
pub(super) fn id<'r>(id: &'r Text<'_>, surface: Surface) -> Option<Text<'r>> {
    (surface == Surface::Gemini && !id.is_empty()).then(|| id.borrowed())
}

/// A JSON object as it is, words under a name.
fn response<'r>(texts: &[Text<'r>], failed: bool) -> Response<'r> {
    if let [text] = texts
        && text.inside().trim_start().starts_with(['{', '\\'])
        && let Some(object) = object(text)
    {
        return if failed {
            Response::Error(object)
        } else {
            Response::Whole(object)
        };
    }
    let text = joined(texts);
    if failed {
        Response::Error(text)
    } else {
        Response::Result(text)
    }
}

fn object(text: &Text<'_>) -> Option<Json<'static>> {
    let value = text.value();
    let value = value.trim();
    if !value.starts_with('{') {
        return None;
    }
    let raw: Box<RawValue> = serde_json::from_str(value).ok()?;
    Some(raw.into())
}

/// One JSON string with all texts, a line feed between each two.
fn joined<'r>(texts: &[Text<'r>]) -> Json<'r> {
    let literal = match texts {
        [] => "\"\"".to_owned(),
        [one] => one.raw().to_owned(),
        _ => {
            let insides: Vec<_> = texts.iter().map(Text::inside).collect();
            format!("\"{}\"", insides.join("\\n"))
        }
    };
    RawValue::from_string(literal).map_or_else(|_| Json::of(""), Json::from)
}
