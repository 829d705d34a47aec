//! Messages while they are collected.

use super::wire::{Block, CachePoint, Message};
use crate::encoded::{Edit, Edits};
use crate::inner::Text;

/// Notes a change once, however often it is made.
pub(super) fn note(edits: &mut Edits, edit: impl Into<Edit>) {
    let edit = edit.into();
    if !edits.contains(&edit) {
        edits.push(edit);
    }
}

/// A message in two parts, since Bedrock demands an order: results of tools before whatever else a user says, and
/// calls of tools after whatever else the model said.
#[derive(Default)]
pub(super) struct Draft<'a> {
    pub(super) assistant: bool,
    head: Vec<Block<'a>>,
    tail: Vec<Block<'a>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(assistant: bool) -> Self {
        Self {
            assistant,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, block: Block<'a>, cache: Option<CachePoint>) {
        let first = match &block {
            Block::ToolResult(_) => true,
            Block::ToolUse(_) => false,
            _ => self.assistant,
        };
        let part = if first {
            &mut self.head
        } else {
            &mut self.tail
        };
        part.push(block);
        part.extend(cache.map(Block::CachePoint));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }

    /// Whether a document stands without the text that it needs beside it.
    pub(super) fn lacks_text(&self) -> bool {
        let blocks = || self.head.iter().chain(&self.tail);
        blocks().any(|block| matches!(block, Block::Document(_)))
            && !blocks().any(|block| matches!(block, Block::Text(_)))
    }

    /// Cuts the white space at the end, which is refused where the model is to go on from there.
    pub(super) fn trim_end(&mut self) {
        if let Some(Block::Text(text)) = self.tail.last_mut().or_else(|| self.head.last_mut())
            && let value = text.value()
            && value.trim_end().len() < value.len()
        {
            let trimmed = Text::new(value.trim_end());
            *text = trimmed;
        }
    }

    pub(super) fn ends_in_cache_point(&self) -> bool {
        let last = self.tail.last().or_else(|| self.head.last());
        matches!(last, Some(Block::CachePoint(_)))
    }

    pub(super) fn finish(mut self) -> Message<'a> {
        self.head.append(&mut self.tail);
        Message {
            role: if self.assistant { "assistant" } else { "user" },
            content: self.head,
        }
    }
}
