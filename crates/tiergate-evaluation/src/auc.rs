//! The area under the ROC curve.

use crate::number::{count, same};

/// The probability that a positive case has a higher score than a negative one, ties counting half.
///
/// `None` when one of the two kinds is missing. Order of the cases does not matter.
pub fn auc(cases: impl IntoIterator<Item = (f64, bool)>) -> Option<f64> {
    let mut cases: Vec<(f64, bool)> = cases.into_iter().collect();
    cases.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins, mut positives) = (0.0, 0.0, 0.0);
    for level in cases.chunk_by(|a, b| same(a.0, b.0)) {
        let hits = count(level.iter().filter(|(_, positive)| *positive).count());
        let misses = count(level.len()) - hits;
        wins += hits * (below + misses / 2.0);
        below += misses;
        positives += hits;
    }
    let pairs = positives * below;
    (pairs > 0.0).then(|| wins / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_pairs_in_the_right_order() {
        assert_eq!(auc([(1.0, false), (2.0, true)]), Some(1.0));
        assert_eq!(auc([(2.0, false), (1.0, true)]), Some(0.0));
        assert_eq!(auc([(1.0, false), (1.0, true)]), Some(0.5));
        // 1+ against 2- and 3-: 0 of 2; 3+ against them: 1 and a tie
        let cases = [(1.0, true), (2.0, false), (3.0, true), (3.0, false)];
        assert_eq!(auc(cases), Some(1.5 / 4.0));
    }

    #[test]
    fn one_kind_alone_has_none() {
        assert_eq!(auc([(1.0, true)]), None);
        assert_eq!(auc([]), None);
    }
}
