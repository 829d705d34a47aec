//! The form that an answer shall have.

use serde_json::Value;

use super::draft::note;
use super::model::{Model, Native};
use super::names::Names;
use super::tools::object_schema;
use super::wire::{OutputConfig, Schema, SchemaText, Spec, Structure, TextFormat, Tool};
use crate::encoded::Edits;
use crate::inner::{Effort, Format, Json, Request, Text, ToolChoice, Unfit};

/// How an answer's form is asked for.
pub(super) enum Wanted<'a> {
    /// In words.
    Instruction,
    Native(OutputConfig<'a>),
    Text,
    Tool(JsonTool<'a>),
}

/// A tool whose arguments are the answer.
pub(super) struct JsonTool<'a> {
    pub(super) name: &'static str,
    description: Option<Text<'a>>,
    schema: Json<'a>,
}

pub(super) fn wanted<'a>(
    request: &'a Request<'_>,
    model: Model,
    names: &mut Names,
    edits: &mut Edits,
) -> Result<Wanted<'a>, Unfit> {
    let (name, description, schema) = match &request.format {
        Format::Text => return Ok(Wanted::Text),
        Format::JsonObject => {
            note(edits, "json_object as an instruction");
            return Ok(Wanted::Instruction);
        }
        Format::JsonSchema {
            name,
            description,
            schema,
            ..
        } => (name, description, schema),
    };
    if must_call(request) {
        // the answer is a call, so its words have no form
        note(edits, "removed response_format");
        return Ok(Wanted::Text);
    }
    let thinks = (request.reasoning.as_ref())
        .is_some_and(|reasoning| reasoning.effort != Some(Effort::None));
    let native = match model.native_schema {
        Native::Yes => true,
        Native::Fallback => thinks || !model.forced_tools,
        Native::No => false,
    };
    if native && schema.read().as_ref().is_some_and(is_closed) {
        return Ok(Wanted::Native(OutputConfig {
            text_format: TextFormat {
                kind: "json_schema",
                structure: Structure {
                    json_schema: SchemaText {
                        schema: schema.get(),
                        name: name.borrowed(),
                        description: description.as_ref().map(Text::borrowed),
                    },
                },
            },
        }));
    }
    if !model.forced_tools {
        let message = "the model takes neither this schema nor a forced tool";
        return Err(Unfit::new("response_format", message));
    }
    note(edits, "json_schema as a forced tool");
    let mut free = ["json", "json_answer"].into_iter();
    let name = free.find(|name| names.is_free(name));
    let name = name.unwrap_or("the_answer_as_json");
    names.reserve(name);
    Ok(Wanted::Tool(JsonTool {
        name,
        description: description.as_ref().map(Text::borrowed),
        schema: object_schema(Some(schema)),
    }))
}

fn must_call(request: &Request<'_>) -> bool {
    let demanded = matches!(
        &request.tool_choice,
        Some(
            ToolChoice::Named(_)
                | ToolChoice::Required
                | ToolChoice::Allowed { required: true, .. }
        )
    );
    demanded && !request.tools.is_empty()
}

impl<'a> JsonTool<'a> {
    pub(super) fn spec(&self) -> Tool<'a> {
        let words = "Answers the user with JSON: the arguments are the answer.";
        let description = self.description.clone().unwrap_or_else(|| Text::new(words));
        Tool::ToolSpec(Spec {
            name: self.name.into(),
            description: Some(description),
            input_schema: Schema {
                json: self.schema.clone(),
            },
            strict: None,
        })
    }
}

/// Keywords that structured output refuses; a schema with any of them is asked for by a tool.
const REFUSED: [&str; 14] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "uniqueItems",
];

/// Whether structured output takes a schema: each object says `additionalProperties: false`, and no keyword is one
/// of those that it refuses.
fn is_closed(schema: &Value) -> bool {
    let Value::Object(members) = schema else {
        return true;
    };
    let is_object = members.get("type").is_some_and(|kind| kind == "object")
        || members.contains_key("properties");
    if is_object && members.get("additionalProperties") != Some(&Value::Bool(false)) {
        return false;
    }
    if REFUSED.iter().any(|name| members.contains_key(*name)) {
        return false;
    }
    members.iter().all(|(name, value)| match (&**name, value) {
        // what stands in these are names, not keywords
        ("properties" | "$defs" | "definitions", Value::Object(named)) => {
            named.values().all(is_closed)
        }
        ("items", value) => is_closed(value),
        ("anyOf" | "allOf", Value::Array(schemas)) => schemas.iter().all(is_closed),
        // a schema that refers to itself as a whole is recursive
        ("$ref", Value::String(to)) => to != "#",
        _ => true,
    })
}
