//! A streamed answer.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::answer::{Call, stop};
use super::fault::{ended, fault};
use super::frame::{End, Frame, read, unreadable};
use super::usage::usage;
use crate::blocks::Blocks;
use crate::calls;
use crate::fault::Fault;
use crate::inner::{Event, Text, Undo};

/// Reads a stream, event by event.
#[derive(Debug, Default)]
pub struct Stream {
    undo: Undo,
    /// The answer's id; `None` before the start.
    id: Option<String>,
    blocks: Blocks,
    /// The blocks that have begun and not ended.
    open: BTreeMap<Kind, Open>,
    /// How many calls have begun.
    calls: usize,
    finished: bool,
}

impl Stream {
    /// A stream that has not begun.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            ..Self::default()
        }
    }

    /// Reads one event.
    ///
    /// # Errors
    /// A [`Fault`] when the event is not readable, is an error, or ends the answer with one.
    pub fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        if self.finished || data.trim_ascii() == b"[DONE]" {
            return Ok(());
        }
        self.blocks.fit()?;
        let frame: Frame<'a> = serde_json::from_slice(data).map_err(unreadable)?;
        let kind = frame.kind.as_ref().map(Text::value);
        match kind.as_deref().unwrap_or(name) {
            "message-start" => self.start(frame.id, out),
            "content-start" | "content-delta" => self.content(&frame, out)?,
            "content-end" => {
                let at = frame.at();
                let ended = [Kind::Text(at), Kind::Thinking(at)];
                let ended = ended.iter().filter_map(|kind| self.open.remove(kind));
                close(ended.collect(), out);
            }
            "tool-plan-delta" => {
                if let Some(text) = frame.message()?.and_then(|message| message.tool_plan) {
                    self.say(Kind::Plan, text, out);
                }
            }
            "tool-call-start" => self.call(&frame, out)?,
            "tool-call-delta" => self.arguments(&frame, out)?,
            "tool-call-end" => {
                self.close(Kind::Call(frame.at()), out);
            }
            "message-end" => self.finish(&frame, out)?,
            "error" => return Err(fault(200, None, data)),
            _ if kind.is_none() && frame.message.is_some() => return Err(fault(200, None, data)),
            _ => {}
        }
        Ok(())
    }

    /// Whether the vendor has said that nothing follows.
    pub fn is_over(&self) -> bool {
        self.finished
    }

    fn start<'a>(&mut self, id: Option<Text<'a>>, out: &mut Vec<Event<'a>>) {
        if self.id.is_none() {
            self.id = Some(
                id.as_ref()
                    .map(Text::value)
                    .unwrap_or_default()
                    .into_owned(),
            );
            out.push(Event::Start { id, model: None });
        }
    }

    fn content<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        for block in frame.blocks()? {
            if let Some(thought) = block.thinking {
                self.say(Kind::Thinking(frame.at()), thought, out);
            }
            if let Some(text) = block.text {
                self.say(Kind::Text(frame.at()), text, out);
            }
        }
        Ok(())
    }

    /// More of a block of words or thoughts, which begins with the first that is not empty.
    fn say<'a>(&mut self, kind: Kind, text: Text<'a>, out: &mut Vec<Event<'a>>) {
        if text.is_empty() {
            return;
        }
        let block = match self.open.get(&kind) {
            Some(open) => open.block,
            None => self.open(kind, out),
        };
        out.push(match kind {
            Kind::Plan | Kind::Thinking(_) => Event::Thinking { block, text },
            Kind::Call(_) | Kind::Text(_) => Event::Text { block, text },
        });
    }

    fn call<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        let told = frame.call()?;
        let Some(Call {
            id,
            function: Some(function),
        }) = told
        else {
            return Err(Fault::invalid("a tool call begins without a function"));
        };
        let Some(name) = function.name else {
            return Err(Fault::invalid("a tool call has no name"));
        };
        let at = frame.at();
        self.close(Kind::Call(at), out);
        let block = self.open(Kind::Call(at), out);
        let invented = || {
            calls::id(
                &self.undo,
                self.calls,
                self.id.as_deref().unwrap_or_default(),
            )
        };
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(invented);
        self.calls += 1;
        out.push(Event::ToolCall {
            block,
            id,
            name: calls::name(&self.undo, name),
            signature: None,
        });
        self.more(at, function.arguments, out)
    }

    fn arguments<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        let function = frame.call()?.and_then(|call| call.function);
        let told = function.and_then(|function| function.arguments);
        self.more(frame.at(), told, out)
    }

    /// More of a call's arguments; what may become the word `null` is held back.
    fn more<'a>(
        &mut self,
        at: u64,
        told: Option<&'a RawValue>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        let Some(told) = told else {
            return Ok(());
        };
        let fragment = Text::literal(told).unwrap_or_else(|| Text::new(told.get()));
        if fragment.is_empty() {
            return Ok(());
        }
        let Some(open) = self.open.get_mut(&Kind::Call(at)) else {
            return Err(Fault::invalid(
                "arguments of a tool call that has not begun",
            ));
        };
        let block = open.block;
        if let Told::Held(held) = open.told {
            let rest = NULL.get(held..).unwrap_or_default();
            if rest.starts_with(fragment.inside()) {
                open.told = Told::Held(held + fragment.inside().len());
                return Ok(());
            }
            if let Some(held) = NULL.get(..held).filter(|held| !held.is_empty()) {
                let fragment = Text::new(held);
                out.push(Event::Arguments { block, fragment });
            }
            open.told = Told::Some;
        }
        out.push(Event::Arguments { block, fragment });
        Ok(())
    }

    fn finish<'a>(&mut self, frame: &Frame<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        let end: End<'a> = match frame.delta {
            Some(delta) => read(delta)?,
            None => End::default(),
        };
        let reason = end.finish_reason.as_ref().map(Text::value);
        let error = end.error.and_then(Text::literal);
        let said = error.as_ref().map(Text::value);
        let reason = reason.as_deref().or_else(|| said.as_ref().map(|_| "ERROR"));
        if let Some(fault) = reason.and_then(|reason| ended(reason, said.as_deref())) {
            return Err(fault);
        }
        let stop = stop(reason, self.calls > 0)?;
        self.start(None, out);
        close(std::mem::take(&mut self.open).into_values().collect(), out);
        out.extend(end.usage.and_then(usage).map(Event::Usage));
        out.push(Event::Finish {
            stop,
            native: end.finish_reason.clone(),
            stop_sequence: None,
        });
        self.finished = true;
        Ok(())
    }

    /// Begins a block; a plan ends there, as nothing else says so.
    fn open(&mut self, kind: Kind, out: &mut Vec<Event<'_>>) -> u32 {
        self.start(None, out);
        self.close(Kind::Plan, out);
        let block = self.blocks.begin();
        let told = Told::Held(0);
        self.open.insert(kind, Open { kind, block, told });
        block
    }

    fn close(&mut self, kind: Kind, out: &mut Vec<Event<'_>>) {
        close(self.open.remove(&kind).into_iter().collect(), out);
    }
}

