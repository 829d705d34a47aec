//! What is remembered of targets between requests: which ones to leave alone, and how fast they are.
//!
//! The rules are those of [`tiergate_failover::health`]; this room gives them a clock, names for what they
//! remember, and the endings that attempts at a provider have.

mod ending;
mod view;
mod watch;
mod watched;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tiergate_catalog::Tier;
use tiergate_failover::Moment;
use tiergate_failover::budget::{self, Budget, Extra};
use tiergate_failover::health::{self, LastResort, Registry};
use tokio::time::Instant;

pub use view::{Scope, TargetHealth};
pub(crate) use watch::{Watch, target_of, turned_away};
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
}

impl Health {
    /// Nothing is remembered yet.
    pub fn new(settings: health::Settings) -> Self {
        Self::with_budget(settings, settings.budget)
    }

    /// With another budget for extra attempts of all requests of a tier than for those at one target.
    pub fn with_budget(settings: health::Settings, budget: budget::Rules) -> Self {
        let budget = || Mutex::new(Budget::new(budget, Moment::START));
        Self {
            registry: Registry::new(settings, REMEMBERED),
            start: Instant::now(),
            budgets: std::array::from_fn(|_| budget()),
            last_resorts: std::array::from_fn(|_| LastResort::default()),
        }
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
    }

    /// Whether a request of a tier may make one more attempt, at this target.
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
