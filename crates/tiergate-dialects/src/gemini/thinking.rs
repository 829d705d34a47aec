//! How much a model shall think, in tokens or in words.

use super::encode::{To, note};
use super::family::Thinking;
use super::request::{Level, ThinkingConfig};
use crate::encoded::Edits;
use crate::inner::{Effort, Reasoning};

/// What is told of thinking; `None` leaves it to the vendor.
pub(super) fn config(
    reasoning: Option<Reasoning>,
    to: To<'_>,
    edits: &mut Edits,
) -> Option<ThinkingConfig> {
    let asked = reasoning?;
    let is_off = asked.effort == Some(Effort::None) || asked.budget == Some(0);
    let mut config = ThinkingConfig {
        include_thoughts: asked.shown.or_else(|| (!is_off).then_some(true)),
        ..ThinkingConfig::default()
    };
    match to.family.thinking {
        Thinking::Untold => {
            if !is_off {
                note(edits, "removed reasoning_effort");
            }
            return None;
        }
        Thinking::Budget { least, most, off } => {
            let effort = asked.effort.map(|effort| tokens(effort, most));
            let wanted = if is_off {
                Some(0)
            } else {
                asked.budget.or(effort)
            };
            let possible = wanted.map(|wanted| match wanted {
                0 if off => 0,
                _ => wanted.clamp(least.max(1), most),
            });
            if let Some(given) = possible.filter(|_| possible != wanted) {
                note(edits, format!("set the thinking budget to {given}"));
            }
            config.thinking_budget = possible;
        }
        Thinking::Level { lowest, highest } => {
            if asked.effort.is_some() && asked.budget.is_some() {
                note(edits, "removed budget_tokens");
            }
            let (wanted, is_exact) = level(asked);
            let given = wanted.map(|wanted| wanted.clamp(lowest, highest));
            if let Some(given) = given.filter(|_| !is_exact || given != wanted) {
                let word = format!("{given:?}").to_lowercase();
                note(edits, format!("changed reasoning_effort to {word}"));
            }
            config.thinking_level = given;
        }
    }
    (config != ThinkingConfig::default()).then_some(config)
}

/// Google's own table for OpenAI's efforts.
fn tokens(effort: Effort, most: u64) -> u64 {
    match effort {
        Effort::None => 0,
        Effort::Minimal | Effort::Low => 1024,
        Effort::Medium => 8192,
        Effort::High => 24_576,
        Effort::XHigh | Effort::Max => most,
    }
}

/// The level that was asked for, and whether it is just that.
fn level(asked: Reasoning) -> (Option<Level>, bool) {
    let exact = |level| (Some(level), true);
    let near = |level| (Some(level), false);
    match (asked.effort, asked.budget) {
        // thinking cannot be switched off
        (Some(Effort::None), _) | (None, Some(0)) => near(Level::Minimal),
        (Some(Effort::Minimal), _) => exact(Level::Minimal),
        (Some(Effort::Low), _) => exact(Level::Low),
        (Some(Effort::Medium), _) => exact(Level::Medium),
        (Some(Effort::High), _) => exact(Level::High),
        (Some(Effort::XHigh), _) => exact(Level::XHigh),
        (Some(Effort::Max), _) => near(Level::XHigh),
        (None, Some(tokens)) => near(match tokens {
            ..=4095 => Level::Low,
            4096..=16_383 => Level::Medium,
            _ => Level::High,
        }),
        (None, None) => (None, true),
    }
}
