//! The part about attempts that fail, and what is remembered of them.

use std::time::Duration;

use super::Timeouts;

/// What happens when an attempt fails, and what later requests learn from it.
///
/// `None` leaves the default of what the settings are for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailoverSettings {
    /// Whether anything is remembered between requests. When it is not, [`Self::retry_budget`],
    /// [`Self::breaker`], [`Self::credential`], [`Self::stall`], [`Self::concurrency`] and
    /// [`Self::affinity`] say nothing, and nothing is hedged.
    pub health: bool,
    /// Attempts of a request in all, 1 to 10.
    pub attempts: Option<u8>,
    /// Attempts at the target that has just failed, at most 3.
    pub retries: Option<u8>,
    /// Whether a request whose tier is down may be answered by a lower one.
    pub allow_lower_tier: bool,
    /// How many attempts there may be beyond the first ones.
    pub retry_budget: RetryBudget,
    /// When targets and endpoints are left alone, and for how long.
    pub breaker: Breaker,
    /// How long a refused credential is left alone.
    pub credential: Opening,
    /// When waiting requests mean that a target answers none.
    pub stall: Stall,
    /// How many requests a target is given at a time.
    pub concurrency: Concurrency,
    /// How long a warm prompt cache is believed; zero for not at all.
    pub affinity: Option<Duration>,
    /// Whether a slow target may be overtaken by another before its first event.
    pub hedging: bool,
    /// The times of attempts at every provider; those of a provider come first.
    pub timeouts: Timeouts,
}

impl Default for FailoverSettings {
    fn default() -> Self {
        Self {
            health: true,
            attempts: None,
            retries: None,
            allow_lower_tier: false,
            retry_budget: RetryBudget::default(),
            breaker: Breaker::default(),
            credential: Opening::default(),
            stall: Stall::default(),
            concurrency: Concurrency::default(),
            affinity: None,
            hedging: false,
            timeouts: Timeouts::default(),
        }
    }
}

/// How many attempts there may be beyond the first ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetryBudget {
    /// Extra attempts earned by each first one, in thousandths.
    pub ratio: Option<u32>,
    /// Extra attempts earned by each second, in thousandths.
    pub per_second: Option<u32>,
    /// Extra attempts that can be saved up, whole ones.
    pub cap: Option<u32>,
}

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// Failures in a row that open it; 0 for never.
    pub consecutive: Option<u32>,
    /// The window in which results are counted.
    pub window: Option<Duration>,
    /// Results in the window before their ratio counts; 0 for never.
    pub min_samples: Option<u32>,
    /// The ratio of successes below which it opens, in thousandths, at most 1,000.
    pub min_success: Option<u32>,
    /// How long it stays open.
    pub opening: Opening,
}

/// How long a breaker stays open: a time that doubles from one opening to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// The first opening.
    pub first: Option<Duration>,
    /// The longest one, not below the first.
    pub longest: Option<Duration>,
}

impl Opening {
    /// The first and the longest opening, where these are the defaults; what is stated pulls a
    /// default along that contradicts it.
    pub fn over(self, first: Duration, longest: Duration) -> (Duration, Duration) {
        laid_over((self.first, self.longest), (first, longest))
    }
}

/// When waiting requests mean that a target answers none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stall {
    /// Requests that wait; 0 for never.
    pub waiting: Option<u32>,
    /// How long none of them has been answered.
    pub silence: Option<Duration>,
}

/// How many requests a target is given at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concurrency {
    /// What the first refusal takes the limit to be.
    pub initial: Option<u32>,
    /// The largest limit, not below [`Self::initial`].
    pub max: Option<u32>,
}

impl Concurrency {
    /// The initial and the largest limit, where these are the defaults; what is stated pulls a
    /// default along that contradicts it.
    pub fn over(self, initial: u32, max: u32) -> (u32, u32) {
        laid_over((self.initial, self.max), (initial, max))
    }
}

/// Two ascending values over two defaults.
fn laid_over<T: Copy + Ord>(stated: (Option<T>, Option<T>), defaults: (T, T)) -> (T, T) {
    let (least, most) = defaults;
    match stated {
        (Some(least), Some(most)) => (least, most),
        (Some(least), None) => (least, most.max(least)),
        (None, Some(most)) => (least.min(most), most),
        (None, None) => defaults,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_pulls_the_other_along() {
        for (initial, max, expected) in [
            (None, None, (64, 100)),
            (Some(200), None, (200, 200)),
            (Some(2), None, (2, 100)),
            (None, Some(8), (8, 8)),
            (None, Some(500), (64, 500)),
            (Some(2), Some(3), (2, 3)),
        ] {
            assert_eq!(Concurrency { initial, max }.over(64, 100), expected);
        }
        let opening = Opening {
            first: Some(Duration::from_mins(1)),
            longest: None,
        };
        let (first, longest) = opening.over(Duration::from_secs(5), Duration::from_secs(30));
        assert_eq!((first.as_secs(), longest.as_secs()), (60, 60));
    }
}
