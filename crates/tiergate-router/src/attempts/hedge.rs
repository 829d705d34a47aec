//! A second attempt beside one that is merely slow: whoever begins first answers.
//!
//! Only where it was asked for, for streams of small models, before anything is sent, and for two requests in a
//! hundred at most.

use std::sync::Arc;
use std::time::Duration;

use tiergate_catalog::Tier;
use tiergate_failover::health::Admission;
use tiergate_providers::Error as ProviderError;
use tokio::time::Instant;

use super::Place;
use super::attempt::{Spoken, attempt};
use super::course::{Course, failed};
use crate::health::Watched;

/// No attempt is called slow before this.
const LEAST: Duration = Duration::from_secs(1);

/// An attempt under way.
pub(super) struct Runner {
    pub(super) place: Place,
    pub(super) started: Instant,
    pub(super) watched: Watched,
}

/// How one or two attempts at the same time ended.
pub(super) struct Raced {
    /// The one that counts.
    pub(super) runner: Runner,
    pub(super) outcome: Result<Spoken, ProviderError>,
    /// The other one, with its failure, or without one where it was overtaken.
    pub(super) other: Option<(Runner, Option<ProviderError>)>,
}

impl Runner {
    pub(super) fn new(place: Place, watched: Watched) -> Self {
        Self {
            place,
            started: Instant::now(),
            watched,
        }
    }
}

/// Makes an attempt, and a second one elsewhere if it is slow and that is allowed.
pub(super) async fn raced(course: &Course<'_>, runner: Runner) -> Raced {
    let Some(patience) = course.hedges_after(runner.place) else {
        let outcome = attempt(course, runner.place, &runner.watched).await;
        return Raced {
            runner,
            outcome,
            other: None,
        };
    };
    let (outcome, second) = {
        let first = attempt(course, runner.place, &runner.watched);
        tokio::pin!(first);
        match tokio::time::timeout(patience, &mut first).await {
            Ok(outcome) => (outcome, None),
            Err(_) => match course.second(runner.place) {
                None => (first.await, None),
                Some(second) => {
                    let (outcome, won, failure) = {
                        // rare, so it takes no room in every other request
                        let mut other = Box::pin(attempt(course, second.place, &second.watched));
                        // a failure of one leaves the other alone
                        tokio::select! {
                            biased;
                            outcome = &mut first => match outcome {
                                Err(error) => (other.await, false, Some(error)),
                                answered => (answered, true, None),
                            },
                            outcome = &mut other => match outcome {
                                Err(error) => (first.await, true, Some(error)),
                                answered => (answered, false, None),
                            },
                        }
                    };
                    (outcome, Some((second, won, failure)))
                }
            },
        }
    };
    match second {
        None => Raced {
            runner,
            outcome,
            other: None,
        },
        Some((second, true, failure)) => Raced {
            runner,
            outcome,
            other: Some((second, failure)),
        },
        Some((second, false, failure)) => Raced {
            runner: second,
            outcome,
            other: Some((runner, failure)),
        },
    }
}

impl Course<'_> {
    /// After which time an attempt at a place is so slow that a second one is made; none where that is not allowed.
    fn hedges_after(&self, place: Place) -> Option<Duration> {
        let candidate = self.plan.pool().candidate(place.candidate);
        let tier = self.plan.pool().model(candidate).tier;
        let allowed = self.plan.snapshot.setup.hedging
            && self.request.stream()
            && !self.pace.has_failed()
            && matches!(tier, Some(Tier::Nano | Tier::Small));
        let usual = self.target(place).filter(|_| allowed)?.p95()?;
        Some(usual.max(LEAST))
    }

    /// The leave for a second attempt beside the one at a place.
    fn second(&self, place: Place) -> Option<Runner> {
        let watch = self.watch()?;
        let mut tried = self.tried.clone();
        tried.push(failed(place.candidate));
        let candidate = self.plan.after(&tried)?.candidate;
        let now = watch.health.now();
        let chance = fastrand::Rng::with_seed(!self.context.seed).f64();
        let mut targets = watch.of(candidate).iter().enumerate();
        let (credential, permit) = targets.find_map(|(credential, target)| {
            let Admission::Pass(permit) = target.admit(now, chance) else {
                return None;
            };
            Some((credential, permit))
        })?;
        // without leave nothing is taken from the budget, and without budget the leave is given back
        if !watch.health.may_hedge(now) {
            return None;
        }
        self.ahead.race(Some([place.candidate, candidate]));
        let watched = Watched::new(permit, Arc::clone(&watch.health), chance);
        let place = Place {
            candidate,
            credential,
        };
        Some(Runner::new(place, watched))
    }
}
