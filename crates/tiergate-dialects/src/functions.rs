//! Tools as functions in OpenAI's shape, for vendors that took the shape over.

use serde::Serialize;

use crate::inner::{self, Json, Text, Unfit};

/// A tool.
#[derive(Serialize)]
pub(crate) struct Tool<'a> {
    r#type: &'static str,
    function: Function<'a>,
}

#[derive(Serialize)]
struct Function<'a> {
    name: &'a Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a Text<'a>>,
    parameters: Json<'a>,
}

impl<'a> Tool<'a> {
    /// A client's tool for `vendor`, its strictness left out.
    ///
    /// # Errors
    /// [`Unfit`] for a tool of another vendor.
    pub(crate) fn of(tool: &'a inner::Tool<'_>, vendor: &str) -> Result<Self, Unfit> {
        if tool.is_foreign() {
            let why = format!("{vendor} has no tool {}", tool.name.value());
            return Err(Unfit::new("tools", why));
        }
        let parameters = match &tool.parameters {
            Some(schema) => schema.borrowed(),
            None => Json::of(&serde_json::json!({"type": "object", "properties": {}})),
        };
        Ok(Self {
            r#type: "function",
            function: Function {
                name: &tool.name,
                description: tool.description.as_ref(),
                parameters,
            },
        })
    }
}
