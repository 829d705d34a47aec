//! Vectors through the router: one model, its targets in turn, and a receipt for each request.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod failover;
mod world;

use std::time::Duration;

use tiergate_providers::Kind;

use world::World;

/// A request for two vectors.
const BODY: &str = r#"{"model":"vectors","input":["a","b"],"tags":["t"]}"#;

#[tokio::test(start_paused = true)]
async fn the_first_target_serves_and_is_billed() {
    let world = World::new([None; 3], Some(2_000));
    let made = world.embed(BODY).await.unwrap();
    assert_eq!(
        (made.vectors.len(), made.tokens, made.by.attempts),
        (2, 2_000, 1)
    );
    assert_eq!(made.bill.cost.unwrap().to_string(), "0.001");
    assert_eq!(made.bill.savings.unwrap().to_string(), "0");
    let receipt = world.receipt().await;
    assert_eq!(receipt["served_model"], "vectors");
    assert_eq!(receipt["provider"], "one");
    assert_eq!(receipt["cost_usd"], "0.001");
    assert_eq!(receipt["tags"], serde_json::json!(["t"]));
    assert_eq!(receipt["outcome"], "complete");
    assert_eq!(receipt["usage_estimated"], false);
}

#[tokio::test(start_paused = true)]
async fn credentials_come_before_other_targets_and_another_model_never() {
    let world = World::new([Some(Kind::Auth), Some(Kind::NotFound), None], Some(1));
    let error = world.embed(r#"{"model":"other","input":"a"}"#).await;
    assert!(error.is_ok());
    let made = world.embed(BODY).await;
    // three attempts are the most: both credentials of the first house, and the second one
    assert!(made.is_err());
    assert_eq!(
        world.seen(),
        ["three/o-1#0", "one/v-1#0", "one/v-1#1", "two/v-1#0"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_one_target_cannot_say_another_may() {
    let world = World::new(
        [Some(Kind::Unsupported), Some(Kind::Unsupported), None],
        None,
    );
    let made = world.embed(BODY).await.unwrap();
    assert_eq!(&*made.by.provider, "three");
    assert!(made.tokens > 0);
    assert_eq!(world.receipt().await["usage_estimated"], true);
    let world = World::new([Some(Kind::Unsupported); 3], None);
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 400);
    // a failure that may pass is not hidden by one that does not
    let world = World::new(
        [
            Some(Kind::RateLimited),
            Some(Kind::Unsupported),
            Some(Kind::Unsupported),
        ],
        None,
    );
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 429);
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_mistakes_are_not_tried_again() {
    let world = World::new([Some(Kind::BadRequest), None, None], None);
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 400);
    assert_eq!(world.seen(), ["one/v-1#0"]);
    assert_eq!(world.receipt().await["outcome"], "failed");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_is_cancelled_once() {
    let world = World::new([Some(Kind::Timeout); 3], None);
    let embedding = world.embed(BODY);
    assert!(
        tokio::time::timeout(Duration::ZERO, embedding)
            .await
            .is_err()
    );
    let receipt = world.receipt().await;
    assert_eq!(
        (&receipt["outcome"], &receipt["status"]),
        (&"cancelled".into(), &499.into())
    );
}

#[tokio::test(start_paused = true)]
async fn targets_that_fail_are_left_alone_and_looked_at_once_a_second() {
    let world = World::new([Some(Kind::Server); 3], None);
    let mut shut = 0;
    for _ in 0..100 {
        let fault = world.embed(BODY).await.unwrap_err();
        shut += usize::from(matches!(fault, tiergate_router::Error::Shut { .. }));
        tokio::time::advance(Duration::from_millis(10)).await;
    }
    assert!(shut > 60, "{shut}");
    let before = world.seen().len();
    tokio::time::advance(Duration::from_millis(1_100)).await;
    let fault = world.embed(BODY).await.unwrap_err();
    assert!(fault.provider().is_some(), "{fault}");
    assert!(world.seen().len() > before);
}
