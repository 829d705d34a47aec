//! The choice of a candidate over the bundled catalogue.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tiergate_catalog::{Catalog, Tier, Timestamp};
use tiergate_router::decide::{ChosenBy, CostWeight, Query, Scales, Wanted, decide};
use tiergate_router::pool::{Pool, Server};
use tiergate_router::{Needs, Prefer, Route};
use tiergate_scorer::{Estimate, TokenCounter};
use tiergate_wire::chat::Request;

fn decisions(criterion: &mut Criterion) {
    let catalog = Arc::new(Catalog::bundled());
    let now = "2026-11-21".parse::<Timestamp>().unwrap();
    let few = ["openai", "anthropic", "google", "mistral"]
        .map(Server::from)
        .to_vec();
    let all = catalog.providers().map(Server::from).collect();
    let request = Request::parse(tiergate_benches::tools("auto").into()).unwrap();
    let mut group = criterion.benchmark_group("decision");
    for (name, providers) in [("four_providers", few), ("every_provider", all)] {
        let pool = Pool::build(Arc::clone(&catalog), providers, now);
        for prefer in [Prefer::Cheap, Prefer::Balanced, Prefer::Quality] {
            let route = Route::Auto;
            let query = Query {
                prefer,
                ..Query::new(&request, &route, Estimate::default().count(&request))
            };
            assert!(!query.needs.without(Needs::NONE).is_empty());
            let size = pool.candidates().len();
            let plain = Wanted::tier(Tier::Standard);
            let weighed = Wanted {
                scales: Some(Scales {
                    success: [471, 627, 727, 871, 904],
                    cost_weight: CostWeight::default(),
                }),
                ..plain
            };
            let by = |wanted| decide(&pool, &query, wanted, now).unwrap().by;
            assert_eq!(by(weighed), ChosenBy::Success);
            for (how, wanted) in [("success", weighed), ("thresholds", plain)] {
                group.bench_function(format!("{name}_{size}/{prefer}/{how}"), |bencher| {
                    bencher
                        .iter(|| decide(black_box(&pool), black_box(&query), wanted, now).unwrap());
                });
            }
        }
    }
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
