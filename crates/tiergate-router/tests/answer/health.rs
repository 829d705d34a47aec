//! What one request teaches the next ones.

use std::collections::HashMap;
use std::time::Duration;

use tiergate_catalog::{Catalog, Model, Price, Target, Tariff, Tier};
use tiergate_metering::Why as _;
use tiergate_providers::{Error, Kind};
use tiergate_router::{Access, Error as RouterError};
use tiergate_wire::chat::Request;
use tiergate_wire::usage::Usage;
use tokio::time::{Instant, advance};

use super::bench::{Bench, NOW, catalog, context, next, read, stream};
use super::provider::{Act, Item, done, fail, finish, role, said, tokens};

const AUTO: &str = r#""model":"auto""#;
const PIN: &str = r#""model":"p""#;

fn limited(seconds: u64) -> Act {
    let error = Error::new(Kind::RateLimited, "p", "slow down").with_status(429);
    Act::Fail(error.with_retry_after(Duration::from_secs(seconds)))
}

#[tokio::test(start_paused = true)]
async fn after_five_failures_nobody_asks_until_one_probe_succeeds() {
    let bench = Bench::new();
    bench.plan("alpha", "a", (0..5).map(|_| fail(Kind::Server)));
    for _ in 0..5 {
        let reply = bench.ask(AUTO).await.unwrap();
        assert_eq!(reply.served.attempts(), 2);
    }
    let before = bench.places().len();
    for _ in 0..20 {
        let reply = bench.ask(AUTO).await.unwrap();
        assert_eq!(reply.served.attempts(), 1, "routed, not failed over");
        assert_eq!(&**reply.served.provider(), "beta");
    }
    assert!(bench.places()[before..].iter().all(|at| at == "beta/a#0"));
    let shown = bench.router.targets();
    let alpha = shown
        .iter()
        .find(|each| &*each.provider == "alpha" && &*each.model == "a");
    let alpha = alpha.unwrap();
    assert_eq!((alpha.target_breaker.state, alpha.ready), ("open", false));
    assert_eq!(alpha.target_breaker.cause, Some("consecutive"));
    assert!((2_500..=5_000).contains(&alpha.target_breaker.next_probe_ms.unwrap()));

    advance(Duration::from_secs(6)).await;
    let reply = bench.ask(AUTO).await.unwrap();
    assert_eq!(&**reply.served.provider(), "alpha");
    let shown = bench.router.targets();
    assert!(
        shown
            .iter()
            .all(|each| each.ready && each.target_breaker.state == "closed")
    );
}

