use tiergate_wire::chat::Request;

use super::*;

const PRICES: [f64; 5] = [0.14, 0.69, 2.0, 6.0, 10.0];
const SHIPPED: [u8; 4] = [15, 35, 60, 80];

/// P(success) of a tier at a score in the world that the logs come from.
fn truth(tier: usize, score: f64) -> f64 {
    let even = [30.0, 45.0, 60.0, 80.0, 95.0][tier];
    1.0 / (1.0 + ((score - even) / 12.0).exp())
}

/// Logs of `n` requests, each served by a random tier.
fn logs(n: usize) -> (Vec<Record>, Vec<Assessed>) {
    let mut chance = fastrand::Rng::with_seed(4);
    let mut records = Vec::new();
    let mut assessed = Vec::new();
    for nth in 0..n {
        let (score, tier) = (f64::from(chance.u8(..=100)), chance.usize(..5));
        let outcome = f64::from(u8::from(chance.f64() < truth(tier, score)));
        records.push(Record {
            asked: Asked::Request(Box::new(Request::user("auto", &nth.to_string()))),
            outcome: Some((tier, outcome)),
            groups: vec![["law", "code"][nth % 2].to_owned()],
        });
        assessed.push(Assessed {
            score,
            success: std::array::from_fn(|tier| truth(tier, score)),
            outcome: Some((tier, outcome)),
        });
    }
    (records, assessed)
}

fn wish(goal: Goal) -> Wish {
    Wish {
        goal,
        prices: PRICES,
        current: SHIPPED,
        seed: 1,
    }
}

#[test]
fn keeps_what_was_asked_for_at_less_cost() {
    let (records, assessed) = logs(6000);
    let tuned = tune(&records, &assessed, &wish(Goal::Keep(0.95))).unwrap();
    assert!(tuned.thresholds.is_sorted(), "{:?}", tuned.thresholds);
    let kept = tuned.tuned.success / tuned.flagship.success;
    assert!((0.95..0.97).contains(&kept), "{kept}");
    assert!(tuned.tuned.cost < 0.8, "{:?}", tuned.tuned);
    let interval = tuned.kept.unwrap();
    assert!(interval[0] <= kept && kept <= interval[1], "{interval:?}");
    // in the world itself, too
    let thresholds = tuned.thresholds.map(f64::from);
    let mean = |tier: &dyn Fn(f64) -> usize| {
        let scores = (0_u8..=100).map(f64::from);
        scores.map(|score| truth(tier(score), score)).sum::<f64>()
    };
    let true_kept = mean(&|score| band(&thresholds, score)) / mean(&|_| 4);
    assert!((true_kept - 0.95).abs() < 0.02, "{true_kept}");
    assert!(tuned.tiers.iter().all(|tier| tier.curve.is_some()));
    assert!(tuned.lambda.lambda > 0.0);
    assert!(tuned.lambda.expected.success >= 0.95 * tuned.flagship.success - 1e-9);
    assert_eq!(tuned.confusion["law"].n, 3000);
    assert_eq!(tuned.confusion["all"].n, 6000);
}

#[test]
fn a_dearer_success_buys_higher_tiers() {
    let (records, assessed) = logs(2000);
    let costs: Vec<f64> = [1.0, 20.0, 1000.0]
        .map(|worth| {
            let tuned = tune(&records, &assessed, &wish(Goal::PerSuccess(worth))).unwrap();
            assert!((tuned.lambda.lambda - 10.0 / worth).abs() < 1e-12);
            tuned.tuned.cost
        })
        .to_vec();
    assert!(
        costs.is_sorted() && costs[0] < 0.2 && costs[2] > 0.5,
        "{costs:?}"
    );
}

#[test]
fn no_thresholds_are_better() {
    let (_, assessed) = logs(500);
    let success = Success::learn(assessed.iter().map(|row| (row, 1.0)));
    let traffic = Traffic {
        rows: &assessed,
        success: &success,
        shares: PRICES.map(|price| price / 10.0),
    };
    let flagship = traffic.expect(|_| 4).success;
    let best = traffic.by(traffic.thresholds(Goal::Keep(0.9), 10.0, SHIPPED));
    assert!(best.success >= 0.9 * flagship - 1e-9);
    let mut chance = fastrand::Rng::with_seed(8);
    for _ in 0..2000 {
        let mut tried: [u8; 4] = std::array::from_fn(|_| chance.u8(1..=100));
        tried.sort_unstable();
        let other = traffic.by(tried);
        assert!(
            other.success < 0.9 * flagship || other.cost >= best.cost - 1e-9,
            "{tried:?}"
        );
    }
}

#[test]
fn few_rows_leave_the_curves_of_the_scorer() {
    let (records, assessed) = logs(12);
    let tuned = tune(&records, &assessed, &wish(Goal::Keep(0.98))).unwrap();
    assert!(tuned.tiers.iter().all(|tier| tier.curve.is_none()));
    assert_eq!((tuned.n, tuned.judged), (12, 12));
    assert!(tune(&[], &[], &wish(Goal::Keep(0.98))).is_none());
}

#[test]
fn scored_rows_tell_as_much_as_their_words_did() {
    let (mut records, assessed) = logs(600);
    let read = tune(&records, &assessed, &wish(Goal::Keep(0.9))).unwrap();
    for (record, row) in records.iter_mut().zip(&assessed).step_by(2) {
        record.asked = Asked::Scored {
            score: row.score,
            success: row.success,
        };
    }
    let mixed = tune(&records, &assessed, &wish(Goal::Keep(0.9))).unwrap();
    assert_eq!(mixed, read);
}

#[test]
fn needs_more_rows_for_finer_goals() {
    assert_eq!(needed(0.9, 0.98), Some(1067));
    assert!(needed(0.9, 0.99) > needed(0.9, 0.98));
    assert_eq!(needed(0.9, 1.0), None);
}
