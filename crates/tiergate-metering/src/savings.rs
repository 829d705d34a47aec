//! The difference to a named baseline.

use std::sync::Arc;

use tiergate_catalog::{Money, Tariff, Timestamp};

use crate::{Tokens, charge};

/// What the actual cost is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Baseline<'a> {
    /// The id of the model.
    pub model: &'a Arc<str>,
    /// Why this model is the measure.
    pub reason: BaselineReason,
    /// What it costs; `None` when unpriced.
    pub tariff: Option<&'a Tariff>,
}

/// Why a model is the measure of savings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BaselineReason {
    /// The client named this very model.
    Named,
    /// The cheapest eligible model of the highest tier that the caller may use.
    PlanCeiling,
}

impl BaselineReason {
    /// The name in receipts: `named` or `plan_ceiling`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::PlanCeiling => "plan_ceiling",
        }
    }
}

/// What was saved, and against what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Savings {
    /// Baseline less actual, negative when the baseline would have been cheaper; `None` when the
    /// actual cost is unknown.
    pub amount: Option<Money>,
    /// The id of the baseline model.
    pub baseline_model: Arc<str>,
    /// Why that model is the measure.
    pub reason: BaselineReason,
    /// What the same tokens would have cost there.
    pub baseline_cost: Money,
}

/// Compares an actual cost with what the same tokens would have cost at the baseline.
///
/// Nothing is clamped. `None` when the baseline is unpriced or its cost exceeds the range of money:
/// then there is no measure to name.
pub fn savings(
    baseline: &Baseline<'_>,
    actual: Option<Money>,
    tokens: &Tokens,
    now: Timestamp,
) -> Option<Savings> {
    let baseline_cost = charge(tokens, baseline.tariff, now).ok()?.cost?;
    Some(Savings {
        amount: actual.and_then(|actual| baseline_cost.checked_sub(actual)),
        baseline_model: Arc::clone(baseline.model),
        reason: baseline.reason,
        baseline_cost,
    })
}
