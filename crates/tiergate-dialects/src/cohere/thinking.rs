//! How hard Cohere's models think.

use serde::Serialize;

use crate::encoded::Edits;
use crate::inner::{Effort, Reasoning};
use crate::remains::{note, remove};

/// Models that think, by the beginning of their names; others refuse the member. From the bundled catalogue.
const THINKERS: [&str; 2] = ["command-a-plus", "command-a-reasoning"];

/// Tokens of thought that stand for an effort; a higher one is left without bounds, as Cohere does by itself.
const BUDGETS: [(Effort, u64); 3] = [
    (Effort::Minimal, 512),
    (Effort::Low, 1_024),
    (Effort::Medium, 4_096),
];

/// Cohere's `thinking`.
#[derive(Serialize)]
pub(super) struct Thinking {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_budget: Option<u64>,
}

pub(super) fn encode(asked: Option<Reasoning>, model: &str, edits: &mut Edits) -> Option<Thinking> {
    let Reasoning { effort, budget, .. } = asked?;
    if effort.is_none() && budget.is_none() {
        return None;
    }
    if !THINKERS.iter().any(|name| model.starts_with(name)) {
        if effort != Some(Effort::None) {
            remove(edits, "reasoning_effort");
        }
        return None;
    }
    if effort == Some(Effort::None) || budget == Some(0) {
        return Some(Thinking {
            r#type: "disabled",
            token_budget: None,
        });
    }
    let token_budget = budget.or_else(|| {
        let effort = effort?;
        let (_, tokens) = BUDGETS.iter().find(|(known, _)| *known == effort)?;
        let word = effort.as_str();
        note(edits, format!("reasoning_effort {word} as {tokens} tokens"));
        Some(*tokens)
    });
    Some(Thinking {
        r#type: "enabled",
        token_budget,
    })
}
