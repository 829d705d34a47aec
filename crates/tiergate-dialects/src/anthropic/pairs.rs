//! Each call has its result, in the very next message, before anything else.

use super::turns::USER;
use super::wire::{Block, Message, Notes};
use crate::inner::Text;

/// Puts the results of each message's calls to the front of the next one, makes up those that are missing, and
/// tells the words of those that answer no call.
pub(super) fn pair<'a>(messages: Vec<Message<'a>>, notes: &mut Notes) -> Vec<Message<'a>> {
    let mut out: Vec<Message<'a>> = Vec::with_capacity(messages.len() + 2);
    let mut waiting = Vec::new();
    for message in messages {
        if message.role == USER {
            let content = answered(message.content, &waiting, notes);
            waiting.clear();
            out.push(Message { content, ..message });
        } else {
            waiting.extend(message.content.iter().filter_map(call));
            out.push(message);
        }
    }
    if !waiting.is_empty() {
        out.push(Message {
            role: USER,
            content: answered(Vec::new(), &waiting, notes),
        });
    }
    out
}

fn call<'a>(block: &Block<'a>) -> Option<Text<'a>> {
    match block {
        Block::ToolUse { id, .. } => Some(id.clone()),
        _ => None,
    }
}

fn answered<'a>(
    content: Vec<Block<'a>>,
    waiting: &[Text<'a>],
    notes: &mut Notes,
) -> Vec<Block<'a>> {
    let is_result = |block: &Block<'_>| matches!(block, Block::ToolResult { .. });
    if waiting.is_empty() && !content.iter().any(is_result) {
        return content;
    }
    let (mut results, others): (Vec<_>, Vec<_>) = content.into_iter().partition(is_result);
    let mut out = Vec::with_capacity(results.len() + others.len() + 1);
    for id in waiting {
        let found = results.iter().position(|result| answers(result, id));
        out.push(match found {
            Some(at) => results.remove(at),
            None => missing(id, notes),
        });
    }
    for orphan in results {
        notes.add("a tool's result without its call as text");
        if let Block::ToolResult { content, .. } = orphan {
            out.extend(content);
        }
    }
    out.extend(others);
    if out.is_empty() {
        out.push(Block::text("."));
    }
    out
}

fn answers(result: &Block<'_>, id: &Text<'_>) -> bool {
    matches!(result, Block::ToolResult { tool_use_id, .. } if tool_use_id == id)
}

fn missing<'a>(id: &Text<'a>, notes: &mut Notes) -> Block<'a> {
    notes.add("added a result for a call without one");
    Block::ToolResult {
        tool_use_id: id.clone(),
        content: vec![Block::text("No result.")],
        is_error: false,
        cache_control: None,
    }
}
