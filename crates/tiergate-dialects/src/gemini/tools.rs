//! Tools, what they are called, and which of them are to be called.

use std::collections::HashMap;

use super::encode::{To, note};
use super::request::{Calling, Declaration, Mode, ToolConfig, Tools};
use super::schema;
use crate::encoded::{Edits, renamed};
use crate::inner::{Format, Part, Request, Text, Tool, ToolChoice, Unfit};

/// Longer names are refused.
const LONGEST: usize = 64;

/// The names of tools that Gemini would not take, and what it is told instead.
#[derive(Debug, Default)]
pub(super) struct Names {
    told: HashMap<String, String>,
}

impl Names {
    /// The names of all tools that a request has or has called.
    pub(super) fn of(request: &Request<'_>) -> Self {
        let parts = request.turns.iter().flat_map(|turn| &turn.parts);
        let called = parts.filter_map(|part| match part {
            Part::ToolCall(call) => Some(&call.name),
            _ => None,
        });
        let mut odd: Vec<&Text<'_>> = Vec::new();
        for name in request.tools.iter().map(|tool| &tool.name).chain(called) {
            if !is_fine(name.inside()) && !odd.contains(&name) {
                odd.push(name);
            }
        }
        let mut names = Self::default();
        for name in odd {
            let own = name.value().into_owned();
            let told = names.free(&own, request);
            names.told.insert(own, told);
        }
        names
    }

    /// What a tool is called.
    pub(super) fn told<'r>(&self, name: &'r Text<'_>) -> Text<'r> {
        if self.told.is_empty() {
            return name.borrowed();
        }
        let told = self.told.get(name.value().as_ref());
        told.map_or_else(|| name.borrowed(), |told| Text::new(told))
    }

    pub(super) fn into_undo(self) -> Vec<(String, String)> {
        let mut names: Vec<_> = self
            .told
            .into_iter()
            .map(|(own, told)| (told, own))
            .collect();
        names.sort();
        names
    }

    /// A fine name like this one that no other tool has.
    fn free(&self, own: &str, request: &Request<'_>) -> String {
        let mut base: String = own.chars().map(|c| if fits(c) { c } else { '_' }).collect();
        if !base.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            base.insert(0, '_');
        }
        let is_taken = |name: &str| {
            request.tools.iter().any(|tool| tool.name.is(name))
                || self.told.values().any(|told| told == name)
        };
        let tries = (1..=request.tools.len() + self.told.len() + 1).map(|nth| {
            let suffix = if nth == 1 {
                String::new()
            } else {
                format!("_{nth}")
            };
            let kept: String = base.chars().take(LONGEST - suffix.len()).collect();
            kept + &suffix
        });
        let mut tries = tries.skip_while(|name| is_taken(name));
        tries.next().unwrap_or(base)
    }
}

fn is_fine(name: &str) -> bool {
    let starts = |first: char| first.is_ascii_alphabetic() || first == '_';
    name.len() <= LONGEST && name.starts_with(starts) && name.chars().all(fits)
}

fn fits(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// The one entry of `tools`.
pub(super) fn declarations<'r>(
    request: &'r Request<'_>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<Option<[Tools<'r>; 1]>, Unfit> {
    if request.tools.is_empty() || is_idle(request) {
        return Ok(None);
    }
    let mut function_declarations = Vec::with_capacity(request.tools.len());
    for tool in &request.tools {
        function_declarations.push(declaration(tool, to, edits)?);
    }
    Ok(Some([Tools {
        function_declarations,
    }]))
}

fn declaration<'r>(
    tool: &'r Tool<'_>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<Declaration<'r>, Unfit> {
    if tool.is_foreign() {
        let name = tool.name.value();
        return Err(Unfit::new(
            "tools",
            format!("the tool {name} is not one that Gemini has"),
        ));
    }
    if tool.cache.is_some() {
        note(edits, "removed cache_control");
    }
    let name = to.names.told(&tool.name);
    if name.raw() != tool.name.raw() {
        note(edits, renamed(&tool.name.value()));
    }
    let schema = tool.parameters.as_ref();
    let schema = schema.filter(|schema| !schema.is_null() && !schema::is_empty_object(schema));
    let parameters_json_schema = schema.map(|schema| {
        let (schema, is_changed) = schema::rewrite(schema);
        if is_changed {
            note(edits, "rewrote a tool's schema");
        }
        schema
    });
    Ok(Declaration {
        name,
        description: tool.description.as_ref().map(Text::borrowed),
        parameters_json_schema,
    })
}

/// Which tools are to be called.
pub(super) fn choice<'r>(
    request: &'r Request<'_>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<Option<ToolConfig<'r>>, Unfit> {
    if request.parallel_tools == Some(false) {
        note(edits, "removed parallel_tool_calls");
    }
    if request.tools.is_empty() {
        if !matches!(
            request.tool_choice,
            None | Some(ToolChoice::Auto | ToolChoice::None)
        ) {
            note(edits, "removed tool_choice");
        }
        return Ok(None);
    }
    if is_idle(request) {
        note(edits, "removed tools");
        return Ok(None);
    }
    let mut is_strict = request.tools.iter().any(|tool| tool.strict == Some(true));
    if is_strict && to.family.modern && !matches!(request.format, Format::Text) {
        // of the two the form of the answer weighs more
        note(edits, "removed strict");
        is_strict = false;
    }
    let told = |name: &'r Text<'_>| to.names.told(name);
    let (mode, allowed_function_names) = match &request.tool_choice {
        None | Some(ToolChoice::Auto) if is_strict => (Mode::Validated, Vec::new()),
        None | Some(ToolChoice::Auto) => (Mode::Auto, Vec::new()),
        Some(ToolChoice::None) => (Mode::None, Vec::new()),
        Some(ToolChoice::Required) => (Mode::Any, Vec::new()),
        Some(ToolChoice::Named(name)) => (Mode::Any, vec![told(name)]),
        Some(ToolChoice::Allowed { names, required }) => {
            // names are read with ANY and VALIDATED only
            let mode = if *required {
                Mode::Any
            } else {
                Mode::Validated
            };
            (mode, names.iter().map(told).collect())
        }
    };
    check_format(request, to, mode)?;
    if request.tool_choice.is_none() && mode == Mode::Auto {
        return Ok(None);
    }
    Ok(Some(ToolConfig {
        function_calling_config: Calling {
            mode,
            allowed_function_names,
        },
    }))
}

/// Whether no tool may be called where JSON is wanted: then the model need not know of any.
fn is_idle(request: &Request<'_>) -> bool {
    let none = matches!(request.tool_choice, Some(ToolChoice::None));
    none && !matches!(request.format, Format::Text)
}

/// JSON goes with tools from Gemini 3 on, and only where the model is free to call them.
fn check_format(request: &Request<'_>, to: To<'_>, mode: Mode) -> Result<(), Unfit> {
    if matches!(request.format, Format::Text) || to.family.modern && mode == Mode::Auto {
        return Ok(());
    }
    Err(Unfit::new(
        "response_format",
        if to.family.modern {
            "this model gives JSON together with tools only when it is free to call them"
        } else {
            "this model does not give JSON together with tools"
        },
    ))
}
