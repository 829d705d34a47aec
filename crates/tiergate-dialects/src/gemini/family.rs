//! What each family of models takes, read from the models' names.
//!
//! Sources: Google's pages on thinking, thought signatures, structured output, function calling and file input; the
//! model rules of the AI SDK's Google provider (Apache-2.0), November 2026.

use super::request::Level;

/// What a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Family {
    /// From Gemini 3 on: signatures are demanded, tools go with JSON, and tools may give pictures.
    pub(super) modern: bool,
    /// How it is told to think.
    pub(super) thinking: Thinking,
    /// Whether it fetches files from the open web itself.
    pub(super) fetches: bool,
    /// Whether the developer API refuses penalties.
    pub(super) refuses_penalties: bool,
    /// Whether it knows instructions apart from the conversation.
    pub(super) has_system: bool,
    /// The most output tokens that Vertex allows, where that is less than the model gives.
    pub(super) vertex_output: Option<u64>,
}

/// How a model is told to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    /// In tokens.
    Budget { least: u64, most: u64, off: bool },
    /// In words.
    Level { lowest: Level, highest: Level },
    /// Not at all.
    Untold,
}

impl Family {
    /// The family of a model, whatever stands before its last slash.
    pub(super) fn of(model: &str) -> Self {
        let name = model.rsplit('/').next().unwrap_or(model);
        let version = version(name);
        let is_latest = name.starts_with("gemini-") && name.ends_with("-latest");
        let since = |least| version.map_or(is_latest, |version| version >= least);
        let modern = since((3, 0));
        Self {
            modern,
            thinking: thinking(name, version, modern),
            fetches: since((2, 5)),
            refuses_penalties: version == Some((2, 5)),
            has_system: !name.starts_with("gemma-"),
            vertex_output: name.starts_with("gemini-2.5-flash-lite").then_some(65_535),
        }
    }
}

fn thinking(name: &str, version: Option<(u16, u16)>, modern: bool) -> Thinking {
    let says = |word| name.contains(word);
    if says("-image") || says("-tts") || says("-live") || says("computer-use") {
        return Thinking::Untold;
    }
    if version == Some((2, 5)) {
        return if says("pro") {
            budget(128, 32_768, false)
        } else {
            budget(0, 24_576, true)
        };
    }
    if !modern {
        return Thinking::Untold;
    }
    let hydrogen = says("hydrogen");
    let late_flash = says("flash") && version.is_some_and(|version| version >= (3, 7));
    let low = says("pro") || hydrogen || late_flash || name == "gemini-flash-latest";
    Thinking::Level {
        lowest: if low { Level::Low } else { Level::Minimal },
        highest: if hydrogen { Level::XHigh } else { Level::High },
    }
}

fn budget(least: u64, most: u64, off: bool) -> Thinking {
    Thinking::Budget { least, most, off }
}

/// The numbers after `gemini-`: `gemini-3.8-flash` is `(3, 8)`.
fn version(name: &str) -> Option<(u16, u16)> {
    let rest = name.strip_prefix("gemini-")?;
    let number = rest.split('-').next()?;
    let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_from_names() {
        let levels = |model| match Family::of(model).thinking {
            Thinking::Level { lowest, highest } => (lowest, highest),
            other => panic!("{model}: {other:?}"),
        };
        assert_eq!(levels("gemini-3.1-pro-preview"), (Level::Low, Level::High));
        assert_eq!(levels("gemini-3.6-flash"), (Level::Minimal, Level::High));
        assert_eq!(levels("models/gemini-3.8-flash"), (Level::Low, Level::High));
        assert_eq!(levels("gemini-4-argon"), (Level::Minimal, Level::High));
        assert_eq!(levels("gemini-4-hydrogen"), (Level::Low, Level::XHigh));
        assert_eq!(levels("gemini-flash-latest"), (Level::Low, Level::High));
        assert_eq!(
            levels("gemini-flash-lite-latest"),
            (Level::Minimal, Level::High)
        );

        assert_eq!(
            Family::of("gemini-2.5-pro").thinking,
            budget(128, 32_768, false)
        );
        assert_eq!(
            Family::of("publishers/google/models/gemini-2.5-flash-lite").thinking,
            budget(0, 24_576, true),
        );
        for untold in [
            "gemini-2.0-flash",
            "gemini-2.5-flash-image",
            "gemini-exp-1206",
            "gemini-1.5-flash-latest",
        ] {
            let family = Family::of(untold);
            assert_eq!((family.thinking, family.modern), (Thinking::Untold, false));
        }
        assert!(!Family::of("gemma-3-27b-it").has_system);
    }
}
