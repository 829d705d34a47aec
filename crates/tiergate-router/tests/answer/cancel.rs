//! A caller that goes away cancels the provider's work and leaves one receipt.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tiergate_metering::Outcome;
use tiergate_providers::Kind;

use super::bench::{Bench, next, read, stream};
use super::provider::{Act, Item, done, error, fail, finish, role, said, usage};

const STREAM: &str = r#""model":"auto","stream":true"#;

/// Drops a request while it waits for its provider.
async fn abandon(bench: &Bench, body: &str) {
    {
        let mut asking = pin!(bench.ask(body));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(asking.as_mut().poll(&mut context), Poll::Pending));
        assert_eq!((bench.cancelled(), bench.receipts()), (0, 0));
    }
    tokio::task::yield_now().await;
}

#[tokio::test(start_paused = true)]
async fn dropping_the_request_cancels_the_attempt() {
    for (body, act) in [
        (r#""model":"auto""#, Act::Hang),
        (STREAM, Act::Hang),
        (STREAM, Act::Stream(vec![role(), Item::Silence])),
    ] {
        let bench = Bench::new();
        bench.plan("alpha", "a", [act]);
        abandon(&bench, body).await;
        assert_eq!(bench.cancelled(), 1);
        assert_eq!(bench.ending(), (Outcome::Cancelled, 499, None));
        assert_eq!(bench.receipt().charge.cost, None, "nobody answered");
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_request_between_attempts_ends_it() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Server)])
        .plan("beta", "a", [Act::Hang]);
    abandon(&bench, r#""model":"auto""#).await;
    assert_eq!(bench.ending().0, Outcome::Cancelled);
    assert_eq!(
        bench.receipt().attempts.len(),
        1,
        "the attempt under way has no end to tell of"
    );
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_cancels_it_and_counts_what_was_said() {
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![
            role(),
            said("twelve bytes"),
            Item::Silence,
        ])],
    );
    let mut answering = stream(bench.ask(STREAM).await.unwrap());
    next(&mut answering).await;
    next(&mut answering).await;
    assert_eq!(bench.cancelled(), 0);
    drop(answering);
    assert_eq!(bench.cancelled(), 1);
    let receipt = bench.receipt();
    assert_eq!(receipt.ending.outcome, Outcome::Cancelled);
    assert!(receipt.usage_estimated);
    assert_eq!(receipt.tokens.output, 3, "four bytes to a token");
    assert!(receipt.tokens.input > 0);
    let nanos = receipt.tokens.input * 1_000 + receipt.tokens.output * 4_000;
    assert_eq!(receipt.charge.cost.unwrap().nanos().cast_unsigned(), nanos);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_had_finished_is_complete() {
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![
            said("hi"),
            finish(),
            usage(4, 1),
            Item::Silence,
        ])],
    );
    let mut answering = stream(bench.ask(STREAM).await.unwrap());
    for _ in 0..3 {
        next(&mut answering).await;
    }
    drop(answering);
    let receipt = bench.receipt();
    assert_eq!(
        (receipt.ending.outcome, receipt.usage_estimated),
        (Outcome::Complete, false)
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_reads_is_cancelled() {
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![said("hi"), finish(), done()])],
    );
    drop(stream(bench.ask(STREAM).await.unwrap()));
    assert_eq!(
        (bench.ending().0, bench.cancelled()),
        (Outcome::Cancelled, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_read_to_its_end_is_not_cancelled() {
    let bench = Bench::new();
    read(&mut stream(bench.ask(STREAM).await.unwrap())).await;
    assert_eq!(
        (bench.ending().0, bench.cancelled()),
        (Outcome::Complete, 0)
    );
    let bench = Bench::new();
    bench.plan(
        "alpha",
        "a",
        [Act::Stream(vec![
            said("hi"),
            Item::Fail(error(Kind::Interrupted)),
        ])],
    );
    read(&mut stream(bench.ask(STREAM).await.unwrap())).await;
    assert_eq!(
        (bench.ending().0, bench.cancelled()),
        (Outcome::Interrupted, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_charged_for_anyway_is_read_to_its_end() {
    let bench = Bench::new();
    bench.router.reload(
        tiergate_router::Setup {
            drained: ["alpha".into()].into(),
            ..bench.setup(super::bench::catalog())
        },
        super::bench::NOW,
    );
    let whole = vec![
        role(),
        said("hi"),
        Item::Wait(Duration::from_secs(20)),
        said("there"),
        finish(),
        usage(9, 400),
        done(),
    ];
    let endless = vec![role(), said("hi"), Item::Silence];
    bench.plan("alpha", "a", [Act::Stream(whole), Act::Stream(endless)]);
    for (seconds, told) in [(21, Some(400)), (61, None)] {
        let mut answering = stream(bench.ask(STREAM).await.unwrap());
        next(&mut answering).await.unwrap().unwrap();
        let before = bench.receipts();
        drop(answering);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        assert_eq!(bench.receipts(), before + 1);
        let receipt = bench.kept.0.lock().unwrap().last().cloned().unwrap();
        assert_eq!(
            (receipt.ending.outcome, receipt.ending.status),
            (Outcome::Cancelled, 200)
        );
        assert_eq!(receipt.usage_estimated, told.is_none());
        if let Some(told) = told {
            assert_eq!(receipt.tokens.output, told);
        }
    }
}
