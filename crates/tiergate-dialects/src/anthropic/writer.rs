//! A streamed answer for a client.

use std::collections::{HashMap, VecDeque};

use tiergate_wire::usage::Usage;

use super::frames::{
    Delta, block_start, block_stop, message_delta, message_start, message_stop, piece,
};
use super::wire::Block;
use super::{stop, write};
use crate::inner::{Event, Json, Stamp, Stop, Text};
use crate::picture;

/// The event that keeps a connection alive.
pub fn ping() -> &'static [u8] {
    b"event: ping\ndata: {\"type\":\"ping\"}\n\n"
}

/// Writes a stream, event by event: blocks one after the other, numbered as they begin.
///
/// The first event waits for what follows the inner form's start, since it tells the tokens of the input. What ends
/// the message waits for [`end`](Self::end), since usage may follow the finish.
#[derive(Debug)]
pub struct Writer {
    id: Text<'static>,
    model: String,
    begun: bool,
    ended: bool,
    refuses: bool,
    usage: Option<Usage>,
    /// A client reads the tokens of the input where the message starts, and most vendors tell them at its end: until
    /// then this estimate stands for them.
    likely_input: u64,
    /// Raw bytes of what was said, for an estimate where the vendor tells no tokens.
    said: u64,
    /// The blocks that have begun and not been written to their end; the first one is written as it comes.
    open: VecDeque<Open>,
    /// The client's numbers of them by the inner form's.
    numbers: HashMap<u32, u32>,
    /// Bytes of the blocks that wait for others.
    kept: usize,
    blocks: u32,
    finish: Option<Finish>,
}

#[derive(Debug)]
struct Open {
    /// The inner form's number.
    block: u32,
    /// The client's number.
    index: u32,
    /// What waits until the blocks before it are complete.
    waiting: Vec<u8>,
    complete: bool,
}

#[derive(Debug)]
struct Finish {
    reason: &'static str,
    stop: Stop,
    sequence: Option<Text<'static>>,
}

impl Writer {
    /// A writer of one answer.
    pub fn new(stamp: &Stamp<'_>) -> Self {
        Self {
            id: write::id(None, stamp),
            model: stamp.model.to_owned(),
            begun: false,
            ended: false,
            refuses: false,
            usage: None,
            likely_input: stamp.likely_input,
            said: 0,
            open: VecDeque::new(),
            numbers: HashMap::new(),
            kept: 0,
            blocks: 0,
            finish: None,
        }
    }

    /// Writes what one event says.
    pub fn event(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        self.said = self.said.saturating_add(event.output_bytes() as u64);
        match event {
            Event::Start { id, .. } => {
                if let Some(id) = id.as_ref().filter(|id| !id.is_empty() && !self.begun) {
                    self.id = id.borrowed().into_owned();
                }
            }
            Event::Usage(usage) => self.usage = Some(*usage),
            Event::Finish {
                stop,
                native,
                stop_sequence,
            } => {
                self.finish = Some(Finish {
                    reason: stop::write(*stop, native.as_ref()),
                    stop: *stop,
                    sequence: stop_sequence.clone().map(Text::into_owned),
                });
            }
            Event::Ping => {
                self.begin(out);
                out.extend_from_slice(ping());
            }
            Event::BlockStop { block } => self.stop(*block, out),
            Event::Foreign { .. } => {}
            said => {
                self.begin(out);
                self.said(said, out);
            }
        }
    }

    /// How many bytes wait until the blocks before them are complete.
    pub fn kept(&self) -> usize {
        self.kept
    }

