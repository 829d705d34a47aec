//! A request in the inner form, as an OpenAI-shaped host takes it.

mod known;
mod messages;
mod parts;
mod tools;

use super::object::Object;
use crate::encoded::{Edit, Edits, Target, Translated};
use crate::inner::{Cache, Effort, Format, Reasoning, Request, Undo, Unfit};
use crate::remains::wants_probabilities;
use crate::words;

/// Writes `request` as the body of a chat completion for `target`.
///
/// tiergate's own members (`prefer`, `max_tier`, `tags`, `session_id`) are written as well: the body is also what
/// routing reads, and `openai::encode` takes them out on the way to a host.
///
/// # Errors
/// [`Unfit`] when the conversation has a part, or a tool, that only another dialect knows.
pub fn encode(request: &Request<'_>, target: &Target<'_>) -> Result<Translated, Unfit> {
    let mut edits = Edits::new();
    let mut out = Vec::with_capacity(1024);
    let mut body = Object::open(&mut out);
    body.string("model", target.model);
    messages::encode(&mut body, request, &mut edits)?;
    tools::encode(&mut body, request)?;
    format(&mut body, &request.format);
    cap(&mut body, request, target, &mut edits)?;
    steering(&mut body, request);
    if let Some(reasoning) = &request.reasoning {
        self::reasoning(&mut body, reasoning, &mut edits);
    }
    if let Some(cache) = request.cache {
        cache_control(&mut body, cache);
    }
    body.optional("user", request.user.as_ref());
    body.optional("service_tier", request.service_tier.as_ref());
    if request.stream {
        body.raw("stream", "true");
        body.raw("stream_options", r#"{"include_usage":true}"#);
    }
    rest(&mut body, request, &mut edits)?;
    words::retold(request, &mut edits);
    body.close();
    Ok(Translated {
        body: out.into(),
        edits,
        undo: Undo::default(),
    })
}

/// Takes out of a request what a chat completion cannot say: tools and parts that only another dialect knows, that there
/// shall be no answer, and probabilities where the answer is not a chat completion.
pub fn spare(request: &mut Request<'_>) {
    request.max_output = request.max_output.filter(|most| *most > 0);
    request
        .rest
        .retain(|(name, value)| !wants_probabilities(name, value));
    request.tools.retain(|tool| !tools::is_unknown(tool));
    if request.tools.is_empty() {
        request.tool_choice = None;
    }
    request.system.retain(parts::is_sayable);
    for turn in &mut request.turns {
        messages::spare(turn);
    }
}

/// Notes an edit once.
fn note(edits: &mut Edits, edit: impl Into<Edit>) {
    let edit = edit.into();
    if !edits.contains(&edit) {
        edits.push(edit);
    }
}

fn cap(
    body: &mut Object<'_>,
    request: &Request<'_>,
    target: &Target<'_>,
    edits: &mut Edits,
) -> Result<(), Unfit> {
    let Some(cap) = target.some_output(request.max_output)? else {
        return Ok(());
    };
    body.number("max_completion_tokens", cap);
    if request.max_output != Some(cap) {
        note(edits, format!("set the output cap to {cap}"));
    }
    Ok(())
}

fn steering(body: &mut Object<'_>, request: &Request<'_>) {
    let sampling = &request.sampling;
    let numbers = [
        ("temperature", &sampling.temperature),
        ("top_p", &sampling.top_p),
        ("top_k", &sampling.top_k),
        ("frequency_penalty", &sampling.frequency_penalty),
        ("presence_penalty", &sampling.presence_penalty),
        ("seed", &sampling.seed),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            body.raw(name, number.get());
        }
    }
    match request.stop.as_slice() {
        [] => {}
        [one] => body.text("stop", one),
        texts => body.list("stop", texts, |out, text| {
            out.extend_from_slice(text.raw().as_bytes());
        }),
    }
}

fn format(body: &mut Object<'_>, format: &Format<'_>) {
    match format {
        Format::Text => {}
        Format::JsonObject => body.raw("response_format", r#"{"type":"json_object"}"#),
        Format::JsonSchema {
            name,
            description,
            schema,
            strict,
        } => {
            body.object("response_format", |format| {
                format.raw("type", r#""json_schema""#);
                format.object("json_schema", |told| {
                    told.text("name", name);
                    told.optional("description", description.as_ref());
                    told.raw("schema", schema.get());
                    if let Some(strict) = strict {
                        told.bool("strict", *strict);
                    }
                });
            });
        }
    }
}

/// An effort in OpenAI's words; a budget and what is shown in OpenRouter's, with the nearest effort beside them for
/// hosts that know nothing else.
fn reasoning(body: &mut Object<'_>, reasoning: &Reasoning, edits: &mut Edits) {
    if let Some(effort) = reasoning.effort.or_else(|| reasoning.budget.map(nearest)) {
        body.string("reasoning_effort", effort.as_str());
    }
    if reasoning.effort.is_none() && reasoning.budget.is_some() {
        note(edits, "reasoning budget also as an effort");
    }
    let plain = Reasoning {
        effort: reasoning.effort,
        ..Reasoning::default()
    };
    if *reasoning == plain && reasoning.effort.is_some() {
        return;
    }
    body.object("reasoning", |told| {
        if let Some(effort) = reasoning.effort {
            told.string("effort", effort.as_str());
        }
        if let Some(budget) = reasoning.budget {
            told.number("max_tokens", budget);
        }
        if let Some(shown) = reasoning.shown {
            told.bool("exclude", !shown);
        }
        if *reasoning == Reasoning::default() {
            told.bool("enabled", true);
        }
    });
}

/// The effort that is nearest to a budget of thought, in tokens.
pub(super) fn nearest(budget: u64) -> Effort {
    match budget {
        0 => Effort::None,
        1..=2048 => Effort::Low,
        2049..=8192 => Effort::Medium,
        _ => Effort::High,
    }
}

fn cache_control(object: &mut Object<'_>, cache: Cache) {
    let value = match cache {
        Cache::Long => r#"{"type":"ephemeral","ttl":"1h"}"#,
        Cache::Short => r#"{"type":"ephemeral"}"#,
    };
    object.raw("cache_control", value);
}

fn rest(body: &mut Object<'_>, request: &Request<'_>, edits: &mut Edits) -> Result<(), Unfit> {
    for (name, value) in &request.rest {
        let name = name.as_ref();
        if wants_probabilities(name, value) {
            return Err(Unfit::new("include", "probabilities are not translated"));
        }
        if known::is_member(name) {
            body.raw(name, value.get());
        } else if !matches!(name, "stream" | "stream_options") {
            note(edits, format!("removed {name}"));
        }
    }
    Ok(())
}
