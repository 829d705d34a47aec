//! The tools that may be called.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::encoded::Edits;
use crate::inner::{self, Json, Request, Text, ToolChoice, Unfit};
use crate::remains::remove;

/// Tools and what is said about them.
pub(super) struct Tools<'a> {
    pub(super) offered: Vec<Tool<'a>>,
    pub(super) choice: Option<&'static str>,
    pub(super) strict: Option<bool>,
}

/// A tool, in the same shape as OpenAI's.
#[derive(Serialize)]
pub(super) struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a Text<'a>>,
    parameters: Json<'a>,
}

pub(super) fn encode<'a>(request: &'a Request<'_>, edits: &mut Edits) -> Result<Tools<'a>, Unfit> {
    let (names, choice) = match &request.tool_choice {
        None | Some(ToolChoice::Auto) => (None, None),
        Some(ToolChoice::None) => (None, Some("NONE")),
        Some(ToolChoice::Required) => (None, Some("REQUIRED")),
        Some(ToolChoice::Named(name)) => (Some(std::slice::from_ref(name)), Some("REQUIRED")),
        Some(ToolChoice::Allowed { names, required }) => {
            (Some(names.as_slice()), required.then_some("REQUIRED"))
        }
    };
    let offered = request.tools.iter();
    let offered = offered.filter(|tool| names.is_none_or(|names| names.contains(&tool.name)));
    let offered: Vec<&inner::Tool<'_>> = offered.collect();
    if offered.is_empty() {
        return match choice {
            Some("REQUIRED") => Err(Unfit::new(
                "tool_choice",
                "a tool that is not offered is to be called",
            )),
            _ => Ok(Tools {
                offered: Vec::new(),
                choice: None,
                strict: None,
            }),
        };
    }
    let strict = strict(&offered, edits);
    let tools = offered.into_iter().map(tool).collect::<Result<_, _>>()?;
    Ok(Tools {
        offered: tools,
        choice,
        strict,
    })
}

fn tool<'a>(tool: &'a inner::Tool<'_>) -> Result<Tool<'a>, Unfit> {
    if tool.is_foreign() {
        let why = format!("cohere has no tool {}", tool.name.value());
        return Err(Unfit::new("tools", why));
    }
    let parameters = match &tool.parameters {
        Some(schema) => schema.borrowed(),
        None => Json::of(&serde_json::json!({"type": "object", "properties": {}})),
    };
    Ok(Tool {
        r#type: "function",
        function: Function {
            name: &tool.name,
            description: tool.description.as_ref(),
            parameters,
        },
    })
}

/// Strictness holds for all tools or none, and only for tools that require a parameter.
fn strict(tools: &[&inner::Tool<'_>], edits: &mut Edits) -> Option<bool> {
    let asked = |tool: &&inner::Tool<'_>| tool.strict == Some(true);
    if !tools.iter().any(asked) {
        return None;
    }
    let all = tools.iter().all(|tool| asked(tool) && requires(tool));
    if !all {
        remove(edits, "strict");
    }
    all.then_some(true)
}

fn requires(tool: &inner::Tool<'_>) -> bool {
    #[derive(Deserialize)]
    struct Schema<'a> {
        #[serde(borrow)]
        required: Option<Vec<&'a RawValue>>,
    }
    let schema = tool.parameters.as_ref().and_then(Json::read::<Schema<'_>>);
    let required = schema.and_then(|schema| schema.required);
    required.is_some_and(|names| !names.is_empty())
}
