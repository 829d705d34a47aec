//! The part about the choice of tiers and models.

use tiergate_catalog::Tier;

/// How tiers and models are chosen.
///
/// Aliases and bands are part of [`Settings::catalog`](crate::Settings::catalog).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoutingSettings {
    /// What decides the tier under `auto`.
    pub choose: Choose,
    /// From which score on each tier is meant; `None` for the shipped thresholds.
    pub thresholds: Option<Thresholds>,
    /// What to prefer when a request does not say: `cheap`, `fast`, `balanced`, `quality` or
    /// `coding`; `None` for `balanced`.
    pub default_prefer: Option<&'static str>,
}

/// What decides the tier under `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// The probability of success, less a share for the cost.
    Success {
        /// What cost weighs against success, in thousandths, at most 10,000; `None` for the shipped weight.
        cost_weight: Option<u16>,
    },
    /// The score's place among the thresholds.
    Thresholds,
}

impl Default for Choose {
    fn default() -> Self {
        Self::Success { cost_weight: None }
    }
}

/// The least score, 1 to 100, of each tier above nano; each greater than the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds([u8; 4]);

impl Thresholds {
    /// The thresholds of small, standard, premium and flagship, if they are valid.
    pub fn try_new(scores: [u8; 4]) -> Option<Self> {
        let ascending = scores.is_sorted_by(|a, b| a < b);
        let within = scores.iter().all(|score| (1..=100).contains(score));
        (ascending && within).then_some(Self(scores))
    }

    /// The thresholds of small, standard, premium and flagship.
    pub const fn scores(self) -> [u8; 4] {
        self.0
    }

    /// The tier that a score falls into.
    pub fn tier(self, score: u8) -> Tier {
        let index = self
            .0
            .iter()
            .filter(|threshold| score >= **threshold)
            .count();
        Tier::from_index(index).unwrap_or(Tier::Flagship)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_ascend_and_leave_no_tier_empty() {
        for scores in [
            [15, 15, 60, 80],
            [0, 35, 60, 80],
            [15, 35, 60, 101],
            [80, 60, 35, 15],
        ] {
            assert_eq!(Thresholds::try_new(scores), None);
        }
        let thresholds = Thresholds::try_new([15, 35, 60, 80]).unwrap();
        let tiers =
            [0, 14, 15, 34, 35, 60, 79, 80, 100].map(|score| thresholds.tier(score).index());
        assert_eq!(tiers, [0, 0, 1, 1, 2, 3, 3, 4, 4]);
    }
}
