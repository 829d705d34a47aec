//! A quick bound on the input's size never turns away what an exact count lets through.

use tiergate_catalog::{Catalog, Model, Target, Tier};
use tiergate_providers::Demo;
use tiergate_router::{Access, Router};
use tiergate_wire::chat::Request;

use super::world::NOW;

#[track_caller]
fn check(window: u64, text_bytes: usize, extra: &str) {
    let target = Target {
        context_window: Some(window),
        ..Target::new("alpha", "m")
    };
    let model = Model {
        canonical: "gpt".into(),
        ..Model::new("m", Tier::Nano)
    }
    .with_target(target);
    let catalog = Catalog::builder().model(model).build().unwrap();
    let router = Router::builder(catalog)
        .provider(Demo::new().named("alpha"))
        .build_at(NOW)
        .unwrap();
    let text = "hello world ".repeat(text_bytes / 12);
    for name in ["auto", "m"] {
        let body = format!(
            r#"{{"model":"{name}"{extra},"messages":[{{"role":"user","content":"{text}"}}]}}"#
        );
        let request = Request::parse(body.into()).unwrap();
        let plan = router.plan(&request, &Access::unlimited("x"), NOW).unwrap();
        assert!(
            plan.outcome().is_ok(),
            "{name}: {}",
            plan.outcome().unwrap_err()
        );
    }
}

#[test]
fn the_input_alone_is_longer_than_the_window_in_bytes() {
    check(8_192, 12_000, "");
}

#[test]
fn the_input_with_the_reserved_answer_is_longer_in_bytes() {
    check(8_192, 6_000, "");
}

#[test]
fn the_answer_that_is_asked_for_leaves_little_room() {
    check(128_000, 1_200, r#","max_tokens":127000"#);
}
