//! A streamed answer: each frame is a whole answer with what is new in it.

use super::answer::Calls;
use super::response::{Call, Part, Response};
use super::signature::{self, Said};
use super::usage::Metadata;
use crate::blocks::Blocks;
use crate::fault::Fault;
use crate::inner::{Event, Media, Stop, Text, Undo};

/// The state of a stream.
///
/// What only Gemini knows is told by its name.
#[derive(Debug)]
pub struct Stream {
    undo: Undo,
    calls: Option<Calls>,
    said: Said,
    /// The block that words are added to.
    open: Option<(Kind, u32)>,
    blocks: Blocks,
    is_finished: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Thinking,
}

impl Stream {
    /// A stream that has not begun; `undo` is what encoding its request told.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            calls: None,
            said: Said::default(),
            open: None,
            blocks: Blocks::default(),
            is_finished: false,
        }
    }

    /// Reads the data of one event; its name says nothing.
    ///
    /// # Errors
    /// A [`Fault`] when it is an error or no chunk, or ends with a fault of the model.
    pub fn event<'a>(
        &mut self,
        _name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        let data = data.trim_ascii();
        // the API itself has no such mark, some relays before it do
        if data.is_empty() || data == b"[DONE]" {
            return Ok(());
        }
        self.blocks.fit()?;
        let mut chunk = Response::read(data)?;
        if self.calls.is_none() {
            let id = chunk.id.take();
            self.calls = Some(Calls::new(&self.undo, id.as_ref()));
            let model = chunk.model_version.take();
            out.push(Event::Start { id, model });
        }
        let usage = chunk.usage_metadata.as_ref();
        let usage = usage.and_then(Metadata::usage).map(Event::Usage);
        let Some(mut candidate) = chunk.candidate() else {
            out.extend(usage);
            if let Some(reason) = chunk.block_reason() {
                self.finish(Stop::ContentFilter, reason, out);
            }
            return Ok(());
        };
        for part in candidate.parts() {
            self.part(part, out);
        }
        out.extend(usage);
        let has_called = self.calls.as_ref().is_some_and(Calls::any);
        if let Some(ended) = candidate.ended(has_called)? {
            self.finish(ended.stop, ended.native, out);
        }
        Ok(())
    }

    fn part<'a>(&mut self, mut part: Part<'a>, out: &mut Vec<Event<'a>>) {
        if self.is_finished {
            return;
        }
        if let Some(source) = part.picture() {
            self.picture(source, part.thought_signature.as_ref(), out);
            return;
        }
        if let Some(foreign) = part.foreign() {
            let kind = Part::kind(&foreign);
            out.push(Event::Foreign { kind, whole: None });
            return;
        }
        let signature = part.thought_signature.take();
        if let Some(call) = part.function_call.take() {
            self.call(call, signature, out);
            return;
        }
        let text = part.text.unwrap_or_default();
        if part.thought == Some(true) {
            self.thought(text, signature.as_ref().map(signature::mark), out);
            return;
        }
        let calls = self.calls.as_ref().map_or(0, Calls::count);
        let signature = self.said.words(&text, signature.as_ref(), calls);
        if !text.is_empty() {
            let block = self.within(Kind::Text, out);
            out.push(Event::Text { block, text });
        }
        if let Some(signature) = signature {
            self.sign(signature, out);
        }
    }

    /// A signature behind what it signs, as a block of its own.
    fn sign<'a>(&mut self, signature: Text<'a>, out: &mut Vec<Event<'a>>) {
        self.close(out);
        let block = self.blocks.begin();
        out.push(Event::Signature { block, signature });
        out.push(Event::BlockStop { block });
    }

    fn picture<'a>(
        &mut self,
        source: Media<'a>,
        signature: Option<&Text<'a>>,
        out: &mut Vec<Event<'a>>,
    ) {
        self.close(out);
        let block = self.blocks.begin();
        out.push(Event::Picture { block, source });
        out.push(Event::BlockStop { block });
        if let Some(signature) = signature.map(signature::mark_picture) {
            self.sign(signature, out);
        }
    }

    fn thought<'a>(
        &mut self,
        text: Text<'a>,
        signature: Option<Text<'a>>,
        out: &mut Vec<Event<'a>>,
    ) {
        if !text.is_empty() {
            let block = self.within(Kind::Thinking, out);
            out.push(Event::Thinking { block, text });
        }
        if let Some(signature) = signature {
            let block = self.within(Kind::Thinking, out);
            out.push(Event::Signature { block, signature });
            self.close(out);
        }
    }

    /// Calls come whole.
    fn call<'a>(&mut self, call: Call<'a>, signature: Option<Text<'a>>, out: &mut Vec<Event<'a>>) {
        self.close(out);
        let calls = self.calls.get_or_insert_default();
        let called = calls.read(call, &self.undo);
        let block = self.blocks.begin();
        out.push(Event::ToolCall {
            block,
            id: called.id,
            name: called.name,
            signature,
        });
        out.push(Event::Arguments {
            block,
            fragment: Text::new(called.args.get()),
        });
        out.push(Event::BlockStop { block });
    }

    fn finish<'a>(&mut self, stop: Stop, native: Text<'a>, out: &mut Vec<Event<'a>>) {
        if self.is_finished {
            return;
        }
        self.close(out);
        self.is_finished = true;
        out.push(Event::Finish {
            stop,
            native: Some(native),
            stop_sequence: None,
        });
    }

    /// The open block of this kind; another kind's is closed for it.
    fn within(&mut self, kind: Kind, out: &mut Vec<Event<'_>>) -> u32 {
        if let Some((open, block)) = self.open
            && open == kind
        {
            return block;
        }
        self.close(out);
        let block = self.blocks.begin();
        self.open = Some((kind, block));
        block
    }

    fn close(&mut self, out: &mut Vec<Event<'_>>) {
        if let Some((_, block)) = self.open.take() {
            out.push(Event::BlockStop { block });
        }
    }
}
