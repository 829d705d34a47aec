//! Which of OpenAI's own models take what, read from their names.
//!
//! Sources, as of November 2026: OpenAI's pages of its models and the texts of its errors; the model catalogue of
//! Vercel's AI SDK (npm `@ai-sdk/openai` 4.0.118); the types of OpenAI's SDK (`openai` on the Python index, 3.54.0).

use super::family::version;
use crate::inner::Effort::{self, High, Low, Max, Medium, Minimal, None as Off, XHigh};

/// What one of OpenAI's models can do.
#[derive(Debug, PartialEq)]
pub(crate) struct Abilities {
    /// The efforts that it takes, on Responses at least; none for a model that does not reason.
    pub(crate) efforts: &'static [Effort],
    /// Whether it takes sampling parameters.
    pub(crate) samples: Samples,
    /// Whether and how chat completions serve it.
    pub(crate) chat: Chat,
}

/// When a model takes sampling parameters.
#[derive(Debug, PartialEq)]
pub(crate) enum Samples {
    Always,
    Never,
    /// While its reasoning is off.
    Unreasoning,
}

/// What chat completions make of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Chat {
    /// Everything that it can.
    Whole,
    /// No function tools when an effort is asked for, but `none`; its reasoning is off unless one is.
    ToolsUnasked,
    /// Function tools only while its reasoning is off, which must be asked for, and not the effort `max`.
    ToolsUnreasoning,
    /// Nothing: it answers on Responses only.
    Nowhere,
    /// All that there is: it does not answer on Responses.
    Only,
}

impl Abilities {
    /// Whether the model always or by default reasons.
    pub(crate) fn reasons(&self) -> bool {
        !self.efforts.is_empty()
    }
}

/// What one of OpenAI's models can do; `None` for models of others.
pub(crate) fn abilities(model: &str) -> Option<Abilities> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let plain = ["gpt-3.5", "gpt-4", "gpt-audio", "chatgpt"];
    if plain.iter().any(|prefix| name.starts_with(prefix)) || is_chat(name) {
        return Some(Abilities {
            efforts: &[],
            samples: Samples::Always,
            chat: if chat_only(name) {
                Chat::Only
            } else {
                Chat::Whole
            },
        });
    }
    let generation = generation(name)?;
    let (efforts, samples) = reasoning(name, &generation);
    let chat = match generation {
        _ if chat_only(name) => Chat::Only,
        _ if responses_only(name) => Chat::Nowhere,
        Generation::Gpt(5, 4 | 5) => Chat::ToolsUnasked,
        Generation::Gpt(major, minor) if (major, minor) >= (5, 6) => Chat::ToolsUnreasoning,
        _ => Chat::Whole,
    };
    Some(Abilities {
        efforts,
        samples,
        chat,
    })
}

/// The efforts and the sampling of a model that reasons.
fn reasoning(name: &str, generation: &Generation) -> (&'static [Effort], Samples) {
    let (pro, codex) = (name.contains("-pro"), name.contains("-codex"));
    let efforts: &'static [Effort] = match generation {
        Generation::Gpt(5, 0) if pro => &[High],
        Generation::Gpt(5, _) if pro => &[Medium, High, XHigh],
        Generation::Gpt(5, 0 | 1) if codex && !name.contains("-max") => &[Low, Medium, High],
        Generation::Gpt(5, _) if codex => &[Low, Medium, High, XHigh],
        Generation::O => &[Low, Medium, High],
        Generation::Gpt(5, 0) => &[Minimal, Low, Medium, High],
        Generation::Gpt(5, 1) => &[Off, Low, Medium, High],
        Generation::Gpt(5, 2..=5) => &[Off, Low, Medium, High, XHigh],
        Generation::Gpt(5, 6) => &[Off, Low, Medium, High, XHigh, Max],
        Generation::Gpt(..) if OFF.iter().any(|off| name.starts_with(off)) => {
            &[Off, Low, Medium, High, XHigh, Max]
        }
        Generation::Gpt(..) => &[Low, Medium, High, XHigh, Max],
    };
    if efforts.contains(&Off) {
        (efforts, Samples::Unreasoning)
    } else {
        (efforts, Samples::Never)
    }
}

/// The models from GPT-6 on whose reasoning can be off.
const OFF: [&str; 3] = ["gpt-6-luna", "gpt-6-sol", "gpt-6.1-terra"];

/// Whether only Responses serve a model.
fn responses_only(name: &str) -> bool {
    let parts = ["-pro", "-codex", "-deep-research"];
    parts.iter().any(|part| name.contains(part))
}

/// Whether only chat completions serve a model: those that search by themselves, and those that speak.
fn chat_only(name: &str) -> bool {
    let parts = ["-search-preview", "-search-api", "-audio"];
    parts.iter().any(|part| name.contains(part))
}

