//! Tools and the choice among them.

use std::borrow::Cow;

use super::cache::cache_point;
use super::draft::note;
use super::extra::ClaudeChoice;
use super::format::JsonTool;
use super::model::{Family, Model};
use super::names::Names;
use super::wire::{Choice, Schema, Spec, Tool, ToolConfig};
use crate::encoded::Edits;
use crate::inner::{self, Json, Request, ToolChoice, Unfit};
use crate::json::{Json as Place, Splice};

/// Tools as Bedrock takes them.
#[derive(Default)]
pub(super) struct Tools<'a> {
    offered: Vec<Tool<'a>>,
    choice: Option<Choice<'a>>,
}

pub(super) fn tools<'a>(
    request: &'a Request<'_>,
    model: Model,
    json_tool: Option<&JsonTool<'a>>,
    names: &mut Names,
    edits: &mut Edits,
) -> Result<Tools<'a>, Unfit> {
    let mut tools = Tools::default();
    let wanted = wanted(request, model);
    if wanted.is_empty() && !request.tools.is_empty() {
        note(edits, "tools left out, as none may be called");
    }
    for tool in wanted {
        tools.offer(tool, model, names, edits)?;
    }
    tools.choice = match &request.tool_choice {
        _ if tools.offered.is_empty() => None,
        Some(ToolChoice::Named(name)) => Some(named(names.told(name.value()), model)),
        Some(ToolChoice::Required | ToolChoice::Allowed { required: true, .. }) => {
            Some(Choice::Any {})
        }
        Some(ToolChoice::Auto | ToolChoice::Allowed { .. }) => Some(Choice::Auto {}),
        Some(ToolChoice::None) | None => None,
    };
    if let Some(tool) = json_tool {
        let alone = tools.offered.is_empty();
        tools.choice = Some(if alone {
            named(tool.name.into(), model)
        } else {
            Choice::Any {}
        });
        tools.offered.push(tool.spec());
    }
    if tools.is_forced() && !model.forced_tools {
        let message = "the model cannot be made to call a tool";
        return Err(Unfit::new("tool_choice", message));
    }
    if !model.forced_tools && model.claude().is_none() {
        // models without any choice of tools
        tools.choice = None;
    }
    Ok(tools)
}

/// The tools that may be called.
fn wanted<'a, 'b>(request: &'a Request<'b>, model: Model) -> Vec<&'a inner::Tool<'b>> {
    let all = request.tools.iter();
    match &request.tool_choice {
        Some(ToolChoice::None) => Vec::new(),
        Some(ToolChoice::Allowed { names, .. }) => {
            all.filter(|tool| names.contains(&tool.name)).collect()
        }
        // only one tool and the duty to call some is the same
        Some(ToolChoice::Named(name)) if !names_tools(model) => {
            all.filter(|tool| tool.name == *name).collect()
        }
        _ => all.collect(),
    }
}

/// Whether a choice may name a tool.
fn names_tools(model: Model) -> bool {
    matches!(model.family, Family::Claude(_) | Family::Nova { .. })
}

