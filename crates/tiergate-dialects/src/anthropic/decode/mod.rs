//! A client's request.

mod tools;

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::blocks;
use super::read::{Members, Wrong, object, parse, string, text};
use crate::inner::{BadRequest, Effort, Format, Json, Reasoning, Request, Role, Text, Turn};

/// Reads a request.
///
/// # Errors
/// [`BadRequest`] when it is no JSON object, or a member is missing or of a wrong type.
pub fn decode(body: &[u8]) -> Result<Request<'_>, BadRequest> {
    let decoder = Decoder::read(body)?;
    let bounded = decoder.request.max_output.is_some();
    Ok(decoder.finish(&[(bounded, "max_tokens")])?)
}

/// Reads a request whose tokens are to be counted: it needs no `max_tokens`.
///
/// # Errors
/// As [`decode`].
pub fn decode_count(body: &[u8]) -> Result<Request<'_>, BadRequest> {
    Ok(Decoder::read(body)?.finish(&[])?)
}

#[derive(Default)]
struct Decoder<'a> {
    request: Request<'a>,
    named: bool,
    has_messages: bool,
    thinking: Option<&'a RawValue>,
    output: Option<&'a RawValue>,
}

impl<'a> Decoder<'a> {
    fn read(body: &'a [u8]) -> Result<Self, BadRequest> {
        let members: Members<'_> = serde_json::from_slice(body).map_err(|error| BadRequest {
            param: None,
            message: format!("The request body is not valid JSON: {error}"),
        })?;
        let mut decoder = Self::default();
        for (name, value) in members.0 {
            if value.get() != "null" {
                decoder.member(name, value)?;
            }
        }
        Ok(decoder)
    }

    fn member(&mut self, name: Cow<'a, str>, value: &'a RawValue) -> Result<(), Wrong> {
        let request = &mut self.request;
        match &*name {
            "model" => {
                request.model = string(Some(value)).ok_or_else(|| wrong("model", STRING))?;
                self.named = true;
            }
            "messages" => {
                request.turns = turns(value)?;
                self.has_messages = true;
            }
            "system" => {
                request.system = blocks::parts(value).map_err(|wrong| wrong.within("system"))?;
            }
            "max_tokens" => {
                let count = value.get().parse().ok();
                let count = count.ok_or_else(|| wrong("max_tokens", INTEGER))?;
                request.max_output = Some(count);
            }
            "tools" => request.tools = tools::tools(value, &mut request.rest)?,
            "tool_choice" => {
                let (choice, parallel) = tools::choice(value)?;
                request.tool_choice = Some(choice);
                request.parallel_tools = parallel;
            }
            "thinking" => self.thinking = Some(value),
            "output_config" => self.output = Some(value),
            "output_format" => self.format(value)?,
            "stop_sequences" => {
                request.stop = parse(value).ok_or_else(|| wrong("stop_sequences", LIST))?;
            }
            "stream" => {
                request.stream = parse(value).ok_or_else(|| wrong("stream", BOOLEAN))?;
            }
            "temperature" => request.sampling.temperature = Some(number("temperature", value)?),
            "top_p" => request.sampling.top_p = Some(number("top_p", value)?),
            "top_k" => request.sampling.top_k = Some(number("top_k", value)?),
            "service_tier" => request.service_tier = text(Some(value)),
            "cache_control" => request.cache = blocks::cache(Some(value)),
            "metadata" => {
                let members: Members<'a> = parse(value).ok_or_else(|| wrong("metadata", OBJECT))?;
                request.user = text(members.get("user_id"));
                if request.user.is_none() && !members.0.is_empty() {
                    request.rest.push((name, value.into()));
                }
            }
            _ => request.rest.push((name, value.into())),
        }
        Ok(())
    }

    /// The request, once the members that every request needs, and `others`, are there.
    fn finish(mut self, others: &[(bool, &'static str)]) -> Result<Request<'a>, Wrong> {
        let all = [(self.named, "model"), (self.has_messages, "messages")];
        for &(there, name) in all.iter().chain(others) {
            if !there {
                return Err(wrong(name, Wrong::REQUIRED));
            }
        }
        let effort = self.output_config()?;
        self.reasoning(effort)?;
        Ok(self.request)
    }

    /// Takes the form out of `output_config`, and gives the effort.
    fn output_config(&mut self) -> Result<Option<Effort>, Wrong> {
        let Some(value) = self.output else {
            return Ok(None);
        };
        let members: Option<Members<'a>> = parse(value);
        let mut members = members.ok_or_else(|| wrong("output_config", OBJECT))?;
        let word = string(members.get("effort"));
        let effort = word.and_then(|word| Effort::read(&word));
        if let Some(format) = members
            .get("format")
            .filter(|format| format.get() != "null")
        {
            self.format(format)
                .map_err(|wrong| wrong.within("output_config"))?;
        }
        members.0.retain(|(name, value)| match &**name {
            "format" => false,
            "effort" => effort.is_none() && value.get() != "null",
            _ => value.get() != "null",
        });
        let rest = object(&members.0).map(|rest| ("output_config".into(), rest));
        self.request.rest.extend(rest);
        Ok(effort)
    }

    fn format(&mut self, value: &'a RawValue) -> Result<(), Wrong> {
        let members: Option<Members<'a>> = parse(value);
        let members = members.ok_or_else(|| wrong("format", OBJECT))?;
        let schema = members
            .get("schema")
            .filter(|schema| schema.get().starts_with('{'));
        let schema = schema.ok_or_else(|| wrong("format.schema", Wrong::REQUIRED))?;
        self.request.format = Format::JsonSchema {
            name: text(members.get("name")).unwrap_or_else(|| Text::new("answer")),
            description: None,
            schema: schema.into(),
            strict: Some(true),
        };
        Ok(())
    }

    fn reasoning(&mut self, effort: Option<Effort>) -> Result<(), Wrong> {
        let Some(value) = self.thinking else {
            self.request.reasoning = effort.map(|effort| Reasoning {
                effort: Some(effort),
                ..Reasoning::default()
            });
            return Ok(());
        };
        let members: Option<Members<'a>> = parse(value);
        let mut members = members.ok_or_else(|| wrong("thinking", OBJECT))?;
        let shown = match string(members.get("display")).as_deref() {
            Some("summarized") => Some(true),
            Some("omitted") => Some(false),
            _ => None,
        };
        let mut reasoning = Reasoning {
            effort,
            budget: None,
            shown,
        };
        let kind = string(members.get("type")).unwrap_or_default();
        match &*kind {
            "adaptive" => {}
            // an effort beside it steers how much is written, not thought
            "disabled" | "between_tools" if effort.is_some() => reasoning.budget = Some(0),
            "disabled" | "between_tools" => reasoning.effort = Some(Effort::None),
            "enabled" => {
                let budget = members.get("budget_tokens").map(RawValue::get);
                let budget =
                    budget.ok_or_else(|| wrong("thinking.budget_tokens", Wrong::REQUIRED))?;
                let budget = budget.parse().ok();
                let budget = budget.ok_or_else(|| wrong("thinking.budget_tokens", INTEGER))?;
                reasoning.budget = Some(budget);
            }
            _ => {
                self.request.rest.push(("thinking".into(), value.into()));
                return Ok(());
            }
        }
        members.0.retain(|(name, value)| match &**name {
            "type" | "budget_tokens" => false,
            "display" => shown.is_none() && value.get() != "null",
            _ => value.get() != "null",
        });
        self.request.reasoning = Some(reasoning);
        let rest = object(&members.0).map(|rest| ("thinking".into(), rest));
        self.request.rest.extend(rest);
        Ok(())
    }
}

const BOOLEAN: &str = "Input should be a valid boolean";
const INTEGER: &str = "Input should be a valid integer";
const LIST: &str = "Input should be a valid list";
const NUMBER: &str = "Input should be a valid number";
const OBJECT: &str = "Input should be a valid dictionary";
const STRING: &str = "Input should be a valid string";

fn wrong(place: &'static str, what: &'static str) -> Wrong {
    Wrong::new(place, what)
}

fn number<'a>(name: &'static str, value: &'a RawValue) -> Result<Json<'a>, Wrong> {
    let value = Json::from(value);
    if value.number().is_some() {
        return Ok(value);
    }
    Err(wrong(name, NUMBER))
}

fn turns<'a>(value: &'a RawValue) -> Result<Vec<Turn<'a>>, Wrong> {
    #[derive(Deserialize)]
    struct Message<'a> {
        #[serde(borrow)]
        role: Option<&'a RawValue>,
        #[serde(borrow)]
        content: Option<&'a RawValue>,
    }
    let messages: Vec<Message<'a>> = parse(value).ok_or_else(|| wrong("messages", LIST))?;
    let turn = |(at, message): (usize, Message<'a>)| {
        let within = |wrong: Wrong| wrong.within(format_args!("messages.{at}"));
        let role = message
            .role
            .ok_or_else(|| within(wrong("role", Wrong::REQUIRED)))?;
        let role = match role.get() {
            r#""assistant""# => Role::Assistant,
            r#""system""# => Role::System,
            r#""user""# => Role::User,
            _ => return Err(within(wrong("role", "Input should be user or assistant"))),
        };
        let content = message
            .content
            .ok_or_else(|| within(wrong("content", Wrong::REQUIRED)))?;
        let parts = blocks::parts(content).map_err(|wrong| within(wrong.within("content")))?;
        Ok(Turn {
            role,
            parts,
            name: None,
        })
    };
    messages.into_iter().enumerate().map(turn).collect()
}
