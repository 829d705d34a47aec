//! Nothing eligible: the refusal names what stood in the way of what came closest.

use std::sync::Arc;

use tiergate_catalog::{Abilities, Catalog, Model, Status, Target, Tier, Timestamp};
use tiergate_router::decide::{Query, RefusalKind, Tried, Wanted, decide};
use tiergate_router::pool::Pool;
use tiergate_router::{Needs, Route};
use tiergate_scorer::Tokens;
use tiergate_wire::chat::Request;

use super::world::NOW;

/// Decides for `auto` over two premium models at one provider, of which both are as `change` makes them.
#[track_caller]
fn check(kind: RefusalKind, change: impl Fn(&mut Target), ask: impl Fn(&mut Query<'_>)) {
    let target = |id: &str| {
        let mut target = Target {
            context_window: Some(10_000),
            max_output: Some(2_000),
            abilities: Abilities {
                tools: Some(true),
                ..Abilities::default()
            },
            ..Target::new("alpha", id)
        };
        change(&mut target);
        target
    };
    let models = ["a", "b"].map(|id| {
        Model {
            canonical: "gpt".into(),
            ..Model::new(id, Tier::Premium)
        }
        .with_target(target(id))
    });
    let catalog = Catalog::builder().models(models).build().unwrap();
    let pool = Pool::build(Arc::new(catalog), vec!["alpha".into()], NOW);
    let request = Request::user("auto", "hello");
    let pin = Route::Pin {
        model: "a".into(),
        provider: None,
    };
    for route in [Route::Auto, pin] {
        let mut query = Query::new(
            &request,
            &route,
            Tokens {
                likely: 100,
                upper: 200,
            },
        );
        ask(&mut query);
        let refusal = decide(&pool, &query, Wanted::tier(Tier::Premium), NOW).unwrap_err();
        // what a pin names is known to be retired; a tier just has nothing to serve it
        let kind = match kind {
            RefusalKind::Retired if !route.is_pin() => RefusalKind::NotServed,
            kind => kind,
        };
        assert_eq!(refusal.kind(), kind, "{route:?}: {refusal}");
        assert_eq!(refusal.model(), route.is_pin().then_some("a"));
    }
}

#[test]
fn each_obstacle_has_its_kind() {
    check(
        RefusalKind::AboveCeiling,
        |_| {},
        |query| query.ceiling = Tier::Standard,
    );
    check(
        RefusalKind::Window,
        |_| {},
        |query| query.tokens.upper = 8_001,
    );
    check(
        RefusalKind::Window,
        |target| target.max_input = Some(199),
        |_| {},
    );
    check(
        RefusalKind::Output,
        |_| {},
        |query| query.max_output = Some(2_001),
    );
    let toolless = |target: &mut Target| target.abilities.tools = Some(false);
    check(RefusalKind::Ability, toolless, |query| {
        query.needs = Needs::TOOLS;
    });
    check(
        RefusalKind::NotServed,
        |target| target.provider = "elsewhere".into(),
        |_| {},
    );
    check(
        RefusalKind::Retired,
        |target| target.retires = Some(NOW),
        |_| {},
    );
    check(
        RefusalKind::Retired,
        |target| target.status = Status::Retired,
        |_| {},
    );
    check(
        RefusalKind::NotServed,
        |target| target.responses_only = true,
        |_| {},
    );
}

#[test]
fn of_two_obstacles_the_nearer_one_is_named() {
    // one lacks room, the other one, with room enough, lacks the tools
    let change = |target: &mut Target| {
        if &*target.model == "b" {
            (target.context_window, target.abilities.tools) = (None, Some(false));
        }
    };
    check(RefusalKind::Window, change, |query| {
        (query.tokens.upper, query.needs) = (20_000, Needs::TOOLS);
    });
}

#[test]
fn masks_and_failures_have_their_kinds() {
    let models =
        ["a", "b"].map(|id| Model::new(id, Tier::Nano).with_target(Target::new("alpha", id)));
    let catalog = Catalog::builder().models(models).build().unwrap();
    let pool = Pool::build(Arc::new(catalog), vec!["alpha".into()], NOW);
    let request = Request::user("auto", "hello");
    let mask = pool.mask(|_, _| false);
    let query = Query {
        allowed: Some(&mask),
        ..Query::new(&request, &Route::Auto, Tokens::default())
    };
    let refusal = decide(&pool, &query, Wanted::tier(Tier::Nano), NOW).unwrap_err();
    assert_eq!(refusal.kind(), RefusalKind::NotAllowed);
    let tried = [0, 1].map(|candidate| Tried {
        candidate,
        provider: false,
        too_long: false,
        shut: None,
    });
    let query = Query {
        tried: &tried,
        ..Query::new(&request, &Route::Auto, Tokens::default())
    };
    let refusal = decide(&pool, &query, Wanted::tier(Tier::Nano), NOW).unwrap_err();
    assert_eq!(refusal.kind(), RefusalKind::Failed);
}

#[test]
fn a_model_that_ends_while_the_pool_stands_is_not_chosen() {
    let end = Timestamp::from_millis(NOW.millis() + 1_000);
    let target = Target {
        retires: Some(end),
        ..Target::new("alpha", "a")
    };
    let model = Model::new("a", Tier::Nano).with_target(target);
    let catalog = Catalog::builder().model(model).build().unwrap();
    let pool = Pool::build(Arc::new(catalog), vec!["alpha".into()], NOW);
    let request = Request::user("auto", "hello");
    let query = Query::new(&request, &Route::Auto, Tokens::default());
    let before = Timestamp::from_millis(end.millis() - 1);
    assert!(decide(&pool, &query, Wanted::tier(Tier::Nano), before).is_ok());
    let refusal = decide(&pool, &query, Wanted::tier(Tier::Nano), end).unwrap_err();
    assert_eq!(refusal.kind(), RefusalKind::NotServed);
}
