//! A streamed answer.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::answer::{Called, Fields, renamed, stop};
use super::fault::fault;
use super::usage::Told;
use crate::blocks::{Blocks, short};
use crate::fault::Fault;
use crate::inner::{Event, Growing, Text, Undo};

/// Reads the events of `ConverseStream`, in order.
///
/// `metadata`, which tells the tokens, comes after `messageStop`: read on until the stream ends.
#[derive(Debug, Default)]
pub struct Stream {
    undo: Undo,
    started: bool,
    finished: bool,
    /// The tokens were told after the end.
    over: bool,
    blocks: Blocks,
    /// The blocks that have begun and not ended, by the vendor's numbers of them.
    open: BTreeMap<u64, Open>,
    called: Called,
    /// Words beside the JSON tool, kept in case that it is not called.
    aside: Growing,
}

/// A block that has begun and not ended.
#[derive(Clone, Copy, Debug)]
struct Open {
    block: u32,
    kind: Kind,
    /// Nothing of it was said yet.
    silent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Call,
    /// A call whose arguments are the answer.
    Json,
    Redacted,
    Text,
    Thinking,
}

impl Stream {
    /// A stream of which nothing was read yet.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            ..Self::default()
        }
    }

    /// Reads one event: its type and its payload.
    ///
    /// # Errors
    /// A [`Fault`] for an exception, for a payload that is not readable, and for output that the vendor calls
    /// malformed.
    pub fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        if name.ends_with("Exception") {
            // the answer is complete, whatever became of the count of tokens
            if self.finished {
                return Ok(());
            }
            return Err(fault(200, Some(name), data));
        }
        let known = [
            "contentBlockDelta",
            "contentBlockStart",
            "contentBlockStop",
            "messageStart",
            "messageStop",
            "metadata",
        ];
        if !known.contains(&name) {
            return Ok(());
        }
        self.blocks.fit()?;
        short(self.aside.len())?;
        let told: Payload<'a> =
            serde_json::from_slice(data).map_err(|error| Fault::unreadable("an event", &error))?;
        if !self.started {
            self.started = true;
            out.push(Event::Start {
                id: None,
                model: None,
            });
        }
        match name {
            "metadata" => {
                let usage = told.usage.and_then(|usage| usage.usage());
                out.extend(usage.map(Event::Usage));
                self.over = self.finished;
            }
            // nothing can be added to what is finished
            _ if self.finished => {}
            "contentBlockStart" => self.begin(told, out),
            "contentBlockDelta" => self.go_on(told, out)?,
            "contentBlockStop" => self.end(told.index(), out),
            "messageStop" => self.finish(told, out)?,
            _ => {}
        }
        Ok(())
    }

    /// Whether all that the vendor has to say was said.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Reads one frame, whether it is an event, an exception or an error.
    ///
    /// # Errors
    /// As [`event`](Self::event).
    #[cfg(feature = "aws")]
    pub fn frame<'a>(
        &mut self,
        frame: &'a super::frames::Frame,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        use super::frames::MessageType;

        match frame.message_type() {
            MessageType::Event => self.event(frame.event_type(), frame.payload(), out),
            _ if self.finished => Ok(()),
            MessageType::Error | MessageType::Exception => {
                Err(fault(200, Some(frame.event_type()), frame.payload()))
            }
        }
    }

    /// Only calls of tools are announced; other blocks begin with their first words.
    fn begin<'a>(&mut self, told: Payload<'a>, out: &mut Vec<Event<'a>>) {
        let index = told.index();
        let Some(used) = told.start.and_then(|start| start.tool_use) else {
            return;
        };
        self.end(index, out);
        if self.undo.json_tool.is_some_and(|tool| used.name.is(tool)) {
            if self.called == Called::Nothing {
                self.called = Called::Json;
            }
            let block = self.block(index, Kind::Json, out);
            let text = Text::default();
            out.push(Event::Text { block, text });
            return;
        }
        self.called = Called::Tool;
        let block = self.block(index, Kind::Call, out);
        let told = used.tool_use_id.filter(|id| !id.is_empty());
        let id = told.unwrap_or_else(|| Text::new(&format!("call_{block}")));
        out.push(Event::ToolCall {
            block,
            id,
            name: renamed(used.name, &self.undo),
            signature: None,
        });
    }

    fn go_on<'a>(&mut self, told: Payload<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        let index = told.index();
        let Some(delta) = told.delta else {
            return Ok(());
        };
        if let Some(text) = delta.text {
            self.words(index, text, out);
        }
        if let Some(reasoning) = delta.reasoning_content {
            self.thought(index, reasoning, out);
        }
        if let Some(fragment) = delta.tool_use.and_then(|used| used.input) {
            let mut open = self.open.get_mut(&index);
            if let Some(open) = &mut open {
                open.silent &= fragment.is_empty();
            }
            out.push(match open.map(|open| (open.kind, open.block)) {
                Some((Kind::Call, block)) => Event::Arguments { block, fragment },
                Some((Kind::Json, block)) => Event::Text {
                    block,
                    text: fragment,
                },
                _ => return Err(Fault::invalid("arguments of a call that never began")),
            });
        }
        Ok(())
    }

    fn words<'a>(&mut self, index: u64, text: Text<'a>, out: &mut Vec<Event<'a>>) {
        if self.undo.json_tool.is_some() {
            self.aside.push(&text);
        } else {
            let block = self.block(index, Kind::Text, out);
            out.push(Event::Text { block, text });
        }
    }

    fn thought<'a>(&mut self, index: u64, told: Reasoning<'a>, out: &mut Vec<Event<'a>>) {
        if let Some(text) = told.text {
            let block = self.block(index, Kind::Thinking, out);
            out.push(Event::Thinking { block, text });
        }
        if let Some(signature) = told.signature {
            let block = self.block(index, Kind::Thinking, out);
            out.push(Event::Signature { block, signature });
        }
        if let Some(data) = told.redacted_content {
            // each is a block by itself
            self.end(index, out);
            let block = self.block(index, Kind::Redacted, out);
            out.push(Event::Redacted { block, data });
        }
    }

    /// The open block of this number and kind, or a new one.
    fn block(&mut self, index: u64, kind: Kind, out: &mut Vec<Event<'_>>) -> u32 {
        if let Some(open) = self.open.get(&index) {
            if open.kind == kind {
                return open.block;
            }
            self.end(index, out);
        }
        let block = self.blocks.begin();
        let silent = true;
        self.open.insert(
            index,
            Open {
                block,
                kind,
                silent,
            },
        );
        block
    }

    fn end(&mut self, index: u64, out: &mut Vec<Event<'_>>) {
        if let Some(open) = self.open.remove(&index) {
            open.close(out);
        }
    }

    fn finish<'a>(&mut self, told: Payload<'a>, out: &mut Vec<Event<'a>>) -> Result<(), Fault> {
        let stop = stop(told.stop_reason.as_ref(), self.called)?;
        let mut open: Vec<Open> = std::mem::take(&mut self.open).into_values().collect();
        open.sort_unstable_by_key(|open| open.block);
        for open in open {
            open.close(out);
        }
        let aside = std::mem::take(&mut self.aside);
        if self.called == Called::Nothing && !aside.is_empty() {
            let block = self.blocks.begin();
            let text = aside.finish();
            out.push(Event::Text { block, text });
            out.push(Event::BlockStop { block });
        }
        self.finished = true;
        let fields = told.additional_model_response_fields;
        out.push(Event::Finish {
            stop,
            native: told.stop_reason,
            stop_sequence: fields.and_then(Fields::stop_sequence),
        });
        Ok(())
    }
}

