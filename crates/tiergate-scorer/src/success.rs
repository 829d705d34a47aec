//! The probability that a tier does the work, from the score.

use crate::Score;

/// Points of score that double the odds of failure.
///
/// Fitted, with [`EVEN_ODDS`], by maximum likelihood to public per-prompt results of 2023-25 models
/// (examinations, mathematics, code, tool use, each bench weighted by the root of its size) and, with
/// as much weight, to the golden requests; rounded. Models since then do better: the curves are
/// cautious, their order is what counts.
const DOUBLING: i32 = 12;

/// For each tier, the score at which it fails as often as it succeeds.
const EVEN_ODDS: [i32; 5] = [45, 56, 64, 80, 86];

/// The powers 2^(n/12) for n from 0 to 11, in thousandths.
const TWELFTHS: [u32; 12] = [
    1000, 1059, 1122, 1189, 1260, 1335, 1414, 1498, 1587, 1682, 1782, 1888,
];

/// P(success) in thousandths for nano, small, standard, premium, flagship: a logistic curve, whose
/// odds of failure double every twelve points.
pub(crate) fn success(score: Score) -> [u16; 5] {
    EVEN_ODDS.map(|even| {
        let distance = i32::from(score.number()) - even;
        let octaves = distance.div_euclid(DOUBLING);
        let twelfth = usize::try_from(distance.rem_euclid(DOUBLING)).unwrap_or(0);
        let odds = match u32::try_from(octaves) {
            Ok(up) => TWELFTHS[twelfth] << up.min(12),
            Err(_) => TWELFTHS[twelfth] >> octaves.unsigned_abs().min(12),
        };
        u16::try_from(1_000_000 / (1_000 + odds)).unwrap_or(1000)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_falls_with_the_score_and_rises_with_the_tier() {
        let mut before = [1000; 5];
        for number in 0..=100 {
            let now = success(Score::try_new(number).unwrap());
            assert!(now.is_sorted(), "{number}: {now:?}");
            assert!(now.iter().zip(before).all(|(now, before)| *now <= before));
            assert!(now.iter().all(|p| (1..=1000).contains(p)));
            before = now;
        }
        assert_eq!(success(Score::try_new(64).unwrap())[2], 500);
    }
}
