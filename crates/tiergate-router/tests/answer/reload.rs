//! New settings hold for new requests, and prices change at their time.

use std::time::Duration;

use tiergate_catalog::{Catalog, Price, Tariff, Tier, Timestamp};
use tiergate_router::{Access, Context};

use super::bench::{Bench, NOW, context, model, next, request, stream};
use super::provider::{Act, done, finish, said, usage};

fn single(input: &str) -> Catalog {
    let model = model("x", Tier::Standard, &[("alpha", 32_000, input, "0")]);
    Catalog::builder().model(model).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn requests_under_way_keep_what_they_began_with() {
    let bench = Bench::over(single("1"), 1);
    let script = || {
        [Act::Stream(vec![
            said("hi"),
            finish(),
            usage(1_000, 0),
            done(),
        ])]
    };
    bench.plan("alpha", "x", script());
    let mut before = stream(bench.ask(r#""model":"auto","stream":true"#).await.unwrap());
    bench.router.reload(bench.setup(single("5")), NOW);
    bench.plan("alpha", "x", script());
    let mut after = stream(bench.ask(r#""model":"auto","stream":true"#).await.unwrap());
    while next(&mut before).await.is_some() {}
    while next(&mut after).await.is_some() {}
    let kept = bench.kept.0.lock().unwrap();
    let nanos: Vec<i64> = kept
        .iter()
        .map(|receipt| receipt.charge.cost.unwrap().nanos())
        .collect();
    assert_eq!(nanos, [1_000_000, 5_000_000]);
}

#[tokio::test(start_paused = true)]
async fn a_new_catalogue_names_other_models() {
    let bench = Bench::new();
    bench.router.reload(bench.setup(single("1")), NOW);
    assert_eq!(
        bench
            .ask(r#""model":"a""#)
            .await
            .unwrap_err()
            .shown()
            .status,
        404
    );
    bench.ask(r#""model":"x""#).await.unwrap();
    assert!(bench.router.catalog().model("x").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_price_changes_at_its_time_and_the_choice_with_it() {
    let later = Timestamp::from_millis(NOW.millis() + 1_000);
    let mut cheap = model("x", Tier::Standard, &[("alpha", 32_000, "1", "1")]);
    let dear = Price::new("9".parse().unwrap(), "9".parse().unwrap());
    let tariff = cheap.targets[0].tariff.take().unwrap();
    cheap.targets[0].tariff = Some(Tariff::with_change(tariff, later, dear, []));
    let steady = model("y", Tier::Standard, &[("beta", 32_000, "3", "3")]);
    let bench = Bench::over(
        Catalog::builder().models([cheap, steady]).build().unwrap(),
        1,
    );
    for (millis, expected) in [(999, "x"), (1_000, "y"), (1_001, "y")] {
        let now = Timestamp::from_millis(NOW.millis() + millis);
        let context = Context {
            now,
            ..context(Duration::from_secs(9))
        };
        let body = request(r#""model":"auto""#);
        let reply = bench
            .router
            .answer(&body, &Access::unlimited("x"), &context)
            .await
            .unwrap();
        assert_eq!(&**reply.served.model(), expected, "{millis} ms later");
        let expected_rate = if expected == "x" { 1_000 } else { 3_000 };
        let kept = bench.kept.0.lock().unwrap();
        assert_eq!(
            kept.last().unwrap().charge.cost.unwrap().nanos(),
            12 * expected_rate
        );
    }
}
