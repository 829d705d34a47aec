//! `GET /v1/tiers`: the public list of tiers with the models in them.

use http::Response;
use serde::Serialize;
use tiergate_catalog::Tier;
use tiergate_router::Access;

use crate::app::App;
use crate::body::Body;
use crate::clock;
use crate::respond::json;

#[derive(Serialize)]
struct List {
    object: &'static str,
    data: [Entry; 5],
}

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    object: &'static str,
    /// Scores for which `auto` wants this tier.
    min_score: u8,
    max_score: u8,
    models: Vec<String>,
}

pub(crate) fn tiers(app: &App) -> Response<Body> {
    let lowest = app.router().thresholds().lowest();
    let mut data = Tier::ALL.map(|tier| {
        let at = tier.index();
        Entry {
            id: tier.as_str(),
            object: "tier",
            min_score: if at == 0 { 0 } else { lowest[at - 1] },
            max_score: lowest.get(at).map_or(100, |next| next - 1),
            models: Vec::new(),
        }
    });
    app.router()
        .served(&Access::unlimited("public"), clock::now(), |model, _| {
            if let Some(tier) = model.routable() {
                data[tier.index()].models.push(model.id.to_string());
            }
        });
    json(&List {
        object: "list",
        data,
    })
}
