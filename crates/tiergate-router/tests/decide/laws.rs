//! What holds of every decision.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::Index;
use tiergate_catalog::{Model, Target, Tier};
use tiergate_router::decide::{Decision, Explanation, Refusal, Verdict, Wanted, decide};
use tiergate_router::pool::Pool;
use tiergate_router::{Prefer, Route};

use super::oracle;
use super::world::{NOW, World, label, tier, world};

pub(crate) fn run(world: &World, pool: &Pool) -> Result<Decision, Refusal> {
    let mask = world.mask(pool);
    decide(
        pool,
        &world.ask.query(mask.as_ref(), &[]),
        world.ask.wanted(),
        NOW,
    )
}

/// (unverified, expected cost) of a place; what has no price counts as dearest.
fn price(world: &World, pool: &Pool, at: usize) -> (bool, u128) {
    let candidate = &pool.candidates()[at];
    let (model, target) = (pool.model(candidate), pool.target(candidate));
    let cost = oracle::expected_cost(&world.ask, model, target);
    (
        oracle::unverified(&world.ask, target),
        cost.unwrap_or(u128::MAX),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn under_auto_no_other_of_the_tier_is_cheaper(mut world in world(), balanced: bool) {
        world.ask.route = Route::Auto;
        world.ask.prefer = if balanced { Prefer::Balanced } else { Prefer::Cheap };
        let pool = world.pool();
        if let Ok(decision) = run(&world, &pool) {
            let chosen = decision.candidate as usize;
            let own = price(&world, &pool, chosen);
            for at in oracle::eligible(&world.ask, &pool, &[]) {
                let same = pool.model(&pool.candidates()[at]).tier == decision.tier;
                prop_assert!(!same || own <= price(&world, &pool, at), "{:?}", label(&pool, &pool.candidates()[at]));
            }
            let expected = decision.expected.map(u128::from);
            prop_assert_eq!((decision.unverified, expected.unwrap_or(u128::MAX)), own);
        }
    }

    #[test]
    fn the_tier_is_the_first_with_something_eligible(world in world()) {
        let pool = world.pool();
        let eligible = oracle::eligible(&world.ask, &pool, &[]);
        let tier_of = |at: usize| pool.model(&pool.candidates()[at]).tier;
        match run(&world, &pool) {
            Err(_) => prop_assert!(eligible.is_empty()),
            Ok(decision) => {
                prop_assert!(eligible.contains(&(decision.candidate as usize)));
                prop_assert_eq!(decision.tier, tier_of(decision.candidate as usize));
                if !world.ask.route.is_pin() {
                    let first = oracle::order(&world.ask).into_iter()
                        .find(|tier| eligible.iter().any(|at| tier_of(*at) == Some(*tier)));
                    prop_assert_eq!(decision.tier, first);
                    prop_assert_eq!(decision.wanted, oracle::order(&world.ask).first().copied());
                }
            }
        }
    }

    #[test]
    fn what_is_verified_comes_first(world in world()) {
        let pool = world.pool();
        if let Ok(decision) = run(&world, &pool) {
            let peers: Vec<usize> = oracle::eligible(&world.ask, &pool, &[]).into_iter()
                .filter(|at| pool.model(&pool.candidates()[*at]).tier == decision.tier).collect();
            let all_unverified = peers.iter().all(|at| price(&world, &pool, *at).0);
            prop_assert_eq!(decision.unverified, all_unverified);
        }
    }

    #[test]
    fn the_baseline_is_the_cheapest_of_the_highest_tier(mut world in world()) {
        world.ask.route = Route::Auto;
        let pool = world.pool();
        if let Ok(decision) = run(&world, &pool) {
            let eligible = oracle::eligible(&world.ask, &pool, &[]);
            let tier_of = |at: usize| pool.model(&pool.candidates()[at]).tier;
            let highest = eligible.iter().filter_map(|at| tier_of(*at)).max();
            let baseline = decision.baseline as usize;
            prop_assert_eq!(tier_of(baseline), highest);
            let least = eligible.iter().filter(|at| tier_of(**at) == highest)
                .map(|at| price(&world, &pool, *at)).min();
            prop_assert_eq!(Some(price(&world, &pool, baseline)), least);
        }
    }

    #[test]
    fn the_explanation_agrees_with_the_decision(world in world()) {
        let pool = world.pool();
        let mask = world.mask(&pool);
        let query = world.ask.query(mask.as_ref(), &[]);
        let outcome = decide(&pool, &query, world.ask.wanted(), NOW);
        let told = Explanation::of(&pool, &query, outcome.as_ref(), NOW);
        prop_assert_eq!(told.candidates.len(), pool.candidates().len());
        let all: usize = world.models.iter().filter(|model| model.mode == tiergate_catalog::Mode::Chat)
            .map(|model| model.targets.len()).sum();
        prop_assert_eq!(told.candidates.len() + told.unreachable, all);
        for (at, weighed) in told.candidates.iter().enumerate() {
            let chosen = outcome.as_ref().is_ok_and(|decision| decision.candidate as usize == at);
            prop_assert_eq!(weighed.verdict == Verdict::Chosen, chosen);
            let free = query.faults(&pool, at, NOW).is_empty();
            prop_assert_eq!(weighed.verdict != Verdict::Rejected, free);
            let [model, host, upstream] = label(&pool, &pool.candidates()[at]);
            prop_assert_eq!((&weighed.model, &weighed.provider, &weighed.upstream_model), (&model, &host, &upstream));
        }
    }

    #[test]
    fn the_same_question_has_one_answer(world in world()) {
        let (pool, again) = (world.pool(), world.pool());
        prop_assert_eq!(run(&world, &pool), run(&world, &pool));
        prop_assert_eq!(run(&world, &pool), run(&world, &again));
    }

    #[test]
    fn what_cannot_be_reached_changes_nothing(
        world in world(),
        strangers in prop::collection::vec((any::<Index>(), tier()), 1..6),
    ) {
        let mut crowded = world.clone();
        for (number, (at, tier)) in strangers.into_iter().enumerate() {
            let stranger = Model::new(&format!("stranger{number}"), tier).with_target(Target::new("nowhere", "x"));
            let at = at.index(crowded.models.len() + 1);
            crowded.models.insert(at, stranger);
        }
        prop_assert_eq!(chosen(&world), chosen(&crowded));
    }

    #[test]
    fn losing_another_model_changes_nothing(world in world(), victim: Index) {
        if let Some([model, ..]) = chosen(&world) {
            let mut smaller = world.clone();
            let at = victim.index(smaller.models.len());
            if *smaller.models[at].id != *model {
                smaller.models.remove(at);
                prop_assert_eq!(chosen(&world), chosen(&smaller));
            }
        }
    }
}

fn chosen(world: &World) -> Option<[String; 3]> {
    let pool = world.pool();
    let decision = run(world, &pool).ok()?;
    Some(label(&pool, pool.candidate(decision.candidate)))
}

#[test]
fn a_tier_is_left_upwards_and_only_upwards() {
    let model = |id: &str, tier| Model::new(id, tier).with_target(Target::new("alpha", id));
    let models = [
        ("s", Tier::Small),
        ("st", Tier::Standard),
        ("p", Tier::Premium),
        ("f", Tier::Flagship),
    ];
    let served = |without: &[&str], ceiling| {
        let left = models.iter().filter(|(id, _)| !without.contains(id));
        let catalog = tiergate_catalog::Catalog::builder()
            .models(left.map(|(id, tier)| model(id, *tier)))
            .build();
        let pool = Pool::build(Arc::new(catalog.unwrap()), vec!["alpha".into()], NOW);
        let request = tiergate_wire::chat::Request::user("standard", "hi");
        let route = Route::Floor(Tier::Standard);
        let query = tiergate_router::decide::Query {
            ceiling,
            ..tiergate_router::decide::Query::new(
                &request,
                &route,
                tiergate_scorer::Tokens::default(),
            )
        };
        let decision = decide(&pool, &query, Wanted::tier(Tier::Standard), NOW).ok()?;
        Some(
            pool.model(pool.candidate(decision.candidate))
                .id
                .to_string(),
        )
    };
    assert_eq!(served(&[], Tier::Flagship).as_deref(), Some("st"));
    assert_eq!(served(&["st"], Tier::Flagship).as_deref(), Some("p"));
    assert_eq!(served(&["st", "p"], Tier::Flagship).as_deref(), Some("f"));
    assert_eq!(
        served(&["st", "p"], Tier::Premium),
        None,
        "never above the ceiling, never below the floor"
    );
}
