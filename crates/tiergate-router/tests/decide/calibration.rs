//! The cost weight: how often the choice by success falls into the tiers that a golden request accepts.
//!
//! The default is the middle of the weights that serve as many as the thresholds do. Run it again when the
//! scorer or the catalogue has changed, and read the table:
//! `cargo test -p tiergate-router --test decide calibration -- --nocapture`

use std::sync::Arc;

use tiergate_catalog::{Catalog, Tier, Timestamp};
use tiergate_router::Route;
use tiergate_router::decide::{Choose, CostWeight, Query, Wanted, decide};
use tiergate_router::pool::{Pool, Server};
use tiergate_scorer::{Assessment, Estimate, Learnt, Scorer, Thresholds, TokenCounter};
use tiergate_wire::chat::Request;

/// A request with the lowest and the highest tier that may serve it.
pub(crate) struct Golden {
    request: Request,
    pub(crate) assessment: Assessment,
    accepted: [usize; 2],
}

pub(crate) fn golden() -> Vec<Golden> {
    let scorer = Learnt::new();
    include_str!("../../../tiergate-scorer/tests/golden.jsonl")
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let request = Request::parse(line["request"].to_string().into()).unwrap();
            let tier =
                |at: usize| usize::try_from(line["expect_tier"][at].as_u64().unwrap()).unwrap();
            Golden {
                assessment: scorer.assess(&request),
                accepted: [tier(0), tier(1)],
                request,
            }
        })
        .collect()
}

/// The bundled models at these providers, or at all of them.
fn pool(providers: &[&str]) -> Pool {
    let catalog = Arc::new(Catalog::bundled());
    let mut servers: Vec<Server> = catalog.providers().map(Server::from).collect();
    servers.retain(|each| providers.is_empty() || providers.contains(&&*each.name));
    Pool::build(catalog, servers, "2026-11-21".parse::<Timestamp>().unwrap())
}

/// The place of the tier that is chosen.
fn chosen(pool: &Pool, case: &Golden, choose: Choose) -> usize {
    let now = "2026-11-21".parse::<Timestamp>().unwrap();
    let tokens = Estimate::default().count(&case.request);
    let query = Query::new(&case.request, &Route::Auto, tokens);
    let wanted = Wanted::of(&query, &case.assessment, &Thresholds::default(), choose);
    let decision = decide(pool, &query, wanted, now).unwrap();
    decision.tier.map_or(0, Tier::index)
}

fn hits(pool: &Pool, cases: &[Golden], choose: Choose) -> usize {
    let hit = |case: &&Golden| {
        let [low, high] = case.accepted;
        (low..=high).contains(&chosen(pool, case, choose))
    };
    cases.iter().filter(hit).count()
}

#[test]
fn the_default_weight_serves_as_many_golden_requests_as_the_thresholds() {
    let (cases, all) = (golden(), pool(&[]));
    let few = pool(&["openai", "anthropic", "google", "mistral"]);
    let thresholds = hits(&all, &cases, Choose::Thresholds);
    println!("thresholds: {thresholds} of {}", cases.len());
    println!("weight   all providers   four of them");
    let weights = (0..=400)
        .step_by(20)
        .map(|at| CostWeight::try_new(at).unwrap());
    let sound: Vec<CostWeight> = weights
        .filter(|weight| {
            let choose = Choose::Success(*weight);
            let (of_all, of_few) = (hits(&all, &cases, choose), hits(&few, &cases, choose));
            println!("{:>6}   {of_all:>13}   {of_few:>12}", weight.thousandths());
            // but for one in a hundred
            of_all.min(of_few) * 100 >= thresholds * 99
        })
        .collect();
    assert!(
        sound.contains(&CostWeight::default()),
        "{} is not among {sound:?}",
        CostWeight::default().thousandths()
    );
}

#[test]
fn the_choice_by_success_is_at_most_one_tier_from_the_scores() {
    let cases = golden();
    for providers in [
        &[][..],
        &["openai"],
        &["openrouter"],
        &["anthropic", "google"],
    ] {
        let pool = pool(providers);
        for case in &cases {
            let plain = chosen(&pool, case, Choose::Thresholds);
            let weighed = chosen(&pool, case, Choose::default());
            assert!(
                plain.abs_diff(weighed) <= 1,
                "{plain} {weighed} {:?}",
                case.assessment
            );
        }
    }
}
