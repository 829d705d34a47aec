//! Hand-written requests that no weight has seen: written apart from the scorer, never trained on.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use serde_json::Value;
use tiergate_scorer::{Learnt, Scorer, Thresholds};
use tiergate_wire::chat::Request;

fn lines(file: &'static str) -> Vec<Value> {
    file.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The score of each of the requests.
fn scores<'a>(requests: impl Iterator<Item = &'a Value>) -> Vec<tiergate_scorer::Score> {
    let scorer = Learnt::new();
    requests
        .map(|request| {
            let request = Request::parse(request.to_string().into()).unwrap();
            scorer.assess(&request).score
        })
        .collect()
}

fn percent(part: usize, whole: usize) -> usize {
    part * 1000 / whole
}

#[test]
fn unseen_requests_fall_into_their_tiers_and_into_order() {
    let rows = lines(include_str!("held_out.jsonl"));
    let scores = scores(rows.iter().map(|row| &row["request"]));
    let tiers: Vec<[u64; 2]> = rows
        .iter()
        .map(|row| [0, 1].map(|at| row["expect_tier"][at].as_u64().unwrap()))
        .collect();
    let thresholds = Thresholds::default();
    let right = scores.iter().zip(&tiers).filter(|(score, [low, high])| {
        let tier = thresholds.tier_index(**score) as u64;
        (*low..=*high).contains(&tier)
    });
    let in_range = percent(right.count(), rows.len());
    let (mut ordered, mut pairs) = (0, 0);
    for (easier, a) in tiers.iter().zip(&scores) {
        for (harder, b) in tiers.iter().zip(&scores) {
            if easier[1] < harder[0] {
                pairs += 2;
                ordered += if b > a { 2 } else { usize::from(a == b) };
            }
        }
    }
    let order = percent(ordered, pairs);
    println!("{in_range} in a thousand in range, {order} pairs in order");
    // measured 859 and 970 when the weights were made; length alone orders 858
    assert!(in_range >= 840, "{in_range}");
    assert!(order >= 960, "{order}");
}

#[test]
fn other_words_for_the_same_seldom_change_the_tier() {
    let rows = lines(include_str!("paraphrases.jsonl"));
    let thresholds = Thresholds::default();
    let tier = |score| thresholds.tier_index(score);
    let a = scores(rows.iter().map(|row| &row["a"]));
    let b = scores(rows.iter().map(|row| &row["b"]));
    let flips = a.iter().zip(&b).filter(|(a, b)| tier(**a) != tier(**b));
    let flips = percent(flips.count(), rows.len());
    println!("{flips} in a thousand change the tier");
    assert!(flips <= 180, "{flips}");
}
