//! No more cache markers than the vendor takes.

use super::tools::Tool;
use super::turns::Conversation;
use super::wire::{Block, Marker, Notes};

/// The most markers of a request, one at its top level included.
const MARKERS: usize = 4;

/// Takes the foremost markers away where there are too many: the later ones cover what they covered.
pub(super) fn limit(
    tools: &mut [Tool<'_>],
    conversation: &mut Conversation<'_>,
    whole: bool,
    notes: &mut Notes,
) {
    let fixed = tools.iter().filter(|tool| tool.keeps_marker()).count() + usize::from(whole);
    let mut markers: Vec<&mut Option<Marker>> = Vec::new();
    markers.extend(tools.iter_mut().filter_map(Tool::marker));
    collect(&mut conversation.system, &mut markers);
    for message in &mut conversation.messages {
        collect(&mut message.content, &mut markers);
    }
    let room = MARKERS.saturating_sub(fixed);
    let excess = markers.len().saturating_sub(room);
    for marker in markers.into_iter().take(excess) {
        *marker = None;
        notes.add("removed cache markers beyond four");
    }
}

fn collect<'b>(blocks: &'b mut [Block<'_>], markers: &mut Vec<&'b mut Option<Marker>>) {
    for block in blocks {
        match block {
            Block::ToolResult {
                content,
                cache_control,
                ..
            } => {
                collect(content, markers);
                markers.extend(cache_control.is_some().then_some(cache_control));
            }
            Block::Document { cache_control, .. }
            | Block::SearchResult { cache_control, .. }
            | Block::Image { cache_control, .. }
            | Block::Text { cache_control, .. }
            | Block::ToolUse { cache_control, .. } => {
                markers.extend(cache_control.is_some().then_some(cache_control));
            }
            Block::Foreign(_) | Block::RedactedThinking { .. } | Block::Thinking { .. } => {}
        }
    }
}
