//! A request, as the vendor takes it.

use serde::Serialize;

use super::models::{Can, Model};
use super::names::Names;
use super::remains::{self, Remains};
use super::thinking::Thinking;
use super::tools::{Choice, Tool};
use super::wire::{Block, Extras, Marker, Message, Notes};
use super::{cache, format, thinking, tools, turns};
use crate::encoded::{Target, Translated, renamed};
use crate::inner::{Json, Request, Sampling, Text, Undo, Unfit};

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking<'a>>,
    #[serde(skip_serializing_if = "Output::is_empty")]
    output_config: Output<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choice<'a>>,
    messages: Vec<Message<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stop_sequences: Vec<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<Marker>,
    #[serde(flatten)]
    more: Extras<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Schema<'a>>,
    #[serde(flatten)]
    more: Extras<'a>,
}

impl Output<'_> {
    fn is_empty(&self) -> bool {
        self.effort.is_none() && self.format.is_none() && self.more.0.is_empty()
    }
}

#[derive(Serialize)]
struct Schema<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    schema: Json<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    user_id: Text<'a>,
}

/// Encodes `request` for a Claude.
///
/// # Errors
/// [`Unfit`] where the answer would be another than was asked for: sound, several choices, log probabilities, and
/// forced tools and schemas where the model does not take them.
pub fn encode(request: &Request<'_>, target: &Target<'_>) -> Result<Translated, Unfit> {
    remains::refuse(request)?;
    let model = Model::of(target.model);
    let mut notes = Notes::default();
    let mut names = Names::new(&request.tools);
    let mut conversation = turns::encode(request, model, &mut names, &mut notes)?;
    let max_tokens = output(request, target, &mut notes);
    let bare = conversation.lacks_thinking();
    let mut tools = tools::encode(request, model, conversation.calls(), &mut names, &mut notes)?;
    let mut plan = thinking::plan(request.reasoning, model, max_tokens, bare, &mut notes);
    let forced = tools.choice.as_ref().is_some_and(Choice::forces);
    let thinks = plan.on && !thinking::yields(request.reasoning, model);
    if forced && (thinks || !model.can(Can::ForceTool)) {
        let why = if thinks { "while it thinks" } else { "at all" };
        let message = format!("{} cannot be made to call a tool {why}", target.model);
        return Err(Unfit::new("tool_choice", message));
    }
    let form = format::encode(
        &request.format,
        model,
        thinks,
        (&mut tools, &names),
        &mut conversation.system,
        &mut notes,
    )?;
    if forced || form.tool.is_some() {
        plan.make_way(model, &mut notes);
    }
    let whole = request.cache.is_some();
    cache::limit(&mut tools.list, &mut conversation, whole, &mut notes);
    let (temperature, top_p, top_k) = sampling(&request.sampling, model, plan.on, &mut notes);
    let Remains {
        top,
        thinking,
        output,
    } = remains::sort(request, &mut notes);
    let body = Body {
        model: target.model,
        max_tokens,
        system: conversation.system,
        thinking: with_extras(plan.thinking, thinking, &mut notes),
        output_config: Output {
            effort: plan.effort.filter(|_| !output.has("effort")),
            format: form
                .schema
                .filter(|_| !output.has("format"))
                .map(|schema| Schema {
                    kind: "json_schema",
                    schema,
                }),
            more: output,
        },
        tools: tools.list,
        tool_choice: tools.choice,
        messages: conversation.messages,
        stop_sequences: stops(&request.stop, &mut notes),
        temperature,
        top_p,
        top_k,
        metadata: user(request.user.as_ref(), &mut notes),
        service_tier: tier(request.service_tier.as_ref(), &mut notes),
        cache_control: request.cache.map(Marker::from),
        more: top,
        stream: request.stream,
    };
    for (_, own) in &names.changed {
        notes.add(renamed(own));
    }
    Ok(Translated {
        body: serde_json::to_vec(&body).unwrap_or_default().into(),
        edits: notes.0,
        undo: Undo {
            names: names.changed,
            json_tool: form.tool,
            ..Undo::default()
        },
    })
}

