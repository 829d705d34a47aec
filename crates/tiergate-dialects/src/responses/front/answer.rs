//! A whole answer, as a client of Responses gets it.

use bytes::Bytes;

use super::echo::Echo;
use super::item::{Content, Item, Summary, item_id};
use super::picture::Picture;
use super::response::{Counts, Response, last_status};
use crate::inner::{Answer, Json, Media, Part, Stamp, Text, ToolCall};
use crate::picture;
use crate::responses::items::is_item;
use crate::responses::seal::Envelope;
use crate::responses::special;

/// Writes an answer for a client; `echo` is what of its request is repeated.
pub fn write_answer(answer: &Answer<'_>, stamp: &Stamp<'_>, echo: &Echo) -> Bytes {
    let mut output = Output {
        id: stamp.id,
        echo,
        last: last_status(answer.stop),
        items: Vec::with_capacity(answer.parts.len()),
    };
    for (at, part) in answer.parts.iter().enumerate() {
        output.part(part, at + 1 == answer.parts.len());
    }
    let response = Response {
        usage: answer.settled(stamp).map(Counts::from),
        output: output.items.iter().collect(),
        ..Response::ended(stamp.id, stamp.created, stamp.model, answer.stop, echo)
    };
    serde_json::to_vec(&response).unwrap_or_default().into()
}

/// The output under construction.
struct Output<'a> {
    id: &'a str,
    echo: &'a Echo,
    /// The status of the last item.
    last: &'static str,
    items: Vec<Json<'static>>,
}

impl Output<'_> {
    fn part(&mut self, part: &Part<'_>, is_last: bool) {
        let status = if is_last { self.last } else { "completed" };
        match part {
            Part::Text { text, .. } => self.message(Content::text(text.borrowed()), status),
            Part::Refusal(refusal) => {
                let refusal = refusal.borrowed();
                self.message(Content::Refusal { refusal }, status);
            }
            Part::Thinking {
                text, signature, ..
            } => {
                let envelope = signature.as_ref().map(|signature| Envelope {
                    signature: Some(signature.borrowed()),
                    ..Envelope::default()
                });
                self.reasoning(Some(text), envelope.as_ref());
            }
            Part::Redacted { data, .. } => {
                let envelope = Envelope {
                    redacted: Some(data.borrowed()),
                    ..Envelope::default()
                };
                self.reasoning(None, Some(&envelope));
            }
            Part::ToolCall(call) => self.call(call, status),
            Part::Image { source, .. } => self.picture(source, status),
            Part::Foreign(item) if is_item(item) => self.items.push(item.clone().into_owned()),
            // nothing that a model says in this dialect; `front::left_out` lists it
            _ => {}
        }
    }

    fn message(&mut self, content: Content<'_>, status: &'static str) {
        let item = Item::Message {
            id: &self.next(Item::MESSAGE),
            status,
            role: "assistant",
            content: &[content],
        };
        self.items.push(item.json());
    }

    fn picture(&mut self, source: &Media<'_>, status: &'static str) {
        match Picture::of(source) {
            Some(picture) => {
                let id = self.next(Item::PICTURE);
                self.items.push(picture.item(&id, true));
            }
            None => self.message(Content::text(picture::words(source)), status),
        }
    }

    fn reasoning(&mut self, text: Option<&Text<'_>>, envelope: Option<&Envelope<'_>>) {
        let text = text.filter(|text| !text.is_empty());
        let summary: Vec<_> = text
            .map(|text| Summary {
                text: text.borrowed(),
            })
            .into_iter()
            .collect();
        let item = Item::Reasoning {
            id: &self.next(Item::REASONING),
            summary: &summary,
            encrypted_content: envelope.map(Envelope::close),
        };
        self.items.push(item.json());
    }

    fn call(&mut self, call: &ToolCall<'_>, status: &'static str) {
        if let Some(signature) = &call.signature {
            let envelope = Envelope {
                call: Some(call.id.borrowed()),
                signature: Some(signature.borrowed()),
                redacted: None,
            };
            self.reasoning(None, Some(&envelope));
        }
        let split = self.echo.special.split(&call.name);
        let (namespace, name) = match &split {
            Some((space, name)) => (Some(space), name),
            None => (None, &call.name),
        };
        let item = if self.echo.special.is_custom(&call.name) {
            Item::CustomToolCall {
                id: &self.next(Item::CUSTOM),
                call_id: &call.id,
                name,
                namespace,
                input: special::input(&call.arguments),
                status,
            }
        } else {
            Item::FunctionCall {
                id: &self.next(Item::CALL),
                call_id: &call.id,
                name,
                namespace,
                arguments: call.arguments.text(),
                status,
            }
        };
        let item = item.json();
        self.items.push(item);
    }

    fn next(&self, prefix: &str) -> String {
        item_id(prefix, self.id, self.items.len())
    }
}
