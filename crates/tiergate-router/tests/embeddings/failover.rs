//! Vectors when targets fail, rest, or say nothing.

use std::time::Duration;

use tiergate_providers::{Error, Kind};
use tiergate_router::Error as RouterError;
use tokio::time::{Instant, advance};

use super::BODY;
use super::world::{Act, World, fail, hang};

const SECOND: Duration = Duration::from_secs(1);

fn limited(seconds: u32) -> Act {
    let error = Error::new(Kind::RateLimited, "house", "slow down").with_status(429);
    Act::Fail(error.with_retry_after(SECOND * seconds))
}

fn down() -> Act {
    Act::Fail(Error::new(Kind::Server, "house", "down").with_status(500))
}

/// Houses with one credential each that answer unless something is planned.
fn well() -> World {
    World::over([Act::Answer, Act::Answer, Act::Answer], 1, Some(1))
}

#[tokio::test(start_paused = true)]
async fn silence_is_left_while_another_target_can_answer() {
    let world = well();
    world.plan(0, [hang()]);
    let start = Instant::now();
    let made = world.embed(BODY).await.unwrap();
    assert_eq!((&*made.by.provider, made.by.attempts), ("two", 2));
    assert_eq!(start.elapsed(), SECOND * 90);
    let receipt = world.receipt().await;
    assert_eq!(receipt["attempts"][0]["outcome"], "timeout");
    assert_eq!(receipt["attempts"][1]["outcome"], "ok");

    // who has less time gives each attempt its share of it
    world.plan(0, [hang()]);
    let start = Instant::now();
    world.embed_in(BODY, Some(SECOND * 9)).await.unwrap();
    assert_eq!(start.elapsed(), SECOND * 3);
}

