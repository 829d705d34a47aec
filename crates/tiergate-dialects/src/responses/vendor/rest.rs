//! Members of a request that the inner form has no place for.

use std::collections::BTreeMap;

use crate::encoded::Edits;
use crate::inner::{Json, Request, Unfit};
use crate::own::is_own;
use crate::remains::wants_probabilities;

/// What of the rest is sent, and where.
#[derive(Debug, Default)]
pub(super) struct Rest<'a> {
    /// Members of the body, as they came.
    pub(super) body: BTreeMap<&'a str, &'a Json<'a>>,
    /// Members of `reasoning`.
    pub(super) reasoning: BTreeMap<&'a str, &'a Json<'a>>,
    /// What shall be included beside reasoning.
    pub(super) include: Vec<String>,
    pub(super) verbosity: Option<&'a Json<'a>>,
}

/// Members that Responses has under the same name and with the same meaning.
const KNOWN: [&str; 9] = [
    "context_management",
    "max_tool_calls",
    "metadata",
    "moderation",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "truncation",
];

/// Sorts the rest of a request.
///
/// # Errors
/// [`Unfit`] for what would change the answer's shape: several answers, probabilities, sound.
pub(super) fn rest<'a>(request: &'a Request<'_>, edits: &mut Edits) -> Result<Rest<'a>, Unfit> {
    let mut sorted = Rest::default();
    for (name, value) in &request.rest {
        let name: &str = name;
        let says = |plain: &str| value.get() == plain;
        match name {
            _ if is_own(name) || value.is_null() => {}
            // Anthropic's member of this name is an object
            "context_management" if !value.get().starts_with('[') => {
                edits.push("removed context_management".into());
            }
            _ if KNOWN.contains(&name) => {
                sorted.body.insert(name, value);
            }
            "verbosity" => sorted.verbosity = Some(value),
            "include" if wants_probabilities(name, value) => return Err(probabilities("include")),
            "include" => sorted.include = include(value),
            "n" if !says("1") => return Err(Unfit::new("n", "Responses gives one answer")),
            "logprobs" if says("true") => return Err(probabilities("logprobs")),
            "top_logprobs" if !says("0") => return Err(probabilities("top_logprobs")),
            "audio" => return Err(Unfit::new("audio", "Responses answers without sound")),
            "modalities" if value.get().contains("audio") => {
                return Err(Unfit::new("modalities", "Responses answers without sound"));
            }
            // what is so anyway, or what the tools say themselves
            "n" | "logprobs" | "top_logprobs" | "modalities" | "tools.format" => {}
            "store" if says("false") => {}
            _ => match name.strip_prefix("reasoning.") {
                Some(inner) => {
                    sorted.reasoning.insert(inner, value);
                }
                None => edits.push(format!("removed {name}").into()),
            },
        }
    }
    Ok(sorted)
}

fn include(value: &Json<'_>) -> Vec<String> {
    let mut wanted: Vec<String> = value.read().unwrap_or_default();
    wanted.retain(|wanted| wanted != super::encode::ENCRYPTED);
    wanted
}

fn probabilities(param: &'static str) -> Unfit {
    Unfit::new(param, "probabilities are not translated")
}
