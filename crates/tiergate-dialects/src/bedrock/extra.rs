//! What Converse has no member for: each family's own fields, reasoning above all.

use std::borrow::Cow;

use serde::Serialize;

use super::draft::note;
use super::messages::thoughts_are_kept;
use super::model::{Claude, Family, Model, Thinking};
use super::wire::{Choice, Inference, Kind};
use crate::encoded::Edits;
use crate::inner::{Effort, Json, Reasoning, Request};

/// `additionalModelRequestFields`.
#[derive(Default, Serialize)]
pub(super) struct Extra<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) anthropic_beta: Option<Json<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thought>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Words>,
    #[serde(rename = "reasoningConfig", skip_serializing_if = "Option::is_none")]
    reasoning_config: Option<NovaReasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) top_k: Option<Json<'a>>,
    #[serde(rename = "inferenceConfig", skip_serializing_if = "Option::is_none")]
    pub(super) inference: Option<NovaInference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool_choice: Option<ClaudeChoice<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Thought {
    Adaptive { display: &'static str },
    Disabled,
    Enabled { budget_tokens: u64 },
}

#[derive(Serialize)]
struct Words {
    effort: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NovaReasoning {
    #[serde(flatten)]
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_reasoning_effort: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NovaInference<'a> {
    pub(super) top_k: Json<'a>,
}

/// A choice of tools in Claude's own words.
#[derive(Serialize)]
pub(super) struct ClaudeChoice<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    disable_parallel_tool_use: bool,
}

impl<'a> ClaudeChoice<'a> {
    /// At most one call at a time.
    pub(super) fn single(choice: Choice<'a>) -> Self {
        let (kind, name) = match choice {
            Choice::Any {} => ("any", None),
            Choice::Auto {} => ("auto", None),
            Choice::Tool { name } => ("tool", Some(name)),
        };
        Self {
            kind,
            name,
            disable_parallel_tool_use: true,
        }
    }
}

impl Extra<'_> {
    pub(super) fn is_empty(&self) -> bool {
        self.anthropic_beta.is_none()
            && self.thinking.is_none()
            && self.output_config.is_none()
            && self.reasoning_effort.is_none()
            && self.reasoning.is_none()
            && self.reasoning_config.is_none()
            && self.top_k.is_none()
            && self.inference.is_none()
            && self.tool_choice.is_none()
    }

    /// Whether a Claude was told to think.
    pub(super) fn thinks(&self) -> bool {
        matches!(
            self.thinking,
            Some(Thought::Adaptive { .. } | Thought::Enabled { .. })
        )
    }

    /// Asks for reasoning; `forced` tells that a tool must be called, with which no Claude thinks.
    pub(super) fn reason(
        &mut self,
        request: &Request<'_>,
        model: Model,
        forced: bool,
        inference: &mut Inference<'_>,
        edits: &mut Edits,
    ) {
        let Some(reasoning) = request.reasoning else {
            return;
        };
        let effort = reasoning.effort;
        match model.family {
            Family::Claude(claude) => {
                let refused = forced
                    || claude.thinking == Thinking::Budget && !thoughts_are_kept(&request.turns);
                self.claude(claude, reasoning, refused, inference, edits);
            }
            Family::GptOss => {
                let word = three_words(effort, edits);
                self.reasoning_effort = word;
                drop_budget(reasoning, edits);
            }
            Family::Gpt => {
                self.reasoning = effort.map(|effort| Words {
                    effort: effort.as_str(),
                });
                drop_budget(reasoning, edits);
            }
            Family::Nova { reasons: true } => {
                self.nova(effort, inference, edits);
                drop_budget(reasoning, edits);
            }
            Family::Nova { .. } | Family::Mistral | Family::Other => {
                note(edits, "removed reasoning_effort");
            }
        }
    }

    fn claude(
        &mut self,
        claude: Claude,
        reasoning: Reasoning,
        refused: bool,
        inference: &mut Inference<'_>,
        edits: &mut Edits,
    ) {
        let off = reasoning.effort == Some(Effort::None) || reasoning.budget == Some(0);
        match claude.thinking {
            Thinking::Adaptive { can_be_off, .. } if off && can_be_off => {
                self.thinking = Some(Thought::Disabled);
                return;
            }
            // off is what they are by themselves
            Thinking::None | Thinking::Budget if off => return,
            Thinking::None => {
                note(edits, "removed reasoning_effort");
                return;
            }
            _ if refused => {
                note(edits, "removed reasoning_effort");
                return;
            }
            Thinking::Budget => {
                let Some(budget_tokens) = budget(reasoning, inference.max_tokens) else {
                    note(edits, "removed reasoning_effort");
                    return;
                };
                self.thinking = Some(Thought::Enabled { budget_tokens });
            }
            Thinking::Adaptive { xhigh, .. } => {
                if reasoning.budget.is_some() && !off {
                    note(edits, "removed reasoning.max_tokens");
                }
                let display = if reasoning.shown == Some(false) {
                    "omitted"
                } else {
                    "summarized"
                };
                self.thinking = Some(Thought::Adaptive { display });
                let effort = if off {
                    Some(Effort::None)
                } else {
                    reasoning.effort
                };
                self.output_config = effort.map(|asked| Words {
                    effort: claude_word(asked, xhigh, edits),
                });
            }
        }
        without_sampling(inference, edits);
    }

    fn nova(&mut self, effort: Option<Effort>, inference: &mut Inference<'_>, edits: &mut Edits) {
        if effort == Some(Effort::None) {
            self.reasoning_config = Some(NovaReasoning {
                kind: Kind { kind: "disabled" },
                max_reasoning_effort: None,
            });
            return;
        }
        let mut word = three_words(effort, edits).unwrap_or("medium");
        if word == "high" {
            if inference.max_tokens.is_some() {
                // at high effort no limit is taken, and the limit matters more
                note(edits, "reasoning_effort lowered to medium for the limit");
                word = "medium";
            } else {
                without_sampling(inference, edits);
            }
        }
        self.reasoning_config = Some(NovaReasoning {
            kind: Kind { kind: "enabled" },
            max_reasoning_effort: Some(word),
        });
    }
}