/// The cap on output, which the vendor must be told.
fn output(request: &Request<'_>, target: &Target<'_>, notes: &mut Notes) -> u64 {
    let Some(wanted) = target.output(request.max_output) else {
        notes.add("added max_tokens");
        return target.max_output.unwrap_or(4096);
    };
    let given = target.max_output.map_or(wanted, |most| wanted.min(most));
    match request.max_output {
        None => notes.add("added max_tokens"),
        Some(asked) if given < asked => notes.add(format!("lowered max_tokens to {given}")),
        Some(_) => {}
    }
    given
}

/// Members of `thinking` that go along; alone they say something only with a type.
fn with_extras<'a>(
    plan: Option<Thinking<'a>>,
    extras: Extras<'a>,
    notes: &mut Notes,
) -> Option<Thinking<'a>> {
    if extras.0.is_empty() || plan.is_none() && !extras.has("type") {
        for (name, _) in &extras.0 {
            notes.removed(&format!("thinking.{name}"));
        }
        return plan;
    }
    let plan = plan.unwrap_or_default();
    Some(Thinking {
        kind: plan.kind.filter(|_| !extras.has("type")),
        display: plan.display.filter(|_| !extras.has("display")),
        more: extras,
        ..plan
    })
}

type Sampled<'a> = (Option<Json<'a>>, Option<Json<'a>>, Option<Json<'a>>);

/// Temperature, `top_p` and `top_k`, as far as the model takes them.
fn sampling<'a>(
    asked: &'a Sampling<'_>,
    model: &Model,
    thinks: bool,
    notes: &mut Notes,
) -> Sampled<'a> {
    let samples = model.can(Can::Sample) && !thinks;
    let mut take = |name: &str, value: &'a Option<Json<'_>>, taken: bool| {
        let value = value.as_ref()?;
        if !taken {
            notes.removed(name);
        }
        taken.then(|| value.borrowed())
    };
    let both = model.can(Can::SampleBoth) || asked.temperature.is_none();
    let temperature = take("temperature", &asked.temperature, samples);
    let top_p = take("top_p", &asked.top_p, samples && both);
    let top_k = take("top_k", &asked.top_k, samples);
    take("frequency_penalty", &asked.frequency_penalty, false);
    take("presence_penalty", &asked.presence_penalty, false);
    take("seed", &asked.seed, false);
    let temperature = temperature.map(|asked| match asked.number() {
        Some(number) if number > 1.0 => {
            notes.add("lowered temperature to 1");
            Json::of(&1)
        }
        Some(number) if number < 0.0 => {
            notes.add("raised temperature to 0");
            Json::of(&0)
        }
        _ => asked,
    });
    (temperature, top_p, top_k)
}

fn stops<'a>(stops: &'a [Text<'_>], notes: &mut Notes) -> Vec<Text<'a>> {
    let is_said = |stop: &&Text<'_>| !stop.value().trim().is_empty();
    let said: Vec<_> = stops.iter().filter(is_said).map(Text::borrowed).collect();
    if said.len() < stops.len() {
        notes.add("removed stop texts of white space");
    }
    said
}

/// Who asks, unless the id looks like an address or a telephone number, which the vendor does not want.
fn user<'a>(user: Option<&'a Text<'_>>, notes: &mut Notes) -> Option<Metadata<'a>> {
    let user_id = user?.borrowed();
    let is_dialled =
        |letter: char| letter.is_ascii_digit() || letter.is_whitespace() || "+()-".contains(letter);
    let value = user_id.value();
    if value.contains('@') || value.is_empty() || value.len() >= 7 && value.chars().all(is_dialled)
    {
        notes.removed("user");
        return None;
    }
    drop(value);
    Some(Metadata { user_id })
}

fn tier(tier: Option<&Text<'_>>, notes: &mut Notes) -> Option<&'static str> {
    let asked = tier?.value();
    match &*asked {
        "auto" => Some("auto"),
        "default" | "standard_only" => Some("standard_only"),
        "priority" => {
            notes.add("changed service_tier from priority to auto");
            Some("auto")
        }
        _ => {
            notes.removed("service_tier");
            None
        }
    }
}
