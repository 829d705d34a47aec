//! Tool definitions and the choice among them.

use super::encode::Editor;
use super::models::Chat;
use super::quirks::{Quirks, Row, Strict};
use crate::inner::Effort;
use crate::json::{Json, Splice};

/// What is left to do about the choice of tools.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Choice {
    /// The model must be asked in words to call a tool.
    pub(super) ask: bool,
    /// Thinking was switched off, whatever effort was asked for.
    pub(super) unthinking: bool,
}

pub(super) fn encode(edit: &mut Editor<'_>, quirks: &Quirks) -> Choice {
    if edit.request.tool_count() == 0 {
        if quirks.has(Row::ToolsNotEmpty) && edit.request.member("tools").is_some() {
            for name in ["tools", "tool_choice", "parallel_tool_calls"] {
                edit.remove(name);
            }
        }
        return Choice::default();
    }
    strict(edit, quirks.strict);
    if quirks.has(Row::ClosedMessages) {
        parameters(edit);
    }
    openai_reasoning(edit, quirks);
    choice(edit, quirks)
}

fn strict(edit: &mut Editor<'_>, strict: Strict) {
    let Some(tools) = edit.request.tools() else {
        return;
    };
    let functions = || {
        let tools = Json::new(tools).elements();
        tools.filter_map(|tool| tool.get("function"))
    };
    let kept = match strict {
        Strict::Kept => true,
        Strict::AllOrNone => {
            functions().all(|function| function.get("strict").map(Json::raw) == Some(b"true"))
        }
        Strict::Refused => false,
    };
    if kept {
        return;
    }
    let mut splice = Splice::new(tools);
    for function in functions() {
        splice.remove_members(function, |member| member.name == b"strict");
    }
    if let Some(tools) = splice.finish() {
        edit.set("tools", tools, "removed strict from tools");
    }
}

/// Tools without parameters say so, where the host asks for the member.
fn parameters(edit: &mut Editor<'_>) {
    let Some(tools) = edit.request.tools() else {
        return;
    };
    let mut splice = Splice::new(tools);
    let tools = Json::new(tools).elements();
    for function in tools.filter_map(|tool| tool.get("function")) {
        match function.get("parameters") {
            Some(told) if told.is_null() => splice.replace(told, NO_PARAMETERS.as_bytes()),
            Some(_) => {}
            None => splice.add_member(function, &format!("\"parameters\":{NO_PARAMETERS}")),
        }
    }
    if let Some(tools) = splice.finish() {
        edit.set("tools", tools, "added parameters to tools without any");
    }
}

/// The schema of arguments that are none.
const NO_PARAMETERS: &str = r#"{"type":"object","properties":{}}"#;

/// GPT-5.6 takes function tools in chat completions only while it does not reason.
/// From GPT-5.4 on, models take function tools in chat completions only while they do not reason.
fn openai_reasoning(edit: &mut Editor<'_>, quirks: &Quirks) {
    let Some(known) = edit.abilities(quirks) else {
        return;
    };
    let effort = edit.request.reasoning_effort();
    let refused = match known.chat {
        Chat::ToolsUnasked => effort.as_deref().is_some_and(|effort| effort != "none"),
        Chat::ToolsUnreasoning => effort.as_deref() != Some("none"),
        _ => false,
    };
    if refused && known.efforts.contains(&Effort::None) {
        edit.set(
            "reasoning_effort",
            r#""none""#,
            "set reasoning_effort to none, as the model takes tools only so",
        );
    }
}

fn choice(edit: &mut Editor<'_>, quirks: &Quirks) -> Choice {
    let Some(choice) = edit.member("tool_choice") else {
        return Choice::default();
    };
    let required = choice.string() == Some(b"required");
    if required && quirks.has(Row::ToolChoiceAny) {
        edit.set("tool_choice", r#""any""#, "tool_choice required as any");
    } else if required && quirks.has(Row::ToolChoiceAsked) {
        edit.remove("tool_choice");
        return Choice {
            ask: true,
            unthinking: false,
        };
    } else if quirks.has(Row::ToolChoiceUnthinking) {
        if choice.string() == Some(b"auto") {
            edit.remove("tool_choice");
        } else if edit.member("thinking").is_none() {
            edit.remove("reasoning_effort");
            edit.set(
                "thinking",
                r#"{"type":"disabled"}"#,
                "switched thinking off for tool_choice",
            );
            return Choice {
                ask: false,
                unthinking: true,
            };
        }
    }
    Choice::default()
}