fn drop_budget(reasoning: Reasoning, edits: &mut Edits) {
    if reasoning.budget.is_some() {
        note(edits, "removed reasoning.max_tokens");
    }
}

fn without_sampling(inference: &mut Inference<'_>, edits: &mut Edits) {
    if inference.temperature.take().is_some() {
        note(edits, "removed temperature");
    }
    if inference.top_p.take().is_some() {
        note(edits, "removed top_p");
    }
}

/// The tokens of thought for an effort, after what `LiteLLM` gives; below the limit of all output, and at least 1024.
fn budget(reasoning: Reasoning, max_tokens: Option<u64>) -> Option<u64> {
    let by_effort = match reasoning.effort {
        Some(Effort::None | Effort::Minimal | Effort::Low) => 1024,
        Some(Effort::Medium) | None => 2048,
        Some(Effort::High) => 4096,
        Some(Effort::XHigh) => 8192,
        Some(Effort::Max) => 16_384,
    };
    let wanted = reasoning.budget.unwrap_or(by_effort).max(1024);
    let most = max_tokens.map_or(u64::MAX, |most| most.saturating_sub(1));
    let budget = wanted.min(most);
    (budget >= 1024).then_some(budget)
}

fn claude_word(asked: Effort, xhigh: bool, edits: &mut Edits) -> &'static str {
    let given = match asked {
        Effort::None | Effort::Minimal => Effort::Low,
        Effort::XHigh if !xhigh => Effort::High,
        other => other,
    };
    changed(asked, given, edits)
}

/// The word for models that know low, medium and high only.
fn three_words(effort: Option<Effort>, edits: &mut Edits) -> Option<&'static str> {
    let asked = effort?;
    let given = match asked {
        Effort::None | Effort::Minimal => Effort::Low,
        Effort::XHigh | Effort::Max => Effort::High,
        other => other,
    };
    Some(changed(asked, given, edits))
}

fn changed(asked: Effort, given: Effort, edits: &mut Edits) -> &'static str {
    if asked != given {
        let (asked, given) = (asked.as_str(), given.as_str());
        note(edits, format!("reasoning_effort {asked} as {given}"));
    }
    given.as_str()
}
