//! A vendor's streamed answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::Response;
use super::fault::fault;
use super::item::{Item, invented, stop};
use super::track::{Piece, Track};
use super::usage::usage;
use crate::fault::Fault;
use crate::inner::{Event, Part, Text, Undo};
use crate::responses::literal::string;

/// Reads a streamed answer, event by event.
#[derive(Debug, Default)]
pub struct Stream {
    undo: Undo,
    track: Track,
    id: String,
    started: bool,
    finished: bool,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(default)]
    output_index: Option<u32>,
    #[serde(default)]
    content_index: Option<u32>,
    #[serde(default)]
    summary_index: Option<u32>,
    #[serde(borrow)]
    delta: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    response: Option<&'a RawValue>,
}

/// The events that add a text to the answer.
const SAYING: [&str; 6] = [
    "response.custom_tool_call_input.delta",
    "response.function_call_arguments.delta",
    "response.output_text.delta",
    "response.reasoning_summary_text.delta",
    "response.reasoning_text.delta",
    "response.refusal.delta",
];

impl Stream {
    /// A reader of one stream.
    pub fn new(undo: Undo) -> Self {
        Self {
            undo,
            ..Self::default()
        }
    }

    /// Reads one event: its name and its data.
    ///
    /// # Errors
    /// A [`Fault`] when the event is not readable or says that the answer failed.
    pub fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        if self.finished || data.trim_ascii_start().starts_with(b"[DONE]") {
            return Ok(());
        }
        self.track.fit()?;
        let frame: Frame<'_> = read(data)?;
        let kind = frame.kind.and_then(string).unwrap_or_else(|| name.into());
        let item = frame.output_index.unwrap_or_default();
        let part = Piece::Content(frame.content_index.unwrap_or_default());
        let delta = frame.delta.and_then(Text::literal);
        if delta.is_none() && SAYING.contains(&&*kind) {
            return Err(Fault::invalid("what an event adds is not readable"));
        }
        let delta = delta.filter(|delta| !delta.is_empty());
        match (&*kind, delta) {
            ("response.created" | "response.in_progress" | "response.queued", _) => {
                let response = frame.response.map(read_raw).transpose()?;
                self.start(response, out);
            }
            ("response.output_item.added", _) => self.added(item, frame.item, out)?,
            ("response.output_item.done", _) => self.done(item, frame.item, out)?,
            ("response.output_text.delta", Some(text)) => {
                self.start(None, out);
                let block = self.track.say(item, part);
                out.extend(block.map(|block| Event::Text { block, text }));
            }
            ("response.refusal.delta", Some(text)) => {
                self.start(None, out);
                let block = self.track.say(item, part);
                out.extend(block.map(|block| Event::Refusal { block, text }));
            }
            (
                "response.reasoning_summary_text.delta" | "response.reasoning_text.delta",
                Some(text),
            ) => {
                let paragraph = frame.summary_index.or(frame.content_index);
                self.think(item, paragraph.unwrap_or_default(), text, out);
            }
            ("response.function_call_arguments.delta", Some(fragment)) => {
                self.argue(item, fragment, out);
            }
            ("response.custom_tool_call_input.delta", Some(input)) => {
                self.argue(item, Text::new(input.inside()), out);
            }
            ("response.content_part.done", _) => {
                let block = self.track.close(item, part);
                out.extend(block.map(|block| Event::BlockStop { block }));
            }
            (ended @ ("response.completed" | "response.incomplete"), _) => {
                let response = frame.response.map(read_raw).transpose()?;
                self.finish(response, ended == "response.completed", out);
            }
            ("response.failed" | "response.cancelled", _) => {
                let response = frame.response.map_or(data, |raw| raw.get().as_bytes());
                return Err(fault(200, None, response));
            }
            ("error", _) => return Err(fault(200, None, data)),
            _ => {}
        }
        Ok(())
    }

    /// Whether the vendor has said that nothing follows.
    pub fn is_over(&self) -> bool {
        self.finished
    }

    fn start<'a>(&mut self, response: Option<Response<'a>>, out: &mut Vec<Event<'a>>) {
        if std::mem::replace(&mut self.started, true) {
            return;
        }
        let (id, model) = response.map_or((None, None), |response| (response.id, response.model));
        if let Some(id) = &id {
            self.id = id.value().into_owned();
        }
        out.push(Event::Start { id, model });
    }

    fn added<'a>(
        &mut self,
        at: u32,
        item: Option<&'a RawValue>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        self.start(None, out);
        if let Some(raw) = item {
            let item: Item<'_> = read_raw(raw)?;
            if item.is("function_call") || item.is("custom_tool_call") {
                self.call(at, &item, out);
            }
        }
        Ok(())
    }

    /// Begins a call, if it has not begun.
    fn call<'a>(&mut self, at: u32, item: &Item<'a>, out: &mut Vec<Event<'a>>) {
        let nth = self.track.calls();
        let (block, new) = self.track.begin(at, Piece::Call);
        if !new {
            return;
        }
        let (id, name) = item.called(&self.undo, || invented(nth, &self.id));
        out.push(Event::ToolCall {
            block,
            id,
            name,
            signature: None,
        });
        // the arguments of a custom tool are its text as a member
        if item.is("custom_tool_call") {
            let fragment = Text::new(r#"{"input":""#);
            out.push(Event::Arguments { block, fragment });
        }
    }

    fn argue<'a>(&mut self, at: u32, fragment: Text<'a>, out: &mut Vec<Event<'a>>) {
        if self.track.find(at, Piece::Call).is_some() {
            let block = self.track.say(at, Piece::Call);
            out.extend(block.map(|block| Event::Arguments { block, fragment }));
        }
    }

    fn think<'a>(&mut self, at: u32, paragraph: u32, text: Text<'a>, out: &mut Vec<Event<'a>>) {
        self.start(None, out);
        let Some(block) = self.track.say(at, Piece::Thought) else {
            return;
        };
        let last = self.track.find(at, Piece::Thought);
        let last = last.map(|block| std::mem::replace(&mut block.paragraph, paragraph));
        if last.is_some_and(|last| last != paragraph) {
            let text = Text::new("\n\n");
            out.push(Event::Thinking { block, text });
        }
        out.push(Event::Thinking { block, text });
    }

    /// An item is complete; what of it was not streamed is said now.
    fn done<'a>(
        &mut self,
        at: u32,
        item: Option<&'a RawValue>,
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        self.start(None, out);
        if let Some(raw) = item {
            let item: Item<'_> = read_raw(raw)?;
            if item.is("message") {
                self.message(at, &item, out);
            } else if item.is("reasoning") {
                self.reasoning(at, &item, out);
            } else if item.is("function_call") || item.is("custom_tool_call") {
                self.called(at, &item, out);
            } else {
                out.push(Event::Foreign {
                    kind: item.kind.and_then(Text::literal).unwrap_or_default(),
                    whole: Some(raw.into()),
                });
            }
        }
        let closed = self.track.close_all(Some(at)).into_iter();
        out.extend(closed.map(|block| Event::BlockStop { block }));
        Ok(())
    }

    fn message<'a>(&mut self, at: u32, item: &Item<'a>, out: &mut Vec<Event<'a>>) {
        for (index, part) in (0..).zip(item.message()) {
            let piece = Piece::Content(index);
            if self.track.find(at, piece).is_some() {
                continue;
            }
            let said = match part {
                Part::Text { text, .. } if !text.is_empty() => {
                    let block = self.track.say(at, piece);
                    block.map(|block| Event::Text { block, text })
                }
                Part::Refusal(text) if !text.is_empty() => {
                    let block = self.track.say(at, piece);
                    block.map(|block| Event::Refusal { block, text })
                }
                _ => None,
            };
            out.extend(said);
        }
    }

    fn reasoning<'a>(&mut self, at: u32, item: &Item<'a>, out: &mut Vec<Event<'a>>) {
        let (words, sealed, _) = item.reasoning();
        if self.track.find(at, Piece::Thought).is_none()
            && let Some(text) = words
        {
            self.think(at, 0, text, out);
        }
        let Some(sealed) = sealed else {
            return;
        };
        let (block, new) = self.track.begin(at, Piece::Thought);
        out.push(if new {
            Event::Redacted {
                block,
                data: sealed,
            }
        } else {
            Event::Signature {
                block,
                signature: sealed,
            }
        });
    }

    fn called<'a>(&mut self, at: u32, item: &Item<'a>, out: &mut Vec<Event<'a>>) {
        self.call(at, item, out);
        let Some(call) = self.track.find(at, Piece::Call).copied() else {
            return;
        };
        if !call.open {
            return;
        }
        let custom = item.is("custom_tool_call");
        let whole = if custom {
            item.input().map(|input| Text::new(input.inside()))
        } else {
            item.arguments()
        };
        let whole = whole.filter(|whole| !call.said && !whole.is_empty());
        let end = custom.then(|| Text::new("\"}"));
        for fragment in whole.into_iter().chain(end) {
            self.argue(at, fragment, out);
        }
    }

    fn finish<'a>(
        &mut self,
        mut response: Option<Response<'a>>,
        completed: bool,
        out: &mut Vec<Event<'a>>,
    ) {
        self.start(None, out);
        self.finished = true;
        let closed = self.track.close_all(None).into_iter();
        out.extend(closed.map(|block| Event::BlockStop { block }));
        let told = response.as_ref().and_then(|response| response.usage);
        out.extend(told.and_then(usage).map(Event::Usage));
        let reason = response
            .as_mut()
            .and_then(Response::incomplete)
            .or_else(|| (!completed).then(|| Text::new("incomplete")));
        let (stop, native) = stop(reason, self.track.calls() > 0);
        out.push(Event::Finish {
            stop,
            native: Some(native),
            stop_sequence: None,
        });
    }
}

fn read<'a, T: Deserialize<'a>>(data: &'a [u8]) -> Result<T, Fault> {
    serde_json::from_slice(data).map_err(|error| Fault::unreadable("an event", &error))
}

fn read_raw<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, Fault> {
    read(raw.get().as_bytes())
}
