//! How much to think.

use serde::Serialize;

use super::models::{Can, Model, Off};
use super::wire::{Extras, Notes};
use crate::inner::{Effort, Reasoning};

/// `thinking`.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Thinking<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) budget_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) display: Option<&'static str>,
    #[serde(flatten)]
    pub(super) more: Extras<'a>,
}

/// What a request says about thinking.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub(super) thinking: Option<Thinking<'static>>,
    pub(super) effort: Option<&'static str>,
    /// Whether thinking was asked for, so that sampling and forced tools are refused.
    pub(super) on: bool,
}

/// The fewest tokens of a budget.
const LEAST: u64 = 1024;

/// Plans for `room` tokens of output, thoughts included; `bare` is whether calls that await the answer lack the
/// thinking that a budget asks for.
pub(super) fn plan(
    asked: Option<Reasoning>,
    model: &Model,
    room: u64,
    bare: bool,
    notes: &mut Notes,
) -> Plan {
    let Some(asked) = asked else {
        return Plan::default();
    };
    if asked.effort == Some(Effort::None) || asked.budget == Some(0) {
        return off(asked.effort, model, notes);
    }
    if model.can(Can::Budget) && (asked.budget.is_some() || !model.can(Can::Adaptive)) {
        return match budget(asked, room, notes) {
            Some(_) if bare => {
                notes.add("thinking off: its last calls lack signed thinking");
                Plan::of("disabled")
            }
            Some(budget) => Plan {
                thinking: Some(Thinking {
                    kind: Some("enabled"),
                    budget_tokens: Some(budget),
                    display: (asked.shown == Some(false)).then_some("omitted"),
                    more: Extras::default(),
                }),
                effort: asked
                    .effort
                    .filter(|_| model.can(Can::Adaptive))
                    .map(|effort| word(effort, model, notes)),
                on: true,
            },
            None => {
                notes.add("thinking off: the output cap leaves no room for it");
                Plan::of("disabled")
            }
        };
    }
    if model.can(Can::Adaptive) {
        if asked.budget.is_some() {
            notes.removed("thinking.budget_tokens");
        }
        return adaptive(asked, model, notes);
    }
    notes.removed("reasoning_effort");
    Plan::default()
}

/// Whether thinking makes way for what the model does not do while it thinks: a mere effort asks for it.
pub(super) fn yields(asked: Option<Reasoning>, model: &Model) -> bool {
    let hint = asked.is_some_and(|asked| asked.effort.is_some() && asked.budget.is_none());
    hint && matches!(model.off, Off::Yes | Off::ToHigh)
}

impl Plan {
    /// Switches thinking off, since a tool must be called and no model does both.
    pub(super) fn make_way(&mut self, model: &Model, notes: &mut Notes) {
        if std::mem::take(&mut self.on) {
            notes.add("thinking off: a tool must be called");
            let word = self.effort.take();
            self.effort =
                word.filter(|word| model.off == Off::Yes || !matches!(*word, "xhigh" | "max"));
            self.thinking = Self::of("disabled").thinking;
        }
    }

    fn of(kind: &'static str) -> Self {
        Self {
            thinking: Some(Thinking {
                kind: Some(kind),
                ..Thinking::default()
            }),
            effort: None,
            on: false,
        }
    }
}

fn adaptive(asked: Reasoning, model: &Model, notes: &mut Notes) -> Plan {
    let shown = asked.shown.unwrap_or(true);
    Plan {
        thinking: Some(Thinking {
            kind: Some("adaptive"),
            display: Some(if shown { "summarized" } else { "omitted" }),
            ..Thinking::default()
        }),
        effort: asked.effort.map(|effort| word(effort, model, notes)),
        on: true,
    }
}

/// As little thinking as the model allows.
fn off(effort: Option<Effort>, model: &Model, notes: &mut Notes) -> Plan {
    let effort = effort.filter(|effort| *effort != Effort::None);
    let most = if model.off == Off::Yes {
        Effort::Max
    } else {
        Effort::High
    };
    let mut effort = || {
        let effort = effort?;
        if !model.can(Can::Adaptive) {
            notes.removed("reasoning_effort");
            return None;
        }
        if effort > most {
            notes.add(changed(effort, most.as_str()));
        }
        Some(word(effort.min(most), model, notes))
    };
    match model.off {
        Off::Always => Plan::default(),
        Off::Yes | Off::ToHigh => Plan {
            effort: effort(),
            ..Plan::of("disabled")
        },
        Off::BetweenTools => {
            let effort = effort();
            notes.add("thinking only between tools: it cannot be switched off");
            Plan {
                effort,
                on: true,
                ..Plan::of("between_tools")
            }
        }
        Off::Never => {
            notes.add(changed(Effort::None, "low"));
            let asked = Reasoning {
                effort: Some(Effort::Low),
                ..Reasoning::default()
            };
            adaptive(asked, model, notes)
        }
    }
}

/// The tokens to think in, fewer than those of the whole output.
fn budget(asked: Reasoning, room: u64, notes: &mut Notes) -> Option<u64> {
    // LiteLLM's budgets, which clients are used to
    let by_effort = match asked.effort {
        Some(Effort::None | Effort::Minimal | Effort::Low) => 1024,
        Some(Effort::Medium) => 2048,
        Some(Effort::High) | None => 4096,
        Some(Effort::XHigh) => 8192,
        Some(Effort::Max) => 16_384,
    };
    let wanted = asked.budget.unwrap_or(by_effort);
    let most = room.checked_sub(1).filter(|most| *most >= LEAST)?;
    let budget = wanted.clamp(LEAST, most);
    if asked.effort.is_none() && asked.budget.is_none() {
        notes.add(format!("adaptive thinking as a budget of {budget}"));
    } else if budget != wanted {
        notes.add(format!("changed thinking budget from {wanted} to {budget}"));
    }
    Some(budget)
}

/// The vendor's word for an effort.
fn word(effort: Effort, model: &Model, notes: &mut Notes) -> &'static str {
    let word = match effort {
        Effort::None | Effort::Minimal => "low",
        Effort::XHigh if !model.can(Can::XHigh) => "high",
        effort => effort.as_str(),
    };
    if word != effort.as_str() {
        notes.add(changed(effort, word));
    }
    word
}

fn changed(effort: Effort, to: &str) -> String {
    format!("changed reasoning_effort from {} to {to}", effort.as_str())
}
