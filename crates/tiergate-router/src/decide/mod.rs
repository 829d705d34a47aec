//! The choice of a candidate, as a pure function.

mod explain;
mod faults;
mod query;
mod refusal;

use tiergate_catalog::{Tier, Timestamp};
use tiergate_scorer::{Assessment, Thresholds};

use crate::pool::{Candidate, Pool};
use crate::{Prefer, Route};

pub use explain::{Explanation, Reason, Verdict, Weighed};
pub use faults::Faults;
pub use query::{Query, Tried};
pub use refusal::{Refusal, RefusalKind};

/// Which candidate serves a request, and what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Place of the chosen candidate in the pool.
    pub candidate: u32,
    /// The tier that was chosen; for a pin the model's own, if it has one.
    pub tier: Option<Tier>,
    /// The tier that was wanted before the pool was looked at; none for a pin.
    pub wanted: Option<Tier>,
    /// What the request is expected to cost, in millionths of a nano-dollar; none when unpriced.
    pub expected: Option<u64>,
    /// An ability that the request needs, or the window, is not known of the chosen candidate.
    pub unverified: bool,
    /// Place of the candidate that savings are counted against; the chosen one itself for a pin.
    pub baseline: u32,
}

/// Chooses the tier and then the candidate within it.
///
/// The same arguments give the same answer, on every platform and at any time.
///
/// - `auto` wants the tier of the score, a floor wants its own; both are kept within floor and ceiling.
/// - The wanted tier serves while it has an eligible candidate, then the next one upwards to the
///   ceiling. Only when nothing there is eligible does `auto` look below, never below the floor.
/// - Within the tier `prefer` orders, see [`Prefer`]. What is unverified comes last.
///
/// # Errors
/// [`Refusal`] when nothing is eligible, with what stood in the way.
pub fn decide(
    pool: &Pool,
    query: &Query<'_>,
    wanted: Tier,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let chooser = Chooser { pool, query, now };
    match query.route {
        Route::Pin { .. } => chooser.pin(),
        Route::Auto | Route::Floor(_) => chooser.route(wanted),
    }
}

/// The tier that a request wants before anything is known of the pool.
///
/// `thresholds` maps the score of `auto` to a place among the tiers. What the scorer cannot read goes to
/// standard, whatever the thresholds: no signal does not mean that the work is simple.
pub fn wanted(query: &Query<'_>, assessment: &Assessment, thresholds: &Thresholds) -> Tier {
    let tier = match query.route {
        Route::Auto if !assessment.readable => Tier::Standard,
        Route::Auto => {
            let place = thresholds.tier_index(assessment.score);
            Tier::from_index(place).unwrap_or(Tier::Standard)
        }
        Route::Floor(floor) => *floor,
        Route::Pin { .. } => query.floor,
    };
    tier.max(query.floor).min(query.ceiling)
}

struct Chooser<'a> {
    pool: &'a Pool,
    query: &'a Query<'a>,
    now: Timestamp,
}

/// How good a candidate is: the least key wins.
type Key = (bool, u64, u64, u32);

impl Chooser<'_> {
    fn route(&self, wanted: Tier) -> Result<Decision, Refusal> {
        let (floor, ceiling) = (self.query.floor, self.query.ceiling);
        let upwards = Tier::ALL
            .into_iter()
            .filter(|tier| (wanted..=ceiling).contains(tier));
        let downwards = Tier::ALL
            .into_iter()
            .rev()
            .filter(|tier| (floor..wanted).contains(tier));
        let best = upwards
            .chain(downwards)
            .find_map(|tier| Some((tier, self.best(tier, self.query.prefer)?)));
        let Some((tier, candidate)) = best else {
            return Err(Refusal::of(self.pool, self.query, self.now));
        };
        // the dearest choice that this caller could have made without thinking: the ceiling's cheapest
        let reference = Tier::ALL
            .into_iter()
            .rev()
            .filter(|each| (tier..=ceiling).contains(each));
        let baseline = reference
            .into_iter()
            .find_map(|each| self.best(each, Prefer::Cheap))
            .unwrap_or(candidate);
        Ok(self.decision(candidate, Some(tier), Some(wanted), baseline))
    }

    fn pin(&self) -> Result<Decision, Refusal> {
        let Route::Pin { model, .. } = self.query.route else {
            return Err(Refusal::of(self.pool, self.query, self.now));
        };
        let best = self.least(self.pool.of_model(model), Prefer::Cheap);
        let candidate = best.ok_or_else(|| Refusal::of(self.pool, self.query, self.now))?;
        let tier = self.pool.model(self.pool.candidate(candidate)).tier;
        Ok(self.decision(candidate, tier, None, candidate))
    }

    fn decision(
        &self,
        candidate: u32,
        tier: Option<Tier>,
        wanted: Option<Tier>,
        baseline: u32,
    ) -> Decision {
        let chosen = self.pool.candidate(candidate);
        Decision {
            candidate,
            tier,
            wanted,
            expected: self.query.expected_cost(self.pool, chosen, self.now),
            unverified: self.query.unverified(chosen),
            baseline,
        }
    }

    fn best(&self, tier: Tier, prefer: Prefer) -> Option<u32> {
        self.least(self.pool.tier(tier), prefer)
    }

    fn least(&self, places: std::ops::Range<usize>, prefer: Prefer) -> Option<u32> {
        let mut least: Option<Key> = None;
        for at in places {
            let candidate = &self.pool.candidates()[at];
            if !self.query.faults(self.pool, at, self.now).is_empty() {
                continue;
            }
            let key = self.key(candidate, at, prefer);
            if least.is_none_or(|best| key < best) {
                least = Some(key);
            }
        }
        least.map(|(.., at)| at)
    }

    fn key(&self, candidate: &Candidate, at: usize, prefer: Prefer) -> Key {
        let cost = || {
            self.query
                .expected_cost(self.pool, candidate, self.now)
                .unwrap_or(u64::MAX)
        };
        let high = |rank: u64| u64::MAX - rank;
        let quality = high(u64::from(candidate.quality));
        let (first, second) = match prefer {
            Prefer::Cheap => (cost(), quality),
            // under `auto` the promise is the cheapest model that can do it (docs/routing.md)
            Prefer::Balanced if *self.query.route == Route::Auto => (cost(), quality),
            Prefer::Balanced => (high(u64::from(candidate.value)), cost()),
            Prefer::Coding => (high(u64::from(candidate.coding)), cost()),
            Prefer::Fast => (high(u64::from(candidate.speed)), cost()),
            Prefer::Quality => (quality, cost()),
        };
        (
            self.query.unverified(candidate),
            first,
            second,
            u32::try_from(at).unwrap_or(u32::MAX),
        )
    }
}
