//! A request, as a vendor takes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::input::{Item, input};
use super::names::Names;
use super::rest::{Rest, rest};
use super::tools::{Choice, Tool, choice, tools};
use crate::encoded::{Edits, Target, Translated, renamed};
use crate::inner::{Effort, Format, Json, Request, Text, Unfit};
use crate::openai::models::{Abilities, Samples, abilities, nearest};
use crate::responses::literal::json;
use crate::words;

/// Encodes a request.
///
/// Nothing is stored, and reasoning is asked for in the form that can be sent back. What a model of OpenAI's would
/// refuse (sampling while it reasons, an effort that it does not have) is left out or becomes the nearest that it has.
///
/// # Errors
/// [`Unfit`] when the request asks for several answers, probabilities, sound, or texts that end the answer.
pub fn encode(request: &Request<'_>, target: &Target<'_>) -> Result<Translated, Unfit> {
    if !request.stop.is_empty() {
        return Err(Unfit::new("stop", "Responses has no stop texts"));
    }
    let mut edits = Edits::new();
    let mut names = Names::default();
    let abilities = abilities(target.model);
    let rest = rest(request, &mut edits)?;
    words::retold(request, &mut edits);
    let (tools, special) = tools(request, &mut names, &mut edits);
    let tool_choice = choice(request, tools.len(), &mut names)?;
    let input = input(request, &special, &mut names, &mut edits)?;
    let reasoning = reasoning(request, abilities.as_ref(), &rest, &mut edits);
    let samples = samples(abilities.as_ref(), reasoning.as_ref());
    let [temperature, top_p] = sampling(request, samples, &mut edits);
    let body = Body {
        model: target.model,
        input,
        include: include(&rest, abilities.as_ref()),
        max_output_tokens: max_output(request, target, &mut edits)?,
        parallel_tool_calls: request.parallel_tools.filter(|_| !tools.is_empty()),
        tools,
        tool_choice,
        text: output(request, &rest),
        reasoning,
        temperature,
        top_p,
        service_tier: request.service_tier.as_ref().map(tier),
        user: request.user.as_ref().map(Text::borrowed),
        store: false,
        stream: request.stream,
        rest: &rest.body,
    };
    if request.cache.is_some() && !edits.contains(&"removed cache_control".into()) {
        edits.push("removed cache_control".into());
    }
    let changed = names.undo.names.iter();
    edits.extend(changed.map(|(_, own)| renamed(own)));
    let body = serde_json::to_vec(&body)
        .map_err(|error| Unfit::new("messages", format!("cannot be written: {error}")))?;
    Ok(Translated {
        body: body.into(),
        edits,
        undo: names.undo,
    })
}

/// Asks for reasoning in the form that can be sent back.
pub(super) const ENCRYPTED: &str = "reasoning.encrypted_content";

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Output<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Thinking<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include: Vec<&'a str>,
    store: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
    #[serde(flatten)]
    rest: &'a BTreeMap<&'a str, &'a Json<'a>>,
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Shape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<&'a Json<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Shape<'a> {
    JsonObject,
    JsonSchema {
        name: Text<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<Text<'a>>,
        schema: Json<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        strict: Option<bool>,
    },
}

fn output<'a>(request: &'a Request<'_>, rest: &Rest<'a>) -> Option<Output<'a>> {
    let format = match &request.format {
        Format::Text => None,
        Format::JsonObject => Some(Shape::JsonObject),
        Format::JsonSchema {
            name,
            description,
            schema,
            strict,
        } => Some(Shape::JsonSchema {
            name: name.borrowed(),
            description: description.as_ref().map(Text::borrowed),
            schema: schema.borrowed(),
            strict: *strict,
        }),
    };
    let verbosity = rest.verbosity;
    (format.is_some() || verbosity.is_some()).then_some(Output { format, verbosity })
}

#[derive(Serialize)]
struct Thinking<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'static str>,
    #[serde(flatten)]
    rest: BTreeMap<&'a str, &'a Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Json<'a>>,
}

