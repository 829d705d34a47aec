//! Deadlines and pauses, by a clock that only the test moves.

use std::time::Duration;

use tiergate_metering::Outcome;
use tiergate_providers::Kind;
use tokio::time::Instant;

use super::bench::{Bench, next, stream};
use super::provider::{Act, Item, comment, error, role, said};

const STREAM: &str = r#""model":"auto","stream":true"#;

#[tokio::test(start_paused = true)]
async fn every_attempt_learns_the_deadline_and_none_begins_after_it() {
    let bench = Bench::new();
    let (start, second) = (Instant::now(), Duration::from_secs(1));
    bench.plan("alpha", "a", [Act::Late(second * 3, error(Kind::Timeout))]);
    bench.plan("beta", "a", [Act::Late(second * 2, error(Kind::Timeout))]);
    let fault = bench
        .ask_in(r#""model":"auto""#, second * 5)
        .await
        .unwrap_err();
    let seen = bench.seen();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"]);
    assert!(seen.iter().all(|each| each.deadline == start + second * 5));
    assert!(seen.iter().all(|each| each.hops == 2));
    assert_eq!(seen[1].at, start + second * 3);
    assert_eq!(fault.shown().status, 504);
    assert_eq!(
        bench.ending(),
        (Outcome::Failed, 504, Some("upstream_timeout".into()))
    );
    let latencies: Vec<u64> = bench
        .receipt()
        .attempts
        .iter()
        .map(|each| each.latency_ms)
        .collect();
    assert_eq!(
        (latencies, bench.receipt().timing.latency_ms),
        (vec![3_000, 2_000], 5_000)
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_says_nothing_is_left_after_two_minutes() {
    let bench = Bench::new();
    let minute = Duration::from_mins(1);
    let pings = vec![
        role(),
        Item::Wait(minute),
        comment(1),
        Item::Wait(minute * 2),
        said("late"),
    ];
    bench
        .plan("alpha", "a", [Act::Stream(pings)])
        .plan("beta", "a", [Act::Hang]);
    let start = Instant::now();
    let reply = bench.ask(STREAM).await.unwrap();
    assert_eq!((bench.places().len(), reply.served.attempts()), (3, 3));
    assert_eq!(start.elapsed(), minute * 4);
    assert_eq!(bench.cancelled(), 2, "what is given up is cancelled");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_wait_for_a_first_word() {
    let bench = Bench::new();
    bench.plan("alpha", "a", [Act::Stream(vec![role(), Item::Silence])]);
    let start = Instant::now();
    let fault = bench
        .ask_in(STREAM, Duration::from_secs(20))
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