/// The effort among `known` that comes nearest; of two equally near the lower one.
pub(crate) fn nearest(asked: Effort, known: &[Effort]) -> Option<Effort> {
    let rank = |effort: Effort| effort as u8;
    let best = known
        .iter()
        .min_by_key(|known| rank(**known).abs_diff(rank(asked)));
    best.copied()
}

enum Generation {
    O,
    Gpt(u16, u16),
}

/// The generation of a model that reasons.
fn generation(name: &str) -> Option<Generation> {
    if ["o1", "o3", "o4"].iter().any(|o| name.starts_with(o)) {
        return Some(Generation::O);
    }
    let (major, minor) = version(name, "gpt-").filter(|_| name.starts_with("gpt-"))?;
    (major >= 5).then_some(Generation::Gpt(major, minor))
}

fn is_chat(name: &str) -> bool {
    name.starts_with("gpt-") && name.contains("-chat")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reasons_is_told_from_names() {
        let reasons = |model| abilities(model).is_some_and(|found| found.reasons());
        for model in ["o3", "o4-mini", "gpt-5", "gpt-5-nano-2025-08-07"] {
            assert!(reasons(model), "{model}");
        }
        for model in [
            "gpt-4o",
            "gpt-5-chat-latest",
            "gpt-oss-120b",
            "omni-moderation",
        ] {
            assert!(!reasons(model), "{model}");
        }
        assert_eq!(abilities("grok-4"), None);
        assert_eq!(abilities("gpt-oss-120b"), None);
        assert_eq!(abilities("gpt-99999999"), None);
    }

    #[test]
    fn efforts_are_told_from_names() {
        let efforts = |model| abilities(model).unwrap().efforts;
        assert_eq!(efforts("o3-pro"), [Low, Medium, High]);
        assert_eq!(efforts("gpt-5-pro"), [High]);
        assert_eq!(efforts("gpt-5.4-pro-2026-03-05"), [Medium, High, XHigh]);
        assert_eq!(efforts("gpt-5.1-codex-mini"), [Low, Medium, High]);
        assert_eq!(efforts("gpt-5.3-codex"), [Low, Medium, High, XHigh]);
        assert_eq!(
            efforts("openai/gpt-5-nano-2025-08-07"),
            [Minimal, Low, Medium, High]
        );
        assert!(efforts("gpt-4o").is_empty() && efforts("gpt-5-chat-latest").is_empty());
        assert!(efforts("gpt-6-sol").contains(&Off) && !efforts("gpt-6.1-sol").contains(&Off));
    }

    #[test]
    fn sampling_is_told_from_names() {
        let samples = |model| abilities(model).unwrap().samples;
        for model in ["gpt-5.1", "gpt-5.6-mini", "gpt-6-luna", "gpt-6.1-terra"] {
            assert_eq!(samples(model), Samples::Unreasoning, "{model}");
        }
        for model in ["gpt-5", "o3", "gpt-6-astra", "gpt-6.1-sol", "gpt-5.3-codex"] {
            assert_eq!(samples(model), Samples::Never, "{model}");
        }
        assert_eq!(samples("gpt-4.1"), Samples::Always);
    }

    #[test]
    fn where_a_model_answers_is_told_from_names() {
        let chat = |model| abilities(model).unwrap().chat;
        for model in [
            "gpt-5-pro",
            "o1-pro",
            "o4-mini-deep-research",
            "gpt-5.3-codex",
        ] {
            assert_eq!(chat(model), Chat::Nowhere, "{model}");
        }
        for model in ["gpt-4o", "o3", "gpt-5.2", "gpt-5.3-chat-latest"] {
            assert_eq!(chat(model), Chat::Whole, "{model}");
        }
        for model in ["gpt-5.4-mini", "gpt-5.5"] {
            assert_eq!(chat(model), Chat::ToolsUnasked, "{model}");
        }
        for model in ["gpt-5.6-sol", "gpt-6-astra", "gpt-6.1-terra"] {
            assert_eq!(chat(model), Chat::ToolsUnreasoning, "{model}");
        }
        for model in [
            "gpt-4o-search-preview",
            "gpt-5-search-api",
            "gpt-4o-audio-preview",
        ] {
            assert_eq!(chat(model), Chat::Only, "{model}");
        }
    }

    #[test]
    fn efforts_become_the_nearest() {
        assert_eq!(nearest(Max, &[Low, Medium, High]), Some(High));
        assert_eq!(nearest(Minimal, &[Off, Low, Medium]), Some(Off));
        assert_eq!(nearest(Off, &[Low, Medium]), Some(Low));
        assert_eq!(nearest(High, &[]), None);
    }
}
