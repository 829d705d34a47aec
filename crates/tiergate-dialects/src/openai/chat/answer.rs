//! A whole answer of a host.

use super::calls::Names;
use super::chunk::{Choice, Chunk, Message, Piece, pieces};
use super::stop::stop;
use super::wire::{Call, Function};
use crate::fault::Fault;
use crate::inner::{Answer, Part, Stop, Text, ToolCall, Undo};

/// Reads the body of a success; of several choices, the first.
///
/// # Errors
/// A [`Fault`] when the body is no answer: not JSON or cut off, without choices or a finish reason, an error in spite
/// of its status, or an answer whose finish reason reports a fault of the host.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let mut chunk = Chunk::read(body)?;
    let usage = chunk.usage();
    let choice = chunk.take_choice();
    let mut choice = choice.ok_or_else(|| Fault::invalid("the answer has no choices"))?;
    let id = chunk.id.full();
    let message = choice.message.take();
    let message = message.ok_or_else(|| Fault::invalid("the answer has no message"))?;

    let names = Names {
        undo,
        answer: id.as_ref().map(Text::value).unwrap_or_default(),
    };
    let parts = parts(message, &names);
    let called = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let (stop, native_stop) = ended(&mut choice, called)?;
    Ok(Answer {
        id,
        model: chunk.model.full(),
        parts,
        stop,
        native_stop,
        stop_sequence: None,
        usage,
    })
}

fn ended<'a>(choice: &mut Choice<'a>, called: bool) -> Result<(Stop, Option<Text<'a>>), Fault> {
    let reason = std::mem::take(&mut choice.finish_reason).0;
    let reason = reason.ok_or_else(|| Fault::invalid("the answer has no finish reason"))?;
    let native = choice.native(&reason);
    Ok((stop(&reason, called)?, native))
}

fn parts<'a>(message: Message<'a>, names: &Names<'_>) -> Vec<Part<'a>> {
    let pictures = message.pictures();
    let mut parts = message.told().parts();
    for piece in message.content.map_or_else(Vec::new, pieces) {
        parts.push(match piece {
            Piece::Text(text) => Part::Text { text, cache: None },
            Piece::Thought(text) => Part::Thinking {
                text,
                signature: None,
                id: None,
            },
        });
    }
    parts.extend(pictures.into_iter().map(|source| Part::Image {
        source,
        detail: None,
        cache: None,
    }));
    parts.extend(message.refusal.full().map(Part::Refusal));
    let calls = message.tool_calls.unwrap_or_default().into_iter();
    let mut nth = 0;
    for mut call in calls {
        let signature = call.take_signature();
        let Call {
            id,
            function: Some(function),
            ..
        } = call
        else {
            continue;
        };
        nth += 1;
        let id = id.full().unwrap_or_else(|| names.id(nth));
        parts.push(self::call(id, function, signature, names));
    }
    if let Some(function) = message.function_call {
        parts.push(call(names.id(nth + 1), function, None, names));
    }
    parts
}

fn call<'a>(
    id: Text<'a>,
    mut function: Function<'a>,
    signature: Option<Text<'a>>,
    names: &Names<'_>,
) -> Part<'a> {
    let name = std::mem::take(&mut function.name).0.unwrap_or_default();
    Part::ToolCall(ToolCall {
        id,
        name: names.own(name),
        arguments: function.arguments().unwrap_or_default(),
        signature,
        cache: None,
    })
}
