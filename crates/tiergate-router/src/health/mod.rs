//! What is remembered of targets between requests: which ones to leave alone, and how fast they are.
//!
//! The rules are those of [`tiergate_failover::health`]; this room gives them a clock, names for what they
//! remember, and the endings that attempts at a provider have.

mod ending;
mod view;
mod warmth;
mod watch;
mod watched;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tiergate_catalog::Tier;
use tiergate_failover::Moment;
use tiergate_failover::budget::{self, Budget, Extra};
use tiergate_failover::health::{self, LastResort, Registry};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

pub use view::{Scope, TargetHealth};
use warmth::Warmth;
pub(crate) use warmth::{LEAST_TOKENS, Warm};
pub(crate) use watch::{Watch, shut, target_of, turned_away, view};
pub(crate) use watched::Watched;

/// The most targets that are remembered; those that were not used for the longest time are forgotten.
const REMEMBERED: usize = 20_000;

/// What is remembered of targets between requests.
///
/// Behind an `Arc` it is shared by all routers of a process, and outlives changes of their configuration: health
/// is that of an address, a credential and a model, so a new key is not blamed for an old one.
#[derive(Debug)]
pub struct Health {
    registry: Registry<Box<str>>,
    start: Instant,
    /// Extra attempts for each tier, and for what has none.
    budgets: [Mutex<Budget>; 6],
    last_resorts: [LastResort; 6],
    /// Second attempts beside slow ones.
    hedges: Mutex<Budget>,
    warmth: Warmth,
}

impl Health {
    /// For how long a warm prompt cache is believed in unless the caller says otherwise.
    pub const WARM: Duration = Duration::from_mins(5);

    /// Nothing is remembered yet. The settings' budget is that of each target, and of each tier.
    pub fn new(settings: health::Settings) -> Self {
        let budget = || Mutex::new(Budget::new(settings.budget, Moment::START));
        Self {
            registry: Registry::new(settings, REMEMBERED),
            start: Instant::now(),
            budgets: std::array::from_fn(|_| budget()),
            last_resorts: std::array::from_fn(|_| LastResort::default()),
            hedges: Mutex::new(Budget::new(budget::Rules::hedging(), Moment::START)),
            warmth: Warmth::new(Self::WARM),
        }
    }

    /// Takes another budget for the extra attempts of all requests of a tier than for those at one target.
    #[must_use]
    pub fn budget_of_tiers(mut self, budget: budget::Rules) -> Self {
        self.budgets = std::array::from_fn(|_| Mutex::new(Budget::new(budget, Moment::START)));
        self
    }

    /// Believes for so long that a prompt cache is warm; zero for not at all.
    #[must_use]
    pub fn warm_for(mut self, lasts: Duration) -> Self {
        self.warmth = Warmth::new(lasts);
        self
    }

    /// What names the beginning of a request's conversation; nothing where warm caches are not remembered.
    pub(crate) fn beginning(&self, request: &Request, owner: &str) -> Option<u64> {
        self.warmth.key(request, owner)
    }

    /// Where this beginning is in a cache.
    pub(crate) fn warm(&self, beginning: u64) -> Option<Warm> {
        self.warmth.find(beginning, self.now())
    }

    /// A (provider, model) has so many tokens of this beginning in its cache.
    pub(crate) fn warmed(&self, beginning: u64, place: (&Arc<str>, &Arc<str>), tokens: u64) {
        self.warmth.note(beginning, place, tokens, self.now());
    }

    /// The cache of this beginning is out of reach.
    pub(crate) fn cold(&self, beginning: u64) {
        self.warmth.forget(beginning);
    }

    /// How long it has been remembering.
    pub(crate) fn now(&self) -> Moment {
        let since = Instant::now().saturating_duration_since(self.start);
        Moment::START.after(since)
    }

    /// From now to a moment.
    pub(crate) fn until(&self, moment: Moment) -> Duration {
        moment.since(self.now())
    }

    pub(crate) fn last_resort(&self, tier: Option<Tier>) -> &LastResort {
        &self.last_resorts[place(tier)]
    }

    /// A request of a tier makes its first attempt.
    pub(crate) fn deposit(&self, tier: Option<Tier>, target: &health::Target, now: Moment) {
        self.budget(tier, |budget| budget.deposit(now));
        target.deposit(now);
        self.hedges().deposit(now);
    }

    /// Whether a second attempt may be made beside a slow one.
    pub(crate) fn may_hedge(&self, now: Moment) -> bool {
        self.hedges().withdraw(Extra::Hedge, now)
    }

    fn hedges(&self) -> MutexGuard<'_, Budget> {
        self.hedges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request of a tier may make one more attempt after one at this target, which has earned it.
    pub(crate) fn withdraw(
        &self,
        tier: Option<Tier>,
        target: &health::Target,
        extra: Extra,
        now: Moment,
    ) -> bool {
        if !self.budget(tier, |budget| budget.withdraw(extra, now)) {
            return false;
        }
        if target.withdraw(extra, now) {
            return true;
        }
        self.budget(tier, |budget| budget.refund(extra, now));
        false
    }

    fn budget<R>(&self, tier: Option<Tier>, with: impl FnOnce(&mut Budget) -> R) -> R {
        let budget = &self.budgets[place(tier)];
        with(&mut budget.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new(health::Settings::default())
    }
}

fn place(tier: Option<Tier>) -> usize {
    tier.map_or(Tier::ALL.len(), Tier::index)
}
