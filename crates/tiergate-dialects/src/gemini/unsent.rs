//! What Gemini has no place for.

use super::encode::{Surface, note};
use crate::encoded::Edits;
use crate::inner::{Json, Request, Unfit};
use crate::own::is_own;
use crate::remains::wants_probabilities;
use crate::words;

/// Notes what is not sent, unless its absence would change the form of the answer.
pub(super) fn check(request: &Request<'_>, edits: &mut Edits) -> Result<(), Unfit> {
    for (name, value) in &request.rest {
        if value.is_null() || is_own(name) {
            continue;
        }
        match need(name, value) {
            Need::Given => {}
            Need::Hint => note(edits, format!("removed {name}")),
            Need::Shape(param) => {
                let what = format!("{name} is not supported with this model");
                return Err(Unfit::new(param, what));
            }
        }
    }
    if request.user.is_some() {
        note(edits, "removed user");
    }
    words::retold(request, edits);
    if request.cache.is_some() {
        note(edits, "removed cache_control");
    }
    Ok(())
}

/// How urgent a request is, in the developer API's words; on Vertex headers say it.
pub(super) fn service_tier(
    request: &Request<'_>,
    surface: Surface,
    edits: &mut Edits,
) -> Option<&'static str> {
    let tier = request.service_tier.as_ref()?;
    match (tier.inside(), surface) {
        ("auto" | "default", _) | ("standard" | "standard_only", Surface::Vertex) => None,
        ("flex", Surface::Gemini) => Some("flex"),
        ("priority" | "fast", Surface::Gemini) => Some("priority"),
        ("standard" | "standard_only", Surface::Gemini) => Some("standard"),
        _ => {
            note(edits, "removed service_tier");
            None
        }
    }
}

enum Need {
    /// What is asked for happens anyway.
    Given,
    /// The answer has the same form without it.
    Hint,
    Shape(&'static str),
}

fn need(name: &str, value: &Json<'_>) -> Need {
    let needed = |is_given: bool, param| {
        if is_given {
            Need::Given
        } else {
            Need::Shape(param)
        }
    };
    if wants_probabilities(name, value) {
        return Need::Shape("include");
    }
    let value = value.get();
    match name {
        "n" => needed(value == "1", "n"),
        "logprobs" => needed(value == "false", "logprobs"),
        "top_logprobs" => needed(value == "0", "top_logprobs"),
        "modalities" => {
            let more = value.contains("audio") || value.contains("image");
            needed(!more, "modalities")
        }
        "audio" => Need::Shape("audio"),
        "web_search_options" => Need::Shape("web_search_options"),
        _ => Need::Hint,
    }
}
