//! One block of a streamed answer on its way to a client: it is one item.

use serde::{Serialize, Serializer};

use super::echo::Echo;
use super::frames::{Framed, Frames};
use super::item::{Content, Item, Summary, item_id};
use crate::inner::{Arguments, Growing, Text};
use crate::responses::seal::Envelope;
use crate::responses::special;

/// A block that is not yet complete.
#[derive(Debug)]
pub(super) struct Block {
    /// The item's place in the output.
    pub(super) index: usize,
    item_id: String,
    kind: Kind,
    said: Growing,
}

/// A block that is complete; what was said in it is kept once, however often the client gets it.
#[derive(Debug)]
pub(super) struct Complete {
    item_id: String,
    kind: Kind,
    said: Text<'static>,
    status: &'static str,
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

    /// The part of a message.
    fn content<'a>(&self, text: Text<'a>) -> Option<Content<'a>> {
        match self {
            Self::Text => Some(Content::text(text)),
            Self::Refusal => Some(Content::Refusal { refusal: text }),
            _ => None,
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
    pub(super) fn new(index: usize, answer: &str, kind: Kind) -> Self {
        let prefix = match &kind {
            Kind::Call(_) => Item::CALL,
            Kind::Custom(_) => Item::CUSTOM,
            Kind::Refusal | Kind::Text => Item::MESSAGE,
            Kind::Thinking { .. } => Item::REASONING,
        };
        Self {
            index,
            item_id: item_id(prefix, answer, index),
            kind,
            said: Growing::default(),
        }
    }

    /// Writes that the item begins.
    pub(super) fn begin(&self, frames: &mut Frames, out: &mut Vec<u8>) {
        let whole = Framed {
            output_index: self.index,
            item: &Shown {
                id: &self.item_id,
                kind: &self.kind,
                said: None,
                status: "in_progress",
            },
        };
        frames.send("response.output_item.added", whole, out);
        if let Some(content) = self.kind.content(Text::default()) {
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
        self.said.push(text);
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
        mut self,
        status: &'static str,
        frames: &mut Frames,
        out: &mut Vec<u8>,
    ) -> Complete {
        let mut said = std::mem::take(&mut self.said).finish();
        if let Kind::Custom(_) = self.kind {
            said = special::input(&Arguments::Text(said));
        }
        let all = said.borrowed();
        // the frames below repeat it up to three times
        out.reserve(all.raw().len().saturating_mul(3));
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
                let (delta, done): (Said<'_, ()>, Said<'_, ()>) =
                    (Said::Delta(&all), Said::Input(&all));
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
        if let Some(content) = self.kind.content(all) {
            self.send(
                "response.content_part.done",
                Said::Part(content),
                frames,
                out,
            );
        }
        let item = Complete {
            item_id: self.item_id,
            kind: self.kind,
            said,
            status,
        };
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

impl Serialize for Complete {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let item = Shown {
            id: &self.item_id,
            kind: &self.kind,
            said: Some(&self.said),
            status: self.status,
        };
        item.serialize(serializer)
    }
}

/// A block as an item, with all that was said or still without.
struct Shown<'a> {
    id: &'a str,
    kind: &'a Kind,
    said: Option<&'a Text<'static>>,
    status: &'static str,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (id, status) = (self.id, self.status);
        let said = self.said.map(Text::borrowed);
        match self.kind {
            Kind::Refusal | Kind::Text => {
                let content = said.and_then(|said| self.kind.content(said));
                let item = Item::Message {
                    id,
                    status,
                    role: "assistant",
                    content: content.as_slice(),
                };
                item.serialize(serializer)
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
                item.serialize(serializer)
            }
            Kind::Custom(call) => {
                let item = Item::CustomToolCall {
                    id,
                    call_id: &call.id,
                    name: &call.name,
                    namespace: call.namespace.as_ref(),
                    input: said.unwrap_or_default(),
                    status,
                };
                item.serialize(serializer)
            }
            Kind::Thinking { signature, shown } => {
                let summary = said.filter(|_| *shown).map(|text| Summary { text });
                let envelope = signature.as_ref().map(|signature| Envelope {
                    signature: Some(signature.borrowed()),
                    ..Envelope::default()
                });
                let item = Item::Reasoning {
                    id,
                    summary: summary.as_slice(),
                    encrypted_content: envelope.as_ref().map(Envelope::close),
                };
                item.serialize(serializer)
            }
        }
    }
}
