//! What is run again, who judges, and what that may cost.

use std::sync::Arc;

use tiergate_catalog::Money;

/// How shadow runs are made.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The share of eligible requests that is run again.
    pub share: Share,
    /// The most that all runs of one UTC day may cost.
    pub per_day: Money,
    /// The model that compares, by a name that pins it.
    pub judge: Arc<str>,
}

/// A share from 0, none, to 1, all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

impl Share {
    /// A share; nothing outside of 0 to 1.
    pub fn try_new(share: f64) -> Option<Self> {
        (0.0..=1.0).contains(&share).then_some(Self(share))
    }

    /// Whether the request with this seed is among the share; the same seed gives the same answer.
    pub fn takes(self, seed: u64) -> bool {
        // other draws from the same seed must not follow from this one
        const SAMPLE: u64 = 0x5eed_5a3b_1e00_0001;
        fastrand::Rng::with_seed(seed ^ SAMPLE).f64() < self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_takes_about_that_many() {
        let taken = |share| {
            let share = Share::try_new(share).unwrap();
            (0..100_000).filter(|seed| share.takes(*seed)).count()
        };
        assert_eq!((taken(0.0), taken(1.0)), (0, 100_000));
        assert!((900..1_100).contains(&taken(0.01)), "{}", taken(0.01));
        for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::try_new(wrong), None);
        }
    }
}
