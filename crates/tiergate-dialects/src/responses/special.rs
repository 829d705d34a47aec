//! Tools of Responses whose calls look different from those of functions.
//!
//! The inner form knows one kind of call. A *custom* tool takes plain text: its call has the arguments
//! `{"input": TEXT}`. A tool in a *namespace* is called `NAMESPACE.NAME`. Which tools are such is read from the
//! request's tools, so that both sides of the dialect say them as they were.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::literal::{json, string};
use crate::inner::{Arguments, Json, Text};

/// The schema of a custom tool's arguments, for vendors that know functions only.
pub(super) const INPUT_SCHEMA: &str = r#"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"#;

/// The names of custom tools and of namespaces.
#[derive(Clone, Debug, Default)]
pub(super) struct Special {
    custom: Vec<String>,
    spaces: Vec<String>,
}

#[derive(Deserialize)]
struct Tool<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    tools: Option<Vec<&'a RawValue>>,
}

impl Special {
    /// Notes a tool, if it is a custom one or a namespace.
    pub(super) fn note(&mut self, tool: &str) {
        let Some((kind, name, tools)) = read(tool) else {
            return;
        };
        match kind.as_str() {
            "custom" => self.custom.push(name),
            "namespace" => {
                let inner = tools.iter().filter_map(|tool| read(tool.get()));
                let custom = inner.filter(|(kind, ..)| kind == "custom");
                self.custom
                    .extend(custom.map(|(_, tool, _)| format!("{name}.{tool}")));
                self.spaces.push(name);
            }
            _ => {}
        }
    }

    pub(super) fn is_custom(&self, name: &Text<'_>) -> bool {
        !self.custom.is_empty() && self.custom.iter().any(|custom| *custom == name.value())
    }

    /// The namespace in a tool's name, and the name within it.
    pub(super) fn split(&self, name: &Text<'_>) -> Option<(Text<'static>, Text<'static>)> {
        if self.spaces.is_empty() {
            return None;
        }
        let whole = name.value();
        self.spaces.iter().find_map(|space| {
            let bare = whole.strip_prefix(space.as_str())?.strip_prefix('.')?;
            Some((Text::new(space), Text::new(bare)))
        })
    }
}

fn read(tool: &str) -> Option<(String, String, Vec<&RawValue>)> {
    let tool: Tool<'_> = serde_json::from_str(tool).ok()?;
    let kind = string(tool.kind?)?.into_owned();
    let name = string(tool.name?)?.into_owned();
    Some((kind, name, tool.tools.unwrap_or_default()))
}

/// The name of a tool in a namespace.
pub(super) fn joined<'a>(space: Option<&Text<'_>>, name: Text<'a>) -> Text<'a> {
    match space {
        Some(space) if !space.is_empty() => {
            Text::new(&format!("{}.{}", space.value(), name.value()))
        }
        _ => name,
    }
}

/// The arguments of a custom tool's call.
pub(super) fn arguments(input: &Text<'_>) -> Arguments<'static> {
    Arguments::Object(json(format!("{{\"input\":{}}}", input.raw())))
}

/// The input that arguments hold; arguments of another shape are the input themselves.
pub(super) fn input(arguments: &Arguments<'_>) -> Text<'static> {
    #[derive(Deserialize)]
    struct Input<'a> {
        #[serde(borrow)]
        input: Option<Json<'a>>,
    }
    let (object, _) = arguments.object();
    let read = object.read::<Input<'_>>();
    let text = read.and_then(|read| Text::literal(read.input?));
    text.map_or_else(|| arguments.text().into_owned(), Text::into_owned)
}
