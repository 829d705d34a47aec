//! The choice over a pool: every tier is read once at most, and only if it matters.

use std::cell::OnceCell;
use std::ops::Range;

use tiergate_catalog::{Tier, Timestamp};

use super::scales::Utilities;
use super::{ChosenBy, Decision, Query, Refusal, Scales, Wanted};
use crate::pool::{Candidate, Pool};
use crate::{Prefer, Route};

/// One decision under way.
pub(super) struct Chooser<'a> {
    pool: &'a Pool,
    query: &'a Query<'a>,
    now: Timestamp,
    /// The cheapest eligible candidate of each tier that was asked for.
    cheapest: [OnceCell<Option<Offer>>; 5],
}

/// A candidate with what it is expected to cost, in millionths of a nano-dollar; none when unpriced.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    pub(super) at: u32,
    pub(super) cost: Option<u64>,
}

/// How good a candidate is: the least key wins.
type Key = (bool, u64, u64, u32);

impl<'a> Chooser<'a> {
    pub(super) fn new(pool: &'a Pool, query: &'a Query<'a>, now: Timestamp) -> Self {
        Self {
            pool,
            query,
            now,
            cheapest: [const { OnceCell::new() }; 5],
        }
    }

    pub(super) fn pin(&self) -> Result<Decision, Refusal> {
        let Route::Pin { model, .. } = self.query.route else {
            return Err(self.refusal());
        };
        let best = self.least(self.pool.of_model(model), Prefer::Cheap);
        let candidate = best.ok_or_else(|| self.refusal())?;
        let tier = self.pool.model(self.pool.candidate(candidate)).tier;
        Ok(self.decision(candidate, tier, (None, ChosenBy::Pin), candidate))
    }

    pub(super) fn route(&self, wanted: Wanted) -> Result<Decision, Refusal> {
        let weighed = wanted.scales.and_then(|scales| {
            let utilities = self.utilities(wanted.tier, &scales)?;
            let tier = scales.choose(wanted.tier, &utilities);
            Some((tier, self.best(tier)?))
        });
        let by = weighed.map_or(wanted.by, |_| ChosenBy::Success);
        let found = weighed.or_else(|| self.first_from(wanted.tier));
        let (tier, candidate) = found.ok_or_else(|| self.refusal())?;
        // the dearest choice that this caller could have made without thinking: the ceiling's cheapest
        let mut from_the_ceiling = tiers(tier, self.query.ceiling).rev();
        let baseline = from_the_ceiling
            .find_map(|each| self.cheapest(each))
            .map_or(candidate, |offer| offer.at);
        Ok(self.decision(candidate, Some(tier), (Some(wanted.tier), by), baseline))
    }

    /// The utilities of a tier and its neighbours; none when a cost is unknown or there is nothing to weigh.
    pub(super) fn utilities(&self, wanted: Tier, scales: &Scales) -> Option<Utilities> {
        let mut costs = [None; 5];
        let near = wanted.index().saturating_sub(1)..=wanted.index() + 1;
        for tier in tiers(self.query.floor, self.query.ceiling) {
            if near.contains(&tier.index())
                && let Some(offer) = self.cheapest(tier)
            {
                costs[tier.index()] = Some(offer.cost?);
            }
        }
        scales.utilities(costs)
    }

    /// The cheapest eligible candidate of a tier, as `prefer: cheap` would choose it.
    pub(super) fn cheapest(&self, tier: Tier) -> Option<Offer> {
        *self.cheapest[tier.index()].get_or_init(|| {
            let mut least: Option<Key> = None;
            // a warm cache makes its candidate cheaper than the order of prices knows
            if let Some(warm) = self.query.warm
                && self.pool.candidate(warm.candidate).tier == Some(tier)
            {
                self.consider(&mut least, warm.candidate as usize, Prefer::Cheap);
            }
            for priced in self.pool.by_price(tier) {
                if let Some((false, cost, ..)) = least
                    && self.query.least_cost(priced, tier) > cost
                {
                    break;
                }
                self.consider(&mut least, priced.at as usize, Prefer::Cheap);
            }
            let (_, cost, _, at) = least?;
            let cost = (cost < u64::MAX).then_some(cost);
            Some(Offer { at, cost })
        })
    }

