//! Which of OpenAI's models take which parameters on Responses, read from their names.
//!
//! Source: the model catalogue of Vercel's AI SDK (npm `@ai-sdk/openai` 4.0.118, November 2026) and the types of
//! OpenAI's SDK (`openai` on the Python index, 3.54.0). Models that are not OpenAI's are sent what was asked.

use crate::inner::Effort::{self, High, Low, Max, Medium, Minimal, None as Off, XHigh};

/// What a model can do.
#[derive(Debug, PartialEq)]
pub(super) struct Abilities {
    /// The efforts that it takes; none for a model that does not reason.
    pub(super) efforts: &'static [Effort],
    /// Whether it takes sampling parameters.
    pub(super) samples: Samples,
}

/// When a model takes sampling parameters.
#[derive(Debug, PartialEq)]
pub(super) enum Samples {
    Always,
    Never,
    /// While its reasoning is off.
    Unreasoning,
}

/// What one of OpenAI's models can do; `None` for models of others.
pub(super) fn abilities(model: &str) -> Option<Abilities> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let plain = ["gpt-3.5", "gpt-4", "chatgpt"];
    if plain.iter().any(|prefix| name.starts_with(prefix)) || is_chat(name) {
        return Some(Abilities {
            efforts: &[],
            samples: Samples::Always,
        });
    }
    let (efforts, samples): (&'static [Effort], _) = match version(name)? {
        Version::O => (&[Low, Medium, High], Samples::Never),
        Version::Gpt(5, 0) if name.contains("-pro") => (&[High], Samples::Never),
        Version::Gpt(5, 0) if name.contains("-codex") => (&[Low, Medium, High], Samples::Never),
        Version::Gpt(5, 0) => (&[Minimal, Low, Medium, High], Samples::Never),
        Version::Gpt(5, 1) => (&[Off, Low, Medium, High], Samples::Unreasoning),
        Version::Gpt(5, 2..=5) => (&[Off, Low, Medium, High, XHigh], Samples::Unreasoning),
        Version::Gpt(5, 6) => (&[Off, Low, Medium, High, XHigh, Max], Samples::Unreasoning),
        Version::Gpt(..) if OFF.iter().any(|off| name.starts_with(off)) => {
            (&[Off, Low, Medium, High, XHigh, Max], Samples::Unreasoning)
        }
        Version::Gpt(..) => (&[Low, Medium, High, XHigh, Max], Samples::Never),
    };
    Some(Abilities { efforts, samples })
}

/// The models from GPT-6 on whose reasoning can be off.
const OFF: [&str; 3] = ["gpt-6-luna", "gpt-6-sol", "gpt-6.1-terra"];

/// The effort among `known` that comes nearest; of two equally near the lower one.
pub(super) fn nearest(asked: Effort, known: &[Effort]) -> Option<Effort> {
    let rank = |effort: Effort| effort as u8;
    let best = known
        .iter()
        .min_by_key(|known| rank(**known).abs_diff(rank(asked)));
    best.copied()
}

enum Version {
    O,
    Gpt(u16, u16),
}

fn version(name: &str) -> Option<Version> {
    if ["o1", "o3", "o4"].iter().any(|o| name.starts_with(o)) {
        return Some(Version::O);
    }
    let rest = name.strip_prefix("gpt-")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut parts = rest.get(..end.unwrap_or(rest.len()))?.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|minor| minor.parse().ok());
    Some(Version::Gpt(major, minor.unwrap_or(0))).filter(|_| major >= 5)
}

fn is_chat(name: &str) -> bool {
    name.starts_with("gpt-") && name.contains("-chat")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_from_names() {
        let efforts = |model| abilities(model).unwrap().efforts;
        assert_eq!(efforts("o3-pro"), [Low, Medium, High]);
        assert_eq!(efforts("gpt-5-pro"), [High]);
        assert_eq!(
            efforts("openai/gpt-5-nano-2025-08-07"),
            [Minimal, Low, Medium, High]
        );
        assert!(efforts("gpt-4o").is_empty() && efforts("gpt-5-chat-latest").is_empty());
        assert!(efforts("gpt-6-sol").contains(&Off) && !efforts("gpt-6.1-sol").contains(&Off));
        assert_eq!(abilities("gpt-6.1-sol").unwrap().samples, Samples::Never);
        assert_eq!(abilities("grok-4"), None);
        assert_eq!(abilities("gpt-oss-120b"), None);
    }

    #[test]
    fn efforts_become_the_nearest() {
        assert_eq!(nearest(Max, &[Low, Medium, High]), Some(High));
        assert_eq!(nearest(Minimal, &[Off, Low, Medium]), Some(Off));
        assert_eq!(nearest(Off, &[Low, Medium]), Some(Low));
        assert_eq!(nearest(High, &[]), None);
    }
}