/// Ends blocks in the order in which they have begun.
fn close(mut ended: Vec<Open>, out: &mut Vec<Event<'_>>) {
    ended.sort_unstable_by_key(|open| open.block);
    for open in ended {
        let block = open.block;
        if matches!((open.kind, open.told), (Kind::Call(_), Told::Held(_))) {
            let fragment = open.rest();
            out.push(Event::Arguments { block, fragment });
        }
        out.push(Event::BlockStop { block });
    }
}

/// What stands for the arguments of tools that have none.
const NULL: &str = "null";

/// A block that has not ended.
#[derive(Debug)]
struct Open {
    kind: Kind,
    block: u32,
    told: Told,
}

impl Open {
    /// The arguments of a call of which nothing was told yet.
    fn rest(&self) -> Text<'static> {
        match self.told {
            Told::Held(held) if (1..NULL.len()).contains(&held) => {
                Text::new(NULL.get(..held).unwrap_or_default())
            }
            _ => Text::new("{}"),
        }
    }
}

/// What a block is, with Cohere's number for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Call(u64),
    Plan,
    Text(u64),
    Thinking(u64),
}

/// How much of a call's arguments the client knows.
#[derive(Clone, Copy, Debug)]
enum Told {
    /// Nothing: so many bytes of `null` are held back.
    Held(usize),
    Some,
}
