//! A client's request, as a host takes it.

use bytes::Bytes;
use tiergate_wire::chat::{Pieces, Request, Rewrite, Role};
use tiergate_wire::json::string;

use super::effort::{Change, Effort};
use super::models::{Abilities, Samples, abilities};
use super::quirks::{Quirks, Row};
use super::{cap, family, messages, tools};
use crate::encoded::{Edit, Edits};
use crate::json::{Json, Splice};

/// A request as a host takes it.
#[derive(Debug)]
pub struct Encoded {
    /// The body; long parts are slices of the client's.
    pub body: Pieces,
    /// What differs from the client's body.
    pub edits: Edits,
}

/// Encodes `request` for `model` at a host.
///
/// Only these differ from the client's bytes: the model, tiergate's own extensions (removed), usage
/// asked for in a stream, the output cap where `cap` gives one (the client's own is only ever
/// lowered), and the host's [`Quirks`]. Every change is listed.
pub fn encode(request: &Request, model: &str, cap: Option<u64>, quirks: &Quirks) -> Encoded {
    let mut edit = Editor {
        request,
        model,
        rewrite: request.rewrite(),
        edits: Edits::new(),
    };
    if request.model() != model {
        edit.set("model", string(model), "model");
    }
    for (name, note) in EXTENSIONS {
        if edit.rewrite.remove(name) {
            edit.note(note);
        }
    }
    stream_usage(&mut edit, quirks);
    cap::encode(&mut edit, cap, quirks);
    for name in quirks.dropped {
        edit.remove(name);
    }
    let choice = tools::encode(&mut edit, quirks);
    if !choice.unthinking {
        effort(&mut edit, quirks);
    }
    sampling(&mut edit, quirks);
    roles_and_messages(&mut edit, quirks, choice.ask);
    edit.finish()
}

/// tiergate's own members of a request, which no host shall see.
const EXTENSIONS: [(&str, &str); 4] = [
    ("prefer", "removed prefer"),
    ("max_tier", "removed max_tier"),
    ("tags", "removed tags"),
    ("session_id", "removed session_id"),
];

/// A request under change.
pub(super) struct Editor<'a> {
    pub(super) request: &'a Request,
    pub(super) model: &'a str,
    rewrite: Rewrite<'a>,
    edits: Edits,
}

impl<'a> Editor<'a> {
    /// A member of the request as it came, unless it is null.
    pub(super) fn member(&self, name: &str) -> Option<Json<'a>> {
        let value = Json::new(self.request.member(name)?);
        (!value.is_null()).then_some(value)
    }

    /// Sets a member, which must not have been set before.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Bytes>, note: impl Into<Edit>) {
        self.rewrite.set(name, value);
        self.note(note);
    }

    /// What the model can do, if it is one of OpenAI's and the host is OpenAI.
    pub(super) fn abilities(&self, quirks: &Quirks) -> Option<Abilities> {
        let own = quirks.has(Row::OpenAiFamilies);
        own.then(|| abilities(self.model)).flatten()
    }

    pub(super) fn remove(&mut self, name: &str) {
        if self.rewrite.remove(name) {
            self.note(format!("removed {name}"));
        }
    }

    pub(super) fn rename(&mut self, from: &str, to: &str) {
        if self.rewrite.rename(from, to) {
            self.note(format!("renamed {from} to {to}"));
        }
    }

    pub(super) fn note(&mut self, note: impl Into<Edit>) {
        self.edits.push(note.into());
    }

    fn finish(self) -> Encoded {
        let body = if self.edits.is_empty() {
            Pieces::whole(self.request.body().clone())
        } else {
            self.rewrite.finish()
        };
        Encoded {
            body,
            edits: self.edits,
        }
    }
}

