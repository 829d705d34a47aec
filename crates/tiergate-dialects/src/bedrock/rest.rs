//! The members of a request that are neither words nor tools: who asks, how urgent it is, and what Bedrock does not
//! know.

use super::draft::note;
use super::extra::Extra;
use super::model::Model;
use super::wire::{Kind, Pairs};
use crate::encoded::Edits;
use crate::inner::{Json, Request, Text, Unfit};
use crate::json::Json as Place;
use crate::own::is_own;
use crate::remains::wants_probabilities;

/// Members that change what is given back: they cannot be left out.
pub(super) fn refuse(request: &Request<'_>) -> Result<(), Unfit> {
    for (name, value) in &request.rest {
        let refused = match &**name {
            "n" => value.number() != Some(1.0),
            "logprobs" => value.get() != "false",
            "top_logprobs" => value.get() != "0",
            "audio" => true,
            "include" => wants_probabilities(name, value),
            "modalities" => {
                let kinds = Place::new(value.get().as_bytes());
                !kinds.elements().all(|kind| kind.string() == Some(b"text"))
            }
            _ => false,
        };
        if refused && !value.is_null() {
            let param = match &**name {
                "n" => "n",
                "logprobs" => "logprobs",
                "top_logprobs" => "top_logprobs",
                "audio" => "audio",
                "include" => "include",
                _ => "modalities",
            };
            return Err(Unfit::new(
                param,
                format!("{param} is not known to Bedrock"),
            ));
        }
    }
    Ok(())
}

/// Members that [`refuse`] let pass because they ask for nothing.
const UNSENT: [&str; 5] = ["audio", "logprobs", "modalities", "n", "top_logprobs"];

/// The most entries of `requestMetadata`.
const MOST: usize = 16;

/// What of the rest is sent beside the words.
#[derive(Default)]
pub(super) struct Rest<'a> {
    /// Bedrock's own member, which a client may send as it is.
    pub(super) guardrail_config: Option<Json<'a>>,
    pub(super) request_metadata: Pairs<'a>,
}

/// Sends what can be sent, and notes the rest.
pub(super) fn rest<'a>(
    request: &'a Request<'_>,
    model: Model,
    extra: &mut Extra<'a>,
    edits: &mut Edits,
) -> Rest<'a> {
    let mut pairs = Pairs::default();
    let mut guardrail_config = None;
    if let Some(user) = &request.user {
        pairs.add("user", "user", user, edits);
    }
    for (name, value) in &request.rest {
        match &**name {
            name if is_own(name) || UNSENT.contains(&name) || value.is_null() => {}
            "anthropic_beta" if model.claude().is_some() => {
                extra.anthropic_beta = Some(value.borrowed());
            }
            "guardrailConfig" => guardrail_config = Some(value.borrowed()),
            "metadata" => metadata(value, &mut pairs, edits),
            "safety_identifier" => match Text::literal(value.borrowed()) {
                Some(text) => pairs.add("safety_identifier", "safety_identifier", &text, edits),
                None => note(edits, "removed safety_identifier"),
            },
            name => note(edits, format!("removed {name}")),
        }
    }
    Rest {
        guardrail_config,
        request_metadata: pairs,
    }
}

fn metadata<'a>(value: &'a Json<'_>, pairs: &mut Pairs<'a>, edits: &mut Edits) {
    if !value.get().starts_with('{') {
        note(edits, "removed metadata");
        return;
    }
    for member in Place::new(value.get().as_bytes()).members() {
        let name = tiergate_wire::json::unescape(member.name);
        let text: Option<Text<'a>> = serde_json::from_slice(member.value.raw()).ok();
        match text {
            Some(text) => pairs.add(&name, &format!("metadata.{name}"), &text, edits),
            None => note(edits, format!("removed metadata.{name}")),
        }
    }
}

impl<'a> Pairs<'a> {
    fn add(&mut self, name: &str, spelt: &str, text: &Text<'a>, edits: &mut Edits) {
        let value = text.value();
        let fits = !name.is_empty()
            && name.len() <= 256
            && value.len() <= 256
            && name.chars().chain(value.chars()).all(in_metadata)
            && self.0.len() < MOST
            && self.0.iter().all(|(known, _)| known != name);
        if fits {
            self.0.push((name.to_owned().into(), text.clone()));
        } else {
            note(edits, format!("removed {spelt}"));
        }
    }
}

fn in_metadata(each: char) -> bool {
    each.is_ascii_alphanumeric()
        || each.is_ascii_whitespace()
        || matches!(
            each,
            ':' | '_' | '@' | '$' | '#' | '=' | '/' | '+' | ',' | '-' | '.'
        )
}

pub(super) fn service_tier(request: &Request<'_>, edits: &mut Edits) -> Option<Kind> {
    let asked = request.service_tier.as_ref()?;
    let kind = match &*asked.value() {
        "auto" => return None,
        "default" | "standard_only" => "default",
        "flex" => "flex",
        "priority" => "priority",
        "reserved" => "reserved",
        _ => {
            note(edits, "removed service_tier");
            return None;
        }
    };
    Some(Kind { kind })
}
