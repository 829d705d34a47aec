//! What the member `model` may say, from the request to the candidate.

use tiergate_catalog::{Catalog, Model, Price, Rate, Target, Tariff, Tier};
use tiergate_providers::Demo;
use tiergate_router::decide::RefusalKind;
use tiergate_router::{Access, Error, Plan, Route, Router};
use tiergate_wire::chat::Request;

use super::world::NOW;

fn target(host: &str, upstream: &str, dollars: u64) -> Target {
    let rate = Rate::from_nanos_per_million(dollars * 1_000_000_000);
    Target {
        tariff: Some(Tariff::flat(Price::new(rate, rate))),
        ..Target::new(host, upstream)
    }
}

fn router() -> Router {
    let nano = Model::new("tiny", Tier::Nano).with_target(target("alpha", "tiny", 1));
    let standard = Model::new("meta/llama:free", Tier::Standard)
        .with_target(target("alpha", "llama", 3))
        .with_target(target("beta", "meta/llama-3:free", 2));
    let premium = Model::new("big", Tier::Premium).with_target(target("beta", "big", 9));
    let gone = Model::new("gone", Tier::Small).with_target(Target {
        retires: Some(NOW),
        ..target("alpha", "gone", 1)
    });
    let far = Model::new("far", Tier::Small).with_target(target("elsewhere", "far", 1));
    let catalog = Catalog::builder()
        .models([nano, standard, premium, gone, far])
        .alias("mini", "tiny");
    let builder = Router::builder(catalog.build().unwrap());
    builder
        .provider(Demo::new().named("alpha"))
        .provider(Demo::new().named("beta"))
        .build_at(NOW)
        .unwrap()
}

fn plan(model: &str, extra: &str, ceiling: Tier) -> Result<Plan, Error> {
    let body = format!(
        r#"{{"model":"{model}"{extra},"messages":[{{"role":"user","content":"thanks!"}}]}}"#
    );
    let access = Access {
        ceiling,
        ..Access::unlimited("somebody")
    };
    router().plan(&Request::parse(body.into()).unwrap(), &access, NOW)
}

/// Model and provider that serve, or the kind of the refusal.
fn served(model: &str, ceiling: Tier) -> Result<(String, String), RefusalKind> {
    let plan = plan(model, "", ceiling).unwrap();
    let candidate = plan
        .outcome()
        .map_err(tiergate_router::decide::Refusal::kind)?
        .candidate;
    let candidate = plan.pool().candidate(candidate);
    Ok((
        plan.pool().model(candidate).id.to_string(),
        plan.pool().provider(candidate).to_string(),
    ))
}

#[track_caller]
fn check(name: &str, model: &str, host: &str) {
    assert_eq!(
        served(name, Tier::Flagship),
        Ok((model.to_owned(), host.to_owned())),
        "{name}"
    );
}

#[test]
fn a_pin_is_served_exactly() {
    check("tiny", "tiny", "alpha");
    check("mini", "tiny", "alpha");
    check("alpha/tiny", "tiny", "alpha");
    check("meta/llama:free", "meta/llama:free", "beta");
    check("alpha/meta/llama:free", "meta/llama:free", "alpha");
    check("beta/meta/llama-3:free", "meta/llama:free", "beta");
    check("llama", "meta/llama:free", "alpha");
    check("big", "big", "beta");
}

#[test]
fn words_choose_a_tier() {
    for auto in ["auto", "openai/auto", "tiergate/auto"] {
        assert_eq!(
            *plan(auto, "", Tier::Flagship).unwrap().route(),
            Route::Auto
        );
        check(auto, "tiny", "alpha");
    }
    for name in ["standard", "tiergate/standard", "openai/standard", "small"] {
        check(name, "meta/llama:free", "beta");
    }
    check("economy", "tiny", "alpha");
    check("nano", "tiny", "alpha");
    check("premium", "big", "beta");
    assert_eq!(
        *plan("economy", "", Tier::Flagship).unwrap().route(),
        Route::Floor(Tier::Nano)
    );
    assert_eq!(
        served("flagship", Tier::Flagship),
        Err(RefusalKind::NotServed)
    );
}

#[test]
fn a_pin_above_the_ceiling_or_out_of_reach_is_refused() {
    assert_eq!(
        served("big", Tier::Standard),
        Err(RefusalKind::AboveCeiling)
    );
    assert_eq!(
        served("premium", Tier::Standard),
        Err(RefusalKind::AboveCeiling)
    );
    assert_eq!(served("gone", Tier::Flagship), Err(RefusalKind::Retired));
    assert_eq!(served("far", Tier::Flagship), Err(RefusalKind::NotServed));
    assert!(matches!(
        plan("nobody", "", Tier::Flagship),
        Err(Error::UnknownModel { .. })
    ));
    assert!(matches!(
        plan("elsewhere/auto", "", Tier::Flagship),
        Err(Error::UnknownModel { .. })
    ));
}

#[test]
fn the_request_lowers_the_ceiling_and_never_raises_it() {
    let lowered = plan("big", r#","max_tier":"small""#, Tier::Flagship).unwrap();
    assert_eq!(
        lowered.outcome().unwrap_err().kind(),
        RefusalKind::AboveCeiling
    );
    let raised = plan("big", r#","max_tier":"flagship""#, Tier::Small).unwrap();
    assert_eq!(
        raised.outcome().unwrap_err().kind(),
        RefusalKind::AboveCeiling
    );
    let wrong = plan("auto", r#","max_tier":"huge""#, Tier::Flagship).unwrap_err();
    assert_eq!(
        (wrong.param(), wrong.shown().status),
        (Some("max_tier"), 400)
    );
}

#[test]
fn an_unknown_preference_is_the_callers_fault_even_with_a_pin() {
    for model in ["auto", "big"] {
        let fault = plan(model, r#","prefer":"best""#, Tier::Flagship).unwrap_err();
        assert_eq!((fault.param(), fault.shown().status), (Some("prefer"), 400));
        for word in ["cheap", "fast", "balanced", "quality", "coding"] {
            assert!(fault.to_string().contains(word), "{fault}");
        }
    }
}
