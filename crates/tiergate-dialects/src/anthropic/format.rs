//! The form that an answer shall have.

use super::models::{Can, Model};
use super::names::Names;
use super::schema;
use super::tools::{Choice, Own, Tool, Tools};
use super::wire::{Block, Extras, Notes};
use crate::inner::{Format, Json, Text, Unfit};

/// What became of the form.
#[derive(Debug, Default)]
pub(super) struct Form<'a> {
    /// The schema for `output_config.format`.
    pub(super) schema: Option<Json<'a>>,
    /// The tool whose arguments are the answer.
    pub(super) tool: Option<&'static str>,
}

/// Asks for the form: in the vendor's own way, else by a tool that must be called, else by an instruction.
pub(super) fn encode<'a>(
    format: &'a Format<'_>,
    model: &Model,
    thinks: bool,
    (tools, names): (&mut Tools<'a>, &Names),
    system: &mut Vec<Block<'_>>,
    notes: &mut Notes,
) -> Result<Form<'a>, Unfit> {
    let (description, schema) = match format {
        Format::Text => return Ok(Form::default()),
        Format::JsonObject => {
            system.push(Block::text(INSTRUCTION));
            notes.add("response_format json_object as an instruction");
            return Ok(Form::default());
        }
        Format::JsonSchema {
            description,
            schema,
            ..
        } => (description, schema),
    };
    let why = if model.can(Can::Json) {
        match schema::closed(schema) {
            Ok(schema) => {
                return Ok(Form {
                    schema: Some(schema),
                    tool: None,
                });
            }
            Err(why) => why,
        }
    } else {
        "the model has no structured output"
    };
    if tools.choice.as_ref().is_some_and(Choice::forces) {
        notes.add("response_format beside a forced tool call has no effect");
        return Ok(Form::default());
    }
    let name = names.free(["json", "json_answer", "final_json_answer"]);
    let Some(name) = name.filter(|_| model.can(Can::ForceTool) && !thinks) else {
        let message = format!("{why}, and a tool cannot stand in for it");
        return Err(Unfit::new("response_format", message));
    };
    notes.add("response_format json_schema as a tool call");
    force(name, description.as_ref(), schema, tools, notes);
    Ok(Form {
        schema: None,
        tool: Some(name),
    })
}

const INSTRUCTION: &str =
    "Answer with exactly one JSON object and nothing else: no other words, no code fence.";

/// Makes the answer a call of a tool; other tools may be called instead of it.
fn force<'a>(
    name: &'static str,
    description: Option<&'a Text<'_>>,
    schema: &'a Json<'_>,
    tools: &mut Tools<'a>,
    notes: &mut Notes,
) {
    let own = Text::new(name);
    let others = tools
        .list
        .iter()
        .any(|tool| !matches!(tool, Tool::Own(own) if own.name.is("no_tool")));
    let callable = others
        && tools
            .choice
            .as_ref()
            .is_none_or(|choice| choice.kind != "none");
    tools.list.push(Tool::Own(Own {
        input_schema: schema::arguments(Some(schema), &own, notes),
        name: own.clone(),
        description: Some(description.map_or_else(
            || Text::new("Gives the answer, when it is ready."),
            Text::borrowed,
        )),
        strict: None,
        cache_control: None,
        more: Extras::default(),
    }));
    tools.choice = Some(Choice {
        kind: if callable { "any" } else { "tool" },
        name: (!callable).then_some(own),
        disable_parallel_tool_use: true,
    });
}
