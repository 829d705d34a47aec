//! The best policies with monotone thresholds, found on one set of rows to be tried on another.

use crate::number::{count, quantile};

/// Quantiles of the score that may become thresholds.
const BINS: u32 = 60;
/// Trade-offs between quality and cost that are tried, besides none.
const WEIGHTS: u32 = 80;
/// The least and the greatest of them, spaced geometrically.
const RANGE: (f64, f64) = (1e-4, 3.0);

/// A prompt with the result of each tier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// What the scorer says; higher is harder.
    pub score: f64,
    /// Each tier's result, 0 to 1.
    pub tiers: [f64; 5],
    /// How much the prompt counts.
    pub weight: f64,
}

/// A tier for each band of scores, never falling.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy<'a> {
    cuts: &'a [f64],
    tiers: Vec<usize>,
}

impl Policy<'_> {
    /// The tier of a score.
    pub(crate) fn tier(&self, score: f64) -> usize {
        self.tiers[band(self.cuts, score)]
    }
}

/// How many cuts a score has reached.
pub(crate) fn band(cuts: &[f64], score: f64) -> usize {
    cuts.partition_point(|cut| *cut <= score)
}

/// Where the score's bands begin: its distinct sixtieths.
pub(crate) fn cuts(rows: &[Outcome]) -> Vec<f64> {
    let mut scores: Vec<f64> = rows.iter().map(|row| row.score).collect();
    scores.sort_by(f64::total_cmp);
    let step = 1.0 / f64::from(BINS);
    let mut cuts: Vec<f64> = (1..BINS)
        .filter_map(|nth| quantile(&scores, f64::from(nth) * step))
        .collect();
    cuts.dedup();
    cuts
}

/// For each trade-off the policy that maximises quality − trade-off · cost over the rows.
pub(crate) fn policies<'a>(
    rows: &[Outcome],
    cuts: &'a [f64],
    shares: &[f64; 5],
) -> Vec<Policy<'a>> {
    let mut results = vec![[0.0; 5]; cuts.len() + 1];
    let mut weights = vec![0.0; cuts.len() + 1];
    for row in rows {
        let band = band(cuts, row.score);
        weights[band] += row.weight;
        for (sum, result) in results[band].iter_mut().zip(row.tiers) {
            *sum += row.weight * result;
        }
    }
    let policy = |trade_off: f64| {
        let worth = |(results, weight): (&[f64; 5], &f64)| {
            std::array::from_fn(|tier| results[tier] - trade_off * weight * shares[tier])
        };
        let worth: Vec<[f64; 5]> = results.iter().zip(&weights).map(worth).collect();
        Policy {
            cuts,
            tiers: best_rise(&worth),
        }
    };
    let (least, greatest): (f64, f64) = RANGE;
    let ratio = (greatest / least).ln() / f64::from(WEIGHTS - 1);
    let rising = (0..WEIGHTS).map(|nth| least * (ratio * f64::from(nth)).exp());
    std::iter::once(0.0).chain(rising).map(policy).collect()
}

/// The never-falling choice of one column in each line with the greatest sum, by dynamic programming.
fn best_rise(worth: &[[f64; 5]]) -> Vec<usize> {
    let mut before = [0.0; 5];
    let mut came_from = Vec::with_capacity(worth.len());
    for line in worth {
        let mut from = [0; 5];
        let mut best = 0;
        for tier in 0..5 {
            if before[tier] > before[best] {
                best = tier;
            }
            from[tier] = best;
        }
        before = std::array::from_fn(|tier| before[from[tier]] + line[tier]);
        came_from.push(from);
    }
    let mut tier = (1..5).fold(0, |best, each| {
        if before[each] > before[best] {
            each
        } else {
            best
        }
    });
    let mut choice = Vec::with_capacity(came_from.len());
    for from in came_from.iter().rev() {
        choice.push(tier);
        tier = from[tier];
    }
    choice.reverse();
    choice
}

/// The weighted mean cost and quality of a choice of tiers; rows without weight count nothing.
pub(crate) fn weigh(
    rows: &[Outcome],
    shares: &[f64; 5],
    choose: impl Fn(&Outcome) -> usize,
) -> crate::Point {
    let (mut cost, mut quality, mut weight) = (0.0, 0.0, 0.0);
    for row in rows {
        let tier = choose(row);
        cost += row.weight * shares[tier];
        quality += row.weight * row.tiers[tier];
        weight += row.weight;
    }
    let weight = if weight > 0.0 { weight } else { count(1) };
    crate::Point {
        cost: cost / weight,
        quality: quality / weight,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_rise_is_best() {
        let worth = [
            [1.0, 0.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 9.0, 0.0, 0.0],
            [5.0, 0.0, 4.0, 0.0, 3.0],
        ];
        assert_eq!(best_rise(&worth), [0, 2, 2]);
        // every rise over three lines of five tiers, one by one
        let mut chance = fastrand::Rng::with_seed(3);
        for _ in 0..200 {
            let worth: Vec<[f64; 5]> = (0..3)
                .map(|_| std::array::from_fn(|_| chance.f64()))
                .collect();
            let sum = |of: &[usize]| of.iter().zip(&worth).map(|(&t, line)| line[t]).sum::<f64>();
            let mut best = f64::MIN;
            for a in 0..5 {
                for b in a..5 {
                    best = (b..5).fold(best, |best, c| best.max(sum(&[a, b, c])));
                }
            }
            let found = best_rise(&worth);
            assert!(found.is_sorted());
            assert!((sum(&found) - best).abs() < 1e-12);
        }
    }

    #[test]
    fn a_score_on_a_cut_belongs_above() {
        assert_eq!(band(&[10.0, 20.0], 9.9), 0);
        assert_eq!(band(&[10.0, 20.0], 10.0), 1);
        assert_eq!(band(&[10.0, 20.0], 25.0), 2);
        assert_eq!(band(&[], 1.0), 0);
    }
}
