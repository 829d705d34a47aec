//! A streamed answer of the vendor.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::answer::own_name;
use super::ends::Ends;
use super::error::fault;
use super::read::{Block, Delta, Frame, Start, parse, text};
use super::stop;
use super::usage::Counts;
use crate::blocks::{Blocks, short};
use crate::fault::Fault;
use crate::inner::{Event, Stop, Text, Undo};

/// Reads a stream, event by event.
#[derive(Debug, Default)]
pub struct Stream {
    undo: Undo,
    begun: bool,
    /// A stop reason was told.
    finished: bool,
    /// `message_stop` was said.
    over: bool,
    /// Where there is anything to call, a stop for calls is one.
    calls: bool,
    /// The end of the answer's id, for ids of calls.
    id: String,
    /// The blocks that have begun and not ended, by the vendor's numbers of them.
    open: BTreeMap<u64, Open>,
    blocks: Blocks,
    /// Bytes of arguments that are kept because none were streamed yet.
    kept: usize,
    counts: Counts,
    ends: Ends,
}

/// A block that has begun.
#[derive(Debug)]
struct Open {
    block: u32,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// A call, with its arguments as long as none were streamed.
    Call(Option<String>),
    /// A call whose arguments are the text of the answer.
    Json(Option<String>),
    Other,
}

