//! Tool definitions and the choice among them.

use std::borrow::Cow;

use tiergate_wire::json::unescape;

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
    let allowed = Allowed::of(edit, quirks);
    definitions(edit, quirks, allowed.as_ref());
    openai_reasoning(edit, quirks);
    choice(edit, quirks, allowed.as_ref())
}

/// The choice among some of the tools, where the host knows none: the others are left out then, and what remains is a
/// choice among all.
#[derive(Debug)]
struct Allowed<'a> {
    names: Vec<Cow<'a, str>>,
    required: bool,
}

impl<'a> Allowed<'a> {
    /// `None` too where no tool would remain: whoever named the wrong ones shall hear of it.
    fn of(edit: &Editor<'a>, quirks: &Quirks) -> Option<Self> {
        let choice = edit.member("tool_choice");
        let choice = choice.filter(|_| quirks.has(Row::NoAllowedTools))?;
        if choice.get("type")?.string()? != b"allowed_tools" {
            return None;
        }
        let told = choice.get("allowed_tools").unwrap_or(choice);
        let allowed = Self {
            names: told.get("tools")?.elements().filter_map(name).collect(),
            required: told.get("mode").and_then(Json::string) == Some(b"required"),
        };
        let mut tools = Json::new(edit.request.tools()?).elements();
        tools.any(|tool| allowed.has(tool)).then_some(allowed)
    }

    fn has(&self, tool: Json<'_>) -> bool {
        name(tool).is_some_and(|name| self.names.contains(&name))
    }
}

/// The name of a tool, or of a reference to one.
fn name(tool: Json<'_>) -> Option<Cow<'_, str>> {
    let inner = tool.get("function").or_else(|| tool.get("custom"));
    let name = inner.unwrap_or(tool).get("name")?;
    name.string().map(unescape)
}

/// What of the tools' definitions the host would refuse.
fn definitions(edit: &mut Editor<'_>, quirks: &Quirks, allowed: Option<&Allowed<'_>>) {
    let Some(text) = edit.request.tools() else {
        return;
    };
    let untouched = quirks.strict == Strict::Kept && !quirks.has(Row::ClosedMessages);
    if untouched && allowed.is_none() {
        // most hosts: long definitions are not read again for nothing
        return;
    }
    let all = Json::new(text);
    let is_kept = |tool: Json<'_>| allowed.is_none_or(|allowed| allowed.has(tool));
    let mut splice = Splice::new(text);
    let mut notes: Vec<&'static str> = Vec::new();
    if !all.elements().all(is_kept) {
        let kept: Vec<bool> = all.elements().map(is_kept).collect();
        splice.remove_elements(all, |at| kept.get(at) == Some(&false));
        notes.push("left out tools that are not allowed");
    }
    let kept = all.elements().filter(|tool| is_kept(*tool));
    let functions: Vec<_> = kept.filter_map(|tool| tool.get("function")).collect();
    if !takes_strict(&functions, quirks.strict) {
        let mut removed = false;
        for function in &functions {
            removed |= splice.remove_members(*function, |member| member.name == b"strict");
        }
        notes.extend(removed.then_some("removed strict from tools"));
    }
    if quirks.has(Row::ClosedMessages) && parameters(&functions, &mut splice) {
        notes.push("added parameters to tools without any");
    }
    let (Some(tools), Some((first, others))) = (splice.finish(), notes.split_first()) else {
        return;
    };
    edit.set("tools", tools, *first);
    for note in others {
        edit.note(*note);
    }
}

fn takes_strict(functions: &[Json<'_>], strict: Strict) -> bool {
    let is_strict = |function: &Json<'_>| function.get("strict").map(Json::raw) == Some(b"true");
    match strict {
        Strict::Kept => true,
        Strict::AllOrNone => functions.iter().all(is_strict),
        Strict::Refused => false,
    }
}

/// Tools without parameters say so, where the host asks for the member; tells whether there were any.
fn parameters<'a>(functions: &[Json<'a>], splice: &mut Splice<'a>) -> bool {
    let mut added = false;
    for function in functions {
        match function.get("parameters") {
            Some(told) if told.is_null() => splice.replace(told, NO_PARAMETERS.as_bytes()),
            Some(_) => continue,
            None => splice.add_member(*function, &format!("\"parameters\":{NO_PARAMETERS}")),
        }
        added = true;
    }
    added
}

/// The schema of arguments that are none.
const NO_PARAMETERS: &str = r#"{"type":"object","properties":{}}"#;

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

fn choice(edit: &mut Editor<'_>, quirks: &Quirks, allowed: Option<&Allowed<'_>>) -> Choice {
    let Some(choice) = edit.member("tool_choice") else {
        return Choice::default();
    };
    let word = match allowed {
        Some(allowed) if allowed.required => Some(&b"required"[..]),
        Some(_) => Some(&b"auto"[..]),
        None => choice.string(),
    };
    let required = word == Some(b"required");
    if required && quirks.has(Row::ToolChoiceAsked) {
        edit.remove("tool_choice");
        return Choice {
            ask: true,
            unthinking: false,
        };
    }
    let unthinking = quirks.has(Row::ToolChoiceUnthinking);
    if unthinking && word == Some(b"auto") {
        edit.remove("tool_choice");
        return Choice::default();
    }
    match (required, quirks.has(Row::ToolChoiceAny), allowed) {
        (true, true, _) => edit.set("tool_choice", r#""any""#, "tool_choice required as any"),
        (true, false, Some(_)) => {
            edit.set("tool_choice", r#""required""#, "tool_choice as required");
        }
        (false, _, Some(_)) => edit.set("tool_choice", r#""auto""#, "tool_choice as auto"),
        (_, _, None) => {}
    }
    if unthinking && edit.member("thinking").is_none() {
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
    Choice::default()
}
