//! A streamed answer of a host.

use super::calls::{Calls, Names};
use super::chunk::{Choice, Chunk, Message, Piece, pieces};
use super::growth::Growth;
use super::reasoning::Detail;
use super::stop::stop;
use crate::blocks::Blocks;
use crate::fault::Fault;
use crate::inner::{Event, Text, Undo};
use crate::openai::{self, Quirks};

/// Reads the chunks of a streamed answer; of several choices, the first.
#[derive(Debug, Default)]
pub struct Stream {
    undo: Undo,
    /// The answer's id.
    id: String,
    started: bool,
    blocks: Blocks,
    open: Option<Open>,
    calls: Calls,
    thoughts: Growth,
    /// The model is one whose hosts may repeat its thoughts in every chunk.
    may_repeat: bool,
    end: End,
}

/// The block whose words are coming.
#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Kind,
    block: u32,
    signed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Refusal,
    Text,
    Thought,
}

/// How far the answer has come to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    /// `[DONE]` was said.
    Done,
    /// A finish reason was told, but an empty one: only `[DONE]` will tell that it was meant.
    Empty,
    Finished,
    #[default]
    Open,
}

impl Stream {
    /// A decoder for an answer whose request asked for `undo`.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            ..Self::default()
        }
    }

    /// Reads one event; `out` gets what it says.
    ///
    /// # Errors
    /// A [`Fault`] when the payload is an error or is not a JSON object, or its finish reason reports a fault of the
    /// host.
    pub fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        let data = data.trim_ascii();
        if self.end == End::Done || data.is_empty() {
            return Ok(());
        }
        if data.starts_with(b"[DONE]") {
            return self.done(out);
        }
        if name == "error" {
            return Err(openai::fault(200, data, Quirks::COMPATIBLE));
        }
        self.blocks.fit()?;
        self.calls.fit()?;
        let mut chunk = Chunk::read(data)?;
        let usage = chunk.usage();
        let choice = chunk.take_choice();
        if choice.is_none() && usage.is_none() {
            // Azure's verdict over the prompt, which has no id
            return Ok(());
        }
        if !self.started {
            self.started = true;
            let (id, model) = (chunk.id.full(), chunk.model.full());
            self.id = id
                .as_ref()
                .map_or_else(String::new, |id| id.value().into_owned());
            self.may_repeat = model.as_ref().is_some_and(|model| {
                let name = model.value().to_ascii_lowercase();
                name.contains("minimax")
            });
            out.push(Event::Start { id, model });
        }
        out.extend(usage.map(Event::Usage));
        match choice {
            Some(choice) if self.end != End::Finished => self.choice(choice, out),
            _ => Ok(()),
        }
    }

    fn choice<'a>(
        &mut self,
        mut choice: Choice<'a>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        // MiniMax ends with the whole message, after all of its pieces
        let message = choice.message.take().filter(|_| self.blocks.count() == 0);
        if let Some(delta) = choice.delta.take().or(message) {
            self.delta(delta, out);
        }
        match std::mem::take(&mut choice.finish_reason).0 {
            Some(reason) if reason.is_empty() => self.end = End::Empty,
            Some(reason) => {
                let native = choice.native(&reason);
                self.finish(&reason, native, out)?;
            }
            None => {}
        }
        Ok(())
    }

    fn delta<'a>(&mut self, delta: Message<'a>, out: &mut Vec<Event<'a>>) {
        let told = delta.told();
        let pictures = delta.pictures();
        let details = told.details();
        if !details.iter().any(Detail::has_text)
            && let Some(text) = told.text()
        {
            self.words(Kind::Thought, text, out);
        }
        for detail in details {
            self.detail(detail, out);
        }
        for piece in delta.content.map_or_else(Vec::new, pieces) {
            match piece {
                Piece::Text(text) => self.words(Kind::Text, text, out),
                Piece::Thought(text) => self.words(Kind::Thought, text, out),
            }
        }
        for source in pictures {
            self.close(out);
            let block = self.blocks.begin();
            out.push(Event::Picture { block, source });
            out.push(Event::BlockStop { block });
        }
        if let Some(text) = delta.refusal.full() {
            self.words(Kind::Refusal, text, out);
        }
        let calls = delta.tool_calls.unwrap_or_default();
        if !calls.is_empty() || delta.function_call.is_some() {
            self.close(out);
        }
        let names = Names {
            undo: &self.undo,
            answer: self.id.as_str().into(),
        };
        for call in calls {
            self.calls.call(call, &names, &mut self.blocks, out);
        }
        if let Some(function) = delta.function_call {
            self.calls.function(function, &names, &mut self.blocks, out);
        }
    }

    fn detail<'a>(&mut self, detail: Detail<'a>, out: &mut Vec<Event<'a>>) {
        match detail {
            Detail::Encrypted { data, .. } => {
                self.close(out);
                let block = self.blocks.begin();
                out.push(Event::Redacted { block, data });
                out.push(Event::BlockStop { block });
            }
            Detail::Thought {
                text, signature, ..
            } => {
                if let Some(text) = text {
                    self.words(Kind::Thought, text, out);
                }
                if let Some(signature) = signature {
                    self.rest(out);
                    let block = self.block(Kind::Thought, out);
                    self.open = Some(Open {
                        kind: Kind::Thought,
                        block,
                        signed: true,
                    });
                    out.push(Event::Signature { block, signature });
                }
            }
        }
    }

    fn words<'a>(&mut self, kind: Kind, text: Text<'a>, out: &mut Vec<Event<'a>>) {
        let text = match kind {
            Kind::Thought => self.thoughts.fresh(text),
            Kind::Refusal | Kind::Text => Some(text),
        };
        let Some(text) = text else {
            return;
        };
        let block = self.block(kind, out);
        out.push(match kind {
            Kind::Refusal => Event::Refusal { block, text },
            Kind::Text => Event::Text { block, text },
            Kind::Thought => Event::Thinking { block, text },
        });
    }

    /// The block for more words of a kind; thoughts that are signed are complete.
    fn block(&mut self, kind: Kind, out: &mut Vec<Event<'_>>) -> u32 {
        match self.open {
            Some(open) if open.kind == kind && !open.signed => open.block,
            _ => {
                self.close(out);
                let block = self.blocks.begin();
                self.open = Some(Open {
                    kind,
                    block,
                    signed: false,
                });
                block
            }
        }
    }

    fn close(&mut self, out: &mut Vec<Event<'_>>) {
        self.rest(out);
        let open = self.open.take();
        out.extend(open.map(|open| Event::BlockStop { block: open.block }));
    }

    /// Thoughts that were held back belong to the block that is still open.
    fn rest(&mut self, out: &mut Vec<Event<'_>>) {
        let Some(open) = self.open.filter(|open| open.kind == Kind::Thought) else {
            return;
        };
        if let Some(text) = self.thoughts.rest(self.may_repeat) {
            let block = open.block;
            out.push(Event::Thinking { block, text });
        }
    }

    fn finish<'a>(
        &mut self,
        reason: &Text<'_>,
        native: Option<Text<'a>>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        let stop = stop(reason, !self.calls.is_empty())?;
        self.close(out);
        let names = Names {
            undo: &self.undo,
            answer: self.id.as_str().into(),
        };
        self.calls.finish(&names, &mut self.blocks, out);
        out.extend(self.calls.blocks().map(|block| Event::BlockStop { block }));
        out.push(Event::Finish {
            stop,
            native,
            stop_sequence: None,
        });
        self.end = End::Finished;
        Ok(())
    }

    fn done(&mut self, out: &mut Vec<Event<'_>>) -> Result<(), Fault> {
        if self.end == End::Empty && self.blocks.count() > 0 {
            self.finish(&Text::default(), None, out)?;
        }
        self.end = End::Done;
        Ok(())
    }
}
