//! What is remembered of the candidates, and the choice after a failure.

use std::sync::Arc;

use smallvec::SmallVec;
use tiergate_catalog::Tier;
use tiergate_wire::chat::Request;

use super::{Passed, Plan};
use crate::Route;
use crate::decide::{Decision, Query, Tried, Wanted, Warm, decide};
use crate::health::LEAST_TOKENS;

impl Plan {
    /// Looks where the beginning of the conversation is in a prompt cache. A cache behind a breaker is forgotten.
    pub(super) fn warm_up(&mut self, request: &Request) {
        let Some(watch) = self.snapshot.watch.as_ref() else {
            return;
        };
        if self.asked.tokens.likely < LEAST_TOKENS {
            return;
        }
        self.beginning = watch.health.beginning(request, &self.owner);
        let Some((beginning, warm)) = self
            .beginning
            .and_then(|beginning| Some((beginning, watch.health.warm(beginning)?)))
        else {
            return;
        };
        let pool = &self.snapshot.pool;
        let mut places = pool.of_model(&warm.model);
        let place = places.find(|at| *pool.provider(&pool.candidates()[*at]) == warm.provider);
        let Some(candidate) = place.and_then(|at| u32::try_from(at).ok()) else {
            return;
        };
        if watch.shut(candidate).is_some() {
            watch.health.cold(beginning);
            return;
        }
        self.warm = Some(Warm {
            candidate,
            tokens: warm.tokens,
        });
    }

    /// Takes note of the tokens that were read from a prompt cache, or written to one.
    pub(crate) fn warmed(&self, candidate: u32, tokens: u64) {
        if let (Some(watch), Some(beginning), 1..) = (&self.snapshot.watch, self.beginning, tokens)
        {
            let pool = &self.snapshot.pool;
            let candidate = pool.candidate(candidate);
            let place = (pool.provider(candidate), &pool.model(candidate).id);
            watch.health.warmed(beginning, place, tokens);
        }
    }

    /// Chooses anew while the choice is one to which nobody is sent at present. If that is so of everything, the
    /// first choice stands.
    pub(super) fn pass_over_shut(&mut self) {
        let Some(watch) = &self.snapshot.watch else {
            return;
        };
        let mut passed = Passed::new();
        let mut next = None;
        while let Some(choice) = next.as_ref().or_else(|| self.outcome.as_ref().ok()) {
            let Some(shut) = watch.shut(choice.candidate) else {
                break;
            };
            passed.push(shut);
            next = self.after(&passed);
            if next.is_none() {
                break;
            }
        }
        if let Some(choice) = next {
            self.outcome = Ok(choice);
        }
        self.shut = passed;
    }

    /// The next choice after these failures: for a model that was named, those of its fallbacks come last,
    /// whatever their tiers. Else never below the tier that was chosen first, unless lower ones are allowed.
    pub(crate) fn after(&self, tried: &[Tried]) -> Option<Decision> {
        let first = self.outcome.as_ref().ok()?;
        let lowest = match first.tier {
            Some(tier) if !self.snapshot.setup.allow_lower_tier => tier,
            _ => self.asked.floor,
        };
        let wanted = first.tier.unwrap_or(lowest);
        self.next(&self.asked.route, lowest, wanted, tried)
            .or_else(|| self.fallback(lowest, wanted, tried))
    }

    /// The next choice among the models that may answer for the one that was named.
    fn fallback(&self, lowest: Tier, wanted: Tier, tried: &[Tried]) -> Option<Decision> {
        // who names a provider means that one
        let Route::Pin {
            model,
            provider: None,
        } = &self.asked.route
        else {
            return None;
        };
        let mut models = self.snapshot.setup.fallbacks.get(model)?.iter();
        models.find_map(|model| {
            let model = Arc::clone(model);
            let route = Route::Pin {
                model,
                provider: None,
            };
            self.next(&route, lowest, wanted, tried)
        })
    }

    /// The next choice by a route, from the wanted tier on.
    fn next(&self, route: &Route, lowest: Tier, wanted: Tier, tried: &[Tried]) -> Option<Decision> {
        let next = |tried: &[Tried]| {
            let query = Query {
                route,
                floor: lowest.min(self.asked.ceiling),
                ..self.query(tried)
            };
            let wanted = Wanted::tier(wanted.max(self.asked.floor));
            decide(&self.snapshot.pool, &query, wanted, self.now).ok()
        };
        // a whole provider is passed over only while another one is left
        let lenient = || {
            let alone = |each: &Tried| Tried {
                // a whole provider that is shut would turn away every one of its models
                provider: each.provider && each.shut.is_some(),
                ..*each
            };
            let tried: SmallVec<[Tried; 4]> = tried.iter().map(alone).collect();
            next(&tried)
        };
        next(tried).or_else(lenient)
    }
}
