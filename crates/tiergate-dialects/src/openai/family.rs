//! Which models of other vendors take which parameters, read from their names; OpenAI's own are in [`super::models`].

/// The version in `name` after `prefix`: `version("grok-4.7-fast", "grok-")` is `(4, 7)`.
pub(super) fn version(name: &str, prefix: &str) -> Option<(u16, u16)> {
    let (_, rest) = name.split_once(prefix)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut parts = rest.get(..end.unwrap_or(rest.len()))?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|minor| minor.parse().ok());
    Some((major, minor.unwrap_or(0)))
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
