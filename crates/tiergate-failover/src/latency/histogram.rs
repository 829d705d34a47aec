//! Times in fixed buckets of a logarithmic scale, of which old ones fade.

use std::time::Duration;

use crate::Moment;

/// Buckets: a quarter of an octave each, from 1 ms to 35 min.
const BUCKETS: usize = 80;
/// Samples at which all counts are halved.
const FULL: u32 = 2_048;

/// A histogram of times, good for high percentiles within a fifth.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: [u16; BUCKETS],
    total: u32,
    half_life: Duration,
    halved: Moment,
}

impl Histogram {
    /// An empty histogram whose counts are halved after each such span.
    pub fn new(half_life: Duration, now: Moment) -> Self {
        Self {
            counts: [0; BUCKETS],
            total: 0,
            half_life: half_life.max(Duration::from_secs(1)),
            halved: now,
        }
    }

    /// Adds a time.
    pub fn add(&mut self, time: Duration, now: Moment) {
        self.fade(now);
        if let Some(count) = self.counts.get_mut(bucket(time)) {
            *count = count.saturating_add(1);
        }
        self.total += 1;
        if self.total >= FULL {
            self.halve(1);
        }
    }

    /// The time that this share of all does not exceed, as the upper end of its bucket.
    pub fn percentile(&self, percent: u32) -> Option<Duration> {
        if self.total == 0 {
            return None;
        }
        let rank = (self.total * percent.min(100)).div_ceil(100).max(1);
        let mut seen = 0;
        let place = self.counts.iter().position(|count| {
            seen += u32::from(*count);
            seen >= rank
        });
        place.map(upper)
    }

    /// Samples, as far as they have not faded.
    pub fn len(&self) -> u32 {
        self.total
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    fn fade(&mut self, now: Moment) {
        let lives = now.since(self.halved).as_nanos() / self.half_life.as_nanos();
        if lives > 0 {
            self.halve(u32::try_from(lives).unwrap_or(u32::MAX));
            self.halved = now;
        }
    }

    fn halve(&mut self, times: u32) {
        self.total = 0;
        for count in &mut self.counts {
            *count = count.checked_shr(times).unwrap_or(0);
            self.total += u32::from(*count);
        }
    }
}

fn bucket(time: Duration) -> usize {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    if millis < 4 {
        return usize::try_from(millis).unwrap_or_default();
    }
    let octave = millis.ilog2();
    let quarter = (millis >> (octave - 2)) & 3;
    let place = u64::from(octave - 1) * 4 + quarter;
    usize::try_from(place).map_or(BUCKETS - 1, |place| place.min(BUCKETS - 1))
}

/// Where a bucket ends.
fn upper(bucket: usize) -> Duration {
    let bucket = u64::try_from(bucket).unwrap_or(u64::MAX);
    if bucket < 4 {
        return Duration::from_millis(bucket + 1);
    }
    Duration::from_millis((bucket % 4 + 5) << (bucket / 4 - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_ends_above_its_times_by_a_quarter_at_most() {
        for millis in (0..10_000).chain((10_000..2_000_000).step_by(997)) {
            let time = Duration::from_millis(millis);
            let end = upper(bucket(time));
            assert!(end > time, "{millis}");
            assert!(
                end <= time.mul_f64(1.25) + Duration::from_millis(1),
                "{millis}: {end:?}"
            );
        }
        assert_eq!(bucket(Duration::MAX), BUCKETS - 1);
    }
}
