//! What of a request has no place in a dialect that knows only the usual.

use crate::encoded::Edits;
use crate::inner::{Json, Part, Request, ToolResult, Unfit};
use crate::own::is_own;
use crate::words;

/// Lists as removed what is not sent: of the rest of a request all but `sent`, and what caches, names and steers.
///
/// # Errors
/// [`Unfit`] for a member without which the answer would be another: several answers, sound, probabilities.
pub(crate) fn leave(request: &Request<'_>, sent: &[&str], edits: &mut Edits) -> Result<(), Unfit> {
    for (name, value) in &request.rest {
        let name = name.as_ref();
        if let Some(param) = indispensable(name, value) {
            return Err(Unfit::new(param, "the model's provider has no such thing"));
        }
        // one answer is what there is without asking
        let usual = name == "n";
        if !usual && !sent.contains(&name) && !is_own(name) {
            remove(edits, name);
        }
    }
    let turns = &request.turns;
    let parts = || turns.iter().flat_map(|turn| &turn.parts);
    let cached = request.cache.is_some()
        || request.tools.iter().any(|tool| tool.cache.is_some())
        || request.system.iter().chain(parts()).any(is_cached);
    let absent = [
        ("user", request.user.is_some()),
        ("service_tier", request.service_tier.is_some()),
        ("parallel_tool_calls", request.parallel_tools == Some(false)),
        ("cache_control", cached),
        ("name", turns.iter().any(|turn| turn.name.is_some())),
    ];
    for (name, _) in absent.into_iter().filter(|(_, asked)| *asked) {
        remove(edits, name);
    }
    words::retold(request, edits);
    Ok(())
}

/// Whether a kind of part is a model's thoughts, as some clients put them among what was said: they are of use to nobody
/// but their vendor, in the members for them.
pub(crate) fn is_thought(kind: &str) -> bool {
    matches!(kind, "reasoning" | "redacted_thinking" | "thinking")
}

/// A member of the rest that a vendor knows under the same name.
pub(crate) fn extension<'a>(request: &'a Request<'_>, name: &str) -> Option<Json<'a>> {
    let (_, value) = request.rest.iter().find(|(known, _)| known == name)?;
    present(Some(value))
}

/// A value as it came, unless it is null.
pub(crate) fn present<'a>(value: Option<&'a Json<'_>>) -> Option<Json<'a>> {
    let value = value.filter(|value| !value.is_null())?;
    Some(value.borrowed())
}

/// Lists a member as removed, once.
pub(crate) fn remove(edits: &mut Edits, name: &str) {
    note(edits, format!("removed {name}"));
}

/// Lists a change, once.
pub(crate) fn note(edits: &mut Edits, edit: String) {
    if !edits.iter().any(|known| *known == edit) {
        edits.push(edit.into());
    }
}

/// Whether the member is what Responses has in the place of `logprobs`.
pub(crate) fn wants_probabilities(name: &str, value: &Json<'_>) -> bool {
    name == "include" && value.get().contains("logprobs\"")
}

fn indispensable(name: &str, value: &Json<'_>) -> Option<&'static str> {
    let many = |least: f64| value.number().is_some_and(|number| number > least);
    match name {
        "n" if many(1.0) => Some("n"),
        "logprobs" if value.get() == "true" || many(0.0) => Some("logprobs"),
        "top_logprobs" if many(0.0) => Some("top_logprobs"),
        "include" if wants_probabilities(name, value) => Some("include"),
        "audio" if !value.is_null() => Some("audio"),
        "modalities" => {
            let kinds: Vec<String> = value.read().unwrap_or_default();
            kinds
                .iter()
                .any(|kind| kind != "text")
                .then_some("modalities")
        }
        _ => None,
    }
}

fn is_cached(part: &Part<'_>) -> bool {
    let within = |result: &ToolResult<'_>| result.parts.iter().any(is_cached);
    part.cache().is_some() || matches!(part, Part::ToolResult(result) if within(result))
}
