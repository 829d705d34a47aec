//! What the families of Claude take.
//!
//! Source: the model catalogue of Vercel's AI SDK (`@ai-sdk/anthropic` 4.0.105, November 2026) and, for prefilling,
//! `LiteLLM` 1.109.1; budgets on 4.7 and later are left to adaptive thinking, since public guides contradict each
//! other there.

use Can::{Adaptive, Budget, ForceTool, Json, Prefill, Sample, SampleBoth, XHigh};

/// What a model can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Can {
    /// Thinking as much as it likes, steered by effort.
    Adaptive,
    /// Thinking within a budget of tokens.
    Budget,
    /// Calling a tool that it is told to call.
    ForceTool,
    /// `output_config.format` and strict tools.
    Json,
    /// Going on from the start of an answer.
    Prefill,
    /// Temperature, `top_p` or `top_k`.
    Sample,
    /// Temperature and `top_p` together.
    SampleBoth,
    /// The effort `xhigh`.
    XHigh,
}

/// Whether thinking can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Off {
    /// There is none.
    Always,
    /// Only thinking between calls is left, at efforts up to `high`.
    BetweenTools,
    /// No.
    Never,
    /// At efforts up to `high`.
    ToHigh,
    /// Yes.
    Yes,
}

/// A family of models.
#[derive(Debug)]
pub(super) struct Model {
    names: &'static [&'static str],
    pub(super) off: Off,
    can: &'static [Can],
}

impl Model {
    /// The family of a model's id, whatever stands before and behind the family's name.
    ///
    /// A Claude that is not known is taken for one of the newest; another model than a Claude, behind an API that
    /// imitates this one, for one of the oldest that think.
    pub(super) fn of(id: &str) -> &'static Self {
        let unknown = || {
            if id.contains("claude") {
                &NEWEST
            } else {
                &OTHER
            }
        };
        Self::known(id).unwrap_or_else(unknown)
    }

    /// The family of a model's id, if it is one of the table.
    pub(super) fn known(id: &str) -> Option<&'static Self> {
        let id = id.replace('.', "-");
        let named = |model: &&Self| model.names.iter().any(|name| is(&id, name));
        FAMILIES.iter().find(named)
    }

    pub(super) fn can(&self, what: Can) -> bool {
        self.can.contains(&what)
    }
}

/// Whether `name` stands in `id` and no further part of a version follows; a date is none.
fn is(id: &str, name: &str) -> bool {
    let Some((_, after)) = id.split_once(name) else {
        return false;
    };
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let version = after.strip_prefix('-').map_or(0, digits);
    digits(after) == 0 && !(1..=2).contains(&version)
}

const NEWEST: Model = Model {
    names: &["opus-5-5", "fable-5-1", "fable-5-2"],
    off: Off::Never,
    can: &[Adaptive, Json, XHigh],
};

const OTHER: Model = Model {
    names: &["sonnet-4", "sonnet-4-0", "opus-4", "opus-4-0", "3-7-sonnet"],
    off: Off::Yes,
    can: &[Budget, ForceTool, Prefill, Sample, SampleBoth],
};

static FAMILIES: [Model; 11] = [
    NEWEST,
    Model {
        names: &["sonnet-5-5"],
        off: Off::BetweenTools,
        can: &[Adaptive, Json, XHigh],
    },
    Model {
        names: &["haiku-5-5"],
        off: Off::ToHigh,
        can: &[Adaptive, ForceTool, Json, XHigh],
    },
    Model {
        names: &["opus-5"],
        off: Off::ToHigh,
        can: &[Adaptive, Budget, ForceTool, Json, XHigh],
    },
    Model {
        names: &["fable-5"],
        off: Off::Never,
        can: &[Adaptive, ForceTool, Json, XHigh],
    },
    Model {
        names: &["sonnet-5", "opus-4-7", "opus-4-8"],
        off: Off::Yes,
        can: &[Adaptive, ForceTool, Json, XHigh],
    },
    Model {
        names: &["opus-4-6", "sonnet-4-6"],
        off: Off::Yes,
        can: &[Adaptive, Budget, ForceTool, Json, Sample],
    },
    Model {
        names: &["opus-4-5", "sonnet-4-5", "haiku-4-5", "opus-4-1"],
        off: Off::Yes,
        can: &[Budget, ForceTool, Json, Prefill, Sample],
    },
    OTHER,
    Model {
        names: &["3-5-sonnet", "3-5-haiku", "3-opus", "3-sonnet", "3-haiku"],
        off: Off::Always,
        can: &[ForceTool, Prefill, Sample, SampleBoth],
    },
    Model {
        names: &["claude-2", "claude-2-0", "claude-2-1", "claude-instant"],
        off: Off::Always,
        can: &[Prefill, Sample, SampleBoth],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_found_by_any_spelling() {
        let off = |id| Model::of(id).off;
        assert_eq!(off("claude-sonnet-5-5"), Off::BetweenTools);
        assert_eq!(off("anthropic.claude-haiku-5-5-20261001-v1:0"), Off::ToHigh);
        assert_eq!(
            off("anthropic/claude-sonnet-5.5@default"),
            Off::BetweenTools
        );
        assert!(Model::of("claude-opus-4-20250514").can(SampleBoth));
        assert!(!Model::of("claude-opus-4-5-20251101").can(SampleBoth));
        assert!(
            !Model::of("claude-opus-4-9").can(Sample),
            "newer than the table"
        );
        assert!(Model::of("kimi-k3").can(Sample));
        assert_eq!(off("claude-3-5-haiku-latest"), Off::Always);
        assert_eq!(off("claude-3-7-sonnet-latest"), Off::Yes);
    }
}
