//! A request, as Cohere takes it.

use serde::Serialize;

use super::messages::{self, Message};
use super::thinking::{self, Thinking};
use super::tools;
use crate::encoded::{Edits, Target, Translated};
use crate::functions::Tool;
use crate::inner::{Json, Request, Text, Unfit};
use crate::remains::{extension, leave, note, present};
use crate::wanted::{Wanted, wanted};

/// Encodes a request for Cohere.
///
/// # Errors
/// [`Unfit`] for what Cohere has no way to say: several answers, sound, documents that are not text, tools of other
/// vendors, and JSON together with tools.
pub fn encode(request: &Request<'_>, target: &Target<'_>) -> Result<Translated, Unfit> {
    let mut edits = Edits::new();
    leave(request, &EXTENSIONS, &mut edits)?;
    let tools = tools::encode(request, &mut edits)?;
    let sampling = &request.sampling;
    let body = Body {
        model: target.model,
        messages: messages::encode(request, &mut edits)?,
        tool_choice: tools.choice,
        strict_tools: tools.strict,
        response_format: format(request, !tools.offered.is_empty(), &mut edits)?,
        tools: tools.offered,
        max_tokens: target.some_output(request.max_output)?,
        temperature: present(sampling.temperature.as_ref()),
        p: within(sampling.top_p.as_ref(), ("top_p", 0.01, 0.99), &mut edits),
        k: within(sampling.top_k.as_ref(), ("top_k", 0.0, 500.0), &mut edits),
        seed: present(sampling.seed.as_ref()),
        stop_sequences: stop(request, &mut edits),
        frequency_penalty: within(
            sampling.frequency_penalty.as_ref(),
            ("frequency_penalty", 0.0, 1.0),
            &mut edits,
        ),
        presence_penalty: within(
            sampling.presence_penalty.as_ref(),
            ("presence_penalty", 0.0, 1.0),
            &mut edits,
        ),
        thinking: thinking::encode(request.reasoning, target.model, &mut edits),
        documents: extension(request, "documents"),
        citation_options: extension(request, "citation_options"),
        safety_mode: extension(request, "safety_mode"),
        stream: request.stream,
    };
    Translated::plain(&body, edits)
}

/// Members of Cohere's own that a client may send beside OpenAI's.
const EXTENSIONS: [&str; 3] = ["citation_options", "documents", "safety_mode"];

/// Texts that end an answer; Cohere takes no more.
const MOST_STOPS: usize = 5;

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict_tools: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<Json<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    stop_sequences: &'a [Text<'a>],
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    citation_options: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safety_mode: Option<Json<'a>>,
    stream: bool,
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<Json<'a>>,
}

fn format<'a>(
    request: &'a Request<'_>,
    tools: bool,
    edits: &mut Edits,
) -> Result<Option<ResponseFormat<'a>>, Unfit> {
    let wanted = wanted(request, tools, "cohere", edits)?;
    Ok(wanted.map(|wanted| ResponseFormat {
        r#type: "json_object",
        json_schema: match wanted {
            Wanted::Any => None,
            Wanted::Schema(schema) => Some(schema),
        },
    }))
}

fn stop<'a>(request: &'a Request<'_>, edits: &mut Edits) -> &'a [Text<'a>] {
    let Some(first) = request.stop.get(..MOST_STOPS) else {
        return &request.stop;
    };
    if request.stop.len() > MOST_STOPS {
        note(edits, format!("shortened stop to {MOST_STOPS}"));
    }
    first
}

/// A number moved to the nearest that Cohere takes.
fn within<'a>(
    value: Option<&'a Json<'_>>,
    (name, least, most): (&str, f64, f64),
    edits: &mut Edits,
) -> Option<Json<'a>> {
    let value = present(value)?;
    let (verb, bound) = match value.number() {
        Some(number) if number < least => ("raised", least),
        Some(number) if number > most => ("lowered", most),
        _ => return Some(value),
    };
    note(edits, format!("{verb} {name} to {bound}"));
    let whole = format!("{bound}");
    serde_json::value::RawValue::from_string(whole)
        .ok()
        .map(Json::from)
}
