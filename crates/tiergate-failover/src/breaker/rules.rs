//! When a breaker opens and for how long: plain parameters with documented defaults.

use std::time::Duration;

use super::ring::Counts;
use crate::time::part;

/// The parameters of one breaker.
///
/// ```
/// use tiergate_failover::breaker::Rules;
///
/// let patient = Rules { consecutive: 8, ..Rules::default() };
/// assert_eq!(patient.min_samples, 10);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Hard failures in a row that open; 0 turns the rule off. Default 5.
    pub consecutive: u32,
    /// The same where the target fails now and then anyway, so that a row of `consecutive` is
    /// chance: over one in twenty of the other results of the window failed. Default 12.
    pub noisy_consecutive: u32,
    /// The length of the window of results, ten buckets. Default 30 s.
    pub window: Duration,
    /// Results in the window before its ratio counts; 0 turns the rule off. Default 10.
    pub min_samples: u32,
    /// Successes per mille of results below which the breaker opens. Default 550.
    pub min_success: u32,
    /// Failures per mille that never open by chance: the window must be surely (3.5 standard
    /// deviations) worse. 0 takes every window as it is. Default 300.
    pub tolerated: u32,
    /// How long the breaker stays open, by how often it has opened in a row.
    pub backoff: Backoff,
    /// How long a probe may take; then it counts as failed. Default 30 s.
    pub lease: Duration,
    /// How long the breaker must have been closed for the backoff to start again. Default 5 min.
    pub forget: Duration,
}

impl Rules {
    /// Rules for credentials: what was refused is asked again after minutes, not seconds.
    pub fn credential() -> Self {
        Self {
            backoff: Backoff {
                first: Duration::from_mins(5),
                longest: Duration::from_hours(1),
            },
            ..Self::default()
        }
    }

    /// Rules of a breaker that opens only by outcomes that trip at once.
    pub fn only_trips() -> Self {
        Self {
            consecutive: 0,
            min_samples: 0,
            ..Self::default()
        }
    }

    /// Whether this many hard failures in a row open, in a window with these counts.
    ///
    /// A target that fails three in ten by chance fails five in a row every 600 requests. So where
    /// failures are common (but not the rule: then the target is simply bad) the row must be longer.
    pub(super) fn opens_by_row(&self, row: u32, window: Counts) -> bool {
        if self.consecutive == 0 || row < self.consecutive {
            return false;
        }
        let failures = u64::from(window.failures.saturating_sub(row));
        let samples = u64::from(window.samples.saturating_sub(row));
        let noisy = failures * 20 > samples && failures * 2 < samples;
        !noisy || row >= self.noisy_consecutive
    }

    /// Whether a window with these counts opens.
    pub(super) fn opens_by_ratio(&self, window: Counts) -> bool {
        if self.min_samples == 0 || window.samples < self.min_samples {
            return false;
        }
        let samples = u64::from(window.samples);
        let failures = u64::from(window.failures);
        if (samples - failures.min(samples)) * 1_000 >= u64::from(self.min_success) * samples {
            return false;
        }
        // (f - p n)² > z² p (1 - p) n, in thousandths; z² = 12
        let tolerated = u64::from(self.tolerated.min(1_000));
        let excess = u128::from((failures * 1_000).saturating_sub(tolerated * samples));
        excess * excess > 12 * u128::from(tolerated * (1_000 - tolerated)) * u128::from(samples)
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            consecutive: 5,
            noisy_consecutive: 12,
            window: Duration::from_secs(30),
            min_samples: 10,
            min_success: 550,
            tolerated: 300,
            backoff: Backoff::default(),
            lease: Duration::from_secs(30),
            forget: Duration::from_mins(5),
        }
    }
}

/// Equal jitter: half of a span that doubles each time, and a random part of the other half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first span. Default 5 s.
    pub first: Duration,
    /// The longest span. Default 30 s, so that a target is back within 30 s of its recovery.
    pub longest: Duration,
}

impl Backoff {
    /// The pause before the attempt after `k` others; `chance` is a random number from 0 up to 1.
    pub fn pause(&self, k: u32, chance: f64) -> Duration {
        let factor = 1_u32.checked_shl(k).unwrap_or(u32::MAX);
        let half = self.first.saturating_mul(factor).min(self.longest) / 2;
        half + part(half, chance)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            longest: Duration::from_secs(30),
        }
    }
}
