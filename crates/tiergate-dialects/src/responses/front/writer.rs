//! A streamed answer, as a client of Responses gets it.

use serde::Serialize;
use tiergate_wire::error::Body as ErrorBody;
use tiergate_wire::usage::Usage;

use super::block::{Block, Kind};
use super::echo::Echo;
use super::item::{Item, item_id};
use super::response::{Counts, Response};
use crate::inner::{Event, Json, Stamp, Stop, Text};
use crate::responses::seal::Envelope;

/// Writes the events of an answer as frames of a stream.
///
/// The last frame holds the whole answer and its usage, which vendors may tell after they have finished: it is written
/// by [`end`](Self::end).
#[derive(Debug)]
pub struct Writer {
    id: String,
    created: i64,
    model: String,
    echo: Echo,
    frames: Frames,
    stage: Stage,
    /// The blocks that are not yet complete.
    open: Vec<Block>,
    /// The items by output index; those that are not yet complete are missing.
    output: Vec<Option<Json<'static>>>,
    stop: Option<Stop>,
    usage: Option<Usage>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Before,
    During,
    After,
}

impl Writer {
    /// A writer for one answer.
    pub fn new(stamp: &Stamp<'_>, echo: Echo) -> Self {
        Self {
            id: stamp.id.to_owned(),
            created: stamp.created,
            model: stamp.model.to_owned(),
            echo,
            frames: Frames { next: 0 },
            stage: Stage::Before,
            open: Vec::new(),
            output: Vec::new(),
            stop: None,
            usage: None,
        }
    }

