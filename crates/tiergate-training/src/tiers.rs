//! What each tier does better or worse than the score says.

use crate::bench::{Benches, Labelled, predict};
use crate::matrix::Matrix;
use crate::table::Layout;
use crate::{Recipe, blend};

/// Points by which each tier finds a request easier than its score says, as linear weights.
pub(crate) fn relief(
    score: &[f64],
    recipe: &Recipe,
    benches: &Benches,
    layout: Layout,
) -> Option<[Vec<f64>; 5]> {
    let weights = benches.weights(recipe.bench_power);
    let mut all: [Vec<f64>; 5] = Default::default();
    for (tier, relief) in all.iter_mut().enumerate() {
        let even = recipe.tiers.even[tier];
        let residual = |row: &Labelled| {
            let expected = chance(predict(score, &row.x).clamp(0.0, 100.0) - even);
            Some(row.tiers[tier]? - expected)
        };
        *relief = fit(benches, &weights, recipe, layout, residual)?;
    }
    Some(all)
}

/// The scorer's curve: even odds at 0, doubled by every twelve points, with straight lines between.
fn chance(points: f64) -> f64 {
    let octaves = points / 12.0;
    let whole = octaves.floor();
    let mut odds = 1.0 + (octaves - whole);
    for _ in 0..whole.abs() as u32 {
        odds *= if whole > 0.0 { 2.0 } else { 0.5 };
    }
    1.0 / (1.0 + odds)
}

fn fit(
    benches: &Benches,
    weights: &[f64],
    recipe: &Recipe,
    layout: Layout,
    target: impl Fn(&Labelled) -> Option<f64>,
) -> Option<Vec<f64>> {
    let pick = |row: &Labelled| {
        let mut picked = row.x[..layout.constant()].to_vec();
        picked.push(target(row)?);
        Some(picked)
    };
    let mut part = vec![0.0; layout.width()];
    // a tier without results keeps to the score
    let Some((sums, rows)) = benches.sums(weights, pick) else {
        return Some(part);
    };
    let size = layout.constant();
    let mut squares = sums.within.clone();
    squares.add(&sums.between, 1.0);
    let variance = sums.variance(rows);
    let scale = |at: usize| {
        let deviation = variance[at].sqrt();
        if deviation > blend::UNKNOWN {
            1.0 / deviation
        } else {
            0.0
        }
    };
    let mut system = Matrix::zero(size);
    let mut right = vec![0.0; size];
    for row in 0..size {
        for column in 0..size {
            system.add_to(
                row,
                column,
                squares.get(row, column) * scale(row) * scale(column),
            );
        }
        system.add_to(row, row, recipe.tiers.ridge);
        right[row] = squares.get(row, size) * scale(row);
    }
    let solved = system.solve(&right)?;
    let mut middle = sums.mean[size];
    for at in 0..size {
        part[at] = solved[at] * scale(at) * recipe.tiers.points;
        middle -= solved[at] * scale(at) * sums.mean[at];
    }
    // the mean residual is left to the curves themselves
    middle -= sums.mean[size];
    part[layout.constant()] = middle * recipe.tiers.points;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_scorers() {
        assert_eq!(chance(0.0), 0.5);
        assert_eq!(chance(12.0), 1.0 / 3.0);
        assert_eq!(chance(-24.0), 0.8);
    }
}