impl Stream {
    /// A reader of a stream that answers a request which was encoded with `undo`.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            ..Self::default()
        }
    }

    /// Reads one event of the stream.
    ///
    /// The answer is finished by its stop reason: what follows tells but tokens, and that nothing follows.
    ///
    /// # Errors
    /// A [`Fault`] when the event is an error or is not readable, or stops a message that has no stop reason.
    pub fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        let blank = data.trim_ascii_start();
        if self.over || blank.is_empty() || blank.starts_with(b"[DONE]") {
            return Ok(());
        }
        self.blocks.fit()?;
        short(self.kept)?;
        let frame: Frame<'a> =
            serde_json::from_slice(data).map_err(|error| Fault::unreadable("an event", &error))?;
        let kind = text(frame.kind);
        self.ends.event();
        match kind.as_ref().map_or(name, Text::inside) {
            "error" => return Err(fault(200, None, data)),
            "message_delta" => self.message_delta(&frame, out),
            "message_stop" if !self.finished => {
                return Err(Fault::invalid("the message stopped without a stop reason"));
            }
            "message_stop" => self.over = true,
            "ping" => out.push(Event::Ping),
            "content_block_stop" => self.stop(&frame, out),
            // nothing can be added to what is finished
            _ if self.finished => {}
            "message_start" => self.start(&frame, out),
            "content_block_start" => self.block_start(&frame, out),
            "content_block_delta" => self.block_delta(&frame, out)?,
            _ => {}
        }
        Ok(())
    }

    /// Whether the vendor has said that nothing follows.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Whether the last event said again what ends a block or the answer, and nothing else.
    pub fn repeats(&self) -> bool {
        self.ends.is_repeated()
    }

    fn start<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) {
        let message: Option<Start<'a>> = frame.message.and_then(parse);
        let id = message.as_ref().and_then(|message| text(message.id));
        let model = message.as_ref().and_then(|message| text(message.model));
        if let Some(id) = &id {
            let id = id.value();
            let from = id.char_indices().rev().nth(5).map_or(0, |(at, _)| at);
            id.get(from..).unwrap_or_default().clone_into(&mut self.id);
        }
        self.begin(id, model, out);
        if let Some(usage) = message.and_then(|message| message.usage) {
            self.usage(usage, out);
        }
    }

    fn begin<'a>(
        &mut self,
        id: Option<Text<'a>>,
        model: Option<Text<'a>>,
        out: &mut Vec<Event<'a>>,
    ) {
        if !self.begun {
            self.begun = true;
            out.push(Event::Start { id, model });
        }
    }

    fn usage(&mut self, usage: &RawValue, out: &mut Vec<Event<'_>>) {
        self.counts.add(usage);
        out.extend(self.counts.usage().map(Event::Usage));
    }

    fn block_start<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) {
        self.ends.begin(index(frame));
        let Some(start) = frame.content_block.and_then(parse::<Block<'a>>) else {
            return;
        };
        self.begin(None, None, out);
        self.block_stop(index(frame), out);
        let block = self.blocks.count();
        let text = |raw| text(raw).unwrap_or_default();
        let mut kind = Kind::Other;
        match start.kind() {
            "text" => out.push(Event::Text {
                block,
                text: text(start.text),
            }),
            "thinking" => {
                out.push(Event::Thinking {
                    block,
                    text: text(start.thinking),
                });
                out.extend(signature(block, start.signature));
            }
            "redacted_thinking" => out.push(Event::Redacted {
                block,
                data: text(start.data),
            }),
            "tool_use" => kind = self.call(&start, block, out),
            _ => {
                let kind = start.kind.unwrap_or_default();
                return out.push(Event::Foreign { kind, whole: None });
            }
        }
        self.kept = self.kept.saturating_add(kind.kept());
        let block = self.blocks.begin();
        self.open.insert(index(frame), Open { block, kind });
    }

    fn call<'a>(&mut self, start: &Block<'a>, block: u32, out: &mut Vec<Event<'a>>) -> Kind {
        let input = start
            .input
            .map(RawValue::get)
            .filter(|input| input.starts_with('{'));
        let input = Some(input.unwrap_or("{}").to_owned());
        let name = text(start.name).unwrap_or_default();
        if self.undo.json_tool.is_some_and(|tool| name.is(tool)) {
            let text = Text::default();
            out.push(Event::Text { block, text });
            return Kind::Json(input);
        }
        self.calls = true;
        let id = text(start.id).filter(|id| !id.is_empty());
        out.push(Event::ToolCall {
            block,
            id: id.unwrap_or_else(|| Text::new(&format!("call_{block}_{}", self.id))),
            name: own_name(&name, &self.undo).unwrap_or(name),
            signature: None,
        });
        Kind::Call(input)
    }

    fn block_delta<'a>(
        &mut self,
        frame: &Frame<'a>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        let delta = frame.delta.filter(|delta| delta.get().starts_with('{'));
        let delta: Delta<'a> = delta.and_then(parse).ok_or_else(unreadable)?;
        let Some(open) = self.open.get_mut(&index(frame)) else {
            return Ok(());
        };
        let block = open.block;
        let kind = text(delta.kind);
        match (kind.as_ref().map_or("", Text::inside), &mut open.kind) {
            ("text_delta", Kind::Other) => {
                out.extend(said(delta.text)?.map(|text| Event::Text { block, text }));
            }
            ("thinking_delta", Kind::Other) => {
                out.extend(said(delta.thinking)?.map(|text| Event::Thinking { block, text }));
            }
            ("signature_delta", Kind::Other) => out.extend(signature(block, delta.signature)),
            ("input_json_delta", Kind::Call(input)) => {
                if let Some(fragment) = said(delta.partial_json)? {
                    self.kept = self
                        .kept
                        .saturating_sub(input.take().map_or(0, |input| input.len()));
                    out.push(Event::Arguments { block, fragment });
                }
            }
            ("input_json_delta", Kind::Json(input)) => {
                if let Some(text) = said(delta.partial_json)? {
                    self.kept = self
                        .kept
                        .saturating_sub(input.take().map_or(0, |input| input.len()));
                    out.push(Event::Text { block, text });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn stop(&mut self, frame: &Frame<'_>, out: &mut Vec<Event<'_>>) {
        let index = index(frame);
        self.ends.end(index);
        self.block_stop(index, out);
    }

    /// Ends the block of this number, if it is open.
    fn block_stop(&mut self, index: u64, out: &mut Vec<Event<'_>>) {
        if let Some(open) = self.open.remove(&index) {
            self.kept = self.kept.saturating_sub(open.kind.kept());
            open.stop(out);
        }
    }

    fn message_delta<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) {
        self.begin(None, None, out);
        let known = self.counts;
        if let Some(usage) = frame.usage {
            self.usage(usage, out);
        }
        let delta = frame.delta.and_then(parse::<Delta<'a>>);
        let ended = delta.and_then(|delta| {
            let native = stop::told(delta.stop_reason)?;
            Some((native, text(delta.stop_sequence)))
        });
        match ended {
            Some(_) if self.finished && self.counts == known => self.ends.repeat(),
            Some((native, stop_sequence)) if !self.finished => {
                self.finish(native, stop_sequence, out);
            }
            _ => {}
        }
    }

    fn finish<'a>(
        &mut self,
        native: Text<'a>,
        stop_sequence: Option<Text<'a>>,
        out: &mut Vec<Event<'a>>,
    ) {
        let mut open: Vec<Open> = std::mem::take(&mut self.open).into_values().collect();
        open.sort_unstable_by_key(|open| open.block);
        for open in open {
            open.stop(out);
        }
        let stop = match stop::read(&native) {
            Stop::ToolCalls if self.undo.json_tool.is_some() && !self.calls => Stop::End,
            stop => stop,
        };
        self.finished = true;
        out.push(Event::Finish {
            stop,
            native: Some(native),
            stop_sequence,
        });
    }
}

impl Open {
    /// Ends the block; a call without streamed arguments gets those that it came with.
    fn stop(self, out: &mut Vec<Event<'_>>) {
        let block = self.block;
        match self.kind {
            Kind::Call(Some(input)) => out.push(Event::Arguments {
                block,
                fragment: Text::new(&input),
            }),
            Kind::Json(Some(input)) => out.push(Event::Text {
                block,
                text: Text::new(&input),
            }),
            _ => {}
        }
        out.push(Event::BlockStop { block });
    }
}

impl Kind {
    /// Bytes of the arguments that are kept.
    fn kept(&self) -> usize {
        match self {
            Self::Call(Some(input)) | Self::Json(Some(input)) => input.len(),
            _ => 0,
        }
    }
}

fn unreadable() -> Fault {
    Fault::invalid("what an event adds is not readable")
}

/// The words that an event adds, if any.
fn said(raw: Option<&RawValue>) -> Result<Option<Text<'_>>, Fault> {
    let read = raw.map(|raw| Text::literal(raw).ok_or_else(unreadable));
    Ok(read.transpose()?.filter(|text| !text.is_empty()))
}

fn index(frame: &Frame<'_>) -> u64 {
    let index = frame.index.and_then(|index| index.get().parse().ok());
    index.unwrap_or_default()
}

fn signature(block: u32, raw: Option<&RawValue>) -> Option<Event<'_>> {
    let signature = text(raw).filter(|signature| !signature.is_empty())?;
    Some(Event::Signature { block, signature })
}
