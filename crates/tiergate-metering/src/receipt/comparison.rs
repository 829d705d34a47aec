//! How an answer compares with the one that the baseline's model would have given.

use std::sync::Arc;

use tiergate_catalog::Money;

/// What came of running a request again on the model of its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The model that was asked too.
    pub baseline_model: Arc<str>,
    /// What the judge found.
    pub verdict: Verdict,
    /// What the run and the judgement cost together.
    pub cost: Money,
}

/// What a judge found of an answer beside that of the baseline's model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The answer does the work as well.
    AsGood,
    /// Nothing, for this reason.
    None(Undecided),
    /// The baseline's answer does the work better.
    Worse,
}

/// Why there is no verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// The baseline's model gave no whole answer.
    Baseline,
    /// The day's money did not reach for the judge.
    Budget,
    /// The judge gave no answer.
    Judge,
    /// The judge's answer was none of those that it was asked to choose from.
    Unclear,
}

impl Verdict {
    /// The word in receipts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsGood => "as_good",
            Self::None(_) => "none",
            Self::Worse => "worse",
        }
    }

    /// Why there is no verdict, where there is none.
    pub const fn undecided(self) -> Option<Undecided> {
        match self {
            Self::None(reason) => Some(reason),
            Self::AsGood | Self::Worse => None,
        }
    }
}

impl Undecided {
    /// The word in receipts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Baseline => "baseline_failed",
            Self::Budget => "budget",
            Self::Judge => "judge_failed",
            Self::Unclear => "judge_unclear",
        }
    }
}