fn stream_usage(edit: &mut Editor<'_>, quirks: &Quirks) {
    if quirks.has(Row::UsageUnasked) {
        edit.remove("stream_options");
        return;
    }
    if !edit.request.stream() || edit.request.include_usage() {
        return;
    }
    let options = match edit.member("stream_options") {
        Some(options) => {
            let mut splice = Splice::new(options.raw());
            let options = Json::new(options.raw());
            match options.get("include_usage") {
                Some(value) => splice.replace(value, &b"true"[..]),
                None => splice.add_member(options, r#""include_usage":true"#),
            }
            splice.finish().unwrap_or_default()
        }
        None => Bytes::from_static(br#"{"include_usage":true}"#),
    };
    edit.set(
        "stream_options",
        options,
        "added stream_options.include_usage",
    );
}

fn effort(edit: &mut Editor<'_>, quirks: &Quirks) {
    let Some(asked) = edit.request.reasoning_effort() else {
        return;
    };
    let Effort::Ruled(rule) = quirks.effort else {
        return;
    };
    match rule(edit.model, &asked) {
        Change::Keep => {}
        Change::Remove => edit.remove("reasoning_effort"),
        Change::Set(to) => {
            let note = format!("changed reasoning_effort from {asked} to {to}");
            edit.set("reasoning_effort", string(to), note);
        }
        Change::Replace(name, value) => {
            edit.remove("reasoning_effort");
            if edit.member(name).is_none() {
                edit.set(name, value, format!("added {name}"));
            }
        }
    }
}

fn sampling(edit: &mut Editor<'_>, quirks: &Quirks) {
    if quirks.has(Row::SeedIsRandomSeed) {
        edit.rename("seed", "random_seed");
    }
    if quirks.has(Row::NoReasoningPenalties) && family::grok_reasons(edit.model) {
        edit.remove("frequency_penalty");
        edit.remove("presence_penalty");
    }
    if let Some(known) = edit.abilities(quirks).filter(Abilities::reasons) {
        openai_sampling(edit, &known);
    }
    if quirks.has(Row::TemperatureToOne) {
        temperature_to_one(edit);
    }
    if quirks.has(Row::StopIsArray)
        && let Some(stop) = edit.member("stop").filter(|stop| stop.string().is_some())
    {
        let array = [b"[", stop.raw(), b"]"].concat();
        edit.set("stop", array, "stop as an array");
    }
    if quirks.has(Row::LogprobsIsCount) && edit.member("logprobs").is_some() {
        let count = match edit.member("logprobs").map(Json::raw) {
            Some(b"true") => edit.member("top_logprobs").map_or(&b"1"[..], Json::raw),
            Some(b"false") => b"0",
            _ => return,
        };
        edit.set("logprobs", count.to_vec(), "logprobs as a count");
        edit.remove("top_logprobs");
    }
}

/// OpenAI's reasoning models refuse what steers sampling, some unless their reasoning is off.
///
/// `logprobs` stays: without it the answer would lack what the caller needs.
fn openai_sampling(edit: &mut Editor<'_>, known: &Abilities) {
    for name in ["frequency_penalty", "presence_penalty", "logit_bias"] {
        edit.remove(name);
    }
    let off = edit.request.reasoning_effort().as_deref() == Some("none");
    if !(off && known.samples == Samples::Unreasoning) {
        edit.remove("temperature");
        edit.remove("top_p");
    }
}

fn temperature_to_one(edit: &mut Editor<'_>) {
    let number = edit.member("temperature").and_then(|value| {
        let text = str::from_utf8(value.raw()).ok()?;
        text.parse::<f64>().ok()
    });
    if family::kimi_reasons(edit.model) {
        edit.remove("temperature");
    } else if number.is_some_and(|number| number > 1.0) {
        edit.set("temperature", "1", "lowered temperature to 1");
    }
}

fn roles_and_messages(edit: &mut Editor<'_>, quirks: &Quirks, ask: bool) {
    let (walked, notes) = messages::encode(edit.request, quirks, ask);
    if let Some(walked) = walked {
        edit.rewrite.set("messages", walked);
        edit.edits.extend(notes);
    } else if quirks.has(Row::DeveloperIsSystem) && edit.rewrite.role(Role::Developer, "system") {
        edit.note(messages::DEVELOPER);
    }
}
