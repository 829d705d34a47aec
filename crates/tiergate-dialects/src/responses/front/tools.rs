//! The tools of a client's request, and which of them are to be called.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::members::{bad, read, text};
use crate::inner::{BadRequest, Json, Text, Tool, ToolChoice};
use crate::responses::literal::json;
use crate::responses::special::INPUT_SCHEMA;

#[derive(Deserialize)]
struct Declared<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    description: Option<&'a RawValue>,
    #[serde(borrow)]
    parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    strict: Option<&'a RawValue>,
}

/// Reads the tools. What is no function is foreign; a hosted tool goes by the name of its type.
pub(super) fn tools(value: &RawValue) -> Result<Vec<Tool<'_>>, BadRequest> {
    let tools: Vec<&RawValue> = read("tools", value)?;
    let tools = tools.into_iter().enumerate();
    tools.map(|(at, value)| tool(at, value)).collect()
}

fn tool(at: usize, value: &RawValue) -> Result<Tool<'_>, BadRequest> {
    let declared: Declared<'_> = read("tools", value)?;
    let kind = text(declared.kind, || format!("tools[{at}].type"))?;
    let description = declared.description.and_then(Text::literal);
    if kind.is("function") {
        return Ok(Tool {
            name: text(declared.name, || format!("tools[{at}].name"))?,
            description,
            parameters: declared.parameters.map(Json::from),
            strict: declared.strict.map(|strict| strict.get() == "true"),
            cache: None,
            foreign: None,
        });
    }
    let custom = kind.is("custom");
    Ok(Tool {
        name: declared.name.and_then(Text::literal).unwrap_or(kind),
        description,
        // whoever knows functions only can offer a custom tool as one
        parameters: custom.then(|| json(INPUT_SCHEMA)),
        strict: None,
        cache: None,
        foreign: Some(value.into()),
    })
}

/// Reads `tool_choice`.
pub(super) fn choice(value: &RawValue) -> Result<ToolChoice<'_>, BadRequest> {
    #[derive(Deserialize)]
    struct Chosen<'a> {
        #[serde(borrow, rename = "type")]
        kind: Option<&'a RawValue>,
        #[serde(borrow)]
        name: Option<&'a RawValue>,
        #[serde(borrow)]
        mode: Option<&'a RawValue>,
        #[serde(borrow)]
        tools: Option<Vec<Declared<'a>>>,
    }
    match value.get() {
        r#""auto""# => return Ok(ToolChoice::Auto),
        r#""none""# => return Ok(ToolChoice::None),
        r#""required""# => return Ok(ToolChoice::Required),
        word if word.starts_with('"') => {
            return Err(bad("tool_choice", "tool_choice is not known"));
        }
        _ => {}
    }
    let chosen: Chosen<'_> = read("tool_choice", value)?;
    let kind = text(chosen.kind, || "tool_choice.type".into())?;
    if kind.is("allowed_tools") {
        let tools = chosen.tools.unwrap_or_default().into_iter();
        let names = tools.filter_map(|tool| Text::literal(tool.name.or(tool.kind)?));
        return Ok(ToolChoice::Allowed {
            names: names.collect(),
            required: chosen
                .mode
                .is_some_and(|mode| mode.get() == r#""required""#),
        });
    }
    if kind.is("function") || kind.is("custom") {
        let name = text(chosen.name, || "tool_choice.name".into())?;
        return Ok(ToolChoice::Named(name));
    }
    Ok(ToolChoice::Named(kind))
}
