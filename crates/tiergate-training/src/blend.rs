//! The score over the benches: parts that are fitted each by itself and added up.

use crate::bench::{Benches, Labelled, predict};
use crate::number::real;
use crate::ridge::{self, UNKNOWN};
use crate::table::Layout;
use crate::{Component, Recipe, Source};
use tiergate_scorer::Weights;

/// The linear score that the recipe blends, in points; none when the benches have no results for it.
pub(crate) fn blend(recipe: &Recipe, benches: &Benches, layout: Layout) -> Option<Vec<f64>> {
    let weights = benches.weights(recipe.bench_power);
    let mut score = vec![0.0; layout.width()];
    for component in &recipe.blend {
        let part = match component.target {
            Some(_) => fit(component, benches, &weights, layout)?,
            None => given(component, recipe, layout),
        };
        let (_, deviation) = spread(benches, &part)?;
        for (sum, value) in score.iter_mut().zip(&part) {
            *sum += value * component.share / deviation;
        }
    }
    let (mean, deviation) = spread(benches, &score)?;
    let scale = recipe.spread / deviation;
    for value in &mut score {
        *value *= scale;
    }
    score[layout.constant()] += recipe.centre - mean * scale;
    by_hand_where_unknown(&mut score, recipe, benches, layout)?;
    Some(score)
}

/// The points of the hand-made scorer for each doubling of a signal, and where it begins.
pub(crate) fn by_hand(recipe: &Recipe, layout: Layout) -> Vec<f64> {
    let mut part = vec![0.0; layout.width()];
    for (value, name) in part.iter_mut().zip(Weights::signals()) {
        *value = recipe.by_hand.get(name).copied().unwrap_or(0.0);
    }
    part[layout.constant()] = recipe.base;
    part
}

/// For each signal whether it keeps the weight that it was given by hand.
pub(crate) fn kept(recipe: &Recipe) -> Vec<bool> {
    let kept = |name: &str| recipe.kept.iter().any(|each| each == name);
    Weights::signals().map(kept).collect()
}

fn given(component: &Component, recipe: &Recipe, layout: Layout) -> Vec<f64> {
    if component.from == Source::ByHand {
        return by_hand(recipe, layout);
    }
    let mut part = vec![0.0; layout.width()];
    if let Some(at) = Weights::signals().position(|name| name == "length") {
        part[at] = 1.0;
    }
    part
}

/// The weights of one part.
fn fit(
    component: &Component,
    benches: &Benches,
    weights: &[f64],
    layout: Layout,
) -> Option<Vec<f64>> {
    let columns = match component.from {
        Source::Length => 0..1,
        Source::Signals | Source::ByHand => layout.signals(),
        Source::Words => layout.words(),
    };
    let target = component.target?;
    let pick = |row: &Labelled| {
        let mut picked = row.x[columns.clone()].to_vec();
        picked.push(row.target(target)?);
        Some(picked)
    };
    let sums = benches.sums(weights, pick)?;
    let found = ridge::fit(&sums, component.between, component.ridge)?;
    let mut part = vec![0.0; layout.width()];
    for (nth, at) in columns.enumerate() {
        part[at] = found.weights[nth];
    }
    Some(part)
}

/// The mean and the standard deviation of a score over all rows, each counted once.
fn spread(benches: &Benches, score: &[f64]) -> Option<(f64, f64)> {
    let rows = || {
        benches
            .0
            .values()
            .flatten()
            .map(|row| predict(score, &row.x))
    };
    let count = real(benches.rows());
    let mean = rows().sum::<f64>() / count;
    let variance = rows()
        .map(|each| (each - mean) * (each - mean))
        .sum::<f64>()
        / count;
    (variance > 0.0).then(|| (mean, variance.sqrt()))
}

/// A signal that the benches do not show, or that is to be kept, has the weight that it was given by hand.
fn by_hand_where_unknown(
    score: &mut [f64],
    recipe: &Recipe,
    benches: &Benches,
    layout: Layout,
) -> Option<()> {
    let weights = benches.weights(recipe.bench_power);
    let sums = benches.sums(&weights, |row| Some(row.x[layout.signals()].to_vec()))?;
    let variance = sums.variance();
    let by_hand = by_hand(recipe, layout);
    let kept = kept(recipe);
    for at in layout.signals() {
        if variance[at].sqrt() < UNKNOWN || kept[at] {
            score[at] = by_hand[at];
        }
    }
    Some(())
}
