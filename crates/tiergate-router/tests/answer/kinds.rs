//! Each kind of failure: what follows it, and what the client and the receipt are told.

use std::time::Duration;

use tiergate_providers::Kind;

use super::bench::Bench;
use super::provider::{Act, error, fail};

/// Attempts at a single candidate that fails for ever, whether another candidate would be asked, and
/// the status that the client gets.
const KINDS: [(Kind, &str, u8, bool, u16); 16] = [
    (Kind::Auth, "auth", 1, true, 502),
    (Kind::BadRequest, "bad_request", 1, false, 400),
    (Kind::Billing, "billing", 1, true, 502),
    (Kind::Connect, "connect", 2, true, 502),
    (Kind::ContentFilter, "content_filter", 1, false, 400),
    (Kind::ContextTooLong, "context_too_long", 1, true, 400),
    (Kind::Interrupted, "interrupted", 1, true, 502),
    (Kind::Invalid, "invalid", 1, true, 502),
    (Kind::NotFound, "not_found", 1, true, 502),
    (Kind::Overloaded, "overloaded", 2, true, 503),
    (Kind::RateLimited, "rate_limited", 1, true, 429),
    (Kind::Reset, "reset", 2, true, 502),
    (Kind::Server, "server", 2, true, 502),
    (Kind::Timeout, "timeout", 1, true, 504),
    (Kind::TooLarge, "too_large", 1, false, 413),
    (Kind::Unprocessable, "unprocessable", 1, false, 422),
];

#[tokio::test(start_paused = true)]
async fn alone_a_candidate_is_retried_only_where_that_helps() {
    for (kind, word, attempts, _, status) in KINDS {
        let bench = Bench::new();
        bench.plan("beta", "f", [fail(kind), fail(kind), fail(kind)]);
        let fault = bench.ask(r#""model":"f""#).await.unwrap_err();
        assert_eq!(bench.places().len(), usize::from(attempts), "{kind:?}");
        assert_eq!(fault.shown().status, status, "{kind:?}");
        let receipt = bench.receipt();
        assert_eq!(receipt.ending.status, status);
        assert!(
            receipt.attempts.iter().all(|each| each.outcome == word),
            "{kind:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn another_candidate_is_asked_unless_the_fault_is_the_callers() {
    for (kind, word, _, next, status) in KINDS {
        let bench = Bench::new();
        bench.plan("alpha", "a", [fail(kind)]);
        let outcome = bench.ask(r#""model":"auto""#).await;
        assert_eq!(bench.places().len(), if next { 2 } else { 1 }, "{kind:?}");
        assert_ne!(
            bench
                .places()
                .last()
                .is_some_and(|last| last == "alpha/a#0"),
            next,
            "never the same one"
        );
        match outcome {
            Ok(_) => assert!(next),
            Err(fault) => assert_eq!((next, fault.shown().status), (false, status)),
        }
        assert_eq!(bench.receipt().attempts[0].outcome, word);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_of_ours_is_not_the_callers() {
    for (kind, _, _, _, status) in KINDS {
        assert_ne!(status, 401, "{kind:?}");
    }
    let bench = Bench::new();
    bench.plan("beta", "f", [Act::Fail(error(Kind::Auth).with_status(401))]);
    let fault = bench.ask(r#""model":"f""#).await.unwrap_err();
    assert_eq!(
        (fault.shown().status, fault.shown().code),
        (502, "upstream_auth")
    );
    assert_eq!(bench.receipt().attempts[0].status, Some(401));
}

#[tokio::test(start_paused = true)]
async fn a_target_that_wants_a_long_rest_is_left_alone() {
    let bench = Bench::new();
    let busy =
        |seconds| Act::Fail(error(Kind::Overloaded).with_retry_after(Duration::from_secs(seconds)));
    bench.plan("beta", "f", [busy(2)]);
    let start = tokio::time::Instant::now();
    bench.ask(r#""model":"f""#).await.unwrap();
    assert!(
        start.elapsed() >= Duration::from_secs(2),
        "the rest it asked for is kept"
    );
    let bench = Bench::new();
    bench.plan("beta", "f", [busy(3)]);
    let fault = bench.ask(r#""model":"f""#).await.unwrap_err();
    assert_eq!(
        (bench.places().len(), fault.retry_after()),
        (1, Some(Duration::from_secs(3)))
    );
}