    /// Writes what an event says.
    pub fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        if matches!(event, Event::Ping) {
            out.extend_from_slice(b": ping\n\n");
            return;
        }
        if self.stage == Stage::After {
            return;
        }
        self.begin(out);
        match event {
            Event::Text { block, text } => self.say(*block, text, || Kind::Text, out),
            Event::Refusal { block, text } => self.say(*block, text, || Kind::Refusal, out),
            Event::Thinking { block, text } => self.say(*block, text, Kind::thinking, out),
            Event::Signature { block, signature } => {
                let at = self.block(*block, Kind::thinking, out);
                if let Some(block) = self.open.get_mut(at) {
                    block.sign(signature);
                }
            }
            Event::Redacted { block, data } => {
                let envelope = Envelope {
                    redacted: Some(data.borrowed()),
                    ..Envelope::default()
                };
                self.secret(Some(*block), &envelope, out);
            }
            Event::ToolCall {
                block,
                id,
                name,
                signature,
            } => {
                if let Some(signature) = signature {
                    let envelope = Envelope {
                        call: Some(id.borrowed()),
                        signature: Some(signature.borrowed()),
                        redacted: None,
                    };
                    self.secret(None, &envelope, out);
                }
                let kind = Kind::call(id, name, &self.echo);
                self.block(*block, || kind, out);
            }
            Event::Arguments { block, fragment } => {
                if let Some(open) = self.open.iter_mut().find(|open| open.number == *block) {
                    open.add(fragment, &mut self.frames, out);
                }
            }
            Event::BlockStop { block } => {
                if let Some(at) = self.open.iter().position(|open| open.number == *block) {
                    self.close(at, out);
                }
            }
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Finish { stop, .. } => {
                self.close_all(out);
                self.stop = Some(*stop);
            }
            _ => {}
        }
    }

    /// Writes the last frame, with the whole answer; an answer without a finish has failed.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let Some(stop) = self.stop else {
            let message = "the answer was cut off";
            self.failed(
                &ErrorBody {
                    message,
                    kind: "api_error",
                    ..ErrorBody::default()
                },
                out,
            );
            return;
        };
        if self.stage == Stage::After {
            return;
        }
        self.stage = Stage::After;
        let response = Response {
            output: self.output.iter().flatten().collect(),
            usage: self.usage.map(Counts::from),
            ..Response::ended(&self.id, self.created, &self.model, stop, &self.echo)
        };
        let kind = match response.status {
            "incomplete" => "response.incomplete",
            _ => "response.completed",
        };
        self.frames.send(kind, Whole { response }, out);
    }

    /// Writes that the answer failed: to OpenAI's clients, which know a few codes only, by a fault of the server.
    pub fn failed(&mut self, error: &ErrorBody<'_>, out: &mut Vec<u8>) {
        if self.stage == Stage::After {
            return;
        }
        self.begin(out);
        self.stage = Stage::After;
        let response = Response {
            status: "failed",
            error: Some(ErrorBody {
                code: Some("server_error"),
                ..error.clone()
            }),
            output: self.output.iter().flatten().collect(),
            usage: self.usage.map(Counts::from),
            ..Response::begun(&self.id, self.created, &self.model, &self.echo)
        };
        self.frames.send("response.failed", Whole { response }, out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.stage != Stage::Before {
            return;
        }
        self.stage = Stage::During;
        for kind in ["response.created", "response.in_progress"] {
            let response = Response::begun(&self.id, self.created, &self.model, &self.echo);
            self.frames.send(kind, Whole { response }, out);
        }
    }

    fn say(&mut self, block: u32, text: &Text<'_>, kind: impl FnOnce() -> Kind, out: &mut Vec<u8>) {
        let at = self.block(block, kind, out);
        if let Some(block) = self.open.get_mut(at) {
            block.add(text, &mut self.frames, out);
        }
    }

    /// Where a block stands among the open ones; one that is not there is begun.
    fn block(&mut self, number: u32, kind: impl FnOnce() -> Kind, out: &mut Vec<u8>) -> usize {
        if let Some(at) = self.open.iter().position(|open| open.number == number) {
            return at;
        }
        let (kind, index) = (kind(), self.output.len());
        self.output.push(None);
        let block = Block::new(number, index, &self.id, kind);
        block.begin(&mut self.frames, out);
        self.open.push(block);
        self.open.len() - 1
    }

    fn close(&mut self, at: usize, out: &mut Vec<u8>) {
        let block = self.open.remove(at);
        let item = block.end(&mut self.frames, out);
        if let Some(place) = self.output.get_mut(block.index) {
            *place = Some(item);
        }
    }

    fn close_all(&mut self, out: &mut Vec<u8>) {
        while !self.open.is_empty() {
            self.close(0, out);
        }
    }

    /// An item of reasoning without words, whole; `number` is the block that it is, if it is one.
    fn secret(&mut self, number: Option<u32>, envelope: &Envelope<'_>, out: &mut Vec<u8>) {
        if number.is_some_and(|number| self.open.iter().any(|open| open.number == number)) {
            return;
        }
        let output_index = self.output.len();
        let item = Item::Reasoning {
            id: &item_id(Item::REASONING, &self.id, output_index),
            summary: &[],
            encrypted_content: Some(envelope.close()),
        };
        let item = item.json();
        for kind in ["response.output_item.added", "response.output_item.done"] {
            let item = &item;
            self.frames.send(kind, Framed { output_index, item }, out);
        }
        self.output.push(Some(item));
    }
}

/// A frame that holds an item.
#[derive(Serialize)]
pub(super) struct Framed<'a> {
    pub(super) output_index: usize,
    pub(super) item: &'a Json<'static>,
}

#[derive(Serialize)]
struct Whole<'a> {
    response: Response<'a>,
}

/// Counts frames and writes them.
#[derive(Debug)]
pub(super) struct Frames {
    next: u64,
}

impl Frames {
    pub(super) fn send(&mut self, kind: &str, body: impl Serialize, out: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Frame<'a, T> {
            #[serde(rename = "type")]
            kind: &'a str,
            sequence_number: u64,
            #[serde(flatten)]
            body: T,
        }
        let frame = Frame {
            kind,
            sequence_number: self.next,
            body,
        };
        self.next += 1;
        out.extend_from_slice(b"event: ");
        out.extend_from_slice(kind.as_bytes());
        out.extend_from_slice(b"\ndata: ");
        // strings, numbers and JSON text can always be written to memory
        let _ = serde_json::to_writer(&mut *out, &frame);
        out.extend_from_slice(b"\n\n");
    }
}
