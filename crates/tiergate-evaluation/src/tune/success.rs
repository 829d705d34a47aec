//! What is known of each tier's success at each score.

use serde::Serialize;

use super::Assessed;
use super::platt::{Cell, Curve};
use crate::number::{logistic, logit};

/// Scores, 0 to 100.
pub(super) const SCORES: usize = 101;
/// Steps of Newton's method for the shift.
const STEPS: usize = 30;

/// What the logs say of a tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TierFit {
    /// Judged requests that it served.
    pub n: usize,
    /// Their mean outcome.
    pub mean: Option<f64>,
    /// What the scorer's own curve had expected for them.
    pub expected: Option<f64>,
    /// Its own curve; `None` with too few outcomes. It then has the scorer's, shifted by what the logs say
    /// of all tiers together.
    pub curve: Option<Curve>,
}

/// P(success) of each tier at each score, never falling from tier to tier.
pub(super) struct Success {
    pub(super) fits: Vec<TierFit>,
    table: Vec<[f64; 5]>,
}

impl Success {
    /// Learns from requests with their weights.
    pub(super) fn learn<'a>(rows: impl Iterator<Item = (&'a Assessed, f64)> + Clone) -> Self {
        let mut cells = vec![[Cell::default(); SCORES]; 5];
        let mut expected = [0.0; 5];
        let mut own = vec![([0.0; 5], 0.0); SCORES];
        for (row, weight) in rows.clone() {
            let bin = row.bin();
            for (sum, p) in own[bin].0.iter_mut().zip(row.success) {
                *sum += weight * p;
            }
            own[bin].1 += weight;
            if let Some((tier, outcome)) = row.outcome {
                cells[tier][bin].n += weight;
                cells[tier][bin].good += weight * outcome;
                expected[tier] += weight * row.success[tier];
            }
        }
        let shift = shift(rows);
        let fit = |(cells, expected): (&[Cell; SCORES], f64)| {
            let n: f64 = cells.iter().map(|cell| cell.n).sum();
            let good: f64 = cells.iter().map(|cell| cell.good).sum();
            let share = |sum: f64| (n > 0.0).then(|| sum / n);
            TierFit {
                n: whole(n),
                mean: share(good),
                expected: share(expected),
                curve: Curve::fit(cells),
            }
        };
        let fits: Vec<TierFit> = cells.iter().zip(expected).map(fit).collect();
        let line = |(score, (sums, n)): (u8, &([f64; 5], f64))| {
            let mut least = 0.0;
            std::array::from_fn(|tier| {
                let prior = if *n > 0.0 { sums[tier] / n } else { 0.5 };
                let p = match &fits[tier].curve {
                    Some(curve) => curve.at(f64::from(score)),
                    None => logistic(logit(prior) + shift),
                };
                least = f64::max(least, p);
                least
            })
        };
        let table = (0_u8..).zip(&own).map(line).collect();
        Self { fits, table }
    }

    /// P(success) of each tier at a score's bin.
    pub(super) fn at(&self, bin: usize) -> [f64; 5] {
        self.table[bin.min(SCORES - 1)]
    }
}

/// The shift of the scorer's log odds that fits all judged requests best, drawn to none.
fn shift<'a>(rows: impl Iterator<Item = (&'a Assessed, f64)>) -> f64 {
    let judged: Vec<(f64, f64, f64)> = rows
        .filter_map(|(row, weight)| {
            let (tier, outcome) = row.outcome?;
            Some((logit(row.success[tier]), outcome, weight))
        })
        .collect();
    let mut shift: f64 = 0.0;
    for _ in 0..STEPS {
        let (mut slope, mut curvature) = (-shift, 1.0);
        for &(odds, outcome, weight) in &judged {
            let p = logistic(odds + shift);
            slope += weight * (outcome - p);
            curvature += weight * p * (1.0 - p);
        }
        shift = (shift + (slope / curvature).clamp(-2.0, 2.0)).clamp(-10.0, 10.0);
    }
    shift
}

/// A sum of whole weights as a count.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of rows are whole, not negative and far below 2^53"
)]
pub(super) fn whole(n: f64) -> usize {
    n.round() as usize
}
