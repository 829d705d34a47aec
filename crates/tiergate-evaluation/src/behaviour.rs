//! Whether hand-written requests land where they should.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::frontier::band;
use crate::number::{count, mean};

/// A request with the tiers that are acceptable for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation<'a> {
    /// What kind of request it is.
    pub kind: &'a str,
    /// What the scorer says; higher is harder.
    pub score: f64,
    /// The lowest and the highest acceptable tier, 0 to 4.
    pub tiers: [usize; 2],
}

/// How a scorer behaves on requests with acceptable tiers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Behaviour {
    /// Requests.
    pub n: usize,
    /// Of the pairs whose ranges do not touch, the share in the right order, ties counting half; `None`
    /// without such pairs.
    pub order: Option<f64>,
    /// The share of requests that the thresholds put into their range.
    pub in_range: f64,
    /// The same by kind, as requests in range and requests.
    pub by_kind: BTreeMap<String, [usize; 2]>,
}

/// How a scorer takes paraphrases.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Robustness {
    /// Pairs.
    pub n: usize,
    /// The mean difference of two scores that should be equal.
    pub mean_difference: f64,
    /// The share of pairs whose halves land in different tiers.
    pub tier_flips: f64,
}

/// Measures behaviour; `None` of nothing. `thresholds` as for [`tiers`](crate::tiers).
pub fn behaviour(rows: &[Expectation<'_>], thresholds: &[f64; 4]) -> Option<Behaviour> {
    let mut by_kind: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut inside = 0;
    for row in rows {
        let [lowest, highest] = row.tiers;
        let fits = (lowest..=highest).contains(&band(thresholds, row.score));
        let kind = by_kind.entry(row.kind.to_owned()).or_default();
        kind[0] += usize::from(fits);
        kind[1] += 1;
        inside += usize::from(fits);
    }
    let pairs = rows
        .iter()
        .flat_map(|a| rows.iter().map(move |b| (a, b)))
        .filter(|(a, b)| a.tiers[1] < b.tiers[0]);
    let right = pairs.map(|(a, b)| match a.score.total_cmp(&b.score) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 0.0,
    });
    let order = mean(right);
    (!rows.is_empty()).then(|| Behaviour {
        n: rows.len(),
        order,
        in_range: count(inside) / count(rows.len()),
        by_kind,
    })
}

/// Measures the scores of paraphrases; `None` of nothing.
pub fn robustness(pairs: &[[f64; 2]], thresholds: &[f64; 4]) -> Option<Robustness> {
    let flips = |[a, b]: &[f64; 2]| band(thresholds, *a) != band(thresholds, *b);
    Some(Robustness {
        n: pairs.len(),
        mean_difference: mean(pairs.iter().map(|[a, b]| (a - b).abs()))?,
        tier_flips: mean(pairs.iter().map(|pair| f64::from(u8::from(flips(pair)))))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: [f64; 4] = [15.0, 35.0, 60.0, 80.0];

    #[test]
    fn order_and_ranges_by_hand() {
        let row = |kind, score, tiers| Expectation { kind, score, tiers };
        let rows = [
            row("ack", 5.0, [0, 1]),
            row("ack", 40.0, [0, 1]),
            row("hard", 40.0, [3, 4]),
            row("hard", 90.0, [3, 4]),
            row("middle", 20.0, [1, 3]),
        ];
        let found = behaviour(&rows, &THRESHOLDS).unwrap();
        // 5 < 40, 5 < 90, 40 < 90 are right, 40 and 40 a tie; the middle overlaps with both
        assert_eq!(found.order, Some(3.5 / 4.0));
        assert!((found.in_range - 3.0 / 5.0).abs() < 1e-12);
        assert_eq!(found.by_kind["ack"], [1, 2]);
        assert!(behaviour(&[], &THRESHOLDS).is_none());
    }

    #[test]
    fn flips_are_counted() {
        let found = robustness(&[[10.0, 14.0], [14.0, 15.0]], &THRESHOLDS).unwrap();
        assert!((found.mean_difference - 2.5).abs() < 1e-12);
        assert!((found.tier_flips - 0.5).abs() < 1e-12);
        assert!(robustness(&[], &THRESHOLDS).is_none());
    }
}
