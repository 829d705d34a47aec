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
    #[serde(borrow)]
    format: Option<&'a RawValue>,
}

/// Reads the tools. What is no function is foreign; a hosted tool goes by the name of its type. Whoever knows functions
/// only can offer a custom tool as one of one text, and the writer of the answer undoes it.
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
    if kind.is("custom") {
        return Ok(Tool {
            name: text(declared.name, || format!("tools[{at}].name"))?,
            description: with_grammar(description, declared.format),
            parameters: Some(json(INPUT_SCHEMA)),
            strict: None,
            cache: None,
            foreign: Some(value.into()),
        });
    }
    Ok(Tool {
        name: declared.name.and_then(Text::literal).unwrap_or(kind),
        description,
        parameters: None,
        strict: None,
        cache: None,
        foreign: Some(value.into()),
    })
}

/// A language that the input of a custom tool keeps to.
#[derive(Deserialize)]
struct Grammar<'a> {
    #[serde(borrow)]
    syntax: Option<&'a RawValue>,
    #[serde(borrow)]
    definition: &'a RawValue,
}

/// The description with the grammar, which a function has no other place for.
fn with_grammar<'a>(description: Option<Text<'a>>, format: Option<&RawValue>) -> Option<Text<'a>> {
    let grammar: Option<Grammar<'_>> =
        format.and_then(|format| serde_json::from_str(format.get()).ok());
    let Some(grammar) = grammar else {
        return description;
    };
    let syntax = grammar.syntax.and_then(Text::literal).unwrap_or_default();
    let definition = Text::literal(grammar.definition).unwrap_or_default();
    let said = description.unwrap_or_default();
    let said = [said.value().as_ref(), "The input keeps to this grammar"].join("\n\n");
    let told = format!(
        "{} ({}):\n{}",
        said.trim_start(),
        syntax.value(),
        definition.value()
    );
    Some(Text::new(&told))
}

/// Whether the input of a custom tool shall keep to a grammar, which nobody but OpenAI sees to.
pub(super) fn has_grammar(tools: &RawValue) -> bool {
    let tools: Vec<Declared<'_>> = serde_json::from_str(tools.get()).unwrap_or_default();
    let grammar = |format: &RawValue| serde_json::from_str::<Grammar<'_>>(format.get()).is_ok();
    tools.iter().any(|tool| tool.format.is_some_and(grammar))
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
