//! What five tiers save, and at which loss.

use serde::Serialize;

use crate::arena::arena_score;
use crate::frontier::{Outcome, band, cuts, policies, weigh};
use crate::hull::{Hull, Point};
use crate::ladder::Ladder;

/// The shares of flagship's quality for which savings are told.
const TARGETS: [f64; 4] = [0.90, 0.95, 0.98, 0.99];

/// Five tiers behind one score, at the prices of one ladder, on the half of the rows that was not used
/// to calibrate. Costs are shares of flagship's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TierReport {
    /// Which rows.
    pub name: String,
    /// Which prices.
    pub prices: &'static str,
    /// Rows, both halves.
    pub n: usize,
    /// Always the same tier, from nano to flagship.
    pub fixed: [Point; 5],
    /// Always the cheapest of the tiers that do best on the prompt.
    pub oracle: Point,
    /// Least costs for shares of flagship's quality.
    pub targets: Vec<Target>,
    /// The thresholds that were given.
    pub as_shipped: AsShipped,
    /// AIQ of `RouterBench`, over costs from nano's to flagship's.
    pub aiq: Option<f64>,
    /// The same for mixing fixed tiers at random.
    pub aiq_random: Option<f64>,
    /// Cost and quality of the calibrated thresholds, mixed where that is better.
    pub frontier: Hull,
    /// Cost and quality of mixing fixed tiers at random.
    pub random: Hull,
}

/// What a quality costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Target {
    /// As a share of flagship's.
    pub quality: f64,
    /// By calibrated thresholds; `None` when it is not reached.
    pub cost: Option<f64>,
    /// By mixing fixed tiers at random.
    pub random: Option<f64>,
}

/// Given thresholds, not calibrated on these rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AsShipped {
    /// Mean cost.
    pub cost: f64,
    /// Mean result.
    pub quality: f64,
    /// The same as a share of flagship's.
    pub of_flagship: f64,
    /// What mixing fixed tiers at random costs for the same quality.
    pub random_cost: Option<f64>,
    /// The share of each tier, nano to flagship.
    pub shares: [f64; 5],
    /// `RouterArena`'s score at a thousand tokens a request, when prices are dollars.
    pub arena: Option<f64>,
}

/// Measures five tiers; `None` with fewer than two rows.
///
/// A seeded half of the rows calibrates thresholds, the other half is what the figures are about.
/// `thresholds` are the lowest scores of small, standard, premium and flagship.
pub fn tiers(
    name: impl Into<String>,
    rows: &[Outcome],
    ladder: &Ladder,
    thresholds: &[f64; 4],
    seed: u64,
) -> Option<TierReport> {
    let mut order: Vec<Outcome> = rows.to_vec();
    fastrand::Rng::with_seed(seed).shuffle(&mut order);
    let (calibration, test) = order.split_at(order.len() / 2);
    if calibration.is_empty() {
        return None;
    }
    let shares = ladder.shares();
    let fixed: [Point; 5] = std::array::from_fn(|tier| weigh(test, &shares, |_| tier));
    let cuts = cuts(calibration);
    let calibrated = policies(calibration, &cuts, &shares)
        .into_iter()
        .map(|policy| weigh(test, &shares, |row| policy.tier(row.score)));
    let frontier = Hull::of(fixed.into_iter().chain(calibrated));
    let random = Hull::of(fixed);
    let target = |share: f64| Target {
        quality: share,
        cost: frontier.cost_of(share * fixed[4].quality),
        random: random.cost_of(share * fixed[4].quality),
    };
    Some(TierReport {
        name: name.into(),
        prices: ladder.name,
        n: rows.len(),
        oracle: weigh(test, &shares, sufficient),
        targets: TARGETS.map(target).to_vec(),
        as_shipped: as_shipped(test, ladder, thresholds, &fixed[4], &random),
        aiq: frontier.aiq(1.0),
        aiq_random: random.aiq(1.0),
        fixed,
        frontier,
        random,
    })
}

