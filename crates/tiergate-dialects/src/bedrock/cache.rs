//! Where prompt caches end.

use super::draft::note;
use super::model::Model;
use super::wire::{Block, Body, CachePoint, Tool};
use crate::encoded::Edits;
use crate::inner::Cache;

/// The most cache points of a request.
const POINTS: usize = 4;

/// The cache point for a hint, where the model takes one.
pub(super) fn cache_point(
    cache: Option<Cache>,
    model: Model,
    edits: &mut Edits,
) -> Option<CachePoint> {
    let cache = cache?;
    if !model.marks_caches() {
        note(edits, "removed cache_control");
        return None;
    }
    let long = model.claude().is_some_and(|claude| claude.long_cache);
    let ttl = match cache {
        Cache::Long if long => Some("1h"),
        Cache::Long => {
            note(edits, "cache of an hour shortened");
            None
        }
        Cache::Short => None,
    };
    Some(CachePoint {
        kind: "default",
        ttl,
    })
}

/// Takes the foremost cache points away where there are too many: the later ones cover what they covered.
pub(super) fn limit(body: &mut Body<'_>, edits: &mut Edits) {
    let is_point = |block: &Block<'_>| matches!(block, Block::CachePoint(_));
    let is_tool = |tool: &Tool<'_>| matches!(tool, Tool::CachePoint(_));
    let tools = body.tool_config.iter().flat_map(|config| &config.tools);
    let messages = body.messages.iter().flat_map(|message| &message.content);
    let blocks = body.system.iter().chain(messages);
    let points =
        tools.filter(|tool| is_tool(tool)).count() + blocks.filter(|block| is_point(block)).count();
    let mut excess = points.saturating_sub(POINTS);
    if excess == 0 {
        return;
    }
    note(edits, "removed cache points beyond four");
    let mut stays = |is_point: bool| {
        let goes = is_point && excess > 0;
        excess -= usize::from(goes);
        !goes
    };
    if let Some(config) = &mut body.tool_config {
        config.tools.retain(|tool| stays(is_tool(tool)));
    }
    body.system.retain(|block| stays(is_point(block)));
    for message in &mut body.messages {
        message.content.retain(|block| stays(is_point(block)));
    }
}
