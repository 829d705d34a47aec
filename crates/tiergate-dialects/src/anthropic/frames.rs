//! The frames of a stream for a client.

use serde::Serialize;
use tiergate_wire::usage::Usage;

use super::usage::Written;
use super::wire::Block;
use crate::inner::Text;

/// More of a block.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "type")]
pub(super) enum Delta<'a> {
    #[serde(rename = "input_json_delta")]
    Json { partial_json: &'a Text<'a> },
    #[serde(rename = "signature_delta")]
    Signature { signature: &'a Text<'a> },
    #[serde(rename = "text_delta")]
    Text { text: &'a Text<'a> },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: &'a Text<'a> },
}

impl Delta<'_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Json { partial_json: text }
            | Self::Signature { signature: text }
            | Self::Text { text }
            | Self::Thinking { thinking: text } => text.is_empty(),
        }
    }
}

pub(super) fn message_start(id: &Text<'_>, model: &str, usage: Usage, out: &mut Vec<u8>) {
    #[derive(Serialize)]
    struct Message<'a> {
        id: &'a Text<'a>,
        #[serde(rename = "type")]
        kind: &'static str,
        role: &'static str,
        model: &'a str,
        content: [(); 0],
        stop_reason: (),
        stop_sequence: (),
        usage: Written,
    }
    #[derive(Serialize)]
    struct Data<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        message: Message<'a>,
    }
    let message = Message {
        id,
        kind: "message",
        role: "assistant",
        model,
        content: [],
        stop_reason: (),
        stop_sequence: (),
        usage: usage.into(),
    };
    let kind = "message_start";
    frame(kind, &Data { kind, message }, out);
}

pub(super) fn block_start(index: u32, content_block: &Block<'_>, out: &mut Vec<u8>) {
    #[derive(Serialize)]
    struct Data<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        index: u32,
        content_block: &'a Block<'a>,
    }
    let kind = "content_block_start";
    let data = Data {
        kind,
        index,
        content_block,
    };
    frame(kind, &data, out);
}

pub(super) fn piece(index: u32, delta: Delta<'_>, out: &mut Vec<u8>) {
    #[derive(Serialize)]
    struct Data<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        index: u32,
        delta: Delta<'a>,
    }
    let kind = "content_block_delta";
    frame(kind, &Data { kind, index, delta }, out);
}

pub(super) fn block_stop(index: u32, out: &mut Vec<u8>) {
    #[derive(Serialize)]
    struct Data {
        #[serde(rename = "type")]
        kind: &'static str,
        index: u32,
    }
    let kind = "content_block_stop";
    frame(kind, &Data { kind, index }, out);
}

pub(super) fn message_delta(
    stop_reason: &'static str,
    stop_sequence: Option<&Text<'_>>,
    usage: Usage,
    out: &mut Vec<u8>,
) {
    #[derive(Serialize)]
    struct Stop<'a> {
        stop_reason: &'static str,
        stop_sequence: Option<&'a Text<'a>>,
    }
    #[derive(Serialize)]
    struct Data<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        delta: Stop<'a>,
        usage: Written,
    }
    let kind = "message_delta";
    let data = Data {
        kind,
        delta: Stop {
            stop_reason,
            stop_sequence,
        },
        usage: usage.into(),
    };
    frame(kind, &data, out);
}

pub(super) fn message_stop(out: &mut Vec<u8>) {
    out.extend_from_slice(b"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
}

fn frame(name: &str, data: &impl Serialize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\ndata: ");
    // writing to memory fails only for maps without names, and there are none
    let _written = serde_json::to_writer(&mut *out, data);
    out.extend_from_slice(b"\n\n");
}
