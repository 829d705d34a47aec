//! How hard Ollama's models think.

use serde::Serialize;

use crate::encoded::Edits;
use crate::inner::{Effort, Reasoning};
use crate::remains::{note, remove};

/// Models that know levels of thought, by the beginning of their names; others only think or do not. From Ollama's
/// documentation.
const LEVELLED: [&str; 1] = ["gpt-oss"];

/// Ollama's `think`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Think {
    Level(&'static str),
    Switch(bool),
}

pub(super) fn encode(asked: Option<Reasoning>, model: &str, edits: &mut Edits) -> Option<Think> {
    let Reasoning { effort, budget, .. } = asked?;
    let Some(effort) = effort else {
        return Some(budgeted(budget?, edits));
    };
    if budget.is_some() {
        remove(edits, "reasoning.max_tokens");
    }
    // a model may stand behind its owner's name
    let name = model.rsplit('/').next().unwrap_or(model);
    let levelled = LEVELLED.iter().any(|known| name.starts_with(known));
    let (think, told) = match effort {
        Effort::None => (Think::Switch(false), "false"),
        Effort::Minimal if !levelled => (Think::Switch(false), "false"),
        _ if !levelled => (Think::Switch(true), "true"),
        Effort::Minimal | Effort::Low => (Think::Level("low"), "low"),
        Effort::Medium => (Think::Level("medium"), "medium"),
        Effort::High | Effort::XHigh | Effort::Max => (Think::Level("high"), "high"),
    };
    let word = effort.as_str();
    if effort != Effort::None && word != told {
        note(edits, format!("reasoning_effort {word} as think {told}"));
    }
    Some(think)
}

fn budgeted(budget: u64, edits: &mut Edits) -> Think {
    if budget > 0 {
        remove(edits, "reasoning.max_tokens");
    }
    Think::Switch(budget > 0)
}
