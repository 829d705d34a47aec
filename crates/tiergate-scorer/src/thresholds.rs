//! From a score to one of five tiers.

use crate::Score;

/// The lowest scores of the tiers small, standard, premium and flagship; nano begins at 0.
///
/// Contiguous and total: each score belongs to exactly one tier, and a higher score never to a lower
/// tier.
///
/// ```
/// use tiergate_scorer::{Score, Thresholds};
///
/// let thresholds = Thresholds::try_new([15, 35, 60, 80])?;
/// let tier = thresholds.tier_index(Score::try_new(35)?);
/// assert_eq!(tier, 2); // 0 nano, 1 small, 2 standard, 3 premium, 4 flagship
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thresholds([u8; 4]);

/// The given thresholds do not rise from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("thresholds must rise from tier to tier and lie between 1 and 100, not {0:?}")]
pub struct NotRising(pub [u8; 4]);

impl Thresholds {
    /// Thresholds from the lowest scores of small, standard, premium and flagship.
    ///
    /// Two tiers may begin at the same score; the lower of them is then never chosen.
    ///
    /// # Errors
    /// [`NotRising`] when one is 0, above 100, or below the one before.
    pub fn try_new(lowest: [u8; 4]) -> Result<Self, NotRising> {
        let rises = lowest.is_sorted() && lowest[0] >= 1 && lowest[3] <= 100;
        rises.then_some(Self(lowest)).ok_or(NotRising(lowest))
    }

    /// The tier of a score: 0 nano, 1 small, 2 standard, 3 premium, 4 flagship.
    pub fn tier_index(&self, score: Score) -> usize {
        self.0
            .iter()
            .filter(|&&lowest| score.number() >= lowest)
            .count()
    }

    /// The lowest scores of small, standard, premium and flagship.
    pub fn lowest(&self) -> [u8; 4] {
        self.0
    }
}

/// The shipped thresholds, 15, 35, 60 and 80.
///
/// The shipped weights are fitted so that these fit them; `docs/scorer.md` has the recipe.
impl Default for Thresholds {
    fn default() -> Self {
        Self([15, 35, 60, 80])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_has_one_tier_and_tiers_rise() {
        let thresholds = Thresholds::default();
        let tiers: Vec<usize> = (0..=100)
            .map(|number| thresholds.tier_index(Score::try_new(number).unwrap()))
            .collect();
        assert!(tiers.is_sorted());
        assert_eq!((tiers[0], tiers[14], tiers[15]), (0, 0, 1));
        assert_eq!((tiers[34], tiers[59], tiers[79], tiers[80]), (1, 2, 3, 4));
    }

    #[test]
    fn thresholds_that_do_not_rise_are_refused() {
        for wrong in [[0, 1, 2, 3], [10, 9, 20, 30], [10, 20, 30, 101]] {
            assert_eq!(Thresholds::try_new(wrong), Err(NotRising(wrong)));
        }
        assert!(Thresholds::try_new([20, 20, 20, 100]).is_ok());
    }
}
