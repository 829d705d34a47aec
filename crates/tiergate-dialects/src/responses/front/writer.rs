//! A streamed answer, as a client of Responses gets it.

use std::collections::BTreeMap;

use serde::Serialize;
use tiergate_wire::error::Body as ErrorBody;
use tiergate_wire::usage::Usage;

use super::block::{Block, Complete, Kind};
use super::echo::Echo;
use super::frames::{Framed, Frames};
use super::item::{Item, item_id};
use super::picture::Picture;
use super::response::{COMPLETED, Counts, Response, last_status};
use crate::inner::{Event, Json, Media, Stamp, Stop, Text};
use crate::picture;
use crate::responses::items::is_item;
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
    /// The blocks that are not yet complete, by their numbers in the inner form.
    open: BTreeMap<u32, Block>,
    /// The last block, of which all was said; whether the item is complete, only what follows tells.
    ended: Option<Block>,
    /// The items by output index; those that are not yet complete are missing.
    output: Vec<Option<Output>>,
    /// How many bytes the items hold.
    kept: usize,
    stop: Option<Stop>,
    usage: Option<Usage>,
    /// An estimate of the input, and raw bytes of what was said, for what the vendor does not tell.
    likely_input: u64,
    said: u64,
}

/// An item that is complete.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Output {
    Said(Complete),
    Whole(Json<'static>),
}

