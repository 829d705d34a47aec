//! The members of a request beside its messages and tools.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{bad, tools};
use crate::inner::{BadRequest, Cache, Effort, Format, Json, Reasoning, Request, Text, ToolChoice};
use crate::openai::chat::wire::{CacheControl, plain};

/// The members so far, and those that depend on others.
#[derive(Default)]
pub(super) struct Members<'a> {
    request: Request<'a>,
    model: bool,
    max_tokens: Option<u64>,
    effort: Option<Effort>,
    reasoning: Option<Reasoning>,
    function_call: Option<ToolChoice<'a>>,
    safety_identifier: Option<&'a RawValue>,
}

impl<'a> Members<'a> {
    /// Takes one member in; the error says what was expected.
    pub(super) fn read(
        &mut self,
        name: Cow<'a, str>,
        raw: &'a RawValue,
    ) -> Result<(), &'static str> {
        if raw.get() == "null" {
            return Ok(());
        }
        let request = &mut self.request;
        match name.as_ref() {
            "model" => {
                request.model = plain(raw).ok_or(STRING)?;
                self.model = true;
            }
            "max_completion_tokens" => request.max_output = Some(count(raw)?),
            "max_tokens" => self.max_tokens = Some(count(raw)?),
            "stop" => request.stop = stop(raw)?,
            "stream" => request.stream = bool(raw)?,
            "stream_options" => {}
            "temperature" => request.sampling.temperature = Some(number(raw)?),
            "top_p" => request.sampling.top_p = Some(number(raw)?),
            "top_k" => request.sampling.top_k = Some(number(raw)?),
            "frequency_penalty" => request.sampling.frequency_penalty = Some(number(raw)?),
            "presence_penalty" => request.sampling.presence_penalty = Some(number(raw)?),
            "seed" => request.sampling.seed = Some(number(raw)?),
            "tool_choice" => request.tool_choice = Some(tools::choice(raw)?),
            "function_call" => self.function_call = Some(tools::legacy_choice(raw)?),
            "parallel_tool_calls" => request.parallel_tools = Some(bool(raw)?),
            "response_format" => request.format = format(raw)?,
            "reasoning" => self.reasoning = Some(reasoning(raw)?),
            "cache_control" => request.cache = Some(cache(raw)?),
            "user" => request.user = Some(text(raw)?),
            "safety_identifier" => self.safety_identifier = Some(raw),
            "service_tier" => request.service_tier = Some(text(raw)?),
            "reasoning_effort" => match Effort::read(&plain(raw).ok_or(STRING)?) {
                Some(effort) => self.effort = Some(effort),
                // a word of one host, such as Groq's `default`
                None => request.rest.push((name, raw.into())),
            },
            _ => request.rest.push((name, raw.into())),
        }
        Ok(())
    }

    /// The request, where newer members have won over older ones.
    pub(super) fn finish(self) -> Result<Request<'a>, BadRequest> {
        if !self.model {
            return Err(bad(Some("model"), "a model must be named"));
        }
        let mut request = self.request;
        request.max_output = request.max_output.or(self.max_tokens);
        request.tool_choice = request.tool_choice.or(self.function_call);
        let by_effort = |effort| Reasoning {
            effort: Some(effort),
            ..Reasoning::default()
        };
        request.reasoning = self.reasoning.or_else(|| self.effort.map(by_effort));
        if let Some(raw) = self.safety_identifier {
            match (&request.user, Text::literal(raw)) {
                (None, Some(id)) => request.user = Some(id),
                _ => request.rest.push(("safety_identifier".into(), raw.into())),
            }
        }
        Ok(request)
    }
}

const STRING: &str = "a string was expected";

fn text(raw: &RawValue) -> Result<Text<'_>, &'static str> {
    Text::literal(raw).ok_or(STRING)
}

fn bool(raw: &RawValue) -> Result<bool, &'static str> {
    raw.get().parse().ok().ok_or("true or false was expected")
}

fn number(raw: &RawValue) -> Result<Json<'_>, &'static str> {
    let json = Json::from(raw);
    json.number()
        .is_some()
        .then_some(json)
        .ok_or("a number was expected")
}

/// A whole number, however it is written.
fn count(raw: &RawValue) -> Result<u64, &'static str> {
    let whole = |number: &f64| (0.0..=1e15).contains(number) && number.fract() == 0.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was just checked"
    )]
    let float = || Some(Json::from(raw).number().filter(whole)? as u64);
    let count = raw.get().parse().ok().or_else(float);
    count.ok_or("a whole number was expected")
}

fn stop(raw: &RawValue) -> Result<Vec<Text<'_>>, &'static str> {
    match Text::literal(raw) {
        Some(one) => Ok(vec![one]),
        None => serde_json::from_str(raw.get())
            .ok()
            .ok_or("a string or a list of strings was expected"),
    }
}

fn cache(raw: &RawValue) -> Result<Cache, &'static str> {
    let control: CacheControl<'_> = object(raw)?;
    Ok(control.cache())
}

/// `{effort,max_tokens,enabled,exclude}` of OpenRouter.
fn reasoning(raw: &RawValue) -> Result<Reasoning, &'static str> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        effort: Option<Text<'a>>,
        max_tokens: Option<u64>,
        enabled: Option<bool>,
        exclude: Option<bool>,
    }
    let told: Shape<'_> = object(raw)?;
    let effort = match told.effort {
        Some(word) => Some(Effort::read(&word.value()).ok_or("the effort is not known")?),
        None if told.enabled == Some(false) => Some(Effort::None),
        None => None,
    };
    Ok(Reasoning {
        effort,
        budget: told.max_tokens,
        shown: told.exclude.map(|exclude| !exclude),
    })
}

fn format(raw: &RawValue) -> Result<Format<'_>, &'static str> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow, rename = "type")]
        kind: Text<'a>,
        #[serde(borrow)]
        json_schema: Option<Told<'a>>,
    }
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        name: Text<'a>,
        #[serde(borrow)]
        description: Option<Text<'a>>,
        #[serde(borrow)]
        schema: Option<Json<'a>>,
        strict: Option<bool>,
    }
    let told: Shape<'_> = object(raw)?;
    match (told.kind.inside(), told.json_schema) {
        ("text", _) => Ok(Format::Text),
        ("json_object", _) => Ok(Format::JsonObject),
        ("json_schema", Some(told)) => Ok(Format::JsonSchema {
            name: told.name,
            description: told.description,
            schema: told
                .schema
                .unwrap_or_else(|| Json::of(&serde_json::Map::new())),
            strict: told.strict,
        }),
        _ => Err("the response format is not known"),
    }
}

pub(super) fn object<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, &'static str> {
    serde_json::from_str(raw.get())
        .ok()
        .ok_or("an object of another shape was expected")
}