fn named(name: Cow<'_, str>, model: Model) -> Choice<'_> {
    if names_tools(model) {
        Choice::Tool { name }
    } else {
        Choice::Any {}
    }
}

impl<'a> Tools<'a> {
    fn offer(
        &mut self,
        tool: &'a inner::Tool<'_>,
        model: Model,
        names: &mut Names,
        edits: &mut Edits,
    ) -> Result<(), Unfit> {
        if tool.is_foreign() {
            let message = format!("the tool {} is another vendor's own", tool.name.value());
            return Err(Unfit::new("tools", message));
        }
        let blank = |text: &inner::Text<'_>| text.value().trim().is_empty();
        let strict = tool.strict == Some(true);
        if strict && !model.strict_tools {
            note(edits, "removed strict");
        }
        self.offered.push(Tool::ToolSpec(Spec {
            name: names.told(tool.name.value()),
            description: (tool.description.as_ref())
                .filter(|text| !blank(text))
                .map(inner::Text::borrowed),
            input_schema: Schema {
                json: schema_for(model, tool.parameters.as_ref(), edits),
            },
            strict: (strict && model.strict_tools).then_some(true),
        }));
        if model.claude().is_some() {
            let mark = cache_point(tool.cache, model, edits);
            self.offered.extend(mark.map(Tool::CachePoint));
        } else if tool.cache.is_some() {
            note(edits, "removed cache_control");
        }
        Ok(())
    }

    /// Whether a call is demanded.
    pub(super) fn is_forced(&self) -> bool {
        matches!(self.choice, Some(Choice::Any {} | Choice::Tool { .. }))
    }

    /// Takes the choice where it goes with the demand for one call at a time, which only Claude knows: the two cannot
    /// be told apart from each other.
    pub(super) fn one_at_a_time(
        &mut self,
        parallel: Option<bool>,
        model: Model,
        edits: &mut Edits,
    ) -> Option<ClaudeChoice<'a>> {
        if parallel != Some(false) {
            return None;
        }
        if model.claude().is_none() || self.offered.is_empty() {
            note(edits, "removed parallel_tool_calls");
            return None;
        }
        Some(ClaudeChoice::single(
            self.choice.take().unwrap_or(Choice::Auto {}),
        ))
    }

    /// The member of the request; it must be there when the conversation has calls.
    pub(super) fn config(
        mut self,
        has_tools: bool,
        names: &Names,
        edits: &mut Edits,
    ) -> Option<ToolConfig<'a>> {
        if self.offered.is_empty() {
            if !has_tools {
                return None;
            }
            note(edits, "added a tool that is not to be called");
            let free = |name: &&str| names.is_free(name);
            let name = ["unavailable", "unavailable_tool"].into_iter().find(free);
            self.offered.push(Tool::ToolSpec(Spec {
                name: name.unwrap_or("no_tool_is_available").into(),
                description: Some(inner::Text::new("Not available. Never call this.")),
                input_schema: Schema {
                    json: object_schema(None),
                },
                strict: None,
            }));
        }
        Some(ToolConfig {
            tools: self.offered,
            tool_choice: self.choice,
        })
    }
}

/// The schema of a tool's arguments; Nova knows few keywords at its top.
fn schema_for<'a>(model: Model, schema: Option<&'a Json<'_>>, edits: &mut Edits) -> Json<'a> {
    const NOVA: [&[u8]; 5] = [
        b"$defs",
        b"definitions",
        b"properties",
        b"required",
        b"type",
    ];
    let schema = object_schema(schema);
    if !matches!(model.family, Family::Nova { .. }) {
        return schema;
    }
    let text = schema.get().as_bytes();
    let mut splice = Splice::new(text);
    splice.remove_members(Place::new(text), |member| !NOVA.contains(&member.name));
    let Some(cut) = spliced(splice) else {
        return schema;
    };
    note(edits, "left out keywords at the top of tools' schemas");
    cut
}

/// A schema that says of itself that it is one of an object.
pub(super) fn object_schema<'a>(schema: Option<&'a Json<'_>>) -> Json<'a> {
    let Some(schema) = schema.filter(|schema| schema.get().starts_with('{')) else {
        let empty = r#"{"type":"object","properties":{}}"#.to_owned();
        return serde_json::value::RawValue::from_string(empty)
            .map_or_else(|_| Json::of(&()), Json::from);
    };
    let text = schema.get().as_bytes();
    let place = Place::new(text);
    if place.get("type").is_some() {
        return schema.borrowed();
    }
    let mut splice = Splice::new(text);
    splice.add_member(place, r#""type":"object""#);
    spliced(splice).unwrap_or_else(|| schema.borrowed())
}

fn spliced(splice: Splice<'_>) -> Option<Json<'static>> {
    let text = String::from_utf8(splice.finish()?.into()).ok()?;
    let raw = serde_json::value::RawValue::from_string(text).ok()?;
    Some(Json::from(raw))
}
