//! What each tier does better or worse than the score says.

use crate::bench::{Benches, Labelled, predict};
use crate::table::Layout;
use crate::{Recipe, ridge};

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
    let mut odds = 1.0;
    let mut octaves = points / 12.0;
    while octaves >= 1.0 {
        (odds, octaves) = (odds * 2.0, octaves - 1.0);
    }
    while octaves < 0.0 {
        (odds, octaves) = (odds / 2.0, octaves + 1.0);
    }
    1.0 / (1.0 + odds * (1.0 + octaves))
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
    let Some(sums) = benches.sums(weights, pick) else {
        return Some(part);
    };
    let found = ridge::fit(&sums, 1.0, recipe.tiers.ridge)?;
    for (value, weight) in part.iter_mut().zip(&found.weights) {
        *value = weight * recipe.tiers.points;
    }
    // the mean residual is left to the curves themselves
    part[layout.constant()] = found.middle * recipe.tiers.points;
    Some(part)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_scorers() {
        assert_eq!(chance(0.0), 0.5);
        assert_eq!(chance(12.0), 1.0 / 3.0);
        assert_eq!(chance(-24.0), 0.8);
    }
}
