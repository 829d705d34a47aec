//! The tools that a vendor is told, and which of them are to be called.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::names::Names;
use crate::encoded::Edits;
use crate::inner::{Json, Request, Text, ToolChoice, Unfit};
use crate::responses::literal::{json, string};
use crate::responses::special::Special;

/// A tool as it is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Tool<'a> {
    Foreign(Json<'a>),
    Function {
        #[serde(rename = "type")]
        kind: &'static str,
        name: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<Text<'a>>,
        parameters: Json<'a>,
        /// Always said: Responses is strict where nothing is said, chat is not.
        strict: bool,
    },
}

/// The tools of Responses whose calls can be told in the inner form, or need no call of the client's. The others
/// (`local_shell`, `computer`, `mcp` with approval and so on) have calls that the client must answer.
const FOREIGN: [&str; 6] = [
    "code_interpreter",
    "custom",
    "file_search",
    "namespace",
    "web_search",
    "web_search_preview",
];

/// The tools, and those of them whose calls are special.
pub(super) fn tools<'a>(
    request: &'a Request<'_>,
    names: &mut Names,
    edits: &mut Edits,
) -> (Vec<Tool<'a>>, Special) {
    let functions = request.tools.iter().filter(|tool| tool.foreign.is_none());
    functions.for_each(|tool| names.note(&tool.name));
    let mut special = Special::default();
    let mut sent = Vec::with_capacity(request.tools.len());
    for tool in &request.tools {
        let Some(foreign) = &tool.foreign else {
            let parameters = tool.parameters.as_ref().map(Json::borrowed);
            sent.push(Tool::Function {
                kind: "function",
                name: names.told(&tool.name),
                description: tool.description.as_ref().map(Text::borrowed),
                parameters: parameters
                    .unwrap_or_else(|| json(r#"{"type":"object","properties":{}}"#)),
                strict: tool.strict.unwrap_or(false),
            });
            continue;
        };
        let kind = kind(foreign);
        if FOREIGN.contains(&kind.as_str()) {
            let foreign = flat(foreign);
            special.note(foreign.get());
            sent.push(Tool::Foreign(foreign));
        } else {
            edits.push(format!("removed tools.{kind}").into());
        }
    }
    (sent, special)
}

#[derive(Deserialize)]
struct Foreign<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    custom: Option<&'a RawValue>,
}

fn kind(tool: &Json<'_>) -> String {
    let read = tool.read::<Foreign<'_>>().and_then(|tool| tool.kind);
    let kind = read.and_then(string).unwrap_or_default();
    kind.into_owned()
}

/// Chat completions has a custom tool's members one level deeper.
fn flat<'a>(tool: &'a Json<'_>) -> Json<'a> {
    let inner = tool.read::<Foreign<'_>>().and_then(|tool| tool.custom);
    match inner.and_then(|inner| inner.get().strip_prefix('{')) {
        Some(members) => json(format!(r#"{{"type":"custom",{members}"#)),
        None => tool.borrowed(),
    }
}

/// Which tools are to be called, as it is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Choice<'a> {
    Allowed {
        #[serde(rename = "type")]
        kind: &'static str,
        mode: &'static str,
        tools: Vec<One<'a>>,
    },
    Named(One<'a>),
    Word(&'static str),
}

/// One tool that is meant.
#[derive(Debug, Serialize)]
pub(super) struct One<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Text<'a>>,
}

/// The choice among tools.
///
/// # Errors
/// [`Unfit`] when a call is asked for and no tool could be sent.
pub(super) fn choice<'a>(
    request: &'a Request<'_>,
    sent: usize,
    names: &mut Names,
) -> Result<Option<Choice<'a>>, Unfit> {
    let Some(choice) = &request.tool_choice else {
        return Ok(None);
    };
    let forced = match choice {
        ToolChoice::Named(_) | ToolChoice::Required => true,
        ToolChoice::Allowed { required, .. } => *required,
        _ => false,
    };
    match (sent, forced) {
        (0, true) => return Err(Unfit::new("tool_choice", "no tool that could be called")),
        (0, false) => return Ok(None),
        _ => {}
    }
    Ok(Some(match choice {
        ToolChoice::Auto => Choice::Word("auto"),
        ToolChoice::None => Choice::Word("none"),
        ToolChoice::Required => Choice::Word("required"),
        ToolChoice::Named(name) => Choice::Named(one(request, name, names)),
        ToolChoice::Allowed {
            names: allowed,
            required,
        } => Choice::Allowed {
            kind: "allowed_tools",
            mode: if *required { "required" } else { "auto" },
            tools: allowed
                .iter()
                .map(|name| one(request, name, names))
                .collect(),
        },
    }))
}

/// A hosted tool has no name but its type.
fn one<'a>(request: &'a Request<'_>, name: &'a Text<'_>, names: &mut Names) -> One<'a> {
    let tool = request.tools.iter().find(|tool| tool.name == *name);
    let foreign = tool.and_then(|tool| tool.foreign.as_ref());
    let kind = foreign.map_or_else(|| "function".into(), kind);
    let name = match kind.as_str() {
        "function" => Some(names.told(name)),
        "custom" => Some(name.borrowed()),
        _ => None,
    };
    One { kind, name }
}
