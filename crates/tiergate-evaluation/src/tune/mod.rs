//! Thresholds and λ from one's own logs.

mod confusion;
mod platt;
mod record;
mod search;
mod success;

use std::collections::BTreeMap;

use serde::Serialize;

pub use confusion::Confusion;
use confusion::{Evidence, confusions};
pub use platt::Curve;
pub use record::{Asked, BadRecord, Record};
use search::Traffic;
pub use search::{Expected, Goal, Lambda};
pub use success::TierFit;
use success::{SCORES, Success, whole};

use crate::frontier::band;
use crate::number::{count, quantile};

/// Bootstrap samples for the interval of the kept quality.
const RESAMPLES: usize = 100;
/// With fewer judged records a bootstrap says more than is known.
const LEAST_JUDGED: usize = 30;
/// The success for which rows are counted when a higher one is expected: what few logs say of it is
/// mostly the scorer's own belief.
const MODEST: f64 = 0.9;

/// A record as the scorer sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessed {
    /// The score, 0 to 100.
    pub score: f64,
    /// The scorer's own P(success) of each tier, 0 to 1.
    pub success: [f64; 5],
    /// The tier that served it and the outcome, as in [`Record::outcome`].
    pub outcome: Option<(usize, f64)>,
}

impl Assessed {
    fn bin(&self) -> usize {
        whole(self.score.clamp(0.0, 100.0)).min(SCORES - 1)
    }
}

/// What tuning shall reach, and from where it starts.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// What it is for.
    pub goal: Goal,
    /// What each tier costs, in any unit; for [`Goal::PerSuccess`] the unit of its worth.
    pub prices: [f64; 5],
    /// The thresholds in use.
    pub current: [u8; 4],
    /// What the bootstrap draws from.
    pub seed: u64,
}

/// Thresholds and λ with what is known about them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tuning {
    /// Records.
    pub n: usize,
    /// Those that somebody judged.
    pub judged: usize,
    /// The tiers, nano to flagship.
    pub tiers: Vec<TierFit>,
    /// The lowest scores of small, standard, premium and flagship.
    pub thresholds: [u8; 4],
    /// What they are expected to give.
    pub tuned: Expected,
    /// What the thresholds in use are expected to give.
    pub current: Expected,
    /// What flagship alone is expected to give.
    pub flagship: Expected,
    /// 95 % interval of the share of flagship's success that the tuned thresholds keep, by bootstrap over
    /// records; `None` when fewer than 30 were judged.
    pub kept: Option<[f64; 2]>,
    /// The weight of cost in the choice by expected success.
    pub lambda: Lambda,
    /// The scorer's own curves are calibrated when this is small: the mean of (P − outcome)², with the
    /// scorer's curves and with the ones from the logs.
    pub brier: Option<[f64; 2]>,
    /// By domain and tag, and for `all`: what the tuned thresholds choose against what sufficed.
    pub confusion: BTreeMap<String, Confusion>,
}

/// Tunes thresholds and λ; `None` of nothing. `assessed` has the records' scores, in their order.
pub fn tune(records: &[Record], assessed: &[Assessed], wish: &Wish) -> Option<Tuning> {
    if records.is_empty() || records.len() != assessed.len() {
        return None;
    }
    let success = Success::learn(assessed.iter().map(|row| (row, 1.0)));
    let traffic = Traffic {
        rows: assessed,
        success: &success,
        shares: wish.prices.map(|price| price / wish.prices[4]),
    };
    let thresholds = traffic.thresholds(wish.goal, wish.prices[4], wish.current);
    Some(Tuning {
        n: records.len(),
        judged: assessed.iter().filter(|row| row.outcome.is_some()).count(),
        thresholds,
        tuned: traffic.by(thresholds),
        current: traffic.by(wish.current),
        flagship: traffic.expect(|_| 4),
        kept: kept(assessed, thresholds, wish.seed),
        lambda: traffic.lambda(wish.goal, wish.prices[4]),
        brier: brier(assessed, &success),
        confusion: confusion(records, assessed, thresholds),
        tiers: success.fits,
    })
}

/// Judged requests that are needed to tell a loss of 1 − `keep` of flagship's success from chance, when
/// `success` is that success (counted as 0.9 when it is higher): the half-width of a 95 % interval of a share is then as large as the loss.
///
/// `None` when `keep` allows no loss or any.
pub fn needed(success: f64, keep: f64) -> Option<usize> {
    let success = success.min(MODEST);
    let loss = success * (1.0 - keep);
    (loss > 0.0 && keep > 0.0).then(|| whole((1.96 / loss).powi(2) * success * (1.0 - success)))
}

/// Outcomes of the rarer kind that a tier needs for a curve of its own.
pub fn needed_for_curve() -> usize {
    whole(platt::NEEDED)
}

fn kept(rows: &[Assessed], thresholds: [u8; 4], seed: u64) -> Option<[f64; 2]> {
    let judged = rows.iter().filter(|row| row.outcome.is_some()).count();
    if judged < LEAST_JUDGED {
        return None;
    }
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut shares = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let drawn: Vec<Assessed> = (0..rows.len())
            .map(|_| rows[chance.usize(..rows.len())])
            .collect();
        let success = Success::learn(drawn.iter().map(|row| (row, 1.0)));
        let traffic = Traffic {
            rows: &drawn,
            success: &success,
            shares: [1.0; 5],
        };
        shares.push(traffic.by(thresholds).success / traffic.expect(|_| 4).success);
    }
    shares.sort_by(f64::total_cmp);
    Some([quantile(&shares, 0.025)?, quantile(&shares, 0.975)?])
}

fn brier(rows: &[Assessed], success: &Success) -> Option<[f64; 2]> {
    let (mut own, mut fitted, mut n) = (0.0, 0.0, 0);
    for row in rows {
        let Some((tier, outcome)) = row.outcome else {
            continue;
        };
        own += (row.success[tier] - outcome).powi(2);
        fitted += (success.at(row.bin())[tier] - outcome).powi(2);
        n += 1;
    }
    (n > 0).then(|| [own / count(n), fitted / count(n)])
}

fn confusion(
    records: &[Record],
    assessed: &[Assessed],
    thresholds: [u8; 4],
) -> BTreeMap<String, Confusion> {
    let thresholds = thresholds.map(f64::from);
    let mut seen: BTreeMap<&[u8], Evidence> = BTreeMap::new();
    for record in records {
        if let Asked::Request(request) = &record.asked {
            seen.entry(request.body()).or_default().add(record.outcome);
        }
    }
    let evidence = |record: &Record| match &record.asked {
        Asked::Request(request) => seen.get(&request.body()[..]).copied().unwrap_or_default(),
        // without its words nothing tells whether a request was there before
        Asked::Scored { .. } => {
            let mut alone = Evidence::default();
            alone.add(record.outcome);
            alone
        }
    };
    let rows = records.iter().zip(assessed).map(|(record, row)| {
        (
            band(&thresholds, row.score),
            evidence(record),
            &record.groups[..],
        )
    });
    confusions(rows)
}

#[cfg(test)]
mod tests;
