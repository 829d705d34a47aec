//! The ring against what it promises.

use proptest::prelude::*;
use tiergate_catalog::{Money, Tier, Timestamp};
use tiergate_wire::feedback::Rating;

use super::*;
use crate::{Served, Source, Undecided, Verdict};

fn receipt(id: u32, key: &str) -> Receipt {
    let id = format!("req_{id}").into();
    Receipt::new(id, Timestamp::default(), key.into(), "auto".into())
}

/// A receipt of a request that a model has answered.
fn answered(id: u32, key: &str) -> Receipt {
    Receipt {
        score: Some(50),
        served: Some(Served {
            model: "m".into(),
            provider: "p".into(),
            upstream_model: "m".into(),
            tier: Some(Tier::Small),
        }),
        ..receipt(id, key)
    }
}

fn feedback(rating: Rating) -> Feedback {
    let at = Timestamp::default();
    Feedback {
        rating,
        comment: None,
        at,
    }
}

#[test]
fn the_oldest_makes_room() {
    let store = MemoryReceipts::new(2);
    assert!(store.is_empty());
    for id in 1..=3 {
        store.record(receipt(id, "a"));
    }
    assert!(store.find("req_1", "a").is_none());
    assert!(store.find("req_2", "a").is_some() && store.find("req_3", "a").is_some());
    assert_eq!(store.len(), 2);
}

#[test]
fn nobody_elses_receipt_is_found() {
    let store = MemoryReceipts::new(4);
    store.record(receipt(1, "a"));
    assert!(store.find("req_1", "b").is_none());
    assert!(store.find("req_1", "").is_none());
}

#[test]
fn no_capacity_keeps_nothing() {
    let store = MemoryReceipts::new(0);
    store.record(receipt(1, "a"));
    assert!(store.is_empty());
}

#[test]
fn feedback_stays_with_its_receipt() {
    let store = MemoryReceipts::new(2);
    store.record(answered(1, "a"));
    let before = store.find("req_1", "a").unwrap();
    let rate = |id, owner, rating| store.ring().rate(id, owner, feedback(rating));
    assert!(rate("req_1", "b", Rating::BAD).is_none() && rate("req_2", "a", Rating::BAD).is_none());
    assert!(store.find("req_1", "a").unwrap().feedback.is_none());
    assert!(rate("req_1", "a", Rating::BAD).is_some());
    let after = rate("req_1", "a", Rating::GOOD).unwrap();
    assert_eq!(after.feedback, Some(feedback(Rating::GOOD)));
    assert_eq!(store.find("req_1", "a").unwrap().feedback, after.feedback);
    assert!(
        before.feedback.is_none(),
        "what was read stays as it was read"
    );
    for id in 2..=3 {
        store.record(answered(id, "a"));
    }
    assert!(rate("req_1", "a", Rating::GOOD).is_none(), "it made room");
    assert!(store.ring().examples("a", "", 10).is_empty());
}

#[test]
fn a_verdict_makes_an_example_until_the_client_says_otherwise() {
    let store = MemoryReceipts::new(2);
    store.record(answered(1, "a"));
    let compare = |owner, verdict| {
        let comparison = Comparison {
            baseline_model: "b".into(),
            verdict,
            cost: Money::ZERO,
        };
        store.ring().compare("req_1", owner, comparison)
    };
    let source = || {
        let listed = store.ring().examples("a", "", 10);
        let told = listed.first().and_then(|receipt| receipt.example());
        told.map(|example| (example.feedback, example.source))
    };
    assert!(compare("b", Verdict::Worse).is_none());
    assert!(compare("a", Verdict::None(Undecided::Unclear)).is_some());
    assert_eq!(source(), None);
    compare("a", Verdict::Worse);
    assert_eq!(source(), Some((Rating::BAD, Source::Shadow)));
    compare("a", Verdict::AsGood);
    assert_eq!(source(), Some((Rating::GOOD, Source::Shadow)));
    store.ring().rate("req_1", "a", feedback(Rating::BAD));
    assert_eq!(source(), Some((Rating::BAD, Source::Client)));
}

#[test]
fn what_nobody_answered_is_no_example() {
    let store = MemoryReceipts::new(2);
    store.record(receipt(1, "a"));
    let rated = store.ring().rate("req_1", "a", feedback(Rating::BAD));
    assert!(rated.unwrap().feedback.is_some());
    assert!(store.ring().examples("a", "", 10).is_empty());
}

#[test]
fn examples_come_in_pages_of_their_owner() {
    let store = MemoryReceipts::new(100);
    for id in 0..9 {
        let owner = if id % 3 == 0 { "b" } else { "a" };
        store.record(answered(id, owner));
        if id != 4 {
            let rated = store
                .ring()
                .rate(&format!("req_{id}"), owner, feedback(Rating::GOOD));
            assert!(rated.is_some());
        }
    }
    let page = |owner, after, most| -> Vec<String> {
        let page = store.ring().examples(owner, after, most);
        page.iter()
            .map(|each| each.request_id.to_string())
            .collect()
    };
    assert_eq!(page("a", "", 3), ["req_1", "req_2", "req_5"]);
    assert_eq!(page("a", "req_5", 3), ["req_7", "req_8"]);
    assert_eq!(page("a", "req_50", 3), ["req_7", "req_8"]);
    assert_eq!(page("b", "", 9), ["req_0", "req_3", "req_6"]);
    assert!(page("a", "req_8", 3).is_empty() && page("c", "", 3).is_empty());
}

proptest! {
    #[test]
    fn an_example_is_listed_exactly_while_its_receipt_is_there(
        steps in proptest::collection::vec((any::<bool>(), 0u32..6), 0..60),
        capacity in 1usize..5,
    ) {
        let store = MemoryReceipts::new(capacity);
        for (put, id) in steps {
            if put {
                store.record(answered(id, "a"));
            } else {
                let there = store.find(&format!("req_{id}"), "a").is_some();
                let rated = store.ring().rate(&format!("req_{id}"), "a", feedback(Rating::GOOD));
                prop_assert_eq!(rated.is_some(), there);
            }
            let listed = store.ring().examples("a", "", 100);
            let kept = (0..6).filter_map(|id| store.find(&format!("req_{id}"), "a"));
            let expected: Vec<_> = kept.filter(|each| each.feedback.is_some()).collect();
            prop_assert_eq!(store.ring().examples.len(), expected.len());
            prop_assert!(listed.iter().zip(&expected).all(|(a, b)| Arc::ptr_eq(a, b)));
            prop_assert_eq!(listed.len(), expected.len());
        }
    }

    #[test]
    fn it_is_the_last_ones_by_id(ids in proptest::collection::vec(0u32..6, 0..40), capacity in 1usize..5) {
        let store = MemoryReceipts::new(capacity);
        for id in &ids {
            store.record(receipt(*id, &format!("key{id}")));
        }
        let kept = &ids[ids.len().saturating_sub(capacity)..];
        for id in 0..6 {
            let found = store.find(&format!("req_{id}"), &format!("key{id}")).is_some();
            prop_assert_eq!(found, kept.contains(&id));
        }
        prop_assert_eq!(store.len(), kept.len());
        prop_assert!(store.ring().index.len() <= capacity);
    }
}
