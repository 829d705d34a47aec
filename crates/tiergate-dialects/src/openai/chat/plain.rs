//! A request without what only some of the hosts that imitate OpenAI know.

use memchr::memmem;
use tiergate_wire::chat::{self, Role};

use super::encode::nearest;
use super::{decode, encode};
use crate::encoded::{Edits, Target};
use crate::inner::{Part, Request};
use crate::openai::Quirks;

/// The request in OpenAI's own words, for a host that may refuse others, and what that took out; `None` when the host
/// takes it as it is, or it cannot be said otherwise.
///
/// Requests that were translated from another dialect carry cache hints and signed reasoning, which hosts other than
/// OpenRouter may refuse. A host that wants its reasoning back keeps the words of it.
pub fn plain(request: &chat::Request, quirks: &Quirks) -> Option<(chat::Request, Edits)> {
    if quirks.takes_extensions() {
        return None;
    }
    let mut inner = decode(request.body()).ok()?;
    let edits = strip(&mut inner, quirks.replays_reasoning());
    if edits.is_empty() && request.member("reasoning").is_none() {
        return None;
    }
    let model = inner.model.clone();
    let target = Target {
        model: &model,
        ..Target::default()
    };
    let translated = encode(&inner, &target).ok()?;
    Some((chat::Request::parse(translated.body).ok()?, edits))
}

/// Whether a request gives back reasoning that another vendor has signed, in the members that tiergate's own answers have
/// for it.
pub fn is_signed(request: &chat::Request) -> bool {
    let has = |mark: &str| memmem::find(request.body(), mark.as_bytes()).is_some();
    let mut roles = request.messages().iter().map(|message| message.role);
    roles.any(|role| role == Role::Assistant)
        && (has("\"thought_signature\"")
            || has("\"reasoning_details\"")
                && (has("\"signature\"") || has("\"reasoning.encrypted\"")))
}

fn strip(request: &mut Request<'_>, keep_words: bool) -> Edits {
    let mut edits = Edits::new();
    let mut note = |found: bool, edit: &'static str| {
        if found {
            edits.push(edit.into());
        }
    };
    note(uncache(request), "removed cache_control");
    let turns = request.turns.iter_mut();
    let (mut thought, mut signed) = (false, false);
    for turn in turns {
        for part in &mut turn.parts {
            match part {
                Part::Thinking { signature, id, .. } => {
                    thought |= !keep_words || signature.is_some();
                    (*signature, *id) = (None, None);
                }
                Part::Redacted { .. } => thought = true,
                Part::ToolCall(call) => signed |= call.signature.take().is_some(),
                _ => {}
            }
        }
        turn.parts.retain(|part| match part {
            Part::Thinking { .. } => keep_words,
            Part::Redacted { .. } => false,
            _ => true,
        });
    }
    note(thought, "removed reasoning_details");
    note(signed, "removed extra_content");
    if let Some(reasoning) = &mut request.reasoning {
        let budget = reasoning.budget.take();
        note(budget.is_some(), "a budget of thought as reasoning_effort");
        reasoning.shown = None;
        reasoning.effort = reasoning.effort.or_else(|| budget.map(nearest));
    }
    // without an effort nothing is left that a host of OpenAI's words could be told
    request.reasoning = request.reasoning.filter(|asked| asked.effort.is_some());
    note(request.sampling.top_k.take().is_some(), "removed top_k");
    edits
}

/// Takes out hints for prompt caches, which OpenAI's hosts keep by themselves; tells whether there were any.
fn uncache(request: &mut Request<'_>) -> bool {
    let mut found = request.cache.take().is_some();
    for tool in &mut request.tools {
        found |= tool.cache.take().is_some();
    }
    let turns = request.turns.iter_mut().flat_map(|turn| &mut turn.parts);
    for part in request.system.iter_mut().chain(turns) {
        found |= match part {
            Part::Text { cache, .. } | Part::Image { cache, .. } | Part::File { cache, .. } => {
                cache.take().is_some()
            }
            Part::ToolCall(call) => call.cache.take().is_some(),
            Part::ToolResult(result) => result.cache.take().is_some(),
            _ => false,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_signed_is_told_apart() {
        let of = |assistant: &str| {
            let body = format!(
                r#"{{"model":"m","messages":[{{"role":"user","content":"a \"signature\""}},{assistant}]}}"#
            );
            is_signed(&chat::Request::parse(body.into()).unwrap())
        };
        assert!(of(
            r#"{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"p","signature":"s"}]}"#
        ));
        assert!(of(
            r#"{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"},
                "extra_content":{"google":{"thought_signature":"s"}}}]}"#
        ));
        assert!(!of(
            r#"{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"p"}]}"#
        ));
        assert!(!of(
            r#"{"role":"user","content":"\"reasoning_details\" \"signature\""}"#
        ));
    }

    const BODY: &str = r#"{"model":"m","messages":[
        {"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]},
        {"role":"assistant","content":"Ho","reasoning_content":"hm",
         "reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"s"}]},
        {"role":"user","content":"And?"}]}"#;

    #[test]
    fn hosts_get_what_they_know() {
        let request = chat::Request::parse(BODY.into()).unwrap();
        let of = |host| plain(&request, Quirks::by_name(host).unwrap());
        assert!(of("openrouter").is_none());
        let (openai, edits) = of("openai").unwrap();
        let body = String::from_utf8_lossy(openai.body()).into_owned();
        assert!(
            !body.contains("cache_control") && !body.contains("reasoning"),
            "{body}"
        );
        assert_eq!(
            edits[..],
            ["removed cache_control", "removed reasoning_details"]
        );
        let shown = r#"{"model":"m","messages":[{"role":"user","content":"Hi"}],"reasoning_effort":"low","reasoning":{"effort":"low","exclude":false}}"#;
        let request_of = |body: &str| chat::Request::parse(body.to_owned().into()).unwrap();
        let told = |body: &str| {
            let (plain, edits) = plain(&request_of(body), Quirks::COMPATIBLE).unwrap();
            assert!(edits.is_empty(), "{edits:?}");
            String::from_utf8_lossy(plain.body()).into_owned()
        };
        let low = told(shown);
        assert!(
            low.contains(r#""reasoning_effort":"low""#) && !low.contains(r#""reasoning":"#),
            "{low}"
        );
        let bare = r#"{"model":"m","messages":[{"role":"user","content":"Hi"}],"reasoning":{"exclude":false}}"#;
        assert!(!told(bare).contains("reasoning"));
        let (deepseek, _) = of("deepseek").unwrap();
        let body = String::from_utf8_lossy(deepseek.body()).into_owned();
        assert!(
            body.contains(r#""reasoning_content":"hm""#) && !body.contains("details"),
            "{body}"
        );
    }
}
