//! What one streamed event says.

use tiergate_wire::chat::{Choices, Delta};
use tiergate_wire::usage::Usage;

use super::answer::{has_base_resp_error, host_fault};
use super::even::has_uneven_reason;
use super::fault::fault;
use super::quirks::{Quirks, Row};
use super::usage::usage;
use crate::fault::Fault;
use crate::json::Json;

/// What is read of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What kind of event it is.
    pub kind: EventKind,
    /// Whether something was said: content, refusal, reasoning, audio or a tool call.
    pub commits: bool,
    /// Whether a choice came to its end.
    pub finish: bool,
    /// The choices that something was told of.
    pub told: Choices,
    /// The choices that came to their end.
    pub ended: Choices,
    /// Whether [`even`](super::even) has something to do.
    pub uneven: bool,
    /// The tokens, in the chunk that tells them.
    pub usage: Option<Usage>,
    /// Raw bytes of what was said.
    pub output_bytes: u32,
}

/// The kinds of events that carry data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// What Azure's filter found in the prompt: a chunk without choices, id or model, over which clients stumble.
    Aside,
    /// A chunk of the answer.
    Chunk,
    /// `[DONE]`.
    Done,
    /// A chunk with usage and no choices.
    UsageOnly,
}

/// Reads the payload of one event; `committed` tells whether an earlier one said something.
///
/// # Errors
/// A [`Fault`] when the payload is an error, is not a JSON object, or ends a choice with a finish
/// reason that reports a fault of the host.
pub fn event(data: &[u8], committed: bool, quirks: &Quirks) -> Result<Facts, Fault> {
    if data.trim_ascii_start().starts_with(b"[DONE]") {
        let finish = committed && quirks.has(Row::DoneFinishes);
        return Ok(Facts {
            kind: EventKind::Done,
            commits: false,
            finish,
            told: Choices::default(),
            ended: if finish {
                Choices::ALL
            } else {
                Choices::default()
            },
            uneven: false,
            usage: None,
            output_bytes: 0,
        });
    }
    let delta = Delta::parse(data)
        .map_err(|invalid| Fault::invalid(format!("a chunk is not readable: {invalid}")))?;
    if delta.error.is_some() || is_flat_error(data, &delta, quirks) {
        return Err(fault(200, data, quirks));
    }
    if delta.finish
        && let Some(reason) = host_fault(data)
    {
        return Err(Fault::invalid(format!(
            "the stream ended with finish reason {reason}"
        )));
    }
    let empty = delta.choices.is_none_or(|choices| choices == 0);
    let told = delta.usage.and_then(|raw| usage(raw, quirks));
    let last = delta.finish || empty;
    let elsewhere = || last.then(|| usage_elsewhere(data, quirks)).flatten();
    let usage = told.or_else(elsewhere);
    Ok(Facts {
        kind: match told {
            Some(_) if empty => EventKind::UsageOnly,
            None if empty && is_aside(data) => EventKind::Aside,
            _ => EventKind::Chunk,
        },
        commits: delta.commits,
        finish: delta.finish,
        told: delta.told,
        ended: delta.ended,
        uneven: delta.listed || delta.finish && has_uneven_reason(data),
        usage,
        output_bytes: delta.output_bytes,
    })
}

/// The tokens where they do not stand in `usage`: within Moonshot's choice, or in what Groq says beside.
fn usage_elsewhere(data: &[u8], quirks: &Quirks) -> Option<Usage> {
    let json = Json::new(data);
    let choices = json.get("choices");
    let within = choices.and_then(|choices| choices.elements().find_map(|each| each.get("usage")));
    let groq = json.get("x_groq").and_then(|groq| groq.get("usage"));
    let mut places = [within, groq].into_iter().flatten();
    places.find_map(|place| usage(place.raw(), quirks))
}

fn is_aside(data: &[u8]) -> bool {
    let json = Json::new(data);
    json.get("prompt_filter_results").is_some()
}

/// `{"object":"error","message":…}` of vLLM and Mistral, and MiniMax's `base_resp`.
fn is_flat_error(data: &[u8], delta: &Delta<'_>, quirks: &Quirks) -> bool {
    if quirks.has(Row::BaseResp) && has_base_resp_error(data) {
        return true;
    }
    if delta.choices.is_some() || delta.usage.is_some() {
        return false;
    }
    let object = Json::new(data).get("object");
    object.and_then(Json::string) == Some(b"error")
}