    /// Writes the end of a message that was finished; nothing after one that was cut off.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        let Some(finish) = self.finish.take().filter(|_| !self.ended) else {
            return;
        };
        self.ended = true;
        self.begin(out);
        while let Some(Open { block, .. }) = self.open.front() {
            self.stop(*block, out);
        }
        let reason = match finish.stop {
            Stop::End if self.refuses => stop::write(Stop::ContentFilter, None),
            _ => finish.reason,
        };
        let usage = match self.usage {
            Some(told) => told.completed(self.likely_input, self.said),
            None => Usage::estimate(self.likely_input, self.said),
        };
        message_delta(reason, finish.sequence.as_ref(), usage, out);
        message_stop(out);
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if !self.begun {
            self.begun = true;
            let usage = Usage {
                completion_tokens: 0,
                reasoning_tokens: 0,
                ..self.input()
            };
            message_start(&self.id, &self.model, usage, out);
        }
    }

    /// The tokens as they were told, else the estimate; no input has none at all.
    fn input(&self) -> Usage {
        let told = self.usage.filter(|usage| usage.prompt_tokens > 0);
        told.unwrap_or_else(|| Usage::estimate(self.likely_input, 0))
    }

    fn said(&mut self, event: &Event<'_>, out: &mut Vec<u8>) {
        let empty = Text::default;
        let cache_control = None;
        match event {
            Event::Text { block, text } | Event::Refusal { block, text } => {
                self.refuses |= matches!(event, Event::Refusal { .. });
                let start = || Block::Text {
                    text: empty(),
                    cache_control,
                };
                self.write(*block, start, Delta::Text { text }, out);
            }
            Event::Thinking { block, text } => {
                let delta = Delta::Thinking { thinking: text };
                self.write(*block, thought, delta, out);
            }
            Event::Signature { block, signature } => {
                self.write(*block, thought, Delta::Signature { signature }, out);
            }
            Event::Redacted { block, data } => {
                let data = data.borrowed();
                self.open(*block, || Block::RedactedThinking { data });
                self.flush(out);
            }
            Event::Picture { block, source } => {
                let start = || Block::Text {
                    text: empty(),
                    cache_control,
                };
                let text = &picture::words(source);
                self.write(*block, start, Delta::Text { text }, out);
            }
            Event::ToolCall {
                block, id, name, ..
            } => {
                self.open(*block, || Block::ToolUse {
                    id: id.borrowed(),
                    name: name.borrowed(),
                    input: Json::of(&serde_json::Map::new()),
                    cache_control,
                });
                self.flush(out);
            }
            // a call's beginning has gone before
            Event::Arguments { block, fragment } if self.has(*block) => {
                let delta = Delta::Json {
                    partial_json: fragment,
                };
                self.write(*block, thought, delta, out);
            }
            _ => {}
        }
    }

    /// Writes a piece of a block, which it may begin.
    fn write<'b>(
        &mut self,
        block: u32,
        start: impl FnOnce() -> Block<'b>,
        delta: Delta<'_>,
        out: &mut Vec<u8>,
    ) {
        self.open(block, start);
        if !delta.is_empty() {
            self.add(block, |open| piece(open.index, delta, &mut open.waiting));
        }
        self.flush(out);
    }

    /// Begins a block, unless it has begun.
    fn open<'b>(&mut self, block: u32, start: impl FnOnce() -> Block<'b>) {
        if self.has(block) {
            return;
        }
        let index = self.blocks;
        self.blocks = self.blocks.saturating_add(1);
        self.numbers.insert(block, index);
        self.open.push_back(Open {
            block,
            index,
            waiting: Vec::new(),
            complete: false,
        });
        self.add(block, |open| {
            block_start(index, &start(), &mut open.waiting);
        });
    }

    fn has(&self, block: u32) -> bool {
        self.numbers.contains_key(&block)
    }

    fn stop(&mut self, block: u32, out: &mut Vec<u8>) {
        self.add(block, |open| {
            open.complete = true;
            block_stop(open.index, &mut open.waiting);
        });
        self.flush(out);
    }

    /// Adds to what waits of a block that is not complete.
    fn add(&mut self, block: u32, write: impl FnOnce(&mut Open)) {
        let Some(first) = self.open.front().map(|open| open.index) else {
            return;
        };
        let number = self.numbers.get(&block).copied();
        // they are numbered as they stand
        let place = number.and_then(|number| number.checked_sub(first));
        let open = place.and_then(|place| self.open.get_mut(place as usize));
        if let Some(open) = open.filter(|open| !open.complete) {
            let before = open.waiting.len();
            write(open);
            self.kept = self.kept.saturating_add(open.waiting.len() - before);
        }
    }

    /// Writes what no block before it keeps waiting.
    fn flush(&mut self, out: &mut Vec<u8>) {
        while let Some(open) = self.open.front_mut() {
            self.kept = self.kept.saturating_sub(open.waiting.len());
            out.append(&mut open.waiting);
            if !open.complete {
                return;
            }
            self.numbers.remove(&open.block);
            self.open.pop_front();
        }
    }
}

fn thought() -> Block<'static> {
    Block::Thinking {
        thinking: Text::default(),
        signature: Text::default(),
    }
}
