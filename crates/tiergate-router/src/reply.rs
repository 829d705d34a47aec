//! What a caller gets: the answer, and where it came from.

use std::sync::Arc;

use bytes::Bytes;
use smallvec::SmallVec;
use tiergate_catalog::Tier;
use tiergate_providers::Edit;

use crate::Route;
use crate::answering::Answering;
use crate::attempts::Answered;
use crate::plan::Plan;
use crate::tally::{Bill, Tally};

/// An answer and where it came from.
#[derive(Debug)]
pub struct Reply {
    /// Where it came from.
    pub served: Served,
    /// The answer.
    pub answer: Answer,
}

/// The answer itself.
#[derive(Debug)]
pub enum Answer {
    /// The whole answer in the dialect that the client speaks, and what it cost.
    Full(Bytes, Bill),
    /// The answer as it is made.
    Stream(Box<Answering>),
}

/// Which candidate answered, after which decision.
#[derive(Clone, Debug)]
pub struct Served {
    plan: Arc<Plan>,
    candidate: u32,
    attempts: u8,
    edits: SmallVec<[Edit; 4]>,
}

impl Reply {
    pub(crate) fn new(
        plan: Arc<Plan>,
        candidate: u32,
        answered: Answered,
        mut tally: Tally,
    ) -> Self {
        let attempts = tally.attempts();
        let head = match &answered {
            Answered::Full(full) => &full.head,
            Answered::Stream(peeked, _) => &peeked.head,
        };
        let edits = head.edits.clone();
        tally.served(&plan, &edits);
        let answer = match answered {
            Answered::Full(full) => {
                tally.said(full.output_bytes);
                if let Some(usage) = full.usage {
                    tally.used(usage);
                }
                Answer::Full(full.body, tally.complete())
            }
            Answered::Stream(peeked, watched) => {
                let answering = Answering::new(&plan, candidate, peeked, (tally, watched));
                Answer::Stream(Box::new(answering))
            }
        };
        Self {
            served: Served {
                plan,
                candidate,
                attempts,
                edits,
            },
            answer,
        }
    }
}

impl Served {
    /// The id of the model that answered.
    pub fn model(&self) -> &Arc<str> {
        let pool = self.plan.pool();
        &pool.model(pool.candidate(self.candidate)).id
    }

    /// The tier of the model that answered, if it has one.
    pub fn tier(&self) -> Option<Tier> {
        let pool = self.plan.pool();
        pool.model(pool.candidate(self.candidate)).tier
    }

    /// The model that savings are counted against, and its tier: the cheapest one of the highest tier
    /// that could have served.
    pub fn baseline(&self) -> Option<(&Arc<str>, Option<Tier>)> {
        let pool = self.plan.pool();
        let decision = self.plan.outcome().ok()?;
        let model = pool.model(pool.candidate(decision.baseline));
        Some((&model.id, model.tier))
    }

    /// The provider that answered.
    pub fn provider(&self) -> &Arc<str> {
        let pool = self.plan.pool();
        pool.provider(pool.candidate(self.candidate))
    }

    /// The complexity of the request, 0 to 100.
    pub fn score(&self) -> u8 {
        self.plan.assessment().score.number()
    }

    /// Whether `auto` was asked for.
    pub fn is_auto(&self) -> bool {
        *self.plan.route() == Route::Auto
    }

    /// Whether `prefer` was given in vain, because the model was pinned.
    pub fn prefer_ignored(&self) -> bool {
        self.plan.prefer_ignored
    }

    /// Attempts made, the one that succeeded included.
    pub fn attempts(&self) -> u8 {
        self.attempts
    }

    /// What was changed in the request on its way.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// An estimate of the tokens of the input.
    pub fn likely_input(&self) -> u64 {
        self.plan.likely_input()
    }

    /// The decision with all that it rests on.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }
}
