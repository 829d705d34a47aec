//! The rule by which a tier and its neighbours are weighed: probabilities against costs.

use tiergate_catalog::Tier;

use super::CostWeight;

/// What tiers are weighed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scales {
    /// The probability of success in each tier, in thousandths.
    pub success: [u16; 5],
    /// What the cost weighs against it.
    pub cost_weight: CostWeight,
}

/// Utilities of the tiers in millionths; none for a tier that was not weighed.
pub(super) type Utilities = [Option<i64>; 5];

/// Millionths of utility by which another tier must be better than the score's own.
const MARGIN: i64 = 50_000;
/// Thousandths: a tier that fails more often than it succeeds is nobody's bargain.
const EVEN: u16 = 500;

impl Scales {
    /// P(success) − weight · cost ÷ cost of the highest tier, for each tier that has a cost.
    ///
    /// A tier that costs more than a higher one is left out. None when there is nothing to weigh: fewer than
    /// two tiers, or all of one cost.
    pub(super) fn utilities(&self, costs: [Option<u64>; 5]) -> Option<Utilities> {
        let mut present = costs.iter().flatten();
        let first = present.next()?;
        if present.all(|cost| cost == first) {
            return None;
        }
        let dearest = *costs.iter().rev().flatten().next()?;
        let mut least_above = dearest;
        let mut utilities = [None; 5];
        for place in (0..costs.len()).rev() {
            if let Some(cost) = costs[place].filter(|cost| *cost <= least_above) {
                least_above = cost;
                let success = i64::from(self.success[place]) * 1_000;
                utilities[place] = Some(success - self.penalty(cost, dearest));
            }
        }
        Some(utilities)
    }

    /// The tier that the utilities speak for: the wanted one, unless a neighbour is better by more than the
    /// margin. A lower one must also succeed more often than it fails.
    pub(super) fn choose(&self, wanted: Tier, utilities: &Utilities) -> Tier {
        let at = wanted.index();
        let lower = Tier::from_index(at.wrapping_sub(1)).filter(|tier| self.is_likely(*tier));
        let neighbour = |tier: Option<Tier>| Some((tier?, utilities[tier?.index()]?));
        let (lower, higher) = (neighbour(lower), neighbour(Tier::from_index(at + 1)));
        match (utilities[at], lower, higher) {
            (Some(own), ..) => {
                let better = |other: &(Tier, i64)| other.1 > own + MARGIN;
                match (lower.filter(better), higher.filter(better)) {
                    (Some(lower), Some(higher)) if higher.1 > lower.1 => higher.0,
                    (Some((tier, _)), _) | (None, Some((tier, _))) => tier,
                    (None, None) => wanted,
                }
            }
            // without a tier to stay in, a near tie goes to the lower one
            (None, Some(lower), Some(higher)) if higher.1 > lower.1 + MARGIN => higher.0,
            (None, Some((tier, _)), _) | (None, None, Some((tier, _))) => tier,
            (None, None, None) => wanted,
        }
    }

    fn is_likely(&self, tier: Tier) -> bool {
        self.success[tier.index()] >= EVEN
    }

    /// The weight's share of a cost, in millionths of utility; `cost` is at most `dearest`.
    fn penalty(&self, cost: u64, dearest: u64) -> i64 {
        // 32 bits are exact enough, and a division of 64 bits is several times faster than one of 128
        let shift = u32::BITS.saturating_sub(dearest.leading_zeros());
        let weight = u64::from(self.cost_weight.thousandths()) * 1_000;
        let share = weight * (cost >> shift) / (dearest >> shift).max(1);
        i64::try_from(share).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EASY: [u16; 5] = [919, 956, 971, 989, 992];
    const EVERYDAY: [u16; 5] = [471, 627, 727, 871, 904];

    fn scales(success: [u16; 5]) -> Scales {
        Scales {
            success,
            cost_weight: CostWeight::try_new(200).unwrap(),
        }
    }

    #[track_caller]
    fn check(success: [u16; 5], wanted: Tier, costs: &[u64], expected: Option<Tier>) {
        let scales = scales(success);
        let mut around = [None; 5];
        for (cost, place) in costs.iter().zip(wanted.index().saturating_sub(1)..) {
            around[place] = Some(*cost);
        }
        let utilities = scales.utilities(around);
        let chosen = utilities.map(|utilities| scales.choose(wanted, &utilities));
        assert_eq!(chosen, expected, "{utilities:?}");
    }

    #[test]
    fn the_scores_tier_stays_unless_another_is_clearly_better() {
        use Tier::{Flagship, Nano, Premium, Small, Standard};
        // thanks are not worth a dearer tier, however near the prices
        check(EASY, Nano, &[99, 100], Some(Nano));
        check(EVERYDAY, Standard, &[10, 20, 100], Some(Standard));
        // the tier above costs nearly the same
        check(EVERYDAY, Standard, &[10, 95, 100], Some(Premium));
        // the tier below costs nearly nothing, and does the work mostly
        check(
            [600, 700, 760, 871, 904],
            Standard,
            &[1, 90, 100],
            Some(Small),
        );
        // it would fail more often than not
        let hard = [100, 300, 490, 505, 520];
        check(hard, Premium, &[0, 100, 100], Some(Premium));
        check(
            [400, 450, 501, 505, 520],
            Premium,
            &[0, 100, 100],
            Some(Standard),
        );
        // what costs more than the tier above is left out
        check(EVERYDAY, Standard, &[10, 200, 100], Some(Premium));
        check(EVERYDAY, Standard, &[1, 200, 100], Some(Small));
        check(
            [86, 187, 229, 457, 543],
            Flagship,
            &[1, 100],
            Some(Flagship),
        );
    }

    #[test]
    fn equal_costs_leave_nothing_to_weigh() {
        for cost in [0, 1, u64::MAX] {
            check(EVERYDAY, Tier::Standard, &[cost; 3], None);
        }
        assert_eq!(
            scales(EASY).utilities([None, Some(5), None, None, None]),
            None
        );
        assert_eq!(scales(EASY).utilities([None; 5]), None);
    }

    #[test]
    fn a_utility_is_success_less_the_share_of_the_cost() {
        for unit in [1, 1_000, u64::from(u32::MAX), u64::MAX / 100] {
            let costs = [
                None,
                Some(unit * 25),
                Some(unit * 50),
                Some(unit * 100),
                None,
            ];
            let told = scales(EVERYDAY).utilities(costs).unwrap();
            let exact = [None, Some(577_000), Some(627_000), Some(671_000), None];
            for (told, exact) in told.into_iter().zip(exact) {
                assert_eq!(told.is_some(), exact.is_some());
                assert!(
                    (told.unwrap_or(0) - exact.unwrap_or(0)).abs() <= 1,
                    "{unit}"
                );
            }
        }
    }
}
