//! Every request leaves one receipt, whatever becomes of it.

use std::time::Duration;

use tiergate_catalog::Tier;
use tiergate_metering::Outcome;
use tiergate_providers::Kind;
use tiergate_router::Access;

use super::bench::{Bench, context, request};
use super::provider::fail;

#[tokio::test(start_paused = true)]
async fn a_complete_answer() {
    let bench = Bench::new();
    let reply = bench
        .ask(r#""model":"auto","tags":{"team":"x"},"prefer":"cheap""#)
        .await
        .unwrap();
    let receipt = bench.receipt();
    assert_eq!(bench.ending(), (Outcome::Complete, 200, None));
    assert_eq!(
        (
            &*receipt.request_id,
            &*receipt.key,
            &*receipt.requested_model
        ),
        ("req_1", "owner", "auto")
    );
    let served = receipt.served.unwrap();
    assert_eq!(
        (&*served.model, &*served.provider, &*served.upstream_model),
        ("a", "alpha", "a")
    );
    assert_eq!(
        (served.tier, receipt.score, receipt.auto),
        (Some(Tier::Standard), Some(45), true)
    );
    assert_eq!(receipt.tags.unwrap().get(), r#"{"team":"x"}"#);
    assert_eq!((receipt.prefer_ignored, receipt.stream), (false, false));
    assert_eq!((reply.served.score(), reply.served.is_auto()), (45, true));
    let why: serde_json::Value = serde_json::from_str(receipt.why.unwrap().render().get()).unwrap();
    assert_eq!(
        (&why["model"], &why["candidates"][0]["verdict"]),
        (&"a".into(), &"chosen".into())
    );
}

#[tokio::test(start_paused = true)]
async fn a_preference_beside_a_pin_is_ignored_and_that_is_said() {
    let bench = Bench::new();
    let reply = bench.ask(r#""model":"b","prefer":"fast""#).await.unwrap();
    assert!(
        reply.served.prefer_ignored() && bench.receipt().prefer_ignored && !bench.receipt().auto
    );
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_turned_away() {
    let cases = [
        (r#""model":"nobody""#, 404, "model_not_found"),
        (r#""model":"auto","prefer":"best""#, 400, "invalid_value"),
        (r#""model":"auto","max_tier":"best""#, 400, "invalid_value"),
        (
            r#""model":"f","max_tier":"premium""#,
            403,
            "tier_not_allowed",
        ),
        (r#""model":"auto","max_tokens":5000"#, 400, "invalid_value"),
    ];
    for (body, status, code) in cases {
        let bench = Bench::new();
        let fault = bench.ask(body).await.unwrap_err();
        assert_eq!(
            (fault.shown().status, fault.shown().code),
            (status, code),
            "{body}"
        );
        assert_eq!(
            bench.ending(),
            (Outcome::Refused, status, Some(code.into())),
            "{body}"
        );
        assert!(bench.places().is_empty() && bench.receipt().charge.cost.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_reached_the_router() {
    let bench = Bench::new();
    bench.router.refuse(
        &Access::unlimited("owner"),
        &context(Duration::from_secs(1)),
        413,
        "request_too_large",
    );
    assert_eq!(
        bench.ending(),
        (Outcome::Refused, 413, Some("request_too_large".into()))
    );
    assert_eq!(&*bench.receipt().key, "owner");
}

#[tokio::test(start_paused = true)]
async fn a_failed_request_has_no_cost() {
    let bench = Bench::new();
    bench.plan("beta", "f", [fail(Kind::NotFound)]);
    bench.ask(r#""model":"f""#).await.unwrap_err();
    let receipt = bench.receipt();
    assert!(receipt.served.is_none() && receipt.charge.cost.is_none() && receipt.savings.is_none());
    assert_eq!(
        (receipt.ending.outcome, receipt.score),
        (Outcome::Failed, Some(45))
    );
}

#[tokio::test(start_paused = true)]
async fn each_owner_has_its_own() {
    let bench = Bench::new();
    for owner in ["one", "two"] {
        let access = Access::unlimited(owner);
        let body = request(r#""model":"auto""#);
        bench
            .router
            .answer(&body, &access, &context(Duration::from_secs(9)))
            .await
            .unwrap();
    }
    let kept = bench.kept.0.lock().unwrap();
    let owners: Vec<&str> = kept.iter().map(|receipt| &*receipt.key).collect();
    assert_eq!(owners, ["one", "two"]);
}
