//! The bend towards hand-written requests: least squares with ranges in place of targets.

use crate::bench::{Benches, predict};
use crate::blend::kept;
use crate::matrix::Matrix;
use crate::number::real;
use crate::recipe::{Behaviour, Recipe};
use crate::table::Layout;

/// Something that a hand-written request, or a pair, should keep to.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// Of a pair, the harder one's numbers less the easier one's.
    pub(crate) x: Vec<f64>,
    /// Points that the state of the conversation adds, whatever the weights.
    pub(crate) offset: f64,
    /// The range of points that is right.
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    /// What it counts against one row of evidence.
    pub(crate) weight: f64,
}

impl Behaviour {
    /// The points of a range of tiers, 0 nano to 4 flagship.
    pub(crate) fn range(&self, [lowest, highest]: [usize; 2]) -> (f64, f64) {
        let at_least = |at: usize| Some(self.thresholds.get(at)? + self.above.get(at)?);
        let at_most = |at: usize| Some(self.thresholds.get(at)? - self.below.get(at)?);
        let from = lowest.checked_sub(1).and_then(at_least);
        let to = at_most(highest);
        let (from, to) = (
            from.unwrap_or(f64::NEG_INFINITY),
            to.unwrap_or(f64::INFINITY),
        );
        (from, to)
    }
}

/// The variance that a signal is taken to have at least: one in thirty requests has a doubling of it.
const SELDOM: f64 = 0.03;
/// What nothing bends.
const STIFF: f64 = 1e12;

/// Bends a score until it keeps to the wishes, as little as possible over the benches.
///
/// Least squares of the change over the benches' rows, and of what the wishes miss; wishes that are
/// kept pull at nothing. None when there is nothing to solve.
pub(crate) fn bend(
    score: &[f64],
    recipe: &Recipe,
    benches: &Benches,
    wishes: &[Wish],
    layout: Layout,
) -> Option<Vec<f64>> {
    let behaviour = &recipe.behaviour;
    let weights = benches.weights(recipe.bench_power);
    let share = behaviour.evidence / real(benches.rows().max(1));
    let mut fixed = Matrix::zero(layout.width());
    for (rows, weight) in benches.0.values().zip(&weights) {
        for row in rows {
            fixed.add_square(&row.x, weight * share);
        }
    }
    let kept = kept(recipe);
    for (at, variance) in variances(benches, layout).into_iter().enumerate() {
        let stiffness = match kept.get(at) {
            Some(true) => STIFF,
            Some(false) => behaviour.ridge * variance.max(SELDOM),
            None => behaviour.ridge * variance.max(1e-6),
        };
        fixed.add_to(at, at, stiffness);
    }
    fixed.add_to(layout.constant(), layout.constant(), 1e-6);
    for wish in wishes {
        fixed.add_square(&wish.x, wish.weight);
    }
    let mut change = vec![0.0; layout.width()];
    for _ in 0..behaviour.rounds {
        let mut right = vec![0.0; layout.width()];
        for wish in wishes {
            let before = predict(score, &wish.x) + wish.offset;
            let now = before + predict(&change, &wish.x);
            let wanted = now.clamp(wish.lowest, wish.highest) - before;
            for (sum, value) in right.iter_mut().zip(&wish.x) {
                *sum += wish.weight * wanted * value;
            }
        }
        change = fixed.clone().solve(&right)?;
    }
    Some(score.iter().zip(&change).map(|(a, b)| a + b).collect())
}

fn variances(benches: &Benches, layout: Layout) -> Vec<f64> {
    let rows = || benches.0.values().flatten();
    let count = real(benches.rows().max(1));
    (0..layout.constant())
        .map(|at| {
            let mean = rows().map(|row| row.x[at]).sum::<f64>() / count;
            let squares = rows().map(|row| (row.x[at] - mean) * (row.x[at] - mean));
            squares.sum::<f64>() / count
        })
        .collect()
}
