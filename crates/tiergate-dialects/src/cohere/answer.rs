//! A whole answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fault::{ended, fault};
use super::usage::usage;
use crate::calls;
use crate::fault::Fault;
use crate::inner::{Answer, Part, Stop, Text, ToolCall, Undo};

/// Reads the body of a success.
///
/// # Errors
/// A [`Fault`] when the body is no answer, or one that ended in an error.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let whole: Whole<'a> = serde_json::from_slice(body).map_err(unreadable)?;
    let reason = whole.finish_reason.as_ref().map(Text::value);
    if let Some(fault) = reason.as_deref().and_then(|reason| ended(reason, None)) {
        return Err(fault);
    }
    let message: Message<'a> = match whole.message {
        Some(message) if message.get().starts_with('{') => {
            serde_json::from_str(message.get()).map_err(unreadable)?
        }
        Some(_) => return Err(fault(200, None, body)),
        None => return Err(Fault::invalid("the answer has no message")),
    };
    let parts = parts(message, whole.id.as_ref(), undo)?;
    let calls = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    Ok(Answer {
        stop: stop(reason.as_deref(), calls)?,
        id: whole.id,
        model: None,
        parts,
        native_stop: whole.finish_reason,
        stop_sequence: None,
        usage: whole.usage.and_then(usage),
    })
}

/// What an answer's end means, where it is no fault; a word that nobody knows is an end like others.
///
/// # Errors
/// A [`Fault`] when the vendor does not say.
pub(super) fn stop(reason: Option<&str>, calls: bool) -> Result<Stop, Fault> {
    Ok(match reason {
        None | Some("") => return Err(Fault::invalid("the answer has no finish reason")),
        Some("MAX_TOKENS") => Stop::Length,
        Some("STOP_SEQUENCE") => Stop::Sequence,
        Some("TOOL_CALL") => Stop::ToolCalls,
        Some("ERROR_TOXIC") => Stop::ContentFilter,
        Some(_) if calls => Stop::ToolCalls,
        Some(_) => Stop::End,
    })
}

/// A call, whole or its beginning.
#[derive(Deserialize)]
pub(super) struct Call<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) function: Option<Function<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Function<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
}

/// The blocks of content: a list of them, one, or a text in place of one.
pub(super) fn blocks(content: &RawValue) -> serde_json::Result<Vec<Block<'_>>> {
    match content.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(content.get()),
        Some(b'{') => serde_json::from_str(content.get()).map(|block| vec![block]),
        _ => Ok(vec![Block {
            text: Text::literal(content),
            ..Block::default()
        }]),
    }
}

/// A piece of content, whole or a part of one.
#[derive(Default, Deserialize)]
pub(super) struct Block<'a> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) thinking: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    tool_plan: Option<Text<'a>>,
    #[serde(borrow)]
    tool_calls: Option<Vec<Call<'a>>>,
}

fn parts<'a>(
    message: Message<'a>,
    answer: Option<&Text<'_>>,
    undo: &Undo,
) -> Result<Vec<Part<'a>>, Fault> {
    let mut parts = Vec::new();
    let content = message.content.map(blocks).transpose();
    for block in content.map_err(unreadable)?.unwrap_or_default() {
        parts.extend(block.thinking.and_then(thought));
        parts.extend(block.text.and_then(words));
    }
    parts.extend(message.tool_plan.and_then(thought));
    for (nth, call) in message.tool_calls.into_iter().flatten().enumerate() {
        let function = call.function;
        let Some((name, arguments)) =
            function.and_then(|function| Some((function.name?, function.arguments)))
        else {
            return Err(Fault::invalid("a tool call has no name"));
        };
        let seed = answer.map(Text::value).unwrap_or_default();
        let id = call.id.filter(|id| !id.is_empty());
        parts.push(Part::ToolCall(ToolCall {
            id: id.unwrap_or_else(|| calls::id(undo, nth, &seed)),
            name: calls::name(undo, name),
            arguments: calls::arguments(arguments),
            ..ToolCall::default()
        }));
    }
    Ok(parts)
}

fn words(text: Text<'_>) -> Option<Part<'_>> {
    (!text.is_empty()).then_some(Part::Text { text, cache: None })
}

fn thought(text: Text<'_>) -> Option<Part<'_>> {
    (!text.is_empty()).then_some(Part::Thinking {
        text,
        signature: None,
        id: None,
    })
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn unreadable(error: serde_json::Error) -> Fault {
    Fault::unreadable("the answer", &error)
}
