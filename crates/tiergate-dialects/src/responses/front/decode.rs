//! A client's request.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::extras::ENCRYPTED;
use super::input;
use super::members::{Members, bad, read, text};
use super::tools;
use crate::inner::{BadRequest, Effort, Format, Json, Part, Reasoning, Request, Text};
use crate::responses::literal::string;

/// Reads a client's request.
///
/// What concerns the server only (`store`, `previous_response_id`, `conversation`) is left to [`extras`](super::extras).
/// Verbosity stands in the rest as `verbosity`, and what else `text` and `reasoning` say under dotted names.
///
/// # Errors
/// [`BadRequest`] when the body cannot be read, refers to what only a server of OpenAI keeps (items, prompts), or asks
/// for work in the background.
pub fn decode(body: &[u8]) -> Result<Request<'_>, BadRequest> {
    let draft = Draft::read(body)?;
    if draft.request.model.is_empty() {
        return Err(bad("model", "model is required"));
    }
    draft.finish()
}

/// Reads a client's request to count its tokens, which needs no model.
///
/// # Errors
/// Like [`decode`].
pub fn decode_count(body: &[u8]) -> Result<Request<'_>, BadRequest> {
    Draft::read(body)?.finish()
}

/// A request while its members are read.
#[derive(Default)]
struct Draft<'a> {
    request: Request<'a>,
    instructions: Option<Text<'a>>,
    input: Option<&'a RawValue>,
    safety_identifier: Option<&'a RawValue>,
    user: Option<&'a RawValue>,
    /// An earlier answer comes before the input.
    follows: bool,
}

impl<'a> Draft<'a> {
    fn read(body: &'a [u8]) -> Result<Self, BadRequest> {
        let members = Members::read(body)?;
        let mut draft = Self::default();
        for (name, value) in members.0 {
            draft.member(name, value)?;
        }
        Ok(draft)
    }

    fn member(&mut self, name: Cow<'a, str>, value: &'a RawValue) -> Result<(), BadRequest> {
        let request = &mut self.request;
        let owned = || name.clone().into_owned();
        match &*name {
            "model" => {
                request.model =
                    string(value).ok_or_else(|| bad(&name, "model must be a string"))?;
            }
            "input" => self.input = Some(value),
            "instructions" => self.instructions = Some(text(Some(value), owned)?),
            "tools" => {
                request.tools = tools::tools(value)?;
                if tools::has_grammar(value) {
                    request.rest.push(("tools.format".into(), value.into()));
                }
            }
            "tool_choice" => request.tool_choice = Some(tools::choice(value)?),
            "parallel_tool_calls" => request.parallel_tools = Some(read(&name, value)?),
            "text" => self.text(value)?,
            "reasoning" => self.reasoning(value)?,
            "max_output_tokens" => {
                let most: std::num::NonZeroU64 = read(&name, value)?;
                request.max_output = Some(most.get());
            }
            "temperature" => request.sampling.temperature = Some(number(&name, value)?),
            "top_p" => request.sampling.top_p = Some(number(&name, value)?),
            "stream" => request.stream = read(&name, value)?,
            "safety_identifier" => self.safety_identifier = Some(value),
            "user" => self.user = Some(value),
            "service_tier" => request.service_tier = Some(text(Some(value), owned)?),
            "background" => {
                if read(&name, value)? {
                    return Err(bad(&name, "work in the background is not supported"));
                }
            }
            "prompt" => return Err(bad(&name, "stored prompts are not supported")),
            "previous_response_id" | "conversation" => self.follows = true,
            "store" => {}
            "include" => {
                let wanted: Vec<&RawValue> = read(&name, value)?;
                if wanted.iter().any(|wanted| wanted.get() != ENCRYPTED) {
                    request.rest.push((name, value.into()));
                }
            }
            // what is so anyway need not be said
            "truncation" if value.get() == r#""disabled""# => {}
            _ => request.rest.push((name, value.into())),
        }
        Ok(())
    }

