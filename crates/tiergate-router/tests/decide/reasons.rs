//! The stated reasons are all the reasons: without them a rejected candidate is eligible.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tiergate_catalog::{Abilities, Status};
use tiergate_router::Route;
use tiergate_router::decide::{Explanation, Tried, Verdict, Weighed, decide};

use super::oracle;
use super::world::{NOW, World, world};

/// Codes of remarks that reject nothing.
const REMARKS: [&str; 4] = ["unverified", "unpriced", "preferred", "other_tier"];

fn told(world: &World, tried: &[Tried]) -> Explanation {
    let pool = world.pool();
    let mask = world.mask(&pool);
    let query = world.ask.query(mask.as_ref(), tried);
    let outcome = decide(&pool, &query, world.ask.wanted(), NOW);
    Explanation::of(&pool, &query, outcome.as_ref(), NOW)
}

fn obstacles(weighed: &Weighed) -> BTreeSet<&'static str> {
    let codes = weighed.reasons.iter().map(|reason| reason.code);
    codes.filter(|code| !REMARKS.contains(code)).collect()
}

/// The world in which none of these reasons holds for this candidate.
fn repaired(world: &World, weighed: &Weighed, codes: &BTreeSet<&str>) -> World {
    let mut world = world.clone();
    let ask = &mut world.ask;
    let model = world
        .models
        .iter_mut()
        .find(|model| *model.id == *weighed.model);
    let model = model.expect("the model that was weighed");
    if codes.contains("not_routable") {
        model.auto = true;
        model.tier = model.tier.or_else(|| Some(ask.ceiling.max(ask.floor)));
        ask.ceiling = ask.ceiling.max(ask.floor);
    }
    let target = model
        .targets
        .iter_mut()
        .find(|target| *target.provider == *weighed.provider);
    let target = target.expect("the target that was weighed");
    for code in codes {
        match *code {
            "retired" => (target.status, target.retires) = (Status::Active, None),
            "responses_only" => target.responses_only = false,
            "window" => (target.context_window, target.max_input) = (Some(u64::MAX), None),
            "max_output" => target.max_output = ask.max_output,
            "ability" => target.abilities = able(),
            "not_allowed" => ask.forbids = None,
            "below_floor" => ask.floor = tiergate_catalog::Tier::Nano,
            "above_ceiling" => ask.ceiling = tiergate_catalog::Tier::Flagship,
            "other_model" => repin(&mut ask.route, &weighed.model),
            "other_provider" => unpin(&mut ask.route),
            "not_routable" | "failed" => {}
            other => panic!("an unknown reason: {other}"),
        }
    }
    world
}

fn able() -> Abilities {
    let yes = Some(true);
    Abilities {
        tools: yes,
        vision: yes,
        json_schema: yes,
        audio_input: yes,
        audio_output: yes,
        reasoning: yes,
        pdf: yes,
    }
}

fn repin(route: &mut Route, id: &str) {
    if let Route::Pin { model, .. } = route {
        *model = id.into();
    }
}

fn unpin(route: &mut Route) {
    if let Route::Pin { provider, .. } = route {
        *provider = None;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn without_its_reasons_a_rejected_candidate_is_eligible(world in world(), fail in any::<prop::sample::Index>()) {
        let count = told(&world, &[]).candidates.len();
        if count == 0 {
            return Ok(());
        }
        let failed = u32::try_from(fail.index(count)).unwrap();
        let tried = [Tried { candidate: failed, provider: false, too_long: false, shut: None }];
        for weighed in told(&world, &tried).candidates {
            let codes = obstacles(&weighed);
            prop_assert_eq!(weighed.verdict == Verdict::Rejected, !codes.is_empty());
            if codes.is_empty() {
                continue;
            }
            // the failure is forgiven by leaving it out
            let after = told(&repaired(&world, &weighed, &codes), &[]);
            let same = after.candidates.iter().find(|each| each.model == weighed.model && each.provider == weighed.provider);
            let same = same.expect("still a candidate");
            prop_assert!(same.verdict != Verdict::Rejected, "{:?} was repaired, yet {:?}", codes, same.reasons);
        }
    }

    #[test]
    fn the_reasons_are_those_of_the_rules(world in world()) {
        let pool = world.pool();
        for (candidate, weighed) in pool.candidates().iter().zip(told(&world, &[]).candidates) {
            let expected = oracle::obstacles(&world.ask, pool.model(candidate), pool.target(candidate));
            prop_assert_eq!(obstacles(&weighed), expected);
            prop_assert!(weighed.reasons.iter().all(|reason| !reason.text.is_empty()));
            let unverified = weighed.reasons.iter().any(|reason| reason.code == "unverified");
            prop_assert_eq!(unverified, oracle::unverified(&world.ask, pool.target(candidate)));
        }
    }
}
