//! Which of OpenAI's two APIs a request for one of its models needs.

use tiergate_wire::chat::Request;

use super::models::{Chat, abilities};
use crate::form::Form;
use crate::inner::Effort;
use crate::json::Json;

/// How much a request needs Responses, at a provider that has both APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The model does not answer there.
    Never,
    /// Chat completions do as well.
    No,
    /// Chat completions answer too, with less: without reasoning, or without the proof of it.
    Better,
    /// Chat completions refuse it.
    Must,
}

impl Need {
    /// What a request of a client that speaks `form` needs, when it goes to `model`.
    ///
    /// Function tools and reasoning go together on Responses only from GPT-5.4 on, and the effort `max` from GPT-5.6
    /// on. A client of Responses that goes on with a model's reasoning can have it from there only.
    pub fn of(request: &Request, model: &str, form: Form) -> Self {
        let Some(known) = abilities(model) else {
            return Self::No;
        };
        let effort = effort(request);
        let off = effort == Asked::Off;
        let tools = request.tool_count() > 0;
        match known.chat {
            Chat::Only => Self::Never,
            Chat::Nowhere => Self::Must,
            Chat::ToolsUnreasoning if tools && !known.efforts.contains(&Effort::None) => Self::Must,
            Chat::ToolsUnreasoning if tools && !off || effort == Asked::Most => Self::Better,
            Chat::ToolsUnasked if tools && !off && effort != Asked::Nothing => Self::Better,
            _ if form == Form::Responses && known.reasons() => Self::Better,
            _ => Self::No,
        }
    }
}

/// The reasoning that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Off,
    Some,
    Most,
}

/// Reads `reasoning_effort`, and `reasoning` as requests have it that were translated.
fn effort(request: &Request) -> Asked {
    let word = |word: &[u8]| match word {
        b"none" => Asked::Off,
        b"max" => Asked::Most,
        _ => Asked::Some,
    };
    if let Some(effort) = request.reasoning_effort() {
        return word(effort.as_bytes());
    }
    let Some(reasoning) = request.member("reasoning").map(Json::new) else {
        return Asked::Nothing;
    };
    match reasoning.get("effort").and_then(Json::string) {
        Some(effort) => word(effort),
        None if reasoning.get("max_tokens").is_some() => Asked::Some,
        None => Asked::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(model: &str, form: Form, members: &str) -> Need {
        let body =
            format!(r#"{{"model":"m","messages":[{{"role":"user","content":"Hi"}}]{members}}}"#);
        Need::of(&Request::parse(body.into()).unwrap(), model, form)
    }

    const TOOLS: &str = r#","tools":[{"type":"function","function":{"name":"f"}}]"#;

    #[test]
    fn only_what_needs_responses_goes_there() {
        let of = |model, members: &str| need(model, Form::Chat, members);
        let with = |more: &str| format!("{TOOLS}{more}");
        assert_eq!(of("gpt-5-pro", ""), Need::Must);
        assert_eq!(
            of("gpt-5.5-pro", r#","reasoning_effort":"none""#),
            Need::Must
        );
        for model in [
            "gpt-4o",
            "gpt-5",
            "gpt-5.2",
            "o3",
            "m",
            "grok-4.20-multi-agent",
        ] {
            assert_eq!(
                of(model, &with(r#","reasoning_effort":"high""#)),
                Need::No,
                "{model}"
            );
        }
        assert_eq!(
            of("gpt-5.4", TOOLS),
            Need::No,
            "its reasoning is off by default"
        );
        assert_eq!(
            of("gpt-5.4", &with(r#","reasoning_effort":"low""#)),
            Need::Better
        );
        assert_eq!(
            of("gpt-5.5", &with(r#","reasoning":{"max_tokens":2000}"#)),
            Need::Better
        );
        assert_eq!(
            of("gpt-5.5", &with(r#","reasoning_effort":"none""#)),
            Need::No
        );
        assert_eq!(of("gpt-5.6-sol", TOOLS), Need::Better);
        assert_eq!(of("gpt-5.6-sol", r#","reasoning_effort":"high""#), Need::No);
        assert_eq!(
            of("gpt-5.6-sol", r#","reasoning_effort":"max""#),
            Need::Better
        );
        assert_eq!(
            of("gpt-5.6", &with(r#","reasoning_effort":"none""#)),
            Need::No
        );
        assert_eq!(of("gpt-6-astra", TOOLS), Need::Must);
        assert_eq!(of("gpt-6-astra", ""), Need::No);
        assert_eq!(of("gpt-6.1-terra", TOOLS), Need::Better);
    }

    #[test]
    fn clients_of_responses_keep_the_reasoning() {
        let of = |model| need(model, Form::Responses, "");
        assert_eq!(of("gpt-5-mini"), Need::Better);
        assert_eq!(of("gpt-4.1"), Need::No);
        assert_eq!(of("gpt-5-search-api"), Need::Never);
        assert_eq!(need("gpt-5-mini", Form::Messages, ""), Need::No);
    }
}
