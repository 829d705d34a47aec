//! A whole answer for a client.

use bytes::Bytes;
use serde::Serialize;
use tiergate_wire::usage::Usage;

use super::remains::is_known_block;
use super::stop;
use super::usage::Written;
use super::wire::Block;
use crate::inner::{Answer, Part, Stamp, Stop, Text};
use crate::picture;

#[derive(Serialize)]
struct Message<'a> {
    id: Text<'a>,
    #[serde(rename = "type")]
    kind: &'static str,
    role: &'static str,
    model: &'a str,
    content: Vec<Block<'a>>,
    stop_reason: &'static str,
    stop_sequence: Option<Text<'a>>,
    usage: Written,
}

/// The body of an answer.
pub fn write_answer(answer: &Answer<'_>, stamp: &Stamp<'_>) -> Bytes {
    let parts = answer.parts.iter().enumerate();
    let refuses = answer
        .parts
        .iter()
        .any(|part| matches!(part, Part::Refusal(_)));
    let stop = match answer.stop {
        Stop::End if refuses => Stop::ContentFilter,
        stop => stop,
    };
    let message = Message {
        id: id(answer.id.as_ref(), stamp),
        kind: "message",
        role: "assistant",
        model: stamp.model,
        content: parts
            .filter_map(|(at, part)| block(at, part, stamp))
            .collect(),
        stop_reason: stop::write(stop, answer.native_stop.as_ref()),
        stop_sequence: answer.stop_sequence.as_ref().map(Text::borrowed),
        // this dialect has no answer without tokens
        usage: answer
            .settled(stamp)
            .unwrap_or_else(|| Usage::estimate(stamp.likely_input, answer.output_bytes()))
            .into(),
    };
    serde_json::to_vec(&message).unwrap_or_default().into()
}

/// The vendor's id of an answer, or one of our own.
pub(super) fn id<'a>(told: Option<&'a Text<'_>>, stamp: &Stamp<'_>) -> Text<'a> {
    match told {
        Some(id) if !id.is_empty() => id.borrowed(),
        _ => Text::new(&format!("msg_{}", stamp.id)),
    }
}

/// A part as a block; `None` for what has no place in an answer.
fn block<'a>(at: usize, part: &'a Part<'_>, stamp: &Stamp<'_>) -> Option<Block<'a>> {
    let cache_control = None;
    Some(match part {
        Part::Text { text, .. } | Part::Refusal(text) => Block::Text {
            text: text.borrowed(),
            cache_control,
        },
        Part::Thinking {
            text, signature, ..
        } => Block::Thinking {
            thinking: text.borrowed(),
            signature: signature.as_ref().map(Text::borrowed).unwrap_or_default(),
        },
        Part::Redacted { data, .. } => Block::RedactedThinking {
            data: data.borrowed(),
        },
        Part::ToolCall(call) => Block::ToolUse {
            id: if call.id.is_empty() {
                Text::new(&format!("toolu_{at}_{}", stamp.id))
            } else {
                call.id.borrowed()
            },
            name: call.name.borrowed(),
            input: call.arguments.object().0,
            cache_control,
        },
        Part::Image { source, .. } => Block::Text {
            text: picture::words(source),
            cache_control,
        },
        Part::Foreign(json) if is_known_block(json) => Block::Foreign(json.borrowed()),
        _ => return None,
    })
}
