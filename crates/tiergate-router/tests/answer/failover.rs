//! Where a request goes when an attempt has failed.

use std::time::Duration;

use tiergate_catalog::{Catalog, Tier};
use tiergate_metering::Outcome;
use tiergate_providers::Kind;

use super::bench::{Bench, model};
use super::provider::{Act, error, fail};

const AUTO: &str = r#""model":"auto""#;

#[tokio::test(start_paused = true)]
async fn candidates_are_tried_in_their_order_three_times_at_most() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Server)])
        .plan("beta", "a", [fail(Kind::Server)])
        .plan("alpha", "b", [fail(Kind::Server)]);
    let fault = bench.ask(AUTO).await.unwrap_err();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0", "alpha/b#0"]);
    assert_eq!(
        (fault.shown().status, fault.shown().code),
        (502, "upstream_error")
    );
    assert_eq!(
        bench.ending(),
        (Outcome::Failed, 502, Some("upstream_error".into()))
    );
    assert_eq!(bench.receipt().attempts.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_third_attempt_may_succeed() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Overloaded)])
        .plan("beta", "a", [fail(Kind::Timeout)]);
    let reply = bench.ask(AUTO).await.unwrap();
    assert_eq!(
        (
            &**reply.served.model(),
            &**reply.served.provider(),
            reply.served.attempts()
        ),
        ("b", "alpha", 3)
    );
    let outcomes: Vec<_> = bench
        .receipt()
        .attempts
        .into_iter()
        .map(|each| each.outcome)
        .collect();
    assert_eq!(outcomes, ["overloaded", "timeout", "ok"]);
}

