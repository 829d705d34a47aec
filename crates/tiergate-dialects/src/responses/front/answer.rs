//! A whole answer, as a client of Responses gets it.

use bytes::Bytes;
use serde::Serialize;
use tiergate_wire::usage::Usage;

use super::echo::Echo;
use super::item::{Content, Item, Summary, item_id};
use crate::inner::{Answer, Json, Part, Stamp, Stop, Text, ToolCall};
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
        usage: answer.usage.map(Counts::from),
        output: output.items.iter().collect(),
        ..Response::ended(stamp.id, stamp.created, stamp.model, answer.stop, echo)
    };
    serde_json::to_vec(&response).unwrap_or_default().into()
}

fn last_status(stop: Stop) -> &'static str {
    match stop {
        Stop::Length | Stop::ContentFilter => "incomplete",
        _ => "completed",
    }
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
            Part::Foreign(item) => self.items.push(item.clone().into_owned()),
            // nothing that a model says in this dialect
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

/// The object that a whole answer is, and that streams begin and end with.
#[derive(Serialize)]
pub(super) struct Response<'a> {
    id: String,
    object: &'static str,
    created_at: i64,
    pub(super) status: &'static str,
    pub(super) error: Option<Failure<'a>>,
    incomplete_details: Option<Incomplete>,
    model: &'a str,
    pub(super) output: Vec<&'a Json<'static>>,
    pub(super) usage: Option<Counts>,
    #[serde(flatten)]
    echo: &'a Echo,
}

/// Why an answer failed.
#[derive(Serialize)]
pub(super) struct Failure<'a> {
    pub(super) code: &'a str,
    pub(super) message: &'a str,
}

#[derive(Serialize)]
struct Incomplete {
    reason: &'static str,
}

impl<'a> Response<'a> {
    /// An answer that is being made.
    pub(super) fn begun(id: &str, created_at: i64, model: &'a str, echo: &'a Echo) -> Self {
        Self {
            id: format!("resp_{id}"),
            object: "response",
            created_at,
            status: "in_progress",
            error: None,
            incomplete_details: None,
            model,
            output: Vec::new(),
            usage: None,
            echo,
        }
    }

    /// An answer that came to its end, still without output and usage.
    pub(super) fn ended(
        id: &str,
        created_at: i64,
        model: &'a str,
        stop: Stop,
        echo: &'a Echo,
    ) -> Self {
        let reason = match stop {
            Stop::Length => Some("max_output_tokens"),
            Stop::ContentFilter => Some("content_filter"),
            _ => None,
        };
        Self {
            status: reason.map_or("completed", |_| "incomplete"),
            incomplete_details: reason.map(|reason| Incomplete { reason }),
            ..Self::begun(id, created_at, model, echo)
        }
    }
}

/// Tokens, in the words of Responses.
#[derive(Serialize)]
pub(super) struct Counts {
    input_tokens: u64,
    input_tokens_details: InputDetails,
    output_tokens: u64,
    output_tokens_details: OutputDetails,
    total_tokens: u64,
}

#[derive(Serialize)]
struct InputDetails {
    cached_tokens: u64,
    cache_write_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write_tokens_details: Option<WriteDetails>,
}

#[derive(Serialize)]
struct WriteDetails {
    ttl_30m_tokens: u64,
    ttl_12h_tokens: u64,
}

#[derive(Serialize)]
struct OutputDetails {
    reasoning_tokens: u64,
}

impl From<Usage> for Counts {
    fn from(usage: Usage) -> Self {
        let (short, long) = (usage.cache_write_tokens, usage.cache_write_long_tokens);
        let written = short.saturating_add(long);
        Self {
            input_tokens: usage.prompt_tokens,
            input_tokens_details: InputDetails {
                cached_tokens: usage.cached_tokens,
                cache_write_tokens: written,
                cache_write_tokens_details: (written > 0).then_some(WriteDetails {
                    ttl_30m_tokens: short,
                    ttl_12h_tokens: long,
                }),
            },
            output_tokens: usage.completion_tokens,
            output_tokens_details: OutputDetails {
                reasoning_tokens: usage.reasoning_tokens,
            },
            total_tokens: usage.prompt_tokens.saturating_add(usage.completion_tokens),
        }
    }
}
