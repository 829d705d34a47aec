//! A request, as Converse takes it.

use super::cache;
use super::draft::note;
use super::extra::{Extra, NovaInference};
use super::format::{Wanted, wanted};
use super::messages::talk;
use super::model::{Family, Model, Sampling};
use super::names::Names;
use super::rest::{Rest, refuse, rest, service_tier};
use super::tools::tools;
use super::wire::{Block, Body, Inference};
use crate::encoded::{Edits, Target, Translated, renamed};
use crate::inner::{Json, Request, Text, Undo, Unfit};
use crate::words;

/// The body of a Converse or `ConverseStream` request; which of them it is shows in the path only.
///
/// # Errors
/// [`Unfit`] for what cannot be left out and has no place: sound, addresses of pictures, several answers, log
/// probabilities, tools of other vendors, and tools or schemas that the model cannot be held to.
pub fn encode(request: &Request<'_>, target: &Target<'_>) -> Result<Translated, Unfit> {
    refuse(request)?;
    let model = Model::of(target.model);
    let mut edits = Edits::new();
    words::retold(request, &mut edits);
    let mut names = Names::default();
    for tool in &request.tools {
        names.reserve(&tool.name.value());
    }
    let form = wanted(request, model, &mut names, &mut edits)?;
    let json_tool = match &form {
        Wanted::Tool(tool) => Some(tool),
        _ => None,
    };
    let mut tools = tools(request, model, json_tool, &mut names, &mut edits)?;
    let mut talk = talk(request, model, &mut names, &mut edits)?;
    if let Wanted::Instruction = form {
        let words = "Answer with one JSON object and nothing else.";
        talk.system.push(Block::Text(Text::new(words)));
    }
    let mut extra = Extra::default();
    let mut inference = inference(request, target, model, &mut edits)?;
    let forced = tools.is_forced();
    extra.reason(request, model, forced, &mut inference, &mut edits);
    top_k(request, model, &mut extra, &mut edits);
    let alone = json_tool.is_some() && request.tools.is_empty() && model.claude().is_some();
    let parallel = if alone {
        Some(false)
    } else {
        request.parallel_tools
    };
    extra.tool_choice = tools.one_at_a_time(parallel, model, &mut edits);
    let Rest {
        guardrail_config,
        request_metadata,
    } = rest(request, model, &mut extra, &mut edits);
    let told_stop = !inference.stop_sequences.is_empty() && model.claude().is_some();
    let undo_json = json_tool.map(|tool| tool.name);
    let mut body = Body {
        system: talk.system,
        messages: talk.messages,
        inference_config: inference,
        tool_config: tools.config(talk.has_tools, &names, &mut edits),
        additional_model_request_fields: extra,
        additional_model_response_field_paths: told_stop.then_some(STOP_PATHS),
        output_config: match form {
            Wanted::Native(config) => Some(config),
            _ => None,
        },
        service_tier: service_tier(request, &mut edits),
        guardrail_config,
        request_metadata,
    };
    cache::limit(&mut body, &mut edits);
    edits.extend(names.renamed.iter().map(|(_, own)| renamed(own)));
    // structs of texts and numbers can always be written
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Ok(Translated {
        body: body.into(),
        edits,
        undo: Undo {
            names: names.renamed,
            json_tool: undo_json,
            ..Undo::default()
        },
    })
}

/// Where a Claude tells which stop text was met, whole and streamed; a path that leads nowhere is ignored.
const STOP_PATHS: &[&str] = &["/stop_sequence", "/delta/stop_sequence"];

fn inference<'a>(
    request: &'a Request<'_>,
    target: &Target<'_>,
    model: Model,
    edits: &mut Edits,
) -> Result<Inference<'a>, Unfit> {
    let sampling = &request.sampling;
    let mut inference = Inference {
        max_tokens: target.some_output(request.max_output)?,
        temperature: unit(sampling.temperature.as_ref(), "temperature", edits),
        top_p: unit(sampling.top_p.as_ref(), "top_p", edits),
        stop_sequences: request.stop.iter().map(Text::borrowed).collect(),
    };
    let absent = [
        ("frequency_penalty", &sampling.frequency_penalty),
        ("presence_penalty", &sampling.presence_penalty),
        ("seed", &sampling.seed),
    ];
    for (name, value) in absent {
        if value.as_ref().is_some_and(|value| !value.is_null()) {
            note(edits, format!("removed {name}"));
        }
    }
    let all = inference.stop_sequences.len();
    (inference.stop_sequences).retain(|text| !text.value().trim().is_empty());
    let no_stop = matches!(model.family, Family::Gpt | Family::GptOss);
    if no_stop {
        inference.stop_sequences.clear();
    }
    if inference.stop_sequences.len() < all {
        note(edits, "removed stop");
    }
    let sampled = match model.family {
        Family::Claude(claude) => claude.sampling,
        Family::Gpt => Sampling::None,
        _ => Sampling::All,
    };
    if sampled == Sampling::None && inference.temperature.take().is_some() {
        note(edits, "removed temperature");
    }
    let both = sampled == Sampling::NotBoth && inference.temperature.is_some();
    if (both || sampled == Sampling::None) && inference.top_p.take().is_some() {
        note(edits, "removed top_p");
    }
    Ok(inference)
}

/// A number from 0 to 1, as it was written where it is one.
fn unit<'a>(
    value: Option<&'a Json<'_>>,
    name: &'static str,
    edits: &mut Edits,
) -> Option<Json<'a>> {
    let value = value?;
    let Some(number) = value.number() else {
        if !value.is_null() {
            note(edits, format!("removed {name}"));
        }
        return None;
    };
    if (0.0..=1.0).contains(&number) {
        return Some(value.borrowed());
    }
    let nearest = u8::from(number > 1.0);
    note(edits, format!("{name} clamped to {nearest}"));
    Some(Json::of(&nearest))
}

fn top_k<'a>(request: &'a Request<'_>, model: Model, extra: &mut Extra<'a>, edits: &mut Edits) {
    let Some(top_k) = request.sampling.top_k.as_ref().filter(|k| !k.is_null()) else {
        return;
    };
    match model.family {
        Family::Claude(claude) if claude.sampling != Sampling::None && !extra.thinks() => {
            extra.top_k = Some(top_k.borrowed());
        }
        Family::Nova { .. } => {
            extra.inference = Some(NovaInference {
                top_k: top_k.borrowed(),
            });
        }
        _ => note(edits, "removed top_k"),
    }
}
