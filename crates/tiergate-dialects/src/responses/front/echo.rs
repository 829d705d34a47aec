//! What of a request its answer repeats.

use serde::Serialize;
use serde_json::value::RawValue;

use super::members::Members;
use crate::inner::{BadRequest, Json};
use crate::responses::literal::json;
use crate::responses::special::Special;

/// What of a request its answer repeats.
///
/// It also knows which tools are custom or stand in a namespace, so that calls of them are said as the client expects.
#[derive(Clone, Debug, Serialize)]
pub struct Echo {
    background: Json<'static>,
    instructions: Json<'static>,
    max_output_tokens: Json<'static>,
    max_tool_calls: Json<'static>,
    metadata: Json<'static>,
    parallel_tool_calls: Json<'static>,
    previous_response_id: Json<'static>,
    prompt_cache_key: Json<'static>,
    reasoning: Json<'static>,
    safety_identifier: Json<'static>,
    service_tier: Json<'static>,
    store: bool,
    temperature: Json<'static>,
    text: Json<'static>,
    tool_choice: Json<'static>,
    tools: Json<'static>,
    top_logprobs: Json<'static>,
    top_p: Json<'static>,
    truncation: Json<'static>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Json<'static>>,
    #[serde(skip)]
    pub(super) special: Special,
}

impl Echo {
    /// Reads what of a request its answer repeats; `stored` tells whether the answer is kept.
    ///
    /// # Errors
    /// [`BadRequest`] when the body is no JSON object.
    pub fn read(body: &[u8], stored: bool) -> Result<Self, BadRequest> {
        let members = Members::read(body)?;
        Ok(Self::of(&members, stored))
    }

    fn of(members: &Members<'_>, stored: bool) -> Self {
        let or = |name: &str, default: &str| json(one_line(members.get(name), default));
        let tier = members.get("service_tier");
        let tier = tier.filter(|tier| tier.get() != r#""auto""#);
        Self {
            background: or("background", "false"),
            instructions: or("instructions", "null"),
            max_output_tokens: or("max_output_tokens", "null"),
            max_tool_calls: or("max_tool_calls", "null"),
            metadata: or("metadata", "{}"),
            parallel_tool_calls: or("parallel_tool_calls", "true"),
            previous_response_id: or("previous_response_id", "null"),
            prompt_cache_key: or("prompt_cache_key", "null"),
            reasoning: or("reasoning", r#"{"effort":null,"summary":null}"#),
            safety_identifier: or("safety_identifier", "null"),
            service_tier: json(one_line(tier, r#""default""#)),
            store: stored,
            temperature: or("temperature", "null"),
            text: or("text", r#"{"format":{"type":"text"}}"#),
            tool_choice: or("tool_choice", r#""auto""#),
            tools: or("tools", "[]"),
            top_logprobs: or("top_logprobs", "0"),
            top_p: or("top_p", "null"),
            truncation: or("truncation", r#""disabled""#),
            user: members
                .get("user")
                .map(|user| json(one_line(Some(user), "null"))),
            special: special(members.get("tools")),
        }
    }
}

impl Default for Echo {
    /// Of a request that says nothing.
    fn default() -> Self {
        Self::of(&Members::default(), false)
    }
}

/// Valid JSON has line breaks between its tokens only; a frame of a stream must have none.
fn one_line(value: Option<&RawValue>, default: &str) -> String {
    value
        .map_or(default, RawValue::get)
        .replace(['\n', '\r'], " ")
}

fn special(tools: Option<&RawValue>) -> Special {
    let mut special = Special::default();
    let tools = tools.and_then(|tools| serde_json::from_str::<Vec<&RawValue>>(tools.get()).ok());
    for tool in tools.unwrap_or_default() {
        special.note(tool.get());
    }
    special
}
