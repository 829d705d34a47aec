//! Deadlines and pauses, by a clock that only the test moves.

use std::time::Duration;

use tiergate_metering::Outcome;
use tiergate_providers::Kind;
use tokio::time::Instant;

use super::bench::{Bench, next, stream};
use super::provider::{Act, Item, comment, role, said};

const STREAM: &str = r#""model":"auto","stream":true"#;

#[tokio::test(start_paused = true)]
async fn every_attempt_has_its_share_of_the_time_and_none_outlasts_the_deadline() {
    let bench = Bench::new();
    let (start, second) = (Instant::now(), Duration::from_secs(1));
    for (provider, model) in [("alpha", "a"), ("beta", "a"), ("alpha", "b")] {
        bench.plan(provider, model, [Act::Hang]);
    }
    let fault = bench
        .ask_in(r#""model":"auto""#, second * 5)
        .await
        .unwrap_err();
    let seen = bench.seen();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0", "alpha/b#0"]);
    assert!(seen.iter().all(|each| each.deadline == start + second * 5));
    assert!(seen.iter().all(|each| each.hops == 2));
    let at: Vec<Duration> = seen.iter().map(|each| each.at - start).collect();
    assert_eq!(at, [0, 2, 4].map(|seconds| second * seconds));
    assert_eq!(fault.shown().status, 504);
    assert_eq!(
        bench.ending(),
        (Outcome::Failed, 504, Some("upstream_timeout".into()))
    );
    let receipt = bench.receipt();
    let latencies: Vec<u64> = receipt
        .attempts
        .iter()
        .map(|each| each.latency_ms)
        .collect();
    assert_eq!(
        (latencies, receipt.timing.latency_ms),
        (vec![2_000, 2_000, 1_000], 5_000)
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_says_nothing_is_left_while_another_can_answer() {
    let bench = Bench::new();
    let pings = vec![
        role(),
        Item::Wait(Duration::from_secs(8)),
        comment(1),
        Item::Wait(Duration::from_secs(8)),
        said("late"),
    ];
    bench
        .plan("alpha", "a", [Act::Stream(pings)])
        .plan("beta", "a", [Act::Hang]);
    let start = Instant::now();
    let reply = bench.ask(STREAM).await.unwrap();
    assert_eq!((bench.places().len(), reply.served.attempts()), (3, 3));
    assert_eq!(start.elapsed(), Duration::from_secs(20));
    assert_eq!(bench.cancelled(), 2, "what is given up is cancelled");
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_is_given_the_patience_of_its_tier() {
    let bench = Bench::new();
    let slow = vec![
        role(),
        Item::Wait(Duration::from_secs(50)),
        said("at last"),
        super::provider::finish(),
    ];
    bench
        .plan("alpha", "a", [Act::Hang])
        .plan("beta", "a", [Act::Hang])
        .plan("alpha", "b", [Act::Stream(slow)]);
    let start = Instant::now();
    let reply = bench.ask(STREAM).await.unwrap();
    assert_eq!(reply.served.attempts(), 3);
    assert_eq!(start.elapsed(), Duration::from_secs(70));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_falls_silent_ends_in_an_error() {
    let bench = Bench::new();
    let minute = Duration::from_mins(1);
    let silent = |tail: Vec<Item>| {
        let mut items = vec![role(), said("hi")];
        items.extend(tail);
        items
    };
    let pings = (0..9).flat_map(|_| [Item::Wait(minute / 2), comment(1)]);
    bench.plan(
        "alpha",
        "a",
        [
            Act::Stream(silent(vec![Item::Silence])),
            Act::Stream(silent(pings.collect())),
        ],
    );
    for bound in [minute, minute * 2] {
        let start = Instant::now();
        let mut answering = stream(bench.ask(STREAM).await.unwrap());
        let fault = loop {
            match next(&mut answering).await {
                Some(Ok(_)) => {}
                Some(Err(fault)) => break fault,
                None => panic!("it has no end"),
            }
        };
        assert_eq!(fault.kind(), Kind::Timeout);
        assert_eq!(start.elapsed(), bound);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_wait_for_a_first_word() {
    let bench = Bench::new();
    let silent = Act::Stream(vec![role(), Item::Silence]);
    bench.plan("gamma", "p", [silent]);
    let start = Instant::now();
    let fault = bench
        .ask_in(r#""model":"p","stream":true"#, Duration::from_secs(20))
        .await
        .unwrap_err();
    assert_eq!(
        (start.elapsed(), fault.shown().status),
        (Duration::from_secs(20), 504)
    );
    assert_eq!(
        (bench.places().len(), bench.cancelled(), bench.receipts()),
        (1, 1, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn the_time_to_the_first_word_is_noted() {
    let bench = Bench::new();
    let second = Duration::from_secs(1);
    let items = vec![
        role(),
        Item::Wait(second),
        said("hi"),
        Item::Wait(second),
        super::provider::finish(),
    ];
    bench.plan("alpha", "a", [Act::Stream(items)]);
    let mut answering = stream(bench.ask(STREAM).await.unwrap());
    while next(&mut answering).await.is_some() {}
    let timing = bench.receipt().timing;
    assert_eq!((timing.ttft_ms, timing.latency_ms), (Some(1_000), 2_000));
}
