//! Tools and which of them to call.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::bad;
use super::members::object;
use crate::inner::{self, BadRequest, Json, Text, ToolChoice};
use crate::openai::chat::wire::CacheControl;

/// An element of `tools`: kept as it came until its type is known.
#[derive(Deserialize)]
pub(super) struct Tool<'a>(#[serde(borrow)] &'a RawValue);

impl<'a> Tool<'a> {
    pub(super) fn read(self) -> Result<inner::Tool<'a>, BadRequest> {
        let told: Shape<'a> = serde_json::from_str(self.0.get())
            .map_err(|error| bad(Some("tools"), error.to_string()))?;
        if let Some(function) = told.function {
            let cache = told.cache_control.map(|control| control.cache());
            return Ok(inner::Tool {
                cache,
                ..function.read()
            });
        }
        let Some(kind) = told.kind else {
            return Err(bad(
                Some("tools"),
                "a tool has neither a type nor a function",
            ));
        };
        Ok(inner::Tool {
            name: told.custom.map_or(kind, |custom| custom.name),
            description: None,
            parameters: None,
            strict: None,
            cache: None,
            foreign: Some(self.0.into()),
        })
    }
}

#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    function: Option<LegacyTool<'a>>,
    #[serde(borrow)]
    custom: Option<Named<'a>>,
    #[serde(borrow)]
    cache_control: Option<CacheControl<'a>>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

/// A function: what stands in a tool, and was once an element of `functions`.
#[derive(Deserialize)]
pub(super) struct LegacyTool<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    description: Option<Text<'a>>,
    #[serde(borrow)]
    parameters: Option<Json<'a>>,
    strict: Option<bool>,
}

impl<'a> LegacyTool<'a> {
    pub(super) fn read(self) -> inner::Tool<'a> {
        inner::Tool {
            name: self.name,
            description: self.description,
            parameters: self.parameters,
            strict: self.strict,
            cache: None,
            foreign: None,
        }
    }
}

pub(super) fn choice(raw: &RawValue) -> Result<ToolChoice<'_>, &'static str> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        function: Option<Named<'a>>,
        #[serde(borrow)]
        custom: Option<Named<'a>>,
        #[serde(borrow)]
        allowed_tools: Option<Allowed<'a>>,
    }
    if let Some(word) = Text::literal(raw) {
        return by_word(&word);
    }
    let told: Shape<'_> = object(raw)?;
    if let Some(allowed) = told.allowed_tools {
        return Ok(allowed.read());
    }
    let named = told.function.or(told.custom).ok_or(UNKNOWN)?;
    Ok(ToolChoice::Named(named.name))
}

#[derive(Deserialize)]
struct Allowed<'a> {
    #[serde(borrow)]
    mode: Option<Text<'a>>,
    #[serde(borrow)]
    tools: Vec<Reference<'a>>,
}

impl<'a> Allowed<'a> {
    fn read(self) -> ToolChoice<'a> {
        let names = self.tools.into_iter();
        ToolChoice::Allowed {
            names: names.filter_map(Reference::name).collect(),
            required: self.mode.is_some_and(|mode| mode.is("required")),
        }
    }
}

/// `{"type":"function","function":{"name":…}}`, and the type alone for tools without a name.
#[derive(Deserialize)]
struct Reference<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    function: Option<Named<'a>>,
    #[serde(borrow)]
    custom: Option<Named<'a>>,
}

impl<'a> Reference<'a> {
    fn name(self) -> Option<Text<'a>> {
        let named = self.function.or(self.custom).map(|named| named.name);
        named.or(self.kind)
    }
}

pub(super) fn legacy_choice(raw: &RawValue) -> Result<ToolChoice<'_>, &'static str> {
    match Text::literal(raw) {
        Some(word) => by_word(&word),
        None => object(raw).map(|named: Named<'_>| ToolChoice::Named(named.name)),
    }
}

fn by_word<'a>(word: &Text<'_>) -> Result<ToolChoice<'a>, &'static str> {
    match word.inside() {
        "auto" => Ok(ToolChoice::Auto),
        "none" => Ok(ToolChoice::None),
        // the second is Mistral's
        "required" | "any" => Ok(ToolChoice::Required),
        _ => Err(UNKNOWN),
    }
}

const UNKNOWN: &str = "the choice of tools is not known";