#[tokio::test(start_paused = true)]
async fn the_last_one_has_all_the_time() {
    let world = well().with(|setup| setup.limits.attempts = 2);
    world.plan(0, [hang()]);
    world.plan(1, [Act::AnswerAfter(SECOND * 300)]);
    let start = Instant::now();
    assert!(world.embed(BODY).await.is_ok());
    assert_eq!(start.elapsed(), SECOND * 390);
    world.plan(0, [hang()]);
    world.plan(1, [hang()]);
    let start = Instant::now();
    let fault = world.embed_in(BODY, Some(SECOND * 8)).await.unwrap_err();
    assert_eq!((fault.shown().status, start.elapsed()), (504, SECOND * 8));
    assert_eq!(fault.attempts(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_provider_has_clocks_of_its_own() {
    let world = well().with(|setup| {
        let mut own = setup.clocks;
        own.whole_with_alternative = SECOND * 4;
        setup.clocks_of.insert("two".into(), own);
        setup.clocks.whole_with_alternative = SECOND * 20;
    });
    world.plan(0, [hang()]);
    world.plan(1, [hang()]);
    let start = Instant::now();
    let made = world.embed(BODY).await.unwrap();
    assert_eq!(
        (&*made.by.provider, start.elapsed()),
        ("three", SECOND * 24)
    );
    // each had all that the configuration gives it, and failed by itself
    for house in [0, 1] {
        assert_eq!(world.health(house).target_breaker.failures, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_deadline_blames_nobody() {
    let world = well();
    world.plan(0, [hang()]);
    world.embed_in(BODY, Some(SECOND * 9)).await.unwrap();
    assert_eq!(world.health(0).target_breaker.failures, 0);
    world.plan(0, [hang()]);
    world.embed_in(BODY, Some(SECOND * 99)).await.unwrap();
    assert_eq!(world.health(0).target_breaker.failures, 1);
    // a share of the time that the configuration gives is no hurry
    let world = well().with(|setup| setup.clocks.total = SECOND * 60);
    world.plan(0, [Act::AnswerAfter(SECOND * 20), hang()]);
    world.embed_in(BODY, Some(SECOND * 60)).await.unwrap();
    world.embed_in(BODY, Some(SECOND * 60)).await.unwrap();
    assert_eq!(world.health(0).target_breaker.failures, 1);
}

#[tokio::test(start_paused = true)]
async fn what_others_have_given_up_is_not_waited_for() {
    let world = well();
    world.plan(0, [hang()]);
    let start = Instant::now();
    let waiting = world.embed(BODY);
    let others = async {
        tokio::time::sleep(SECOND / 2).await;
        for _ in 0..5 {
            world.plan(0, [down()]);
            world.embed(BODY).await.unwrap();
        }
    };
    let (made, ()) = tokio::join!(waiting, others);
    assert_eq!(&*made.unwrap().by.provider, "two");
    assert!(start.elapsed() < SECOND * 2, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_short_rest_is_waited_for_where_nobody_else_can_answer() {
    let world = well();
    for house in 0..3 {
        world.plan(house, [limited(1)]);
    }
    // its three attempts are used up
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 429);
    let start = Instant::now();
    assert_eq!(world.embed(BODY).await.unwrap().by.attempts, 1);
    let waited = start.elapsed();
    assert!((1_000..=1_100).contains(&waited.as_millis()), "{waited:?}");

    world.plan(2, [limited(2)]);
    let start = Instant::now();
    let other = world.embed(r#"{"model":"other","input":"a"}"#).await;
    assert_eq!(other.unwrap().by.attempts, 2);
    let waited = start.elapsed();
    assert!((2_000..=2_200).contains(&waited.as_millis()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rest_is_kept_for_later_requests_and_told() {
    let world = well();
    world.plan(0, [limited(30)]);
    world.embed(BODY).await.unwrap();
    assert_eq!(world.asked(), ["one", "two"]);
    world.embed(BODY).await.unwrap();
    assert_eq!(world.asked(), ["two"]);
    world.plan(1, [limited(60)]);
    world.plan(2, [limited(60)]);
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 429);
    assert_eq!(world.asked(), ["two", "three"]);
    let fault = world.embed(BODY).await.unwrap_err();
    assert!(matches!(fault, RouterError::Shut { .. }), "{fault:?}");
    assert!(fault.to_string().contains("one: it has asked"), "{fault}");
    let wait = fault.retry_after().unwrap().as_secs();
    assert!((30..=33).contains(&wait), "{wait}");
    assert_eq!(world.asked(), [""; 0]);
    advance(SECOND * 34).await;
    world.embed(BODY).await.unwrap();
    assert_eq!(world.asked(), ["one"]);
}

#[tokio::test(start_paused = true)]
async fn who_was_not_asked_is_not_paid_for() {
    let world = World::over(
        [fail(Kind::Unsupported), Act::Answer, Act::Answer],
        1,
        Some(1),
    );
    for _ in 0..300 {
        let made = world.embed(BODY).await.unwrap();
        assert_eq!((&*made.by.provider, made.by.attempts), ("two", 1));
    }
    // what they have earned by asking is there for those that fail
    for _ in 0..20 {
        world.plan(1, [down(), Act::Answer]);
        assert_eq!(world.embed(BODY).await.unwrap().by.attempts, 2);
        // a success in between, so that no breaker opens
        world.embed(BODY).await.unwrap();
    }
    let receipt = world.receipt().await;
    assert_eq!(receipt["passed_over"][0]["provider"], "one");
}

#[tokio::test(start_paused = true)]
async fn extra_attempts_are_paid_for() {
    let world = World::over([down(), down(), down()], 1, Some(1)).with(|setup| {
        let mut settings = tiergate_failover::health::Settings::default();
        // breakers that never open
        settings.target.consecutive = 0;
        settings.target.min_samples = 0;
        settings.endpoint = settings.target;
        setup.health = Some(tiergate_router::Health::new(settings).into());
    });
    for _ in 0..200 {
        world.embed(BODY).await.unwrap_err();
    }
    let asked = world.asked().len();
    // a fifth of the first attempts, and the ten that an idle budget holds
    assert!((230..=255).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn what_a_fallback_finds_wrong_is_not_the_last_word() {
    let world = well();
    world.plan(0, [down()]);
    world.plan(1, [fail(Kind::BadRequest)]);
    assert_eq!(&*world.embed(BODY).await.unwrap().by.provider, "three");
    world.plan(0, [down()]);
    world.plan(1, [fail(Kind::BadRequest)]);
    world.plan(2, [fail(Kind::Unprocessable)]);
    let fault = world.embed(BODY).await.unwrap_err();
    let shown = fault.shown();
    assert_eq!((shown.status, shown.retryable), (502, true), "{fault:?}");
    assert_eq!(fault.attempts(), Some(3));
    let receipt = world.receipt().await;
    let outcomes = receipt["attempts"].as_array().unwrap();
    let outcomes: Vec<_> = outcomes.iter().map(|each| &each["outcome"]).collect();
    assert_eq!(outcomes, ["server", "bad_request", "unprocessable"]);
    // of the first choice itself it is
    let world = World::over([Act::Answer, Act::Answer, down()], 1, None);
    world.plan(2, [down(), fail(Kind::BadRequest)]);
    let other = world.embed(r#"{"model":"other","input":"a"}"#).await;
    assert_eq!(other.unwrap_err().shown().status, 400);
}

#[tokio::test(start_paused = true)]
async fn one_second_attempt_at_a_target_and_three_in_all() {
    let world = World::over([down(), down(), down()], 1, None);
    world.embed(BODY).await.unwrap_err();
    assert_eq!(world.asked(), ["one", "two", "three"]);
    let other = r#"{"model":"other","input":"a"}"#;
    world.embed(other).await.unwrap_err();
    assert_eq!(world.asked(), ["three", "three"]);
    // another credential comes before the same one
    let world = World::over([down(), down(), down()], 2, None);
    world.embed(other).await.unwrap_err();
    assert_eq!(world.seen(), ["three/o-1#0", "three/o-1#1", "three/o-1#1"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_is_left_alone() {
    let world = World::over([Act::Answer, Act::Answer, Act::Answer], 2, Some(1));
    world.plan(0, [fail(Kind::Auth)]);
    assert_eq!(world.embed(BODY).await.unwrap().by.attempts, 2);
    assert_eq!(world.embed(BODY).await.unwrap().by.attempts, 1);
    assert_eq!(world.seen(), ["one/v-1#0", "one/v-1#1", "one/v-1#1"]);
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_gives_everything_back() {
    let world = well();
    world.plan(0, [hang()]);
    let gone = tokio::time::timeout(SECOND, world.embed(BODY)).await;
    assert!(gone.is_err());
    let health = world.health(0);
    assert_eq!((health.in_flight, health.waiting), (0, 0));
    assert_eq!(health.target_breaker.failures, 0);
    assert_eq!(world.embed(BODY).await.unwrap().by.attempts, 1);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_cannot_be_told_hides_no_outage_of_another() {
    let world = World::over([fail(Kind::Unsupported), down(), down()], 1, None);
    for _ in 0..20 {
        let fault = world.embed(BODY).await.unwrap_err();
        assert!(fault.shown().retryable, "{fault:?}");
    }
}