    fn text(&mut self, value: &'a RawValue) -> Result<(), BadRequest> {
        #[derive(Deserialize)]
        struct Output<'a> {
            #[serde(borrow)]
            format: Option<&'a RawValue>,
            #[serde(borrow)]
            verbosity: Option<&'a RawValue>,
        }
        let output: Output<'_> = read("text", value)?;
        if let Some(verbosity) = output.verbosity {
            let rest = &mut self.request.rest;
            rest.push((Cow::Borrowed("verbosity"), verbosity.into()));
        }
        if let Some(value) = output.format {
            self.request.format = format(value)?;
        }
        Ok(())
    }

    fn reasoning(&mut self, value: &'a RawValue) -> Result<(), BadRequest> {
        let members: Members<'_> = read("reasoning", value)?;
        let mut reasoning = Reasoning::default();
        for (name, value) in members.0 {
            match &*name {
                "effort" => {
                    let effort = string(value).and_then(|word| Effort::read(&word));
                    let unknown = || bad("reasoning.effort", "reasoning.effort is not known");
                    reasoning.effort = Some(effort.ok_or_else(unknown)?);
                }
                "summary" | "generate_summary" => {
                    reasoning.shown = Some(true);
                    if value.get() != r#""auto""# {
                        let name = Cow::Borrowed("reasoning.summary");
                        self.request.rest.push((name, value.into()));
                    }
                }
                _ => {
                    let name = Cow::Owned(format!("reasoning.{name}"));
                    self.request.rest.push((name, value.into()));
                }
            }
        }
        self.request.reasoning = (reasoning != Reasoning::default()).then_some(reasoning);
        Ok(())
    }

    fn finish(mut self) -> Result<Request<'a>, BadRequest> {
        let request = &mut self.request;
        let parts = self
            .instructions
            .map(|text| Part::Text { text, cache: None });
        request.system.extend(parts);
        if let Some(value) = self.input {
            input::read_into(request, value)?;
        }
        if request.turns.is_empty() && !self.follows {
            return Err(bad("input", "input is required"));
        }
        let user = self.safety_identifier.or(self.user);
        request.user = user.and_then(Text::literal);
        if let (Some(_), Some(other)) = (self.safety_identifier, self.user) {
            request.rest.push((Cow::Borrowed("user"), other.into()));
        }
        Ok(self.request)
    }
}

fn number<'a>(param: &str, value: &'a RawValue) -> Result<Json<'a>, BadRequest> {
    let number = Json::from(value);
    match number.number() {
        Some(_) => Ok(number),
        None => Err(bad(param, format!("{param} must be a number"))),
    }
}

fn format(value: &RawValue) -> Result<Format<'_>, BadRequest> {
    #[derive(Deserialize)]
    struct Wanted<'a> {
        #[serde(borrow, rename = "type")]
        kind: Option<&'a RawValue>,
        #[serde(borrow)]
        name: Option<&'a RawValue>,
        #[serde(borrow)]
        description: Option<&'a RawValue>,
        #[serde(borrow)]
        schema: Option<&'a RawValue>,
        strict: Option<bool>,
    }
    let wanted: Wanted<'_> = read("text.format", value)?;
    match wanted.kind.map(RawValue::get) {
        Some(r#""text""#) => Ok(Format::Text),
        Some(r#""json_object""#) => Ok(Format::JsonObject),
        Some(r#""json_schema""#) => Ok(Format::JsonSchema {
            name: text(wanted.name, || "text.format.name".into())?,
            description: wanted.description.and_then(Text::literal),
            schema: wanted
                .schema
                .map(Json::from)
                .ok_or_else(|| bad("text.format.schema", "text.format.schema is required"))?,
            strict: wanted.strict,
        }),
        _ => Err(bad("text.format.type", "text.format.type is not known")),
    }
}
