//! Turns as messages.

use super::parts::{content, is_sayable, unfit};
use super::{cache_control, note};
use crate::encoded::Edits;
use crate::inner::{Part, Request, Role, Text, ToolCall, ToolResult, Turn, Unfit};
use crate::openai::chat::object::{Object, object};
use crate::openai::chat::{reasoning, write};
use crate::words;

pub(super) fn encode(
    body: &mut Object<'_>,
    request: &Request<'_>,
    edits: &mut Edits,
) -> Result<(), Unfit> {
    let mut messages = Messages {
        out: body.key("messages"),
        edits,
        any: false,
    };
    messages.out.push(b'[');
    if !request.system.is_empty() {
        messages.plain("system", None, &request.system.iter().collect::<Vec<_>>())?;
    }
    for turn in &request.turns {
        match turn.role {
            Role::Assistant => messages.assistant(turn)?,
            Role::System => messages.plain(
                "system",
                turn.name.as_ref(),
                &turn.parts.iter().collect::<Vec<_>>(),
            )?,
            Role::User => messages.user(turn)?,
        }
    }
    messages.out.push(b']');
    Ok(())
}

/// The list of messages under construction.
struct Messages<'o, 'e> {
    out: &'o mut Vec<u8>,
    edits: &'e mut Edits,
    any: bool,
}

impl Messages<'_, '_> {
    /// Opens a message of a role.
    fn open(&mut self, role: &str, name: Option<&Text<'_>>) -> (Object<'_>, &mut Edits) {
        if self.any {
            self.out.push(b',');
        }
        self.any = true;
        let mut message = Object::open(self.out);
        message.string("role", role);
        message.optional("name", name);
        (message, self.edits)
    }

    fn plain(
        &mut self,
        role: &str,
        name: Option<&Text<'_>>,
        parts: &[&Part<'_>],
    ) -> Result<(), Unfit> {
        let (mut message, edits) = self.open(role, name);
        content(&mut message, parts, edits)?;
        message.close();
        Ok(())
    }

    /// What tools gave comes first, each a message of its own: hosts want it right after the calls.
    fn user(&mut self, turn: &Turn<'_>) -> Result<(), Unfit> {
        let mut said: Vec<&Part<'_>> = Vec::with_capacity(turn.parts.len());
        let mut results = false;
        for part in &turn.parts {
            if let Part::ToolResult(result) = part {
                self.result(result)?;
                said.extend(result.parts.iter().filter(|part| !is_text(part)));
                results = true;
            }
        }
        if !said.is_empty() {
            note(self.edits, "images of tool results in a user message");
        }
        said.extend(
            turn.parts
                .iter()
                .filter(|part| !matches!(part, Part::ToolResult(_))),
        );
        if said.is_empty() && results {
            return Ok(());
        }
        self.plain("user", turn.name.as_ref(), &said)
    }

    fn result(&mut self, result: &ToolResult<'_>) -> Result<(), Unfit> {
        if result.failed {
            note(self.edits, "failure of a tool told by its text only");
        }
        let mut texts: Vec<Part<'_>> = result.parts.iter().filter_map(borrowed).collect();
        if texts.is_empty() {
            texts.push(Part::Text {
                text: Text::default(),
                cache: None,
            });
        }
        if let Some(Part::Text { cache, .. }) = texts.last_mut() {
            *cache = cache.or(result.cache);
        }
        let (mut message, edits) = self.open("tool", result.name.as_ref());
        message.text("tool_call_id", &result.id);
        content(&mut message, &texts.iter().collect::<Vec<_>>(), edits)?;
        message.close();
        Ok(())
    }

    fn assistant(&mut self, turn: &Turn<'_>) -> Result<(), Unfit> {
        let calls = || {
            turn.parts
                .iter()
                .filter(|part| matches!(part, Part::ToolCall(_)))
        };
        let said: Vec<&Part<'_>> = turn.parts.iter().filter(|part| is_said(part)).collect();
        if turn
            .parts
            .iter()
            .any(|part| matches!(part, Part::ToolResult(_)))
        {
            return Err(unfit("a tool was run by another vendor"));
        }
        let (mut message, edits) = self.open("assistant", turn.name.as_ref());
        match said.as_slice() {
            [] if calls().next().is_some() => message.raw("content", "null"),
            [] => message.raw("content", "\"\""),
            said => content(&mut message, said, edits)?,
        }
        reasoning::write(&mut message, &turn.parts);
        if calls().next().is_some() {
            message.list("tool_calls", calls(), |out, part| {
                if let Part::ToolCall(call) = part {
                    self::call(out, call);
                }
            });
        }
        message.close();
        Ok(())
    }
}

/// Leaves of a turn what a message can hold.
pub(super) fn spare(turn: &mut Turn<'_>) {
    for part in &mut turn.parts {
        if let Part::ToolResult(result) = part {
            result.parts.retain(is_sayable);
        }
    }
    let by_model = turn.role == Role::Assistant;
    turn.parts.retain(|part| match part {
        Part::ToolResult(_) => !by_model,
        part => !is_said(part) || is_sayable(part),
    });
}

/// Whether a tool's message can hold a part of its result.
fn is_text(part: &Part<'_>) -> bool {
    matches!(part, Part::Text { .. } | Part::SearchResult(_))
}

fn borrowed<'p>(part: &'p Part<'_>) -> Option<Part<'p>> {
    let text = match part {
        Part::Text { text, .. } => text.borrowed(),
        Part::SearchResult(result) => words::found(result),
        _ => return None,
    };
    let cache = part.cache();
    Some(Part::Text { text, cache })
}

/// Whether a part belongs to an assistant's content.
fn is_said(part: &Part<'_>) -> bool {
    let elsewhere = matches!(
        part,
        Part::Redacted { .. } | Part::Thinking { .. } | Part::ToolCall(_) | Part::ToolResult(_)
    );
    !elsewhere
}

fn call(out: &mut Vec<u8>, call: &ToolCall<'_>) {
    object(out, |told| {
        write::call(told, call);
        if let Some(cache) = call.cache {
            cache_control(told, cache);
        }
    });
}
