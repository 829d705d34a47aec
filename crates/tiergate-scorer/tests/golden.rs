//! The golden set: hand-made requests with the tiers that may serve them, and pairs with an order.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use serde_json::Value;
use tiergate_scorer::{Assessment, Learnt, Scorer, Thresholds};
use tiergate_wire::chat::Request;

#[derive(Debug)]
struct Case {
    group: String,
    tiers: [usize; 2],
    request: Request,
}

fn request(line: &Value, name: &str) -> Request {
    Request::parse(line[name].to_string().into()).unwrap()
}

fn lines(file: &'static str) -> impl Iterator<Item = Value> {
    file.lines().map(|line| serde_json::from_str(line).unwrap())
}

fn cases() -> Vec<Case> {
    lines(include_str!("golden.jsonl"))
        .map(|line| Case {
            group: line["bench"].as_str().unwrap()["golden_".len()..].to_owned(),
            tiers: [0, 1]
                .map(|n| usize::try_from(line["expect_tier"][n].as_u64().unwrap()).unwrap()),
            request: request(&line, "request"),
        })
        .collect()
}

fn tier(assessment: &Assessment) -> usize {
    Thresholds::default().tier_index(assessment.score)
}

/// What must never be missed: a request of these sorts has one right side.
const STRICT: [&str; 9] = [
    "ack",
    "ack_after_hard",
    "assent_after_hard",
    "assent_after_easy",
    "fact",
    "agent_step",
    "unreadable",
    "long_chat_ack",
    "many_tools",
];

#[test]
fn golden_requests_get_one_of_their_tiers() {
    let scorer = Learnt::new();
    let cases = cases();
    assert!(cases.len() >= 150);
    let mut wrong = Vec::new();
    for case in &cases {
        let found = scorer.assess(&case.request);
        let [low, high] = case.tiers;
        if !(low..=high).contains(&tier(&found)) {
            let body = String::from_utf8_lossy(case.request.body());
            let end: String = body.chars().take(160).collect();
            wrong.push(format!(
                "{} {:?} got {}: {end}",
                case.group, case.tiers, found.score
            ));
            assert!(!STRICT.contains(&&*case.group), "{}", wrong.join("\n"));
        }
    }
    // a fiftieth may miss: the weights weigh these requests against public results
    assert!(wrong.len() * 50 <= cases.len(), "{}", wrong.join("\n"));
}

#[test]
fn every_tier_is_reached() {
    let scorer = Learnt::new();
    let mut reached = [0; 5];
    for case in cases() {
        reached[tier(&scorer.assess(&case.request))] += 1;
    }
    println!("{reached:?}");
    assert!(reached.iter().all(|&count| count >= 3), "{reached:?}");
}

#[test]
fn an_everyday_agent_step_is_standard_in_most_cases() {
    let scorer = Learnt::new();
    let steps: Vec<usize> = cases()
        .iter()
        .filter(|case| case.group == "agent_step")
        .map(|case| tier(&scorer.assess(&case.request)))
        .collect();
    let standard = steps.iter().filter(|&&tier| tier == 2).count();
    assert!(standard * 2 > steps.len(), "{steps:?}");
}

#[test]
fn every_pair_is_in_order() {
    let scorer = Learnt::new();
    let pairs: Vec<Value> = lines(include_str!("pairs.jsonl")).collect();
    assert!(pairs.len() >= 60);
    let wrong: Vec<String> = pairs
        .iter()
        .filter_map(|pair| {
            let easier = scorer.assess(&request(pair, "easier")).score;
            let harder = scorer.assess(&request(pair, "harder")).score;
            (easier >= harder).then(|| format!("{} {easier} {harder}", pair["why"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_parts_of_a_score_add_up_to_it() {
    let scorer = Learnt::new();
    for case in cases() {
        let found = scorer.assess(&case.request);
        let sum: i32 = found
            .signals
            .iter()
            .map(|signal| i32::from(signal.points))
            .sum();
        let points = (sum.clamp(0, 10_000) + 50) / 100;
        assert_eq!(points, i32::from(found.score.number()), "{found:?}");
        assert!(found.success.is_sorted());
    }
}
