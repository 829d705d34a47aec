//! A streamed answer.

use super::line::{Call, Line};
use crate::blocks::Blocks;
use crate::calls;
use crate::fault::Fault;
use crate::inner::{Event, Text, Undo};

/// Reads a stream, line by line.
#[derive(Debug, Default)]
pub struct Stream {
    undo: Undo,
    /// What sets invented ids apart; `None` before the start.
    seed: Option<String>,
    blocks: Blocks,
    /// The block of words or thoughts that has begun and not ended.
    open: Option<(Kind, u32)>,
    /// How many calls were told.
    calls: usize,
    finished: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Thinking,
}

impl Stream {
    /// A stream that has not begun.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            ..Self::default()
        }
    }

    /// Reads one line; lines have no names.
    ///
    /// # Errors
    /// A [`Fault`] when the line is not readable, is an error, or ends the answer with one.
    pub fn event<'a>(
        &mut self,
        _name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        if self.finished || data.trim_ascii().is_empty() {
            return Ok(());
        }
        self.blocks.fit()?;
        let mut line = Line::read(data)?;
        if self.seed.is_none() {
            self.seed = Some(line.seed());
            let model = line.model.take();
            out.push(Event::Start { id: None, model });
        }
        if let Some(message) = line.message.take() {
            if let Some(thought) = message.thinking {
                self.say(Kind::Thinking, thought, out);
            }
            if let Some(text) = message.content {
                self.say(Kind::Text, text, out);
            }
            for call in message.tool_calls.into_iter().flatten() {
                self.call(call, out);
            }
        }
        if line.is_done() {
            self.finish(line, out)?;
        }
        Ok(())
    }

    /// Whether the vendor has said that nothing follows.
    pub fn is_over(&self) -> bool {
        self.finished
    }

    fn say<'a>(&mut self, kind: Kind, text: Text<'a>, out: &mut Vec<Event<'a>>) {
        if text.is_empty() {
            return;
        }
        let block = match self.open {
            Some((open, block)) if open == kind => block,
            _ => {
                let block = self.begin(out);
                self.open = Some((kind, block));
                block
            }
        };
        out.push(match kind {
            Kind::Text => Event::Text { block, text },
            Kind::Thinking => Event::Thinking { block, text },
        });
    }

    /// A call comes whole.
    fn call<'a>(&mut self, call: Call<'a>, out: &mut Vec<Event<'a>>) {
        let block = self.begin(out);
        let invented = || {
            calls::id(
                &self.undo,
                self.calls,
                self.seed.as_deref().unwrap_or_default(),
            )
        };
        let id = call.id.filter(|id| !id.is_empty());
        out.push(Event::ToolCall {
            block,
            id: id.unwrap_or_else(invented),
            name: calls::name(&self.undo, call.function.name),
            signature: None,
        });
        let arguments = calls::arguments(call.function.arguments);
        out.push(Event::Arguments {
            block,
            fragment: arguments.text().into_owned(),
        });
        out.push(Event::BlockStop { block });
        self.calls += 1;
    }

    fn finish<'a>(&mut self, line: Line<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        let stop = line.stop(self.calls, self.blocks.count() as usize)?;
        self.close(out);
        out.extend(line.usage().map(Event::Usage));
        out.push(Event::Finish {
            stop,
            native: line.done_reason,
            stop_sequence: None,
        });
        self.finished = true;
        Ok(())
    }

    fn begin(&mut self, out: &mut Vec<Event<'_>>) -> u32 {
        self.close(out);
        self.blocks.begin()
    }

    fn close(&mut self, out: &mut Vec<Event<'_>>) {
        if let Some((_, block)) = self.open.take() {
            out.push(Event::BlockStop { block });
        }
    }
}
