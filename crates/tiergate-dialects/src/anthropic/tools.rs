//! Tools, and which of them are to be called.

use serde::Serialize;

use super::models::{Can, Model};
use super::names::Names;
use super::read::{Members, string};
use super::schema;
use super::wire::{Extras, Marker, Notes};
use crate::inner::{self, Json, Request, Text, ToolChoice, Unfit};

/// A tool as the vendor takes it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Tool<'a> {
    /// One of the client.
    Own(Own<'a>),
    /// One of the vendor, as it came.
    Foreign(Json<'a>),
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Own<'a> {
    pub(super) name: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Text<'a>>,
    pub(super) input_schema: Json<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) strict: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cache_control: Option<Marker>,
    #[serde(flatten)]
    pub(super) more: Extras<'a>,
}

impl Tool<'_> {
    /// The marker that may be taken away.
    pub(super) fn marker(&mut self) -> Option<&mut Option<Marker>> {
        match self {
            Self::Own(own) => own
                .cache_control
                .is_some()
                .then_some(&mut own.cache_control),
            Self::Foreign(_) => None,
        }
    }

    /// Whether it has a marker that cannot be taken away.
    pub(super) fn keeps_marker(&self) -> bool {
        let Self::Foreign(tool) = self else {
            return false;
        };
        let members: Members<'_> = tool.read().unwrap_or_default();
        members
            .get("cache_control")
            .is_some_and(|marker| marker.get() != "null")
    }
}

/// `tool_choice`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Text<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) disable_parallel_tool_use: bool,
}

impl Choice<'_> {
    pub(super) fn of(kind: &'static str) -> Self {
        Self {
            kind,
            name: None,
            disable_parallel_tool_use: false,
        }
    }

    pub(super) fn forces(&self) -> bool {
        matches!(self.kind, "any" | "tool")
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Tools<'a> {
    pub(super) list: Vec<Tool<'a>>,
    pub(super) choice: Option<Choice<'a>>,
}

/// Writes the tools; `calls` is whether the conversation has calls of any, for which tools must be defined.
pub(super) fn encode<'a>(
    request: &'a Request<'_>,
    model: &Model,
    calls: bool,
    names: &mut Names,
    notes: &mut Notes,
) -> Result<Tools<'a>, Unfit> {
    let allowed = match &request.tool_choice {
        Some(ToolChoice::Allowed { names, .. }) => Some(names),
        _ => None,
    };
    let mut list = Vec::with_capacity(request.tools.len());
    for tool in &request.tools {
        if allowed.is_none_or(|allowed| allowed.contains(&tool.name)) {
            list.extend(encode_tool(tool, request, model, names, notes));
        }
    }
    let mut choice = request.tool_choice.as_ref().map(|choice| match choice {
        ToolChoice::Auto => Choice::of("auto"),
        ToolChoice::None => Choice::of("none"),
        ToolChoice::Required => Choice::of("any"),
        ToolChoice::Allowed { required, .. } => Choice::of(if *required { "any" } else { "auto" }),
        ToolChoice::Named(name) => Choice {
            name: Some(names.told(name)),
            ..Choice::of("tool")
        },
    });
    if list.is_empty() {
        if choice.as_ref().is_some_and(Choice::forces) {
            return Err(Unfit::new(
                "tool_choice",
                "there is no tool that can be called",
            ));
        }
        if !calls {
            return Ok(Tools::default());
        }
        notes.add("added a tool that is not to be called");
        list.push(Tool::Own(dummy()));
        choice = Some(Choice::of("none"));
    } else if request.parallel_tools == Some(false) {
        let choice = choice.get_or_insert_with(|| Choice::of("auto"));
        choice.disable_parallel_tool_use = choice.kind != "none";
    }
    Ok(Tools { list, choice })
}

fn encode_tool<'a>(
    tool: &'a inner::Tool<'_>,
    request: &'a Request<'_>,
    model: &Model,
    names: &mut Names,
    notes: &mut Notes,
) -> Option<Tool<'a>> {
    if let Some(foreign) = &tool.foreign {
        if is_known(foreign) {
            return Some(Tool::Foreign(foreign.borrowed()));
        }
        if tool.is_foreign() {
            notes.removed(&format!("tools.{}", tool.name.value()));
            return None;
        }
    }
    let mut strict = tool.strict.filter(|strict| *strict);
    let mut input_schema = schema::arguments(tool.parameters.as_ref(), &tool.name, notes);
    if strict.is_some() {
        let kept = Some(&input_schema).filter(|_| model.can(Can::Json));
        if let Some(closed) = kept.and_then(|schema| schema::closed(schema).ok()) {
            input_schema = closed;
        } else {
            strict = None;
            notes.removed("tools.strict");
        }
    }
    let prefix = format!("tools.{}.", tool.name.value());
    let more = request.rest.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(&prefix)?;
        Some((name, value.borrowed()))
    });
    Some(Tool::Own(Own {
        name: names.told(&tool.name),
        description: tool.description.as_ref().map(Text::borrowed),
        input_schema,
        strict,
        cache_control: tool.cache.map(Marker::from),
        more: Extras(more.collect()),
    }))
}

fn dummy() -> Own<'static> {
    Own {
        name: Text::new("no_tool"),
        description: Some(Text::new("Not to be called.")),
        input_schema: schema::empty(),
        strict: None,
        cache_control: None,
        more: Extras::default(),
    }
}

/// Whether a tool is one of this vendor's: their types end in a date, but for the toolset.
fn is_known(tool: &Json<'_>) -> bool {
    let Some(members) = tool.read::<Members<'_>>() else {
        return false;
    };
    let kind = string(members.get("type")).unwrap_or_default();
    let (_, date) = kind.rsplit_once('_').unwrap_or_default();
    kind == "mcp_toolset" || date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit())
}
