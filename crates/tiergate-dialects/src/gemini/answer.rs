//! A whole answer.

use super::response::{Call, Part, Response};
use super::signature::{self, Said};
use super::usage::Metadata;
use crate::fault::Fault;
use crate::inner::{self, Answer, Arguments, Json, Stop, Text, ToolCall, Undo};

/// Reads the body of a success.
///
/// What only Gemini knows becomes a foreign part.
///
/// # Errors
/// A [`Fault`] when the body is no answer or one without an end, is an error in spite of its status, or ends with a
/// fault of the model.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let mut read = Response::read(body)?;
    let candidate = read.candidate();
    let usage = read.usage_metadata.as_ref().and_then(Metadata::usage);
    let blocked = read.block_reason();
    let mut answer = Answer {
        id: read.id,
        model: read.model_version,
        usage,
        ..Answer::default()
    };
    let Some(mut candidate) = candidate else {
        let blocked = blocked.ok_or_else(|| Fault::invalid("the answer has no candidates"))?;
        answer.stop = Stop::ContentFilter;
        answer.native_stop = Some(blocked);
        return Ok(answer);
    };
    let mut calls = Calls::new(undo, answer.id.as_ref());
    let mut said = Said::default();
    for part in candidate.parts() {
        add(&mut answer.parts, part, (&mut calls, &mut said), undo);
    }
    let ended = candidate.ended(calls.any())?;
    let ended = ended.ok_or_else(|| Fault::invalid("the answer has no finish reason"))?;
    answer.stop = ended.stop;
    answer.native_stop = Some(ended.native);
    Ok(answer)
}

fn add<'a>(
    parts: &mut Vec<inner::Part<'a>>,
    mut part: Part<'a>,
    (calls, said): (&mut Calls, &mut Said),
    undo: &Undo,
) {
    if let Some(source) = part.picture() {
        parts.push(inner::Part::Image {
            source,
            detail: None,
            cache: None,
        });
        let signature = part.thought_signature.as_ref();
        if let Some(signature) = signature.map(signature::mark_picture) {
            parts.push(thinking(Text::default(), Some(signature)));
        }
        return;
    }
    if let Some(foreign) = part.foreign() {
        parts.push(inner::Part::Foreign(foreign));
        return;
    }
    let is_thought = part.thought == Some(true);
    let signature = part.thought_signature.take();
    if let Some(call) = part.function_call.take() {
        let call = calls.read(call, undo);
        parts.push(inner::Part::ToolCall(ToolCall {
            id: call.id,
            name: call.name,
            arguments: Arguments::Object(call.args),
            signature,
            cache: None,
        }));
        return;
    }
    let text = part.text.unwrap_or_default();
    if is_thought {
        think(parts, text, signature.as_ref().map(signature::mark));
        return;
    }
    let signature = said.words(&text, signature.as_ref(), calls.count());
    if !text.is_empty() {
        parts.push(inner::Part::Text { text, cache: None });
    }
    if signature.is_some() {
        parts.push(thinking(Text::default(), signature));
    }
}

/// A thought; one that is but a signature belongs to the thought before it.
fn think<'a>(parts: &mut Vec<inner::Part<'a>>, text: Text<'a>, signature: Option<Text<'static>>) {
    if text.is_empty()
        && let Some(inner::Part::Thinking {
            signature: before, ..
        }) = parts.last_mut()
        && before.is_none()
    {
        *before = signature;
    } else if !text.is_empty() || signature.is_some() {
        parts.push(thinking(text, signature));
    }
}

fn thinking<'a>(text: Text<'a>, signature: Option<Text<'static>>) -> inner::Part<'a> {
    inner::Part::Thinking {
        text,
        signature,
        id: None,
    }
}

/// The calls of an answer; those without ids are given some.
#[derive(Debug, Default)]
pub(super) struct Calls {
    count: usize,
    /// Some characters that no other answer has.
    of: String,
}

/// A call as the client reads it.
#[derive(Debug)]
pub(super) struct Called<'a> {
    pub(super) id: Text<'a>,
    pub(super) name: Text<'a>,
    pub(super) args: Json<'a>,
}

impl Calls {
    /// By the seed of the request, else by the answer's own id.
    pub(super) fn new(undo: &Undo, answer: Option<&Text<'_>>) -> Self {
        let own = answer.map(Text::value).unwrap_or_default();
        let id = if undo.seed.is_empty() {
            &*own
        } else {
            &*undo.seed
        };
        // the end differs most between answers
        let plain = id.chars().rev().filter(char::is_ascii_alphanumeric);
        Self {
            count: 0,
            of: plain.take(10).collect(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn any(&self) -> bool {
        self.count > 0
    }

    pub(super) fn read<'a>(&mut self, call: Call<'a>, undo: &Undo) -> Called<'a> {
        self.count += 1;
        let invented = || match (self.count, self.of.as_str()) {
            (nth, "") => Text::new(&format!("call_{nth}")),
            (nth, of) => Text::new(&format!("call_{nth}_{of}")),
        };
        let name = call.name.unwrap_or_default();
        let args = call.args.filter(|args| args.get().starts_with('{'));
        Called {
            id: call.id.filter(|id| !id.is_empty()).unwrap_or_else(invented),
            name: if undo.names.is_empty() {
                name
            } else {
                Text::new(undo.name(&name.value()))
            },
            args: args.unwrap_or_else(|| Json::of(&serde_json::Map::new())),
        }
    }
}
