//! One block of a streamed answer on its way to a client: it is one item.

use serde::Serialize;

use super::echo::Echo;
use super::frames::{Framed, Frames};
use super::item::{Content, Item, Summary, item_id};
use crate::inner::{Arguments, Json, Text};
use crate::responses::literal::literal;
use crate::responses::seal::Envelope;
use crate::responses::special;

/// A block that is not yet complete.
#[derive(Debug)]
pub(super) struct Block {
    /// The block's number in the inner form.
    pub(super) number: u32,
    /// The item's place in the output.
    pub(super) index: usize,
    item_id: String,
    kind: Kind,
    /// The inside of a literal of all that was said so far.
    said: String,
}

/// What a block is.
#[derive(Debug)]
pub(super) enum Kind {
    Call(Call),
    /// A call of a custom tool, whose input can be read once its arguments are complete.
    Custom(Call),
    Refusal,
    Text,
    Thinking {
        signature: Option<Text<'static>>,
        /// Whether a summary has been begun.
        shown: bool,
    },
}

/// Who is called.
#[derive(Debug)]
pub(super) struct Call {
    id: Text<'static>,
    name: Text<'static>,
    namespace: Option<Text<'static>>,
}

impl Kind {
    pub(super) fn thinking() -> Self {
        Self::Thinking {
            signature: None,
            shown: false,
        }
    }

    pub(super) fn call(id: &Text<'_>, name: &Text<'_>, echo: &Echo) -> Self {
        let id = id.borrowed().into_owned();
        let call = match echo.special.split(name) {
            Some((space, name)) => Call {
                id,
                name,
                namespace: Some(space),
            },
            None => Call {
                id,
                name: name.borrowed().into_owned(),
                namespace: None,
            },
        };
        if echo.special.is_custom(name) {
            Self::Custom(call)
        } else {
            Self::Call(call)
        }
    }
}

/// A frame that is about one part of an item.
#[derive(Serialize)]
struct At<'a, T> {
    item_id: &'a str,
    output_index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_index: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary_index: Option<u32>,
    #[serde(flatten)]
    body: T,
}

/// What such a frame says.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Said<'a, P> {
    Delta(&'a Text<'a>),
    Input(&'a Text<'a>),
    Part(P),
    Refusal(&'a Text<'a>),
    Text(&'a Text<'a>),
}

/// The arguments of a call, complete.
#[derive(Serialize)]
struct Called<'a> {
    name: &'a Text<'a>,
    arguments: &'a Text<'a>,
}

impl Block {
    pub(super) fn new(number: u32, index: usize, answer: &str, kind: Kind) -> Self {
        let prefix = match &kind {
            Kind::Call(_) => Item::CALL,
            Kind::Custom(_) => Item::CUSTOM,
            Kind::Refusal | Kind::Text => Item::MESSAGE,
            Kind::Thinking { .. } => Item::REASONING,
        };
        Self {
            number,
            index,
            item_id: item_id(prefix, answer, index),
            kind,
            said: String::new(),
        }
    }

    /// Writes that the item begins.
    pub(super) fn begin(&self, frames: &mut Frames, out: &mut Vec<u8>) {
        let whole = Framed {
            output_index: self.index,
            item: &self.item(None, "in_progress"),
        };
        frames.send("response.output_item.added", whole, out);
        if let Some(content) = self.content(Text::default()) {
            self.send(
                "response.content_part.added",
                Said::Part(content),
                frames,
                out,
            );
        }
    }

    /// Writes that more is said.
    pub(super) fn add(&mut self, text: &Text<'_>, frames: &mut Frames, out: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        self.said.push_str(text.inside());
        let delta: Said<'_, ()> = Said::Delta(text);
        match &mut self.kind {
            Kind::Text => {
                #[derive(Serialize)]
                struct Logged<T> {
                    #[serde(flatten)]
                    said: T,
                    logprobs: [(); 0],
                }
                let at = self.at(Logged {
                    said: delta,
                    logprobs: [],
                });
                frames.send("response.output_text.delta", at, out);
            }
            Kind::Refusal => self.send("response.refusal.delta", delta, frames, out),
            Kind::Call(_) => {
                self.send("response.function_call_arguments.delta", delta, frames, out);
            }
            Kind::Custom(_) => {}
            Kind::Thinking { shown, .. } => {
                if !std::mem::replace(shown, true) {
                    let part = Said::Part(Summary {
                        text: Text::default(),
                    });
                    self.send("response.reasoning_summary_part.added", part, frames, out);
                }
                self.send("response.reasoning_summary_text.delta", delta, frames, out);
            }
        }
    }