#[tokio::test(start_paused = true)]
async fn the_why_names_what_was_passed_over() {
    let bench = Bench::new();
    bench.plan("alpha", "a", (0..5).map(|_| fail(Kind::Server)));
    for _ in 0..6 {
        bench.ask(AUTO).await.unwrap();
    }
    let receipt = bench.kept.0.lock().unwrap().last().cloned().unwrap();
    let why: serde_json::Value =
        serde_json::from_str(receipt.why.as_ref().unwrap().render().get()).unwrap();
    let candidates = why["candidates"].as_array().unwrap();
    let of = |provider: &str| {
        let mut all = candidates.iter();
        all.find(|each| each["provider"] == provider && each["model"] == "a")
            .unwrap()
    };
    assert_eq!(of("alpha")["verdict"], "rejected");
    assert_eq!(of("alpha")["reasons"][0]["code"], "breaker_open");
    assert_eq!(of("beta")["verdict"], "chosen");
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_shuts_all_models_of_its_credential_and_no_others() {
    let bench = Bench::over(catalog(), 2);
    bench.plan("alpha", "a", [fail(Kind::Auth)]);
    let reply = bench.ask(AUTO).await.unwrap();
    assert_eq!(reply.served.attempts(), 2);
    bench.ask(AUTO).await.unwrap();
    bench.ask(r#""model":"b""#).await.unwrap();
    assert_eq!(
        bench.places(),
        ["alpha/a#0", "alpha/a#1", "alpha/a#1", "alpha/b#1"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_caller_gets_wrong_shuts_nothing() {
    let bench = Bench::new();
    for kind in [
        Kind::BadRequest,
        Kind::ContentFilter,
        Kind::TooLarge,
        Kind::Unprocessable,
    ] {
        bench.plan("alpha", "a", (0..20).map(|_| fail(kind)));
        for _ in 0..20 {
            bench.ask(AUTO).await.unwrap_err();
        }
    }
    assert!(bench.router.targets().iter().all(|each| each.ready));
}

#[tokio::test(start_paused = true)]
async fn a_short_rest_is_waited_for_where_nobody_else_can_answer() {
    let bench = Bench::new();
    bench.plan("gamma", "p", [limited(2)]);
    let start = Instant::now();
    let reply = bench.ask(PIN).await.unwrap();
    assert_eq!(reply.served.attempts(), 2);
    let waited = start.elapsed();
    assert!((2_000..=2_200).contains(&waited.as_millis()), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_long_rest_is_told_to_the_client() {
    let bench = Bench::new();
    bench.plan("gamma", "p", [limited(30)]);
    let start = Instant::now();
    let fault = bench.ask(PIN).await.unwrap_err();
    assert_eq!(
        (fault.shown().status, start.elapsed()),
        (429, Duration::ZERO)
    );
    let fault = bench.ask(PIN).await.unwrap_err();
    assert!(matches!(fault, RouterError::Shut { .. }), "{fault:?}");
    assert_eq!(fault.shown().status, 503);
    let wait = fault.retry_after().unwrap();
    assert!((30..=33).contains(&wait.as_secs()), "{wait:?}");
    assert_eq!(bench.places().len(), 1, "what rests is left alone");
}

#[tokio::test(start_paused = true)]
async fn when_all_is_shut_one_request_a_second_tries_all_the_same() {
    let bench = Bench::new();
    bench.plan("gamma", "p", (0..100).map(|_| fail(Kind::Server)));
    while bench.router.targets().iter().all(|each| each.ready) {
        bench.ask(PIN).await.unwrap_err();
    }
    let before = bench.places().len();
    let mut refused = 0;
    for _ in 0..40 {
        let fault = bench.ask(PIN).await.unwrap_err();
        refused += usize::from(matches!(fault, RouterError::Shut { .. }));
        advance(Duration::from_millis(50)).await;
    }
    let asked = bench.places().len() - before;
    assert!((1..=4).contains(&asked), "{asked} in two seconds");
    assert!(refused >= 35, "the others fail at once: {refused}");
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_breaks_after_it_began_is_a_success_and_then_a_failure() {
    let bench = Bench::new();
    let whole = || Act::Stream(vec![role(), said("hi"), finish(), done()]);
    let broken = || {
        Act::Stream(vec![
            role(),
            said("hi"),
            Item::Fail(super::provider::error(Kind::Reset)),
        ])
    };
    bench.plan(
        "alpha",
        "a",
        [broken(), broken(), broken(), broken(), broken(), whole()],
    );
    for _ in 0..5 {
        let mut answering = stream(bench.ask(r#""model":"auto","stream":true"#).await.unwrap());
        assert!(read(&mut answering).await.last().unwrap().is_err());
    }
    let reply = bench.ask(r#""model":"auto","stream":true"#).await.unwrap();
    assert_eq!(&**reply.served.provider(), "beta", "broken streams count");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_says_nothing_of_the_target() {
    let bench = Bench::new();
    for _ in 0..20 {
        bench.plan(
            "alpha",
            "a",
            [Act::Stream(vec![role(), said("hi"), Item::Silence])],
        );
        let mut answering = stream(bench.ask(r#""model":"auto","stream":true"#).await.unwrap());
        next(&mut answering).await.unwrap().unwrap();
        drop(answering);
    }
    let shown = bench.router.targets();
    assert!(shown.iter().all(|each| each.ready && each.in_flight == 0));
}

#[tokio::test(start_paused = true)]
async fn a_caller_in_a_hurry_blames_nobody() {
    let bench = Bench::new();
    let slow = || {
        Act::Stream(vec![
            role(),
            said("so"),
            Item::Wait(Duration::from_secs(30)),
        ])
    };
    for seconds in [1, 3, 5] {
        bench.plan("gamma", "p", (0..20).map(|_| Act::Hang));
        for _ in 0..20 {
            let time = Duration::from_secs(seconds);
            bench.ask_in(PIN, time).await.unwrap_err();
        }
        bench.plan("gamma", "p", (0..20).map(|_| slow()));
        for _ in 0..20 {
            let time = Duration::from_secs(seconds);
            let reply = bench.ask_in(r#""model":"p","stream":true"#, time).await;
            assert!(
                read(&mut stream(reply.unwrap()))
                    .await
                    .last()
                    .unwrap()
                    .is_err()
            );
        }
    }
    let shown = bench.router.targets();
    assert!(
        shown
            .iter()
            .all(|each| each.target_breaker.state == "closed")
    );
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_its_caller_cut_short_is_no_failure() {
    let bench = Bench::new();
    bench.plan("gamma", "p", (0..5).map(|_| fail(Kind::Invalid)));
    bench.plan("gamma", "p", [Act::Hang]);
    for _ in 0..5 {
        bench.ask(PIN).await.unwrap_err();
    }
    assert!(!bench.router.targets().iter().all(|each| each.ready));
    advance(Duration::from_secs(6)).await;
    bench.ask_in(PIN, Duration::from_secs(1)).await.unwrap_err();
    assert_eq!(bench.places().len(), 6);
    assert!(bench.router.targets().iter().all(|each| each.ready));
}

#[tokio::test(start_paused = true)]
async fn retries_have_a_budget() {
    let bench = Bench::new();
    let late = |_| {
        Act::Late(
            Duration::from_millis(1),
            super::provider::error(Kind::Overloaded),
        )
    };
    bench.plan("alpha", "a", (0..400).map(late));
    let asked = async {
        let one = || async { bench.ask(AUTO).await.is_ok() };
        let all: Vec<_> = (0..200).map(|_| one()).collect();
        let mut answered = 0;
        for each in all {
            answered += usize::from(each.await);
        }
        answered
    };
    assert_eq!(
        Box::pin(asked).await,
        200,
        "an outage with an alternative is not seen"
    );
    let extra = bench.places().len() - 200;
    assert!(extra <= 10, "{extra} extra attempts");
}

#[tokio::test(start_paused = true)]
async fn fast_flips_when_the_listed_fastest_becomes_slow() {
    let bench = Bench::new();
    let slow = || {
        Act::Stream(vec![
            role(),
            Item::Wait(Duration::from_secs(8)),
            said("hi"),
            finish(),
            done(),
        ])
    };
    let ask = r#""model":"standard","prefer":"fast","stream":true"#;
    let first = bench.ask(ask).await.unwrap();
    let fastest = first.served.provider().to_string();
    let model: &'static str = if &**first.served.model() == "a" {
        "a"
    } else {
        "b"
    };
    drop(first);
    bench.plan(&fastest, model, (0..20).map(|_| slow()));
    let mut flipped = None;
    for turn in 0..20 {
        let reply = bench.ask(ask).await.unwrap();
        let there = **reply.served.provider() == *fastest && &**reply.served.model() == model;
        read(&mut stream(reply)).await;
        if !there {
            flipped = Some(turn);
            break;
        }
    }
    assert!(flipped.is_some(), "within 20 requests");
}

#[tokio::test(start_paused = true)]
async fn a_named_model_falls_back_only_by_its_chain() {
    let bench = Bench::new();
    let down = || (0..3).map(|_| fail(Kind::Invalid));
    bench.plan("gamma", "p", down());
    assert_eq!(bench.ask(PIN).await.unwrap_err().shown().status, 502);
    bench.router.reload(
        tiergate_router::Setup {
            fallbacks: HashMap::from([("p".into(), vec!["f".into(), "b".into()])]),
            ..bench.setup(catalog())
        },
        NOW,
    );
    let reply = bench.ask(PIN).await.unwrap();
    assert_eq!(&**reply.served.model(), "f");
    assert_eq!(reply.served.attempts(), 2);
    let other = bench.ask(r#""model":"gamma/p""#).await;
    assert!(other.is_err() || &**other.unwrap().served.model() != "b");
}

#[tokio::test(start_paused = true)]
async fn health_outlives_a_reload_and_a_lower_tier_answers_only_where_allowed() {
    let bench = Bench::new();
    bench.plan("gamma", "p", (0..50).map(|_| fail(Kind::Server)));
    bench.plan("beta", "f", (0..50).map(|_| fail(Kind::Server)));
    let premium = r#""model":"premium""#;
    for _ in 0..12 {
        bench.ask(premium).await.unwrap_err();
    }
    let mut setup = bench.setup(catalog());
    setup.health = None;
    bench.router.reload(setup.clone(), NOW);
    assert!(bench.router.targets().is_empty());
    setup.allow_lower_tier = true;
    bench.router.reload(setup, NOW);
    // a floor is a promise, whatever is allowed
    bench.ask(premium).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_warm_prompt_cache_is_stayed_with_while_it_lasts() {
    let price = |input: &str, read: &str| Price {
        cache_read: Some(read.parse().unwrap()),
        ..Price::new(input.parse().unwrap(), "4".parse().unwrap())
    };
    let target = |provider, price| Target {
        tariff: Some(Tariff::flat(price)),
        context_window: Some(64_000),
        ..Target::new(provider, "a")
    };
    let model = Model::new("a", Tier::Standard)
        .with_target(target("alpha", price("1", "0.1")))
        .with_target(target("beta", price("1.1", "0.11")));
    let bench = Bench::over(Catalog::builder().models([model]).build().unwrap(), 1);
    let ask = async |words: &str| {
        let body = format!(
            r#"{{"model":"a","messages":[{{"role":"user","content":"{}"}}]}}"#,
            words.repeat(1_200)
        );
        let request = Request::parse(body.into()).unwrap();
        let context = context(Duration::from_mins(1));
        let access = Access::unlimited("owner");
        bench
            .router
            .answer(&request, &access, &context)
            .await
            .unwrap()
    };
    // alpha fails once, and beta answers from its cache
    bench.plan("alpha", "a", [fail(Kind::Invalid)]);
    let cached = Usage {
        cached_tokens: 1_500,
        ..tokens(1_600, 5)
    };
    bench.plan("beta", "a", [Act::Full(Some(cached))]);
    ask("word ").await;
    let reply = ask("word ").await;
    assert_eq!(
        &**reply.served.provider(),
        "beta",
        "what is cached is cheaper"
    );
    let why = reply.served.plan().render();
    assert!(why.get().contains("warm_cache"), "{why}");
    let reply = ask("else ").await;
    assert_eq!(&**reply.served.provider(), "alpha", "another conversation");
    advance(Duration::from_mins(6)).await;
    let reply = ask("word ").await;
    assert_eq!(&**reply.served.provider(), "alpha", "it has cooled down");
}

#[tokio::test(start_paused = true)]
async fn a_slow_small_stream_is_hedged_where_that_is_allowed_and_rarely() {
    let target = |provider, price: &str| Target {
        tariff: Some(Tariff::flat(Price::new(
            price.parse().unwrap(),
            "4".parse().unwrap(),
        ))),
        context_window: Some(64_000),
        ..Target::new(provider, "s")
    };
    let model = Model::new("s", Tier::Small)
        .with_target(target("alpha", "1"))
        .with_target(target("beta", "2"));
    let catalog = || Catalog::builder().models([model.clone()]).build().unwrap();
    let bench = Bench::over(catalog(), 1);
    let ask = r#""model":"s","stream":true"#;
    let whole = |seconds| {
        Act::Stream(vec![
            role(),
            Item::Wait(Duration::from_secs(seconds)),
            said("hi"),
            finish(),
            done(),
        ])
    };
    let allowed = || tiergate_router::Setup {
        hedging: true,
        ..bench.setup(catalog())
    };
    for hedging in [false, true] {
        let mut setup = allowed();
        setup.hedging = hedging;
        bench.router.reload(setup, NOW);
        bench.plan(
            "alpha",
            "s",
            (0..100).map(|_| whole(0)).chain([whole(6), whole(6)]),
        );
        for _ in 0..100 {
            read(&mut stream(bench.ask(ask).await.unwrap())).await;
        }
        let (before, start) = (bench.places().len(), Instant::now());
        let reply = bench.ask(ask).await.unwrap();
        let waited = start.elapsed().as_secs();
        let provider = reply.served.provider().to_string();
        let attempts = reply.served.attempts();
        read(&mut stream(reply)).await;
        let expected = if hedging {
            (1, "beta", 2)
        } else {
            (6, "alpha", 1)
        };
        assert_eq!((waited, &*provider, attempts), expected);
        assert_eq!(bench.places().len() - before, usize::from(attempts));
        if hedging {
            let receipt = bench.kept.0.lock().unwrap().last().cloned().unwrap();
            assert_eq!(receipt.attempts[0].outcome, "overtaken");
            assert_eq!(receipt.attempts[1].outcome, "ok");
        }
        bench.ask(ask).await.unwrap();
    }
    assert!(
        bench
            .router
            .targets()
            .iter()
            .all(|each| each.ready && each.in_flight <= 1)
    );
}
