//! Members and blocks that the inner form has no place for.

use super::read::{Members, string};
use super::wire::{Extras, Notes};
use crate::inner::{Json, Request, Unfit};
use crate::own::is_own;
use crate::remains::{is_thought, wants_probabilities};

/// Members of this dialect that are sent as they came.
const NATIVE: [&str; 7] = [
    "container",
    "context_management",
    "diagnostics",
    "fallbacks",
    "inference_geo",
    "mcp_servers",
    "speed",
];

/// Blocks that only this dialect knows.
const BLOCKS: [&str; 13] = [
    "advisor_tool_result",
    "bash_code_execution_tool_result",
    "code_execution_tool_result",
    "container_upload",
    "document",
    "image",
    "mcp_tool_result",
    "mcp_tool_use",
    "search_result",
    "server_tool_use",
    "text_editor_code_execution_tool_result",
    "tool_reference",
    "tool_search_tool_result",
];

/// Whether a part that came as it is belongs to this dialect.
pub(crate) fn is_known_block(block: &Json<'_>) -> bool {
    let members = block.read::<Members<'_>>().unwrap_or_default();
    let kind = string(members.get("type")).unwrap_or_default();
    match &*kind {
        // an item of Responses has this name as well, and only what OpenAI can read
        "compaction" => members.get("content").is_some(),
        "web_search_tool_result" | "web_fetch_tool_result" => true,
        kind => BLOCKS.contains(&kind),
    }
}

/// Whether a part that came as it is says only that another vendor has used a tool or thought, and nothing that was said
/// or found.
pub(super) fn is_record(part: &Json<'_>) -> bool {
    let members = part.read::<Members<'_>>().unwrap_or_default();
    let kind = string(members.get("type")).unwrap_or_default();
    is_thought(&kind) || matches!(&*kind, "mcp_list_tools" | "web_search_call")
}

/// Refuses what would make another answer if it were left out.
pub(super) fn refuse(request: &Request<'_>) -> Result<(), Unfit> {
    for (name, value) in &request.rest {
        let probable = wants_probabilities(name, value);
        let value = value.get();
        let is_refused = match &**name {
            "include" => probable,
            "n" => value.parse().is_ok_and(|count: u64| count > 1),
            "logprobs" => value == "true",
            "top_logprobs" => value.parse().is_ok_and(|count: u64| count > 0),
            "modalities" => value.contains("\"audio\""),
            "audio" => value != "null",
            _ => false,
        };
        if is_refused {
            let known = [
                "audio",
                "include",
                "logprobs",
                "modalities",
                "n",
                "top_logprobs",
            ];
            let param = known.into_iter().find(|known| *known == &**name);
            let message = format!("Anthropic has no {name}");
            return Err(Unfit::new(param.unwrap_or_default(), message));
        }
    }
    Ok(())
}

/// What is sent of the remaining members.
#[derive(Debug, Default)]
pub(super) struct Remains<'a> {
    /// At the top.
    pub(super) top: Extras<'a>,
    /// In `thinking`.
    pub(super) thinking: Extras<'a>,
    /// In `output_config`.
    pub(super) output: Extras<'a>,
}

/// Sorts the remaining members.
pub(super) fn sort<'a>(request: &'a Request<'_>, notes: &mut Notes) -> Remains<'a> {
    let mut remains = Remains::default();
    for (name, value) in &request.rest {
        let name = &**name;
        let of_tool = || {
            request
                .tools
                .iter()
                .any(|tool| is_of(name, &tool.name.value()))
        };
        // OpenAI's member of this name is a list
        let alien = name == "context_management" && !value.get().starts_with('{');
        if NATIVE.contains(&name) && !value.is_null() && !alien {
            remains.top.0.push((name, value.borrowed()));
        } else if name == "thinking" {
            remains.thinking = inside(value);
        } else if name == "output_config" {
            remains.output = inside(value);
        } else if !is_own(name) && !says_nothing(name, value.get()) && !of_tool() {
            notes.removed(name);
        }
    }
    remains
}

/// Whether a member belongs to a tool: `tools.NAME.MEMBER`.
fn is_of(name: &str, tool: &str) -> bool {
    let member = name
        .strip_prefix("tools.")
        .and_then(|name| name.strip_prefix(tool));
    member.is_some_and(|member| member.starts_with('.'))
}

/// A member that asks for what happens anyway.
fn says_nothing(name: &str, value: &str) -> bool {
    match name {
        _ if value == "null" => true,
        "n" => value == "1",
        "logprobs" => value == "false",
        "top_logprobs" => value == "0",
        _ => false,
    }
}

fn inside<'a>(value: &'a Json<'_>) -> Extras<'a> {
    let members: Members<'a> = value.read().unwrap_or_default();
    let known = members
        .0
        .into_iter()
        .filter_map(|(name, value)| match name {
            std::borrow::Cow::Borrowed(name) => Some((name, value.into())),
            // a name with escapes is none of this dialect
            std::borrow::Cow::Owned(_) => None,
        });
    Extras(known.collect())
}
