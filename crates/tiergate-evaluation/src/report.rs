//! Everything that is measured of one scorer on one suite.

use serde::Serialize;

use crate::auc::auc;
use crate::behaviour::{Behaviour, Expectation, Robustness, behaviour, robustness};
use crate::frontier::{Outcome, band};
use crate::ladder::Ladder;
use crate::number::{count, mean};
use crate::pair::{Contest, PairReport, pair};
use crate::suite::{MeanPlan, Suite};
use crate::tiers::{TierReport, tiers};

/// Decides which half of the rows calibrates thresholds.
const SPLIT: u64 = 5;
/// Kinds of hand-written requests that no hard prompt should fall below.
const TRIVIAL: [&str; 3] = ["ack", "short_qa", "transform"];
/// The unlabelled bench of hard prompts.
const HARD: &str = "arena_hard";

/// What does not come from the data.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The lowest scores of small, standard, premium and flagship.
    pub thresholds: [f64; 4],
    /// Bootstrap samples of each pair; 0 for no intervals.
    pub resamples: usize,
    /// What the bootstrap draws from.
    pub seed: u64,
}

/// The metrics of one scorer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// How the scorer is called.
    pub scorer: String,
    /// Rows in the suite.
    pub rows: usize,
    /// The standard deviation of the scores of labelled rows.
    pub score_sd: Option<f64>,
    /// Means over pairs.
    pub means: Vec<MeanReport>,
    /// Pairs of a weak and a strong model.
    pub pairs: Vec<PairReport>,
    /// Five tiers, for each mix of benches and each ladder of prices.
    pub tiers: Vec<TierReport>,
    /// Hand-written requests.
    pub behaviour: Option<Behaviour>,
    /// Prompts of the hard unlabelled bench.
    pub hard: Option<Hard>,
    /// Paraphrases.
    pub robustness: Option<Robustness>,
}

/// A weighted mean over pairs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeanReport {
    /// Over which pairs.
    pub name: String,
    /// How many they are.
    pub pairs: usize,
    /// Mean [`Gains::apgr`](crate::Gains::apgr), of the pairs that have a gap.
    pub apgr: Option<f64>,
    /// Mean [`PairReport::auc_fails`], of the pairs that have both kinds.
    pub auc_fails: Option<f64>,
}

/// Where hard prompts without labels land.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hard {
    /// Prompts.
    pub n: usize,
    /// AUC against trivial hand-written requests.
    pub auc_above_trivial: Option<f64>,
    /// The share of each tier, nano to flagship.
    pub shares: [f64; 5],
}

/// The number of scores is not the number of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are {found} scores for {expected} requests; there must be one for each, in order")]
pub struct WrongCount {
    /// Scores that were given.
    pub found: usize,
    /// Requests of the suite.
    pub expected: usize,
}

/// Measures scores, given in the order of [`Suite::requests`].
///
/// # Errors
/// [`WrongCount`] when there are more or fewer of them.
pub fn evaluate(
    name: &str,
    suite: &Suite,
    scores: &[f64],
    settings: &Settings,
) -> Result<Report, WrongCount> {
    let expected = suite.rows.len() + 2 * suite.paraphrases.len();
    if scores.len() != expected {
        let found = scores.len();
        return Err(WrongCount { found, expected });
    }
    let (of_rows, of_halves) = scores.split_at(suite.rows.len());
    let pairs = pairs(suite, of_rows, settings);
    let halves: Vec<[f64; 2]> = of_halves
        .chunks_exact(2)
        .map(|pair| [pair[0], pair[1]])
        .collect();
    Ok(Report {
        scorer: name.to_owned(),
        rows: suite.rows.len(),
        score_sd: deviation(suite, of_rows),
        means: suite.means.iter().map(|plan| over(plan, &pairs)).collect(),
        pairs,
        tiers: mixes(suite, of_rows, settings),
        behaviour: behaviour(&expectations(suite, of_rows), &settings.thresholds),
        hard: hard(suite, of_rows, settings),
        robustness: robustness(&halves, &settings.thresholds),
    })
}

fn pairs(suite: &Suite, scores: &[f64], settings: &Settings) -> Vec<PairReport> {
    let measured = suite.pairs.iter().filter_map(|plan| {
        let contests = plan.members.iter().map(|&(row, weak, strong)| Contest {
            score: scores[row],
            weak,
            strong,
        });
        pair(&plan.name, contests, settings.resamples, settings.seed)
    });
    measured.collect()
}

fn over(plan: &MeanPlan, pairs: &[PairReport]) -> MeanReport {
    let weighted = |of: fn(&PairReport) -> Option<f64>| {
        let known = plan
            .members
            .iter()
            .filter_map(|&(nth, weight)| Some((of(pairs.get(nth)?)?, weight)));
        let (sum, weights) = known.fold((0.0, 0.0), |(sum, weights), (value, weight)| {
            (sum + value * weight, weights + weight)
        });
        (weights > 0.0).then(|| sum / weights)
    };
    MeanReport {
        name: plan.name.to_owned(),
        pairs: plan.members.len(),
        apgr: weighted(|pair| pair.gains.map(|gains| gains.apgr)),
        auc_fails: weighted(|pair| pair.auc_fails),
    }
}

fn mixes(suite: &Suite, scores: &[f64], settings: &Settings) -> Vec<TierReport> {
    let mut reports = Vec::new();
    for mix in &suite.mixes {
        let outcome = |&(row, tiers, weight): &(usize, [f64; 5], f64)| Outcome {
            score: scores[row],
            tiers,
            weight,
        };
        let rows: Vec<Outcome> = mix.members.iter().map(outcome).collect();
        for ladder in [Ladder::LIST_2026, Ladder::STEPS_OF_FIVE] {
            reports.extend(tiers(mix.name, &rows, &ladder, &settings.thresholds, SPLIT));
        }
    }
    reports
}

fn expectations<'a>(suite: &'a Suite, scores: &[f64]) -> Vec<Expectation<'a>> {
    let rows = suite.rows.iter().zip(scores);
    let expected = rows.filter_map(|(row, &score)| {
        Some(Expectation {
            kind: &row.kind,
            score,
            tiers: row.expect_tier?,
        })
    });
    expected.collect()
}

fn hard(suite: &Suite, scores: &[f64], settings: &Settings) -> Option<Hard> {
    let rows = || suite.rows.iter().zip(scores.iter().copied());
    let hard: Vec<f64> = rows()
        .filter(|(row, _)| row.bench == HARD)
        .map(|(_, score)| score)
        .collect();
    let trivial = rows()
        .filter(|(row, _)| row.expect_tier.is_some() && TRIVIAL.contains(&row.kind.as_str()))
        .map(|(_, score)| (score, false));
    let mut shares = [0.0; 5];
    for score in &hard {
        shares[band(&settings.thresholds, *score)] += 1.0 / count(hard.len());
    }
    let cases = trivial.chain(hard.iter().map(|&score| (score, true)));
    let auc_above_trivial = auc(cases);
    (!hard.is_empty()).then_some(Hard {
        n: hard.len(),
        auc_above_trivial,
        shares,
    })
}

fn deviation(suite: &Suite, scores: &[f64]) -> Option<f64> {
    let labelled = || {
        let rows = suite.rows.iter().zip(scores.iter().copied());
        rows.filter(|(row, _)| row.labelled())
            .map(|(_, score)| score)
    };
    let middle = mean(labelled())?;
    mean(labelled().map(|score| (score - middle).powi(2))).map(f64::sqrt)
}
