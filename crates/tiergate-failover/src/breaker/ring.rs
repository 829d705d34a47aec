//! Exact counts of the results of a sliding window, in buckets of equal length.

use std::time::Duration;

use crate::Moment;
use crate::time::nanos;

/// Buckets of the window.
const BUCKETS: usize = 10;

/// The last results: the bucket of `now` and the nine before it.
///
/// Buckets stand at multiples of their length since the start, so a window of ten 3 s buckets reaches
/// back 27 to 30 s.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    buckets: [Counts; BUCKETS],
    totals: Counts,
    /// Nanoseconds of a bucket.
    length: u64,
    /// The number of the newest bucket since the start.
    newest: u64,
}

/// Results, and how many of them were failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) samples: u32,
    pub(super) failures: u32,
}

impl Ring {
    pub(super) fn new(window: Duration) -> Self {
        let buckets = u32::try_from(BUCKETS).unwrap_or(u32::MAX);
        Self {
            buckets: [Counts::default(); BUCKETS],
            totals: Counts::default(),
            length: nanos(window / buckets).max(1),
            newest: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.buckets = [Counts::default(); BUCKETS];
        self.totals = Counts::default();
    }

    pub(super) fn add(&mut self, failed: bool, now: Moment) {
        self.turn(now);
        let failed = u32::from(failed);
        if let Some(bucket) = self.buckets.get_mut(slot(self.newest)) {
            bucket.samples = bucket.samples.saturating_add(1);
            bucket.failures = bucket.failures.saturating_add(failed);
        }
        self.totals.samples = self.totals.samples.saturating_add(1);
        self.totals.failures = self.totals.failures.saturating_add(failed);
    }

    /// What the window held when the last result was added.
    pub(super) fn totals(&self) -> Counts {
        self.totals
    }

    /// What the window holds now.
    pub(super) fn totals_at(&self, now: Moment) -> Counts {
        let mut ring = self.clone();
        ring.turn(now);
        ring.totals
    }

    /// Drops what has left the window.
    fn turn(&mut self, now: Moment) {
        let current = now.nanos() / self.length;
        if current <= self.newest {
            return;
        }
        if current - self.newest >= BUCKETS as u64 {
            self.clear();
        } else {
            for number in self.newest + 1..=current {
                if let Some(bucket) = self.buckets.get_mut(slot(number)) {
                    let old = std::mem::take(bucket);
                    self.totals.samples = self.totals.samples.saturating_sub(old.samples);
                    self.totals.failures = self.totals.failures.saturating_sub(old.failures);
                }
            }
        }
        self.newest = current;
    }
}

/// Where the bucket of this number stands.
fn slot(number: u64) -> usize {
    usize::try_from(number % BUCKETS as u64).unwrap_or_default()
}
