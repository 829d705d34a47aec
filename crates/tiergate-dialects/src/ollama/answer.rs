//! A whole answer.

use super::line::Line;
use crate::calls;
use crate::fault::Fault;
use crate::inner::{Answer, Part, Text, ToolCall, Undo};

/// Reads the body of a success.
///
/// # Errors
/// A [`Fault`] when the body is no answer or an unfinished one, or when the prompt filled the window.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let mut line = Line::read(body)?;
    if !line.is_done() {
        return Err(Fault::invalid("the answer is not finished"));
    }
    let Some(message) = line.message.take() else {
        return Err(Fault::invalid("the answer has no message"));
    };
    let mut parts = Vec::new();
    let present = |text: &Text<'_>| !text.is_empty();
    if let Some(text) = message.thinking.filter(present) {
        parts.push(Part::Thinking {
            text,
            signature: None,
            id: None,
        });
    }
    if let Some(text) = message.content.filter(present) {
        parts.push(Part::Text { text, cache: None });
    }
    let told = message.tool_calls.unwrap_or_default();
    let calls = told.len();
    let seed = line.seed();
    for (nth, call) in told.into_iter().enumerate() {
        let id = call.id.filter(present);
        parts.push(Part::ToolCall(ToolCall {
            id: id.unwrap_or_else(|| calls::id(undo, nth, &seed)),
            name: calls::name(undo, call.function.name),
            arguments: calls::arguments(call.function.arguments),
            ..ToolCall::default()
        }));
    }
    Ok(Answer {
        id: None,
        stop: line.stop(calls, parts.len())?,
        usage: line.usage(),
        model: line.model,
        parts,
        native_stop: line.done_reason,
        stop_sequence: None,
    })
}