    /// Notes the signature over a block of reasoning.
    pub(super) fn sign(&mut self, text: &Text<'_>) {
        if let Kind::Thinking { signature, .. } = &mut self.kind {
            *signature = Some(text.borrowed().into_owned());
        }
    }

    /// Writes that nothing follows in the item, and gives it.
    pub(super) fn end(
        &self,
        status: &'static str,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) -> Json<'static> {
        let said = literal(&self.said);
        let all = said.borrowed();
        match &self.kind {
            Kind::Text => self.end_text(&all, frames, out),
            Kind::Refusal => {
                let done: Said<'_, ()> = Said::Refusal(&all);
                self.send("response.refusal.done", done, frames, out);
            }
            Kind::Call(call) => {
                let done = Called {
                    name: &call.name,
                    arguments: &all,
                };
                let at = self.at(done);
                frames.send("response.function_call_arguments.done", at, out);
            }
            Kind::Custom(_) => {
                let input = special::input(&Arguments::Text(all.borrowed()));
                let (delta, done): (Said<'_, ()>, Said<'_, ()>) =
                    (Said::Delta(&input), Said::Input(&input));
                self.send("response.custom_tool_call_input.delta", delta, frames, out);
                self.send("response.custom_tool_call_input.done", done, frames, out);
            }
            Kind::Thinking { shown: true, .. } => {
                let done: Said<'_, ()> = Said::Text(&all);
                self.send("response.reasoning_summary_text.done", done, frames, out);
                let part = Said::Part(Summary {
                    text: all.borrowed(),
                });
                self.send("response.reasoning_summary_part.done", part, frames, out);
            }
            Kind::Thinking { .. } => {}
        }
        if let Some(content) = self.content(all) {
            self.send(
                "response.content_part.done",
                Said::Part(content),
                frames,
                out,
            );
        }
        let item = self.item(Some(said), status);
        let whole = Framed {
            output_index: self.index,
            item: &item,
        };
        frames.send("response.output_item.done", whole, out);
        item
    }

    fn end_text(&self, all: &Text<'_>, frames: &mut Frames, out: &mut Vec<u8>) {
        #[derive(Serialize)]
        struct Done<'a> {
            text: &'a Text<'a>,
            logprobs: [(); 0],
        }
        let done = Done {
            text: all,
            logprobs: [],
        };
        frames.send("response.output_text.done", self.at(done), out);
    }

    /// The item, with all that was said or still without.
    fn item(&self, said: Option<Text<'static>>, status: &'static str) -> Json<'static> {
        let id = self.item_id.as_str();
        match &self.kind {
            Kind::Refusal | Kind::Text => {
                let content: Vec<_> = said
                    .and_then(|said| self.content(said))
                    .into_iter()
                    .collect();
                let item = Item::Message {
                    id,
                    status,
                    role: "assistant",
                    content: &content,
                };
                item.json()
            }
            Kind::Call(call) => {
                let item = Item::FunctionCall {
                    id,
                    call_id: &call.id,
                    name: &call.name,
                    namespace: call.namespace.as_ref(),
                    arguments: said.unwrap_or_default(),
                    status,
                };
                item.json()
            }
            Kind::Custom(call) => {
                let item = Item::CustomToolCall {
                    id,
                    call_id: &call.id,
                    name: &call.name,
                    namespace: call.namespace.as_ref(),
                    input: said
                        .map_or_else(Text::default, |said| special::input(&Arguments::Text(said))),
                    status,
                };
                item.json()
            }
            Kind::Thinking { signature, shown } => {
                let summary = said.filter(|_| *shown).map(|text| Summary { text });
                let summary: Vec<_> = summary.into_iter().collect();
                let envelope = signature.as_ref().map(|signature| Envelope {
                    signature: Some(signature.borrowed()),
                    ..Envelope::default()
                });
                let item = Item::Reasoning {
                    id,
                    summary: &summary,
                    encrypted_content: envelope.as_ref().map(Envelope::close),
                };
                item.json()
            }
        }
    }

    /// The part of a message.
    fn content<'a>(&self, text: Text<'a>) -> Option<Content<'a>> {
        match &self.kind {
            Kind::Text => Some(Content::text(text)),
            Kind::Refusal => Some(Content::Refusal { refusal: text }),
            _ => None,
        }
    }

    fn send<P: Serialize>(
        &self,
        kind: &str,
        said: Said<'_, P>,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) {
        frames.send(kind, self.at(said), out);
    }

    fn at<T>(&self, body: T) -> At<'_, T> {
        let message = matches!(self.kind, Kind::Refusal | Kind::Text);
        let thinking = matches!(self.kind, Kind::Thinking { .. });
        At {
            item_id: &self.item_id,
            output_index: self.index,
            content_index: message.then_some(0),
            summary_index: thinking.then_some(0),
            body,
        }
    }
}
