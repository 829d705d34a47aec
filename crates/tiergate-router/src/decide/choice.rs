//! The choice of the tier under `auto`, and what a request wants of it.

use tiergate_catalog::Tier;
use tiergate_scorer::{Assessment, Thresholds};

use super::{Query, Scales};
use crate::Route;

/// What decides the tier under `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// The probability of success, less a share for the cost.
    Success(CostWeight),
    /// The score's place among the thresholds, and nothing else.
    Thresholds,
}

/// How much probability of success the whole cost is worth, in thousandths; 0 to 10,000.
///
/// At 200 a tier may cost everything that is compared, if it is 20 percentage points likelier to succeed than one
/// that costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostWeight(u16);

/// The given weight is above 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cost weight lies between 0 and 10,000 thousandths, not {0}")]
pub struct TooHeavy(pub u16);

/// Who settled the tier of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChosenBy {
    /// The request, which names a tier or band.
    Floor,
    /// The request, which names a model.
    Pin,
    /// The probabilities of success and the expected costs.
    Success,
    /// The score alone.
    Thresholds,
    /// The rule that what cannot be read goes to standard.
    Unreadable,
}

/// The tier that a request wants before anything is known of the pool, and how firmly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The tier: of the score, of the floor, or standard for what the scorer cannot read.
    pub tier: Tier,
    /// Who settled it, unless [`Self::scales`] bring the choice to a neighbour.
    pub by: ChosenBy,
    /// What its neighbours are weighed with; none when the tier stands.
    pub scales: Option<Scales>,
}

impl CostWeight {
    /// A weight from thousandths.
    ///
    /// # Errors
    /// [`TooHeavy`] above 10,000.
    pub const fn try_new(thousandths: u16) -> Result<Self, TooHeavy> {
        match thousandths {
            0..=10_000 => Ok(Self(thousandths)),
            _ => Err(TooHeavy(thousandths)),
        }
    }

    /// The weight in thousandths.
    pub const fn thousandths(self) -> u16 {
        self.0
    }
}

/// 200: among the weights with which the golden requests are served by one of their tiers as often as by
/// the thresholds, but for one in a hundred, over the bundled catalogue at all its providers and at four; `tests/decide/calibration.rs` finds them anew.
impl Default for CostWeight {
    fn default() -> Self {
        Self(200)
    }
}

impl Default for Choose {
    fn default() -> Self {
        Self::Success(CostWeight::default())
    }
}

impl ChosenBy {
    /// The word in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Pin => "pin",
            Self::Success => "success",
            Self::Thresholds => "thresholds",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Wanted {
    /// This tier, whatever its neighbours cost.
    pub fn tier(tier: Tier) -> Self {
        Self {
            tier,
            by: ChosenBy::Thresholds,
            scales: None,
        }
    }

    /// What a query wants, within its floor and ceiling.
    ///
    /// `thresholds` map the score of `auto` to a tier. What the scorer cannot read goes to standard, whatever
    /// the thresholds: no signal does not mean that the work is simple.
    pub fn of(
        query: &Query<'_>,
        assessment: &Assessment,
        thresholds: &Thresholds,
        choose: Choose,
    ) -> Self {
        let (tier, by) = match query.route {
            Route::Auto if !assessment.readable => (Tier::Standard, ChosenBy::Unreadable),
            Route::Auto => {
                let place = thresholds.tier_index(assessment.score);
                let tier = Tier::from_index(place).unwrap_or(Tier::Standard);
                (tier, ChosenBy::Thresholds)
            }
            Route::Floor(floor) => (*floor, ChosenBy::Floor),
            Route::Pin { .. } => (query.floor, ChosenBy::Pin),
        };
        let scales = match choose {
            Choose::Success(cost_weight) if by == ChosenBy::Thresholds => Some(Scales {
                success: assessment.success,
                cost_weight,
            }),
            Choose::Success(_) | Choose::Thresholds => None,
        };
        Self {
            tier: tier.max(query.floor).min(query.ceiling),
            by,
            scales,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_has_an_end() {
        assert_eq!(CostWeight::try_new(10_001), Err(TooHeavy(10_001)));
        assert_eq!(CostWeight::try_new(10_000).unwrap().thousandths(), 10_000);
    }
}