fn reasoning<'a>(
    request: &Request<'_>,
    abilities: Option<&Abilities>,
    rest: &Rest<'a>,
    edits: &mut Edits,
) -> Option<Thinking<'a>> {
    let asked = request.reasoning.unwrap_or_default();
    let mut more = rest.reasoning.clone();
    if abilities.is_some_and(|abilities| !abilities.reasons()) {
        if asked.effort.is_some_and(|effort| effort != Effort::None) || asked.budget.is_some() {
            edits.push("removed reasoning_effort".into());
        }
        let names = more
            .keys()
            .map(|name| format!("removed reasoning.{name}").into());
        edits.extend(names);
        return None;
    }
    let wanted = asked.effort.or_else(|| asked.budget.map(by_budget));
    let effort = wanted.map(|wanted| match abilities {
        Some(known) => nearest(wanted, known.efforts).unwrap_or(wanted),
        None => wanted,
    });
    if let (Some(effort), Some(budget), None) = (effort, asked.budget, asked.effort) {
        let edit = format!("{budget} tokens of reasoning as effort {}", effort.as_str());
        edits.push(edit.into());
    } else if let (Some(effort), Some(wanted)) = (effort, wanted)
        && effort != wanted
    {
        let (wanted, effort) = (wanted.as_str(), effort.as_str());
        edits.push(format!("reasoning_effort {wanted} as {effort}").into());
    }
    let hidden = more.contains_key("summary") || asked.shown != Some(true);
    let summary = (!hidden).then(|| json(r#""auto""#));
    if effort == Some(Effort::None) {
        more.remove("summary");
    }
    (effort.is_some() || summary.is_some() || !more.is_empty()).then_some(Thinking {
        effort: effort.map(Effort::as_str),
        summary: summary.filter(|_| effort != Some(Effort::None)),
        rest: more,
    })
}

fn by_budget(tokens: u64) -> Effort {
    match tokens {
        0 => Effort::None,
        1..=2048 => Effort::Low,
        2049..=16_384 => Effort::Medium,
        _ => Effort::High,
    }
}

/// Whether the model takes sampling parameters with this reasoning.
fn samples(abilities: Option<&Abilities>, reasoning: Option<&Thinking<'_>>) -> bool {
    let off = reasoning.and_then(|reasoning| reasoning.effort) == Some("none");
    match abilities.map(|abilities| &abilities.samples) {
        None | Some(Samples::Always) => true,
        Some(Samples::Unreasoning) => off,
        Some(Samples::Never) => false,
    }
}

/// Temperature and the rest of sampling; Responses knows two of the parameters.
fn sampling<'a>(
    request: &'a Request<'_>,
    samples: bool,
    edits: &mut Edits,
) -> [Option<Json<'a>>; 2] {
    let asked = &request.sampling;
    let unknown = [
        ("top_k", &asked.top_k),
        ("frequency_penalty", &asked.frequency_penalty),
        ("presence_penalty", &asked.presence_penalty),
        ("seed", &asked.seed),
    ];
    for (name, value) in unknown {
        if value.is_some() {
            edits.push(format!("removed {name}").into());
        }
    }
    let known = [("temperature", &asked.temperature), ("top_p", &asked.top_p)];
    known.map(|(name, value)| {
        let value = value.as_ref()?;
        if !samples {
            edits.push(format!("removed {name}").into());
            return None;
        }
        Some(value.borrowed())
    })
}

/// The least cap that Responses takes.
const LEAST_OUTPUT: u64 = 16;

fn max_output(
    request: &Request<'_>,
    target: &Target<'_>,
    edits: &mut Edits,
) -> Result<Option<u64>, Unfit> {
    let Some(cap) = target.some_output(request.max_output)? else {
        return Ok(None);
    };
    if request.max_output.is_none_or(|asked| asked > cap) {
        edits.push(format!("set the output cap to {cap}").into());
    }
    if cap < LEAST_OUTPUT {
        edits.push(format!("raised the output cap to {LEAST_OUTPUT}").into());
    }
    Ok(Some(cap.max(LEAST_OUTPUT)))
}

/// Models that do not reason refuse to give reasoning.
fn include<'a>(rest: &'a Rest<'_>, abilities: Option<&Abilities>) -> Vec<&'a str> {
    let plain = abilities.is_some_and(|abilities| !abilities.reasons());
    let more = rest.include.iter().map(String::as_str);
    (!plain)
        .then_some(ENCRYPTED)
        .into_iter()
        .chain(more)
        .collect()
}

fn tier<'a>(tier: &'a Text<'_>) -> Text<'a> {
    match tier.inside() {
        "standard_only" => Text::new("default"),
        _ => tier.borrowed(),
    }
}
