//! The probability that a tier does the work.

/// Hundredths of a point of score that double the odds of failure.
///
/// Fitted by maximum likelihood to public per-prompt results of 2023-25 models (examinations,
/// mathematics, code, tool use, each bench weighted by the root of its size) and, with as much weight,
/// to the golden requests; rounded. Models since then do better: the curves are cautious, their order
/// is what counts.
const DOUBLING: i32 = 1_200;

/// The powers 2^(n/12) for n from 0 to 12, in thousandths.
const TWELFTHS: [i32; 13] = [
    1000, 1059, 1122, 1189, 1260, 1335, 1414, 1498, 1587, 1682, 1782, 1888, 2000,
];

/// P(success) in thousandths for nano, small, standard, premium, flagship.
///
/// Logistic curves over the score, whose odds of failure double every twelve points. They are even at
/// `even` points, or later by `relief`. All in hundredths of a point. Never falls from one tier to the
/// next.
pub(crate) fn success(points: i32, even: &[i32; 5], relief: &[i32; 5]) -> [u16; 5] {
    let mut best = 0;
    let mut success = [0; 5];
    for (tier, chance) in success.iter_mut().enumerate() {
        best = at(points.clamp(0, 10_000) - even[tier] - relief[tier]).max(best);
        *chance = best;
    }
    success
}

/// The chance of success so many hundredths of a point above even odds.
fn at(distance: i32) -> u16 {
    let octaves = distance.div_euclid(DOUBLING).clamp(-12, 12);
    let rest = distance.rem_euclid(DOUBLING);
    let twelfth = usize::try_from(rest / 100).unwrap_or(0);
    let step = TWELFTHS[twelfth + 1] - TWELFTHS[twelfth];
    let mantissa = TWELFTHS[twelfth] + step * (rest % 100) / 100;
    let odds = match octaves {
        0.. => mantissa << octaves,
        _ => mantissa >> -octaves,
    };
    u16::try_from(1_000_000 / (1_000 + odds)).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: [i32; 5] = [4_500, 5_600, 6_400, 8_000, 8_600];

    #[test]
    fn success_falls_with_the_score_and_rises_with_the_tier() {
        let mut before = [1000; 5];
        for points in (-500..12_000).step_by(7) {
            let now = success(points, &EVEN, &[0; 5]);
            assert!(now.is_sorted(), "{points}: {now:?}");
            assert!(now.iter().zip(before).all(|(now, before)| *now <= before));
            assert!(now.iter().all(|p| (1..=1000).contains(p)));
            before = now;
        }
        assert_eq!(success(6_400, &EVEN, &[0; 5])[2], 500);
    }

    #[test]
    fn a_tier_that_finds_a_request_easy_does_better() {
        let plain = success(6_000, &EVEN, &[0; 5]);
        let eased = success(6_000, &EVEN, &[0, 1_200, 0, 0, 0]);
        assert!(eased[1] > plain[1]);
        assert!(eased.is_sorted());
        for wild in [i32::MIN / 4, i32::MAX / 4] {
            assert!(success(0, &EVEN, &[wild; 5]).is_sorted());
        }
    }
}
