//! How well scores share the work between a weak and a strong model.

use serde::Serialize;

use crate::auc::auc;
use crate::number::{count, mean, quantile, same};

/// One prompt as both models of a pair did on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contest {
    /// What the scorer says; higher is harder.
    pub score: f64,
    /// The weak model's result, 0 to 1.
    pub weak: f64,
    /// The strong model's result, 0 to 1.
    pub strong: f64,
}

/// The metrics of `RouteLLM` (arXiv 2406.18665, section 2.3), and how the score ranks failures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairReport {
    /// Bench and models.
    pub name: String,
    /// Prompts.
    pub n: usize,
    /// The weak model's mean result.
    pub weak: f64,
    /// The strong model's mean result.
    pub strong: f64,
    /// Of the gap recovered; `None` when the models are equally good, for there is no gap then.
    #[serde(flatten)]
    pub gains: Option<Gains>,
    /// AUC of the score for "the weak model fails" (its result is below one half).
    pub auc_fails: Option<f64>,
    /// AUC of the score for "the weak model fails and the strong one does not".
    pub auc_gain: Option<f64>,
    /// 95 % intervals of the gains, by bootstrap over prompts.
    pub interval: Option<Interval>,
}

/// What sending the hardest prompts to the strong model recovers of the gap between the two.
///
/// PGR(c) is the recovered share of the gap when the share c of prompts with the highest scores goes to
/// the strong model; among equal scores the share is taken in expectation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gains {
    /// The integral of PGR over c from 0 to 1; sending at random gives one half.
    pub apgr: f64,
    /// The least c at which half of the gap is recovered; at random one half.
    pub cpt50: f64,
    /// The least c at which four fifths of it are; at random four fifths.
    pub cpt80: f64,
}

/// The 2.5th and 97.5th percentiles of the resampled gains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Of [`Gains::apgr`].
    pub apgr: [f64; 2],
    /// Of [`Gains::cpt50`].
    pub cpt50: [f64; 2],
    /// Of [`Gains::cpt80`].
    pub cpt80: [f64; 2],
}

/// Measures a pair; `None` without prompts.
///
/// `resamples` is the number of bootstrap samples (0: no interval), drawn from `seed`.
pub fn pair(
    name: impl Into<String>,
    contests: impl IntoIterator<Item = Contest>,
    resamples: usize,
    seed: u64,
) -> Option<PairReport> {
    let mut contests: Vec<Contest> = contests.into_iter().collect();
    contests.sort_by(|a, b| b.score.total_cmp(&a.score));
    let fails = |each: &Contest| each.weak < 0.5;
    let gained = |each: &Contest| fails(each) && each.strong >= 0.5;
    Some(PairReport {
        name: name.into(),
        n: contests.len(),
        weak: mean(contests.iter().map(|each| each.weak))?,
        strong: mean(contests.iter().map(|each| each.strong))?,
        gains: gains(&contests, |_| 1.0),
        auc_fails: auc(contests.iter().map(|each| (each.score, fails(each)))),
        auc_gain: auc(contests.iter().map(|each| (each.score, gained(each)))),
        interval: bootstrap(&contests, resamples, seed),
    })
}

/// The gains over contests from the hardest down, each counted `weight(index)` times.
fn gains(falling: &[Contest], weight: impl Fn(usize) -> f64) -> Option<Gains> {
    let mut curve = vec![(0.0, 0.0)];
    let (mut share, mut gain, mut index) = (0.0, 0.0, 0);
    for level in falling.chunk_by(|a, b| same(a.score, b.score)) {
        for each in level {
            let times = weight(index);
            share += times;
            gain += times * (each.strong - each.weak);
            index += 1;
        }
        curve.push((share, gain));
    }
    let gap = gain / share;
    if gap.is_nan() || gap.abs() < 1e-9 {
        return None;
    }
    for (x, y) in &mut curve {
        *x /= share;
        *y = *y / share / gap;
    }
    let area = |(a, b): (&(f64, f64), &(f64, f64))| f64::midpoint(a.1, b.1) * (b.0 - a.0);
    Some(Gains {
        apgr: curve.iter().zip(curve.iter().skip(1)).map(area).sum(),
        cpt50: reaches(&curve, 0.5),
        cpt80: reaches(&curve, 0.8),
    })
}

/// The least x at which the curve is at `height`; it starts at 0 and ends at 1.
fn reaches(curve: &[(f64, f64)], height: f64) -> f64 {
    let steps = curve.iter().zip(curve.iter().skip(1));
    let at = |(a, b): (&(f64, f64), &(f64, f64))| a.0 + (height - a.1) / (b.1 - a.1) * (b.0 - a.0);
    steps
        .into_iter()
        .find(|(_, b)| b.1 >= height)
        .map_or(1.0, at)
}

fn bootstrap(falling: &[Contest], resamples: usize, seed: u64) -> Option<Interval> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut drawn = vec![0_usize; falling.len()];
    let mut all = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        drawn.fill(0);
        for _ in 0..falling.len() {
            drawn[chance.usize(..falling.len())] += 1;
        }
        all.extend(gains(falling, |index| count(drawn[index])));
    }
    let between = |of: fn(&Gains) -> f64| {
        let mut values: Vec<f64> = all.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        Some([quantile(&values, 0.025)?, quantile(&values, 0.975)?])
    };
    Some(Interval {
        apgr: between(|each| each.apgr)?,
        cpt50: between(|each| each.cpt50)?,
        cpt80: between(|each| each.cpt80)?,
    })
}

#[cfg(test)]
mod tests;
