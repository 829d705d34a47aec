//! What holds of the choice of the tier, over random catalogues.

use proptest::prelude::*;
use proptest::sample::select;
use tiergate_catalog::Tier;
use tiergate_router::Route;
use tiergate_router::decide::{Choose, ChosenBy, CostWeight, Decision, TierChoice, Wanted, decide};
use tiergate_router::pool::Pool;
use tiergate_scorer::{Assessment, Thresholds};

use super::calibration::golden;
use super::oracle;
use super::world::{NOW, World, world};

/// The scorer's assessments of the golden requests, one for each score, by score, with the probabilities
/// of requests that no tier finds easier than another.
fn assessments() -> Vec<Assessment> {
    let mut all: Vec<Assessment> = golden().into_iter().map(|case| case.assessment).collect();
    all.retain(|each| each.readable);
    all.sort_by_key(|each| each.score);
    all.dedup_by_key(|each| each.score);
    for each in &mut all {
        each.success = curves(f64::from(each.score.number()));
    }
    all
}

/// The scorer's curves: the odds of failure double every twelve points.
fn curves(score: f64) -> [u16; 5] {
    [45.0, 56.0, 64.0, 80.0, 86.0].map(|even| {
        let odds = f64::exp2((score - even) / 12.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 1000"
        )]
        let success = (1000.0 / (1.0 + odds)) as u16;
        success
    })
}

fn run(world: &World, pool: &Pool, assessment: &Assessment, choose: Choose) -> Option<Decision> {
    let mask = world.mask(pool);
    let query = world.ask.query(mask.as_ref(), &[]);
    let wanted = Wanted::of(&query, assessment, &Thresholds::default(), choose);
    decide(pool, &query, wanted, NOW).ok()
}

/// What a tier without a price costs.
const UNPRICED: u128 = u128::MAX;

/// What the tiers cost at the cheapest, where something is eligible.
fn costs(world: &World, pool: &Pool) -> [Option<u128>; 5] {
    let mut costs = [None; 5];
    for at in oracle::eligible(&world.ask, pool, &[]) {
        let candidate = &pool.candidates()[at];
        let (model, target) = (pool.model(candidate), pool.target(candidate));
        let cost = oracle::expected_cost(&world.ask, model, target).unwrap_or(UNPRICED);
        let key = (oracle::unverified(&world.ask, target), cost);
        let least = &mut costs[model.tier.unwrap().index()];
        if least.is_none_or(|before| key < before) {
            *least = Some(key);
        }
    }
    costs.map(|least| least.map(|(_, cost)| cost))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_higher_score_never_has_a_lower_tier(
        mut world in world(), weight in select(vec![0, 50, 120, 200, 280, 500, 1_000, 10_000]),
    ) {
        world.ask.route = Route::Auto;
        let pool = world.pool();
        let all = assessments();
        for choose in [Choose::Thresholds, Choose::Success(CostWeight::try_new(weight).unwrap())] {
            let tiers: Vec<Option<Tier>> = all.iter()
                .filter_map(|each| run(&world, &pool, each, choose).map(|decision| decision.tier))
                .collect();
            prop_assert!(tiers.is_sorted(), "{tiers:?} {:?}", costs(&world, &pool));
        }
    }

    #[test]
    fn a_neighbour_serves_only_where_it_is_better(
        mut world in world(), at in any::<prop::sample::Index>(), weight in 0..600_u16,
    ) {
        world.ask.route = Route::Auto;
        let pool = world.pool();
        let all = assessments();
        let assessment = at.get(&all);
        let choose = Choose::Success(CostWeight::try_new(weight).unwrap());
        let Some(decision) = run(&world, &pool, assessment, choose) else { return Ok(()) };
        let plain = run(&world, &pool, assessment, Choose::Thresholds).unwrap();
        prop_assert_eq!(decision.wanted, plain.wanted);
        let wanted = plain.wanted.unwrap().index();
        let near: Vec<(usize, u128)> = costs(&world, &pool).into_iter().enumerate()
            .filter_map(|(tier, cost)| Some((tier, cost?)))
            .filter(|(tier, _)| tier.abs_diff(wanted) <= 1)
            .collect();
        let weighable = near.iter().all(|(_, cost)| *cost != UNPRICED)
            && near.iter().any(|(_, cost)| *cost != near[0].1);
        prop_assert_eq!(decision.by == ChosenBy::Success, weighable);
        if !weighable {
            prop_assert_eq!(Decision { by: plain.by, ..decision }, plain);
            return Ok(());
        }
        let chosen = decision.tier.unwrap().index();
        prop_assert!(chosen.abs_diff(wanted) <= 1);
        let dearest = near.last().unwrap().1.max(1);
        let utility = |tier: usize| {
            let cost = near.iter().find(|(each, _)| *each == tier)?.1;
            // dearer than a higher one: left out
            if near.iter().any(|(each, other)| *each > tier && *other < cost) {
                return None;
            }
            #[expect(clippy::cast_precision_loss, reason = "compared with room for rounding")]
            let share = cost as f64 / dearest as f64;
            Some(f64::from(assessment.success[tier]) - f64::from(weight) * share)
        };
        if let (true, Some(own), Some(other)) = (chosen != wanted, utility(wanted), utility(chosen)) {
            prop_assert!(other > own + 49.9, "{own} {other}");
            prop_assert!(chosen > wanted || assessment.success[chosen] >= 500);
        }
    }

    #[test]
    fn the_why_tells_the_tiers_that_were_weighed(mut world in world(), at in any::<prop::sample::Index>()) {
        world.ask.route = Route::Auto;
        let pool = world.pool();
        let all = assessments();
        let assessment = at.get(&all);
        let mask = world.mask(&pool);
        let query = world.ask.query(mask.as_ref(), &[]);
        let wanted = Wanted::of(&query, assessment, &Thresholds::default(), Choose::default());
        let Ok(decision) = decide(&pool, &query, wanted, NOW) else { return Ok(()) };
        let told = TierChoice::of(&pool, &query, (&wanted, assessment.success), &decision, NOW);
        prop_assert_eq!(told.by, decision.by.as_str());
        let weighed: Vec<&str> = told.tiers.iter().filter(|each| each.utility.is_some()).map(|each| each.tier).collect();
        prop_assert_eq!(decision.by == ChosenBy::Success, !weighed.is_empty());
        let chosen = decision.tier.unwrap();
        prop_assert!(weighed.is_empty() || weighed.contains(&chosen.as_str()));
        for each in &told.tiers {
            let cost = costs(&world, &pool)[each.tier.parse::<Tier>().unwrap().index()];
            prop_assert_eq!(each.model.is_some(), cost.is_some());
            prop_assert_eq!(each.expected_cost_usd.is_some(), cost.is_some_and(|cost| cost != UNPRICED));
        }
        let lower = oracle::eligible(&world.ask, &pool, &[]).into_iter()
            .filter_map(|at| pool.model(&pool.candidates()[at]).tier).filter(|tier| *tier < chosen).max();
        prop_assert_eq!(told.below.map(|below| below.tier), lower.map(Tier::as_str));
    }
}