    /// The candidate of a tier that the preference puts first.
    pub(super) fn best(&self, tier: Tier) -> Option<u32> {
        match self.query.prefer {
            Prefer::Cheap => self.cheapest(tier).map(|offer| offer.at),
            // under `auto` the promise is the cheapest model that can do it (docs/routing.md)
            Prefer::Balanced if *self.query.route == Route::Auto => {
                self.cheapest(tier).map(|offer| offer.at)
            }
            prefer => self.least(self.pool.tier(tier), prefer),
        }
    }

    pub(super) fn cost(&self, candidate: &Candidate) -> Option<u64> {
        self.query.expected_cost(self.pool, candidate, self.now)
    }

    /// The wanted tier, the ones above it, and then those below, until one has an eligible candidate.
    fn first_from(&self, wanted: Tier) -> Option<(Tier, u32)> {
        let upwards = tiers(wanted, self.query.ceiling);
        let downwards = tiers(self.query.floor, wanted)
            .rev()
            .filter(|tier| *tier != wanted);
        upwards
            .chain(downwards)
            .find_map(|tier| Some((tier, self.best(tier)?)))
    }

    fn decision(
        &self,
        candidate: u32,
        tier: Option<Tier>,
        (wanted, by): (Option<Tier>, ChosenBy),
        baseline: u32,
    ) -> Decision {
        let chosen = self.pool.candidate(candidate);
        Decision {
            candidate,
            tier,
            wanted,
            by,
            expected: self.cost(chosen),
            unverified: self.query.unverified(chosen),
            baseline,
        }
    }

    fn refusal(&self) -> Refusal {
        Refusal::of(self.pool, self.query, self.now)
    }

    fn least(&self, places: Range<usize>, prefer: Prefer) -> Option<u32> {
        let mut least = None;
        for at in places {
            self.consider(&mut least, at, prefer);
        }
        least.map(|(.., at)| at)
    }

    /// Lets a candidate take the place of the best one so far.
    fn consider(&self, least: &mut Option<Key>, at: usize, prefer: Prefer) {
        let candidate = &self.pool.candidates()[at];
        let front = (
            self.query.unverified(candidate),
            self.first(candidate, at, prefer),
        );
        // most are behind by now: then neither the rest of the key nor a verdict is needed
        if least.is_some_and(|best| front > (best.0, best.1)) {
            return;
        }
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        let key = (front.0, front.1, self.second(candidate, prefer), place);
        if least.is_none_or(|best| key < best)
            && self.query.faults(self.pool, at, self.now).is_empty()
        {
            *least = Some(key);
        }
    }

    fn first(&self, candidate: &Candidate, at: usize, prefer: Prefer) -> u64 {
        match prefer {
            Prefer::Cheap => self.cost(candidate).unwrap_or(u64::MAX),
            Prefer::Balanced => u64::MAX - u64::from(candidate.value),
            Prefer::Coding => u64::MAX - u64::from(candidate.coding),
            Prefer::Fast => self.query.first_word(candidate, at),
            Prefer::Quality => u64::MAX - u64::from(candidate.quality),
        }
    }

    fn second(&self, candidate: &Candidate, prefer: Prefer) -> u64 {
        match prefer {
            Prefer::Cheap => u64::MAX - u64::from(candidate.quality),
            _ => self.cost(candidate).unwrap_or(u64::MAX),
        }
    }
}

/// The tiers from one to another, in order; none when the first is above the second.
pub(super) fn tiers(from: Tier, to: Tier) -> impl DoubleEndedIterator<Item = Tier> {
    Tier::ALL
        .into_iter()
        .filter(move |tier| (from..=to).contains(tier))
}