#[tokio::test(start_paused = true)]
async fn a_pin_goes_to_its_other_providers_and_no_other_model() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::NotFound)])
        .plan("beta", "a", [fail(Kind::NotFound)]);
    let fault = bench.ask(r#""model":"a""#).await.unwrap_err();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"]);
    assert_eq!(fault.shown().code, "upstream_model_not_found");
    let bench = Bench::new();
    bench.plan("beta", "a", [fail(Kind::NotFound)]);
    bench.ask(r#""model":"beta/a""#).await.unwrap_err();
    assert_eq!(bench.places(), ["beta/a#0"]);
}

#[tokio::test(start_paused = true)]
async fn a_tier_that_is_used_up_is_left_upwards() {
    let bench = Bench::new();
    bench.plan("gamma", "p", [fail(Kind::Invalid)]);
    let reply = bench.ask(r#""model":"premium""#).await.unwrap();
    assert_eq!(&**reply.served.model(), "f");
    let bench = Bench::new();
    bench.plan("gamma", "p", [fail(Kind::Invalid)]);
    bench
        .ask(r#""model":"premium","max_tier":"premium""#)
        .await
        .unwrap_err();
    assert_eq!(
        bench.places(),
        ["gamma/p#0"],
        "never above the ceiling, never below the first tier"
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_candidate_is_tried_again_once() {
    let bench = Bench::new();
    bench.plan("beta", "f", [fail(Kind::Server), fail(Kind::Server)]);
    let start = tokio::time::Instant::now();
    bench.ask(r#""model":"f""#).await.unwrap_err();
    assert_eq!(bench.places(), ["beta/f#0", "beta/f#0"]);
    assert!(start.elapsed() <= Duration::from_millis(100));
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Reset)])
        .plan("beta", "a", [fail(Kind::Reset)]);
    bench.ask(r#""model":"a""#).await.unwrap();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0", "beta/a#0"]);
}

#[tokio::test(start_paused = true)]
async fn too_long_an_input_goes_to_larger_windows_only() {
    let bench = Bench::new();
    bench.plan("alpha", "a", [fail(Kind::ContextTooLong)]);
    bench.ask(AUTO).await.unwrap();
    assert_eq!(
        bench.places(),
        ["alpha/a#0", "alpha/b#0"],
        "the window at beta is no larger"
    );
    let bench = Bench::new();
    bench.plan("beta", "f", [fail(Kind::ContextTooLong)]);
    let fault = bench.ask(r#""model":"flagship""#).await.unwrap_err();
    assert_eq!(
        (fault.shown().status, fault.shown().code),
        (400, "context_length_exceeded")
    );
    assert_eq!(bench.places(), ["beta/f#0"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_gives_way_to_the_next_one() {
    for kind in [Kind::Auth, Kind::Billing, Kind::RateLimited] {
        let bench = Bench::over(super::bench::catalog(), 2);
        bench.plan("alpha", "a", [fail(kind), fail(kind)]);
        bench.ask(AUTO).await.unwrap();
        assert_eq!(
            bench.places(),
            ["alpha/a#0", "alpha/a#1", "beta/a#0"],
            "{kind:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_out_of_reach_is_passed_over_while_another_is_left() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Connect)])
        .plan("beta", "a", [fail(Kind::Connect)]);
    bench.ask(AUTO).await.unwrap();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0", "gamma/b#0"]);
}

#[tokio::test(start_paused = true)]
async fn the_only_provider_is_not_passed_over() {
    let two = ["x", "y"].map(|id| {
        model(
            id,
            Tier::Standard,
            &[("alpha", 32_000, if id == "x" { "1" } else { "2" }, "4")],
        )
    });
    let bench = Bench::over(Catalog::builder().models(two).build().unwrap(), 1);
    bench.plan("alpha", "x", [fail(Kind::Connect)]);
    bench.ask(AUTO).await.unwrap();
    assert_eq!(bench.places(), ["alpha/x#0", "alpha/y#0"]);
}

#[tokio::test(start_paused = true)]
async fn limits_everywhere_are_one_limit_with_the_shortest_wait() {
    let limited = |seconds| {
        Act::Fail(error(Kind::RateLimited).with_retry_after(Duration::from_secs(seconds)))
    };
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [limited(30)])
        .plan("beta", "a", [limited(7)])
        .plan("alpha", "b", [limited(60)]);
    let fault = bench.ask(AUTO).await.unwrap_err();
    assert_eq!(
        (fault.shown().status, fault.retry_after()),
        (429, Some(Duration::from_secs(7)))
    );
    assert!(matches!(
        fault,
        tiergate_router::Error::Provider {
            all_limited: true,
            attempts: 3,
            ..
        }
    ));
    assert_eq!(
        bench.ending(),
        (Outcome::Failed, 429, Some("rate_limit_exceeded".into()))
    );

    let bench = Bench::new();
    bench
        .plan("alpha", "a", [limited(30)])
        .plan("beta", "a", [fail(Kind::Server)])
        .plan("alpha", "b", [limited(9)]);
    let fault = bench.ask(AUTO).await.unwrap_err();
    assert_eq!(fault.shown().status, 502, "one of them was no limit");
}

#[tokio::test(start_paused = true)]
async fn a_form_that_was_not_asked_for_is_no_answer() {
    let bench = Bench::new();
    bench.plan("alpha", "a", [Act::Stream(Vec::new())]);
    bench.ask(AUTO).await.unwrap();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"]);
    assert_eq!(bench.receipt().attempts[0].outcome, "invalid");
    let bench = Bench::new();
    bench.plan("alpha", "a", [Act::Full(None)]);
    bench.ask(r#""model":"auto","stream":true"#).await.unwrap();
    assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0"]);
}

#[tokio::test(start_paused = true)]
async fn candidates_that_cannot_be_asked_are_no_attempts() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Unsupported)])
        .plan("beta", "a", [fail(Kind::Unsupported)])
        .plan("alpha", "b", [fail(Kind::Unsupported)])
        .plan("gamma", "b", [fail(Kind::Server)]);
    let reply = bench.ask(AUTO).await.unwrap();
    assert_eq!((&**reply.served.model(), reply.served.attempts()), ("p", 2));
    let receipt = bench.receipt();
    let outcomes: Vec<_> = receipt.attempts.iter().map(|each| &*each.outcome).collect();
    assert_eq!(outcomes, ["server", "ok"]);
    let passed: Vec<_> = receipt
        .passed_over
        .iter()
        .map(|each| &*each.provider)
        .collect();
    assert_eq!(passed, ["alpha", "beta", "alpha"]);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_can_be_said_to_nobody_was_never_sent() {
    let bench = Bench::new();
    for (provider, model) in [("alpha", "a"), ("beta", "a")] {
        bench.plan(provider, model, [fail(Kind::Unsupported)]);
    }
    let fault = bench.ask(r#""model":"a""#).await.unwrap_err();
    assert_eq!(
        (fault.shown().status, fault.shown().code),
        (400, "unsupported_parameter")
    );
    assert!(!fault.message().contains("attempts"), "{}", fault.message());
    assert_eq!(
        bench.ending(),
        (Outcome::Refused, 400, Some("unsupported_parameter".into()))
    );
    assert_eq!(bench.receipt().attempts.len(), 0);
    assert_eq!(bench.receipt().passed_over.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_only_a_fallback_finds_wrong_is_not_what_the_client_is_told() {
    for (first, status) in [(Kind::Server, 502), (Kind::RateLimited, 429)] {
        let bench = Bench::new();
        bench
            .plan("alpha", "a", [fail(first)])
            .plan("beta", "a", [fail(Kind::BadRequest)])
            .plan("alpha", "b", [fail(Kind::Unprocessable)]);
        let fault = bench.ask(AUTO).await.unwrap_err();
        assert_eq!(bench.places(), ["alpha/a#0", "beta/a#0", "alpha/b#0"]);
        let shown = fault.shown();
        assert_eq!((shown.status, shown.retryable), (status, true));
        assert_eq!(fault.attempts(), Some(3));
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_first_choice_finds_wrong_the_second_time_is() {
    let bench = Bench::new();
    bench.plan("gamma", "p", [fail(Kind::Server), fail(Kind::BadRequest)]);
    let fault = bench.ask(r#""model":"p""#).await.unwrap_err();
    assert_eq!(fault.shown().status, 400);
}

#[tokio::test(start_paused = true)]
async fn a_stand_in_that_refuses_leaves_the_request_to_the_first_choice() {
    let bench = Bench::new();
    bench
        .plan("alpha", "a", [fail(Kind::Overloaded)])
        .plan("beta", "a", [fail(Kind::BadRequest)])
        .plan("alpha", "b", [fail(Kind::TooLarge)]);
    let fault = bench.ask(AUTO).await.unwrap_err();
    assert_eq!(fault.shown().status, 503, "{:?}", fault.shown());
}
