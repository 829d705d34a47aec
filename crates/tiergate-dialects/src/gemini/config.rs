//! How an answer is to be made.

use super::encode::{Surface, To, note};
use super::request::GenerationConfig;
use super::{schema, thinking};
use crate::encoded::{Edits, Target};
use crate::inner::{Format, Json, Request, Unfit};

/// More stop texts are refused.
const MOST_STOPS: usize = 5;

pub(super) fn write<'r>(
    request: &'r Request<'_>,
    target: &Target<'_>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<GenerationConfig<'r>, Unfit> {
    if request.stop.len() > MOST_STOPS {
        let what = format!("Gemini takes at most {MOST_STOPS} stop texts");
        return Err(Unfit::new("stop", what));
    }
    let sampling = &request.sampling;
    let mut config = GenerationConfig {
        max_output_tokens: output(request, target, to, edits)?,
        stop_sequences: Some(&*request.stop).filter(|stop| !stop.is_empty()),
        temperature: sampling.temperature.as_ref(),
        top_p: sampling.top_p.as_ref(),
        top_k: sampling.top_k.as_ref(),
        seed: sampling.seed.as_ref(),
        frequency_penalty: sampling.frequency_penalty.as_ref(),
        presence_penalty: sampling.presence_penalty.as_ref(),
        thinking_config: thinking::config(request.reasoning, to, edits),
        ..GenerationConfig::default()
    };
    remove_refused(&mut config, to, edits);
    format(request, &mut config, edits);
    Ok(config)
}

fn output(
    request: &Request<'_>,
    target: &Target<'_>,
    to: To<'_>,
    edits: &mut Edits,
) -> Result<Option<u64>, Unfit> {
    let limit = to
        .family
        .vertex_output
        .filter(|_| to.surface == Surface::Vertex);
    let wanted = target.some_output(request.max_output)?;
    let given = wanted.map(|wanted| limit.map_or(wanted, |limit| wanted.min(limit)));
    if let Some(given) = given.filter(|_| given != request.max_output) {
        note(edits, format!("set the output cap to {given}"));
    }
    Ok(given)
}

fn remove_refused(config: &mut GenerationConfig<'_>, to: To<'_>, edits: &mut Edits) {
    let mut remove = |member: &mut Option<&Json<'_>>, name: &str| {
        if member.take().is_some() {
            note(edits, format!("removed {name}"));
        }
    };
    if to.family.refuses_penalties && to.surface == Surface::Gemini {
        remove(&mut config.frequency_penalty, "frequency_penalty");
        remove(&mut config.presence_penalty, "presence_penalty");
    }
    // Gemini's seeds have 32 bits
    if config
        .seed
        .is_some_and(|seed| seed.get().parse::<i32>().is_err())
    {
        remove(&mut config.seed, "seed");
    }
}

fn format<'r>(request: &'r Request<'_>, config: &mut GenerationConfig<'r>, edits: &mut Edits) {
    match &request.format {
        Format::Text => {}
        Format::JsonObject => config.response_mime_type = Some("application/json"),
        // the schema's name is a label without meaning to the model
        Format::JsonSchema {
            schema,
            description,
            ..
        } => {
            let (schema, is_changed) = schema::rewrite(schema);
            if is_changed {
                note(edits, "rewrote the schema of response_format");
            }
            if description.is_some() {
                note(edits, "removed response_format.json_schema.description");
            }
            config.response_mime_type = Some("application/json");
            config.response_json_schema = Some(schema);
        }
    }
}
