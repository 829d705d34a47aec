//! Answers in the shape that OpenAI's clients know, where a host has one of its own.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::chat::{Piece, pieces};
use crate::json::{Json, Splice};

/// A whole answer or a chunk of one, its content as one text with the thoughts beside it in `reasoning_content`, and
/// its end in OpenAI's words; `None` when it is so already.
///
/// Mistral tells thoughts as parts of the content, and that the window is full as `model_length`.
pub fn even(body: &[u8]) -> Option<Bytes> {
    let mut splice = Splice::new(body);
    for choice in Json::new(body).get("choices")?.elements() {
        for name in ["delta", "message"] {
            if let Some(message) = choice.get(name) {
                flatten(&mut splice, message);
            }
        }
        let reason = choice.get("finish_reason");
        if let Some(reason) = reason.filter(|reason| reason.string().is_some_and(is_uneven_reason))
        {
            splice.replace(reason, &br#""length""#[..]);
        }
    }
    splice.finish()
}

/// Whether a finish reason is a host's own for one that OpenAI has too.
pub(super) fn is_uneven_reason(reason: &[u8]) -> bool {
    reason == b"model_length"
}

/// Whether a choice ends with such a reason.
pub(super) fn has_uneven_reason(body: &[u8]) -> bool {
    let choices = Json::new(body).get("choices").into_iter();
    let mut reasons = choices
        .flat_map(Json::elements)
        .filter_map(|choice| choice.get("finish_reason")?.string());
    reasons.any(is_uneven_reason)
}

fn flatten(splice: &mut Splice<'_>, message: Json<'_>) {
    let content = message.get("content").filter(|content| content.is_array());
    let Some(content) = content else {
        return;
    };
    let Ok(list) = serde_json::from_slice::<&RawValue>(content.raw()) else {
        return;
    };
    let (mut text, mut thoughts) = (String::new(), String::new());
    for piece in pieces(list) {
        match piece {
            Piece::Text(piece) => text.push_str(piece.inside()),
            Piece::Thought(piece) => thoughts.push_str(piece.inside()),
        }
    }
    splice.replace(content, format!("\"{text}\"").into_bytes());
    if !thoughts.is_empty() && message.get("reasoning_content").is_none() {
        splice.add_member(message, &format!("\"reasoning_content\":\"{thoughts}\""));
    }
}
