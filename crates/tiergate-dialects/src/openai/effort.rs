//! How each host is told how much to reason.

use super::family::version;

/// What becomes of `reasoning_effort`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effort {
    Kept,
    /// By the model and the effort that was asked for.
    Ruled(fn(model: &str, effort: &str) -> Change),
}

/// A change of `reasoning_effort`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Keep,
    /// The model does not take the member.
    Remove,
    /// Another member says it instead: its name and JSON value.
    Replace(&'static str, &'static str),
    Set(&'static str),
}

const THINK: Change = Change::Replace("thinking", r#"{"type":"enabled"}"#);
const DO_NOT_THINK: Change = Change::Replace("thinking", r#"{"type":"disabled"}"#);

/// `none`, `low`, `medium`, `high`.
pub(super) fn cerebras(_: &str, effort: &str) -> Change {
    match effort {
        "minimal" => Change::Set("low"),
        "xhigh" | "max" => Change::Set("high"),
        _ => Change::Keep,
    }
}

/// `low`, `high`, `max`; thinking is on unless `thinking` says otherwise.
pub(super) fn deepseek(_: &str, effort: &str) -> Change {
    match effort {
        "none" => DO_NOT_THINK,
        "minimal" => Change::Set("low"),
        "medium" => Change::Set("high"),
        "xhigh" => Change::Set("max"),
        _ => Change::Keep,
    }
}

/// Fireworks knows `none` instead of `minimal`.
pub(super) fn fireworks(_: &str, effort: &str) -> Change {
    match effort {
        "minimal" => Change::Set("none"),
        _ => Change::Keep,
    }
}

/// Three efforts for gpt-oss, on or off for Qwen, nothing for the others.
pub(super) fn groq(model: &str, effort: &str) -> Change {
    if model.contains("gpt-oss") {
        return match effort {
            "none" | "minimal" => Change::Set("low"),
            "xhigh" | "max" => Change::Set("high"),
            _ => Change::Keep,
        };
    }
    match effort {
        _ if !model.contains("qwen") => Change::Remove,
        "none" | "default" => Change::Keep,
        _ => Change::Set("default"),
    }
}

/// Magistral only thinks or does not; the other models know efforts.
pub(super) fn mistral(model: &str, effort: &str) -> Change {
    match effort {
        _ if !model.starts_with("magistral") => Change::Keep,
        "none" => Change::Remove,
        _ => Change::Replace("prompt_mode", r#""reasoning""#),
    }
}

/// Kimi K3 takes `low`, `high`, `max`; K2 is switched by `thinking`.
pub(super) fn moonshot(model: &str, effort: &str) -> Change {
    let k3 = version(model, "kimi-k").is_some_and(|version| version >= (3, 0));
    match effort {
        "none" if !k3 => DO_NOT_THINK,
        _ if !k3 => THINK,
        "none" | "minimal" => Change::Set("low"),
        "medium" => Change::Set("high"),
        "xhigh" => Change::Set("max"),
        _ => Change::Keep,
    }
}

/// The highest effort is called `xhigh`.
pub(super) fn openrouter(_: &str, effort: &str) -> Change {
    match effort {
        "max" => Change::Set("xhigh"),
        _ => Change::Keep,
    }
}

/// `low`, `medium`, `high`; off by `reasoning`.
pub(super) fn together(_: &str, effort: &str) -> Change {
    match effort {
        "none" => Change::Replace("reasoning", r#"{"enabled":false}"#),
        "minimal" => Change::Set("low"),
        "xhigh" | "max" => Change::Set("high"),
        _ => Change::Keep,
    }
}

/// `low`, `high`, and from Grok 4.6 on `medium` and `xhigh`; some models refuse the member.
pub(super) fn xai(model: &str, effort: &str) -> Change {
    let refuses = model.ends_with("non-reasoning")
        || model.contains("grok-build")
        || model.contains("grok-4.20") && model.ends_with("-reasoning");
    let wide = version(model, "grok-").is_some_and(|version| version >= (4, 6));
    match effort {
        _ if refuses => Change::Remove,
        "none" | "minimal" => Change::Set("low"),
        "max" if wide => Change::Set("xhigh"),
        "medium" | "xhigh" | "max" if !wide => Change::Set("high"),
        _ => Change::Keep,
    }
}

/// GLM from 5.2 on takes `high` and `max`; older ones are switched by `thinking`.
pub(super) fn zai(model: &str, effort: &str) -> Change {
    let graded = version(model, "glm-").is_some_and(|version| version >= (5, 2));
    match effort {
        "none" => DO_NOT_THINK,
        _ if !graded => THINK,
        "xhigh" => Change::Set("max"),
        "high" | "max" => Change::Keep,
        _ => Change::Set("high"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts_become_what_each_host_knows() {
        let check = |rule: fn(&str, &str) -> Change, model, effort, expected| {
            assert_eq!(rule(model, effort), expected, "{model} {effort}");
        };
        check(xai, "grok-4.7", "max", Change::Set("xhigh"));
        check(xai, "grok-4.7", "medium", Change::Keep);
        check(xai, "grok-4", "medium", Change::Set("high"));
        check(xai, "grok-4.20-0309-reasoning", "low", Change::Remove);
        check(xai, "grok-4.1-fast-non-reasoning", "low", Change::Remove);
        check(groq, "openai/gpt-oss-120b", "minimal", Change::Set("low"));
        check(groq, "qwen/qwen3-32b", "high", Change::Set("default"));
        check(groq, "llama-3.3-70b-versatile", "high", Change::Remove);
        check(moonshot, "kimi-k3", "medium", Change::Set("high"));
        check(moonshot, "kimi-k2.5", "none", DO_NOT_THINK);
        check(zai, "glm-5.3", "low", Change::Set("high"));
        check(zai, "glm-4.7", "low", THINK);
        check(deepseek, "deepseek-v4-pro", "xhigh", Change::Set("max"));
        check(mistral, "mistral-medium-latest", "high", Change::Keep);
        check(mistral, "magistral-small-latest", "none", Change::Remove);
        check(
            mistral,
            "magistral-medium-latest",
            "low",
            Change::Replace("prompt_mode", r#""reasoning""#),
        );
        check(
            together,
            "m",
            "none",
            Change::Replace("reasoning", r#"{"enabled":false}"#),
        );
    }
}