/// What an item takes up beside what it says.
const ITEM: usize = 256;

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
            frames: Frames::default(),
            stage: Stage::Before,
            open: BTreeMap::new(),
            ended: None,
            output: Vec::new(),
            kept: 0,
            stop: None,
            usage: None,
            likely_input: stamp.likely_input,
            said: 0,
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
        self.said = self.said.saturating_add(event.output_bytes() as u64);
        match event {
            Event::Text { block, text } => self.say(*block, text, || Kind::Text, out),
            Event::Refusal { block, text } => self.say(*block, text, || Kind::Refusal, out),
            Event::Thinking { block, text } => self.say(*block, text, Kind::thinking, out),
            Event::Signature { block, signature } => {
                self.kept = self.kept.saturating_add(signature.raw().len());
                self.begin_block(*block, Kind::thinking, out);
                if let Some(block) = self.open.get_mut(block) {
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
                self.kept = self.kept.saturating_add(id.raw().len() + name.raw().len());
                let kind = Kind::call(id, name, &self.echo);
                self.begin_block(*block, || kind, out);
            }
            Event::Arguments { block, fragment } => {
                if let Some(open) = self.open.get_mut(block) {
                    self.kept = self.kept.saturating_add(fragment.inside().len());
                    open.add(fragment, &mut self.frames, out);
                }
            }
            Event::BlockStop { block } => {
                if let Some(block) = self.open.remove(block) {
                    self.rest(block, out);
                }
            }
            Event::Picture { source, .. } => self.picture(source, out),
            Event::Foreign {
                whole: Some(item), ..
            } if is_item(item) => self.whole(item.clone().into_owned(), out),
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Finish { stop, .. } => {
                self.close_all(*stop, out);
                self.stop = Some(*stop);
            }
            _ => {}
        }
    }

    /// How many bytes of the answer are kept for the last frame.
    pub fn kept(&self) -> usize {
        self.kept
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
        out.reserve(self.kept);
        let response = Response {
            output: self.output.iter().flatten().collect(),
            usage: self.counts(),
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
        self.settle(out);
        self.stage = Stage::After;
        let response = Response {
            status: "failed",
            error: Some(ErrorBody {
                code: Some("server_error"),
                ..error.clone()
            }),
            output: self.output.iter().flatten().collect(),
            usage: self.counts(),
            ..Response::begun(&self.id, self.created, &self.model, &self.echo)
        };
        self.frames.send("response.failed", Whole { response }, out);
    }

    fn counts(&self) -> Option<Counts> {
        let told = self.usage?;
        Some(told.completed(self.likely_input, self.said).into())
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
        self.begin_block(block, kind, out);
        if let Some(block) = self.open.get_mut(&block) {
            self.kept = self.kept.saturating_add(text.inside().len());
            block.add(text, &mut self.frames, out);
        }
    }

    /// Begins a block, unless it is open.
    fn begin_block(&mut self, number: u32, kind: impl FnOnce() -> Kind, out: &mut Vec<u8>) {
        if self.open.contains_key(&number) {
            return;
        }
        self.settle(out);
        let index = self.place(None);
        let block = Block::new(index, &self.id, kind());
        block.begin(&mut self.frames, out);
        self.open.insert(number, block);
    }

    /// The place of one more item in the output.
    fn place(&mut self, item: Option<Output>) -> usize {
        let said = match &item {
            Some(Output::Whole(item)) => item.get().len(),
            Some(Output::Said(_)) | None => 0,
        };
        self.kept = self.kept.saturating_add(ITEM + said);
        self.output.push(item);
        self.output.len() - 1
    }

    /// Keeps a block of which all was said until it is known whether it was the last one.
    fn rest(&mut self, block: Block, out: &mut Vec<u8>) {
        let is_later = |last: &Block| last.index < block.index;
        if self.ended.as_ref().is_none_or(is_later) {
            self.settle(out);
            self.ended = Some(block);
        } else {
            self.close(block, COMPLETED, out);
        }
    }

    /// More follows: the block that was kept is complete.
    fn settle(&mut self, out: &mut Vec<u8>) {
        if let Some(block) = self.ended.take() {
            self.close(block, COMPLETED, out);
        }
    }

    fn close(&mut self, block: Block, status: &'static str, out: &mut Vec<u8>) {
        let index = block.index;
        let item = block.end(status, &mut self.frames, out);
        if let Some(place) = self.output.get_mut(index) {
            *place = Some(Output::Said(item));
        }
    }

    /// Nothing follows: the last item is as complete as the answer.
    fn close_all(&mut self, stop: Stop, out: &mut Vec<u8>) {
        let open = std::mem::take(&mut self.open).into_values();
        let mut blocks: Vec<Block> = open.chain(self.ended.take()).collect();
        blocks.sort_by_key(|block| block.index);
        for block in blocks {
            let is_last = block.index + 1 == self.output.len();
            let status = if is_last {
                last_status(stop)
            } else {
                COMPLETED
            };
            self.close(block, status, out);
        }
    }

    /// A picture, whole; one that is only pointed to becomes words.
    fn picture(&mut self, source: &Media<'_>, out: &mut Vec<u8>) {
        self.settle(out);
        let index = self.output.len();
        let item = if let Some(picture) = Picture::of(source) {
            let id = item_id(Item::PICTURE, &self.id, index);
            Output::Whole(picture.tell(&id, index, &mut self.frames, out))
        } else {
            let mut block = Block::new(index, &self.id, Kind::Text);
            let words = picture::words(source);
            self.kept = self.kept.saturating_add(words.inside().len());
            block.begin(&mut self.frames, out);
            block.add(&words, &mut self.frames, out);
            Output::Said(block.end(COMPLETED, &mut self.frames, out))
        };
        self.place(Some(item));
    }

    /// An item of reasoning without words, whole; `number` is the block that it is, if it is one.
    fn secret(&mut self, number: Option<u32>, envelope: &Envelope<'_>, out: &mut Vec<u8>) {
        if number.is_some_and(|number| self.open.contains_key(&number)) {
            return;
        }
        self.settle(out);
        let output_index = self.output.len();
        let item = Item::Reasoning {
            id: &item_id(Item::REASONING, &self.id, output_index),
            summary: &[],
            encrypted_content: Some(envelope.close()),
        };
        self.whole(item.json(), out);
    }

    /// An item that is told at once.
    fn whole(&mut self, item: Json<'static>, out: &mut Vec<u8>) {
        self.settle(out);
        let output_index = self.output.len();
        for kind in ["response.output_item.added", "response.output_item.done"] {
            let item = &item;
            self.frames.send(kind, Framed { output_index, item }, out);
        }
        self.place(Some(Output::Whole(item)));
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    response: Response<'a, Output>,
}
