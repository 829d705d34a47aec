//! Which models take which parameters, read from their names.

/// The version in `name` after `prefix`: `version("grok-4.7-fast", "grok-")` is `(4, 7)`.
pub(super) fn version(name: &str, prefix: &str) -> Option<(u16, u16)> {
    let (_, rest) = name.split_once(prefix)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut parts = rest.get(..end.unwrap_or(rest.len()))?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|minor| minor.parse().ok());
    Some((major, minor.unwrap_or(0)))
}

/// Whether one of OpenAI's models always or by default reasons: the o series, and from GPT-5 on all
/// but the chat models.
pub(super) fn openai_reasons(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let o_series = ["o1", "o3", "o4"].iter().any(|o| name.starts_with(o));
    let gpt = version(name, "gpt-").is_some_and(|(major, _)| major >= 5);
    o_series || gpt && name.starts_with("gpt-") && !name.contains("-chat")
}

/// Whether one of OpenAI's reasoning models takes sampling parameters when its reasoning is off.
pub(super) fn openai_samples_unreasoning(model: &str) -> bool {
    let named = ["gpt-6-luna", "gpt-6-sol", "gpt-6.1-terra"];
    named.iter().any(|name| model.starts_with(name))
        || version(model, "gpt-")
            .is_some_and(|(major, minor)| major == 5 && (1..=6).contains(&minor))
}

/// Whether one of OpenAI's models refuses function tools while it reasons, in chat completions.
pub(super) fn openai_tools_need_no_reasoning(model: &str) -> bool {
    openai_reasons(model) && version(model, "gpt-") == Some((5, 6))
}

/// Whether a Grok model reasons: from 4 on all that do not say otherwise, and the small 3.
pub(super) fn grok_reasons(model: &str) -> bool {
    if model.contains("non-reasoning") {
        return false;
    }
    model.contains("grok-3-mini") || version(model, "grok-").is_some_and(|(major, _)| major >= 4)
}

/// Whether a Kimi model reasons, and so takes no temperature but 1.
pub(super) fn kimi_reasons(model: &str) -> bool {
    model.contains("thinking") || version(model, "kimi-k").is_some_and(|version| version >= (2, 5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_from_names() {
        let reasoning = [
            "o3",
            "o4-mini",
            "gpt-5",
            "gpt-5-nano-2025-08-07",
            "gpt-6.1-sol",
        ];
        let plain = [
            "gpt-4o",
            "gpt-4.1",
            "gpt-5-chat-latest",
            "gpt-oss-120b",
            "omni-moderation",
        ];
        assert!(reasoning.iter().all(|model| openai_reasons(model)));
        assert!(!plain.iter().any(|model| openai_reasons(model)));

        let samples = ["gpt-5.1", "gpt-5.6-mini", "gpt-6-luna", "gpt-6.1-terra"];
        assert!(
            samples
                .iter()
                .all(|model| openai_samples_unreasoning(model))
        );
        let never = ["gpt-5", "o3", "gpt-6-astra", "gpt-6.1-sol"];
        assert!(!never.iter().any(|model| openai_samples_unreasoning(model)));

        assert!(openai_tools_need_no_reasoning("gpt-5.6-mini"));
        assert!(!openai_tools_need_no_reasoning("gpt-5.5"));

        assert!(grok_reasons("grok-4.7") && grok_reasons("grok-3-mini"));
        assert!(!grok_reasons("grok-3") && !grok_reasons("grok-4.1-fast-non-reasoning"));
        assert!(kimi_reasons("kimi-k3") && kimi_reasons("kimi-k2.5"));
        assert!(!kimi_reasons("kimi-k2-0905-preview") && !kimi_reasons("moonshot-v1-8k"));
    }

    #[test]
    fn versions_stop_at_the_first_other_character() {
        assert_eq!(version("grok-4.20-multi", "grok-"), Some((4, 20)));
        assert_eq!(version("accounts/x/models/glm-5", "glm-"), Some((5, 0)));
        assert_eq!(version("grok-code", "grok-"), None);
        assert_eq!(version("gpt-99999999", "gpt-"), None);
    }
}
