//! Tools and which of them to call.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::cache_control;
use crate::inner::{Request, Text, Tool, ToolChoice, Unfit};
use crate::openai::chat::object::{Object, object};

pub(super) fn encode(body: &mut Object<'_>, request: &Request<'_>) -> Result<(), Unfit> {
    if let Some(foreign) = request.tools.iter().find(|tool| is_unknown(tool)) {
        let message = format!(
            "the tool {} is known to another API only",
            foreign.name.value()
        );
        return Err(Unfit::new("tools", message));
    }
    if !request.tools.is_empty() {
        body.list("tools", &request.tools, tool);
    }
    if let Some(choice) = &request.tool_choice {
        self::choice(body.key("tool_choice"), choice, request);
    }
    if let Some(parallel) = request.parallel_tools {
        body.bool("parallel_tool_calls", parallel);
    }
    Ok(())
}

/// A foreign tool that is no custom tool of chat completions.
pub(super) fn is_unknown(tool: &Tool<'_>) -> bool {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        custom: Option<&'a RawValue>,
    }
    let foreign = tool.foreign.as_ref().filter(|_| tool.is_foreign());
    foreign.is_some_and(|json| {
        json.read()
            .is_none_or(|told: Shape<'_>| told.custom.is_none())
    })
}

fn tool(out: &mut Vec<u8>, tool: &Tool<'_>) {
    if let Some(foreign) = tool.foreign.as_ref().filter(|_| tool.is_foreign()) {
        out.extend_from_slice(foreign.get().as_bytes());
        return;
    }
    object(out, |told| {
        told.raw("type", r#""function""#);
        told.object("function", |function| {
            function.text("name", &tool.name);
            function.optional("description", tool.description.as_ref());
            if let Some(parameters) = &tool.parameters {
                function.raw("parameters", parameters.get());
            }
            if let Some(strict) = tool.strict {
                function.bool("strict", strict);
            }
        });
        if let Some(cache) = tool.cache {
            cache_control(told, cache);
        }
    });
}

fn choice(out: &mut Vec<u8>, choice: &ToolChoice<'_>, request: &Request<'_>) {
    let word = match choice {
        ToolChoice::Auto => "\"auto\"",
        ToolChoice::None => "\"none\"",
        ToolChoice::Required => "\"required\"",
        ToolChoice::Named(name) => return reference(out, name, request),
        ToolChoice::Allowed { names, required } => {
            return object(out, |choice| {
                choice.raw("type", r#""allowed_tools""#);
                choice.object("allowed_tools", |allowed| {
                    allowed.string("mode", if *required { "required" } else { "auto" });
                    allowed.list("tools", names, |out, name| reference(out, name, request));
                });
            });
        }
    };
    out.extend_from_slice(word.as_bytes());
}

fn reference(out: &mut Vec<u8>, name: &Text<'_>, request: &Request<'_>) {
    let is_custom = |tool: &Tool<'_>| tool.is_foreign() && tool.name == *name;
    let kind = if request.tools.iter().any(is_custom) {
        "custom"
    } else {
        "function"
    };
    object(out, |reference| {
        reference.string("type", kind);
        reference.object(kind, |named| named.text("name", name));
    });
}
