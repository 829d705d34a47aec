use proptest::prelude::*;

use super::*;

fn contests(cases: &[(f64, f64, f64)]) -> Vec<Contest> {
    let contest = |&(score, weak, strong): &(f64, f64, f64)| Contest {
        score,
        weak,
        strong,
    };
    cases.iter().map(contest).collect()
}

fn measured(cases: &[(f64, f64, f64)]) -> Gains {
    pair("", contests(cases), 0, 0).unwrap().gains.unwrap()
}

#[test]
fn four_prompts_by_hand() {
    // falling: gains 1, 0, 1, 0; PGR is 0, 1/2, 1/2, 1, 1 at c = 0, 1/4, 1/2, 3/4, 1
    let cases = [
        (40.0, 0.0, 1.0),
        (30.0, 1.0, 1.0),
        (20.0, 0.0, 1.0),
        (10.0, 1.0, 1.0),
    ];
    let report = pair("x", contests(&cases), 0, 0).unwrap();
    let gains = report.gains.unwrap();
    assert!((gains.apgr - (0.0625 + 0.125 + 0.1875 + 0.25)).abs() < 1e-12);
    assert!((gains.cpt50 - 0.25).abs() < 1e-12);
    assert!((gains.cpt80 - 0.65).abs() < 1e-12);
    assert_eq!(
        (report.n, report.weak, report.strong, report.interval),
        (4, 0.5, 1.0, None)
    );
    assert_eq!(report.auc_fails, Some(0.75));
    assert_eq!(report.auc_gain, Some(0.75));
}

#[test]
fn equal_scores_are_a_random_choice() {
    let cases = [(5.0, 0.0, 1.0), (5.0, 1.0, 1.0), (5.0, 0.0, 1.0)];
    let gains = measured(&cases);
    assert!((gains.apgr - 0.5).abs() < 1e-12);
    assert!((gains.cpt50 - 0.5).abs() < 1e-12);
    assert!((gains.cpt80 - 0.8).abs() < 1e-12);
}

#[test]
fn no_gap_has_no_gains_and_nothing_has_no_report() {
    let report = pair("", contests(&[(1.0, 1.0, 1.0)]), 10, 0).unwrap();
    assert_eq!((report.gains, report.interval), (None, None));
    assert!(pair("", [], 10, 0).is_none());
}

#[test]
fn random_scores_recover_half() {
    let mut chance = fastrand::Rng::with_seed(1);
    let mut case = |_| {
        let (weak, strong) = (chance.u8(..3) / 2, chance.u8(..4).min(1));
        (chance.f64(), f64::from(weak), f64::from(strong))
    };
    let cases: Vec<_> = (0..20_000).map(&mut case).collect();
    let report = pair("", contests(&cases), 50, 7).unwrap();
    let (gains, interval) = (report.gains.unwrap(), report.interval.unwrap());
    assert!((gains.apgr - 0.5).abs() < 0.02, "{gains:?}");
    assert!(
        interval.apgr[0] < 0.5 && 0.5 < interval.apgr[1],
        "{interval:?}"
    );
    assert!((report.auc_fails.unwrap() - 0.5).abs() < 0.02);
    let again = pair("", contests(&cases), 50, 7).unwrap();
    assert_eq!(report, again, "a seed decides everything");
}

fn case() -> impl Strategy<Value = (f64, f64, f64)> {
    let result = prop::sample::select(vec![0.0, 0.25, 0.5, 1.0]);
    (0_u8..=100, result.clone(), result)
        .prop_map(|(score, weak, strong)| (f64::from(score), weak, strong))
}

proptest! {
    #[test]
    fn a_monotone_transform_changes_nothing(cases in prop::collection::vec(case(), 1..60)) {
        let bent: Vec<_> = cases
            .iter()
            .map(|&(score, weak, strong)| ((score / 30.0).exp() - 7.0, weak, strong))
            .collect();
        prop_assert_eq!(
            pair("", contests(&cases), 5, 3),
            pair("", contests(&bent), 5, 3)
        );
    }

    #[test]
    fn nothing_beats_the_order_of_the_gains(cases in prop::collection::vec(case(), 1..60)) {
        let best: Vec<_> = cases
            .iter()
            .map(|&(_, weak, strong)| (strong - weak, weak, strong))
            .collect();
        let gap: f64 = cases.iter().map(|&(_, weak, strong)| strong - weak).sum();
        prop_assume!(gap > 0.01);
        let (given, best) = (measured(&cases), measured(&best));
        prop_assert!(given.apgr <= best.apgr + 1e-9);
        prop_assert!(given.cpt50 >= best.cpt50 - 1e-9);
        prop_assert!(given.cpt80 >= best.cpt80 - 1e-9);
    }
}
