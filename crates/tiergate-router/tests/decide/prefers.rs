//! Five preferences, five models; and what each of them compares.

use std::sync::Arc;

use tiergate_catalog::{Catalog, Model, Price, Target, Tariff, Tier};
use tiergate_router::decide::{Query, Wanted, decide};
use tiergate_router::pool::Pool;
use tiergate_router::{Prefer, Route};
use tiergate_scorer::Tokens;
use tiergate_wire::chat::Request;

use super::world::NOW;

/// Quality and coding in tenths, tokens a second, dollars per million of input and output.
fn model(id: &str, ranks: (u16, u16), speed: u32, dollars: (&str, &str)) -> Model {
    let price = Price::new(dollars.0.parse().unwrap(), dollars.1.parse().unwrap());
    let target = Target {
        tariff: Some(Tariff::flat(price)),
        context_window: Some(128_000),
        speed: Some(speed),
        ..Target::new("alpha", id)
    };
    Model {
        quality: Some(ranks.0),
        coding: Some(ranks.1),
        ..Model::new(id, Tier::Standard)
    }
    .with_target(target)
}

fn served(route: &Route, prefer: Prefer) -> String {
    let models = [
        model("cheapest", (200, 200), 50, ("0.05", "0.2")),
        model("fastest", (300, 300), 900, ("2", "8")),
        model("worthiest", (500, 300), 60, ("0.3", "1")),
        model("best", (700, 400), 40, ("5", "20")),
        model("coder", (450, 800), 45, ("4", "16")),
    ];
    let catalog = Catalog::builder().models(models).build().unwrap();
    let pool = Pool::build(Arc::new(catalog), vec!["alpha".into()], NOW);
    let request = Request::user("standard", "hello");
    let tokens = Tokens {
        likely: 900,
        upper: 1_000,
    };
    let query = Query {
        prefer,
        ..Query::new(&request, route, tokens)
    };
    let decision = decide(&pool, &query, Wanted::tier(Tier::Standard), NOW).unwrap();
    pool.model(pool.candidate(decision.candidate))
        .id
        .to_string()
}

#[test]
fn five_preferences_give_five_models() {
    let served = Prefer::ALL.map(|prefer| served(&Route::Floor(Tier::Standard), prefer));
    assert_eq!(
        served,
        ["cheapest", "fastest", "worthiest", "best", "coder"]
    );
}

#[test]
fn under_auto_balanced_is_the_cheapest() {
    let served = Prefer::ALL.map(|prefer| served(&Route::Auto, prefer));
    assert_eq!(served, ["cheapest", "fastest", "cheapest", "best", "coder"]);
}

#[test]
fn the_words_are_five_and_no_others() {
    for prefer in Prefer::ALL {
        assert_eq!(prefer.as_str().parse(), Ok(prefer));
    }
    let fault = "Cheap".parse::<Prefer>().unwrap_err().to_string();
    assert!(
        Prefer::ALL
            .iter()
            .all(|prefer| fault.contains(prefer.as_str())),
        "{fault}"
    );
}
