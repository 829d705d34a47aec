//! The tools of a client's request.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::blocks;
use super::super::read::{Members, Wrong, parse, text};
use super::{LIST, OBJECT, wrong};
use crate::inner::{Json, Text, Tool, ToolChoice};

/// Members that the inner form has no place for.
type Rest<'a> = Vec<(Cow<'a, str>, Json<'a>)>;

/// Reads `tools`.
pub(super) fn tools<'a>(value: &'a RawValue, rest: &mut Rest<'a>) -> Result<Vec<Tool<'a>>, Wrong> {
    let tools: Vec<&RawValue> = parse(value).ok_or_else(|| wrong("tools", LIST))?;
    let tool = |(at, raw): (usize, &'a RawValue)| {
        let members = parse(raw).ok_or_else(|| wrong("", OBJECT));
        let tool = members.and_then(|members| tool(raw, members, rest));
        tool.map_err(|wrong| wrong.within(format_args!("tools.{at}")))
    };
    tools.into_iter().enumerate().map(tool).collect()
}

/// A tool; members of it that the inner form has no place for go to the rest, by the tool's name.
fn tool<'a>(
    raw: &'a RawValue,
    members: Members<'a>,
    rest: &mut Rest<'a>,
) -> Result<Tool<'a>, Wrong> {
    let kind = text(members.get("type"));
    let name = text(members.get("name"));
    let mut tool = Tool {
        name: Text::default(),
        description: text(members.get("description")),
        parameters: None,
        strict: members.get("strict").and_then(parse),
        cache: blocks::cache(members.get("cache_control")),
        foreign: None,
    };
    if kind.as_ref().is_some_and(|kind| !kind.is("custom")) {
        tool.name = name.or(kind).unwrap_or_default();
        tool.foreign = Some(raw.into());
        return Ok(tool);
    }
    tool.name = name.ok_or_else(|| wrong("name", Wrong::REQUIRED))?;
    let schema = members
        .get("input_schema")
        .filter(|schema| schema.get().starts_with('{'));
    let schema = schema.ok_or_else(|| wrong("input_schema", Wrong::REQUIRED))?;
    tool.parameters = Some(schema.into());
    for (name, value) in members.0 {
        if !KNOWN.contains(&&*name) && value.get() != "null" {
            let name = format!("tools.{}.{name}", tool.name.value());
            rest.push((name.into(), value.into()));
        }
    }
    Ok(tool)
}

/// The members of a tool that the inner form has places for.
const KNOWN: [&str; 6] = [
    "type",
    "name",
    "description",
    "input_schema",
    "strict",
    "cache_control",
];

/// Reads `tool_choice`: which tools, and whether several at once.
pub(super) fn choice(value: &RawValue) -> Result<(ToolChoice<'_>, Option<bool>), Wrong> {
    #[derive(Deserialize)]
    struct Choice<'a> {
        #[serde(rename = "type", borrow)]
        kind: Option<Text<'a>>,
        #[serde(borrow)]
        name: Option<Text<'a>>,
        disable_parallel_tool_use: Option<bool>,
    }
    let choice: Option<Choice<'_>> = parse(value);
    let choice = choice.ok_or_else(|| wrong("tool_choice", OBJECT))?;
    let parallel = choice.disable_parallel_tool_use.map(|disable| !disable);
    let kind = choice.kind.as_ref().map_or("", Text::inside);
    let which = match (kind, choice.name) {
        ("auto", _) => ToolChoice::Auto,
        ("any", _) => ToolChoice::Required,
        ("none", _) => ToolChoice::None,
        ("tool", Some(name)) => ToolChoice::Named(name),
        ("tool", None) => return Err(wrong("tool_choice.name", Wrong::REQUIRED)),
        _ => {
            return Err(wrong(
                "tool_choice.type",
                "Input should be auto, any, tool or none",
            ));
        }
    };
    Ok((which, parallel))
}