impl Open {
    /// Its end; a call without a word of arguments has none.
    fn close(self, out: &mut Vec<Event<'_>>) {
        let block = self.block;
        if self.kind == Kind::Call && self.silent {
            let fragment = Text::new("{}");
            out.push(Event::Arguments { block, fragment });
        }
        out.push(Event::BlockStop { block });
    }
}

/// The members of all events; `p` is padding.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    content_block_index: Option<u64>,
    #[serde(borrow)]
    start: Option<Start<'a>>,
    #[serde(borrow)]
    delta: Option<Delta<'a>>,
    #[serde(borrow)]
    stop_reason: Option<Text<'a>>,
    #[serde(borrow)]
    additional_model_response_fields: Option<Fields<'a>>,
    #[serde(borrow)]
    usage: Option<Told<'a>>,
}

impl Payload<'_> {
    fn index(&self) -> u64 {
        self.content_block_index.unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start<'a> {
    #[serde(borrow)]
    tool_use: Option<Named<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    #[serde(borrow)]
    tool_use_id: Option<Text<'a>>,
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delta<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    tool_use: Option<Input<'a>>,
    #[serde(borrow)]
    reasoning_content: Option<Reasoning<'a>>,
}

#[derive(Deserialize)]
struct Input<'a> {
    #[serde(borrow)]
    input: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reasoning<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    signature: Option<Text<'a>>,
    #[serde(borrow, alias = "data")]
    redacted_content: Option<Text<'a>>,
}