/// The cheapest of the tiers with the best result.
fn sufficient(row: &Outcome) -> usize {
    let best = row.tiers.iter().copied().fold(f64::MIN, f64::max);
    let does = |result: &f64| *result >= best - 1e-9;
    row.tiers.iter().position(does).unwrap_or(4)
}

fn as_shipped(
    rows: &[Outcome],
    ladder: &Ladder,
    thresholds: &[f64; 4],
    flagship: &Point,
    random: &Hull,
) -> AsShipped {
    let point = weigh(rows, &ladder.shares(), |row| band(thresholds, row.score));
    let mut shares = [0.0; 5];
    let total: f64 = rows.iter().map(|row| row.weight).sum();
    for row in rows {
        shares[band(thresholds, row.score)] += row.weight / total;
    }
    let dollars = point.cost * ladder.prices[4];
    AsShipped {
        cost: point.cost,
        quality: point.quality,
        of_flagship: point.quality / flagship.quality,
        random_cost: random.cost_of(point.quality),
        shares,
        arena: ladder
            .dollars
            .then(|| arena_score(point.quality, dollars))
            .flatten(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: [f64; 4] = [15.0, 35.0, 60.0, 80.0];

    /// Easy prompts that all tiers do, hard ones that only flagship does.
    fn two_kinds(scores: [f64; 2]) -> Vec<Outcome> {
        let row = |nth: usize| {
            let hard = nth.is_multiple_of(4);
            let lesser = if hard { 0.0 } else { 1.0 };
            Outcome {
                score: scores[usize::from(hard)],
                tiers: [lesser, lesser, lesser, lesser, 1.0],
                weight: 1.0,
            }
        };
        (0..400).map(row).collect()
    }

    fn measure(rows: &[Outcome]) -> TierReport {
        tiers("x", rows, &Ladder::LIST_2026, &THRESHOLDS, 5).unwrap()
    }

    #[test]
    fn a_perfect_score_costs_what_the_oracle_costs() {
        let report = measure(&two_kinds([5.0, 95.0]));
        let best = report.frontier.cost_of(1.0).unwrap();
        assert!((report.oracle.quality - 1.0).abs() < 1e-12);
        assert!((best - report.oracle.cost).abs() < 1e-9);
        assert!((report.as_shipped.cost - best).abs() < 1e-9);
        assert!((report.as_shipped.of_flagship - 1.0).abs() < 1e-12);
        assert!(report.aiq > report.aiq_random);
        assert!((report.as_shipped.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_score_that_says_nothing_saves_what_chance_saves() {
        let report = measure(&two_kinds([50.0, 50.0]));
        for target in &report.targets {
            let (cost, random) = (target.cost.unwrap(), target.random.unwrap());
            assert!((cost - random).abs() < 1e-9);
        }
        assert!((report.as_shipped.shares[2] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_monotone_transform_leaves_the_frontier() {
        let mut chance = fastrand::Rng::with_seed(9);
        let mut rows = two_kinds([10.0, 40.0]);
        for row in &mut rows {
            row.score += chance.f64() * 50.0;
        }
        let frontier = measure(&rows).frontier;
        for row in &mut rows {
            row.score = row.score * 8.0 - 400.0;
        }
        let moved = measure(&rows).frontier;
        assert_eq!(frontier.points().len(), moved.points().len());
        for (a, b) in frontier.points().iter().zip(moved.points()) {
            assert!((a.cost - b.cost).abs() < 1e-9 && (a.quality - b.quality).abs() < 1e-9);
        }
    }

    #[test]
    fn the_oracle_takes_the_cheapest_of_the_best() {
        let row = |tiers| Outcome {
            score: 0.0,
            tiers,
            weight: 1.0,
        };
        assert_eq!(sufficient(&row([0.0, 0.5, 1.0, 1.0, 1.0])), 2);
        assert_eq!(sufficient(&row([0.0; 5])), 0);
        assert!(tiers("", &[], &Ladder::LIST_2026, &THRESHOLDS, 0).is_none());
    }
}
