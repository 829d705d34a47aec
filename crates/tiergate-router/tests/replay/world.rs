//! A small catalogue with something of everything, and a router that is told scores and lengths.

use std::sync::Arc;

use tiergate_catalog::{Abilities, Catalog, Model, Price, Target, Tariff, Tier};
use tiergate_providers::Demo;
use tiergate_router::{Router, Rules, Setup};
use tiergate_scorer::{Assessment, Score, Scorer, Signal, Signals, TokenCounter, Tokens};
use tiergate_wire::chat::Request;

use super::NOW;

/// The scores and lengths are stated by the requests, so that only the decision is replayed.
#[derive(Debug)]
struct Stated;

fn stated(request: &Request, name: &str) -> u64 {
    let raw = request.member(name).unwrap_or(b"40");
    serde_json::from_slice(raw).unwrap()
}

impl Scorer for Stated {
    fn assess(&self, request: &Request) -> Assessment {
        let score = u8::try_from(stated(request, "score")).unwrap();
        let signal = Signal {
            name: "stated",
            points: i16::from(score) * 100,
            value: 1,
        };
        Assessment {
            score: Score::try_new(score).unwrap(),
            success: [300, 500, 700, 900, 990],
            confidence: 1_000,
            signals: Signals::from_iter([signal]),
            readable: true,
        }
    }
}

impl TokenCounter for Stated {
    fn count(&self, request: &Request) -> Tokens {
        let likely = stated(request, "length");
        Tokens {
            likely,
            upper: likely * 2,
        }
    }
}

/// Forbids a provider and a model.
#[derive(Debug)]
pub(crate) struct NoBeta;

impl Rules for NoBeta {
    fn may_use(&self, model: &str, provider: &str) -> bool {
        provider != "beta" && model != "big"
    }
}

pub(crate) fn router() -> Router {
    let providers = ["alpha", "beta"].map(|name| Demo::new().named(name));
    let [alpha, beta] = providers.clone();
    let builder = Router::builder(catalog()).provider(alpha).provider(beta);
    let router = builder.build_at(NOW).unwrap();
    let providers = providers.into_iter().map(|each| Arc::new(each) as _);
    let setup = Setup {
        scorer: Arc::new(Stated),
        counter: Arc::new(Stated),
        ..Setup::new(catalog(), providers.collect())
    };
    router.reload(setup, NOW);
    router
}

fn catalog() -> Catalog {
    let long = price("4", "16");
    let mut models = [
        model(
            "tiny",
            Tier::Nano,
            150,
            target("alpha", 16_000, "0.05", "0.2"),
        ),
        model(
            "quick",
            Tier::Small,
            250,
            target("beta", 64_000, "0.2", "0.8"),
        ),
        model(
            "plain",
            Tier::Standard,
            400,
            target("alpha", 128_000, "1", "4"),
        ),
        model(
            "coder",
            Tier::Standard,
            420,
            target("alpha", 200_000, "2", "8"),
        ),
        model(
            "mystery",
            Tier::Standard,
            100,
            Target::new("alpha", "mystery-1"),
        ),
        model(
            "big",
            Tier::Premium,
            600,
            target("beta", 1_000_000, "5", "20"),
        ),
        model(
            "huge",
            Tier::Flagship,
            800,
            target("alpha", 1_000_000, "9", "40"),
        ),
        model(
            "guard",
            Tier::Nano,
            50,
            target("alpha", 8_000, "0.01", "0.01"),
        ),
        model(
            "far",
            Tier::Nano,
            50,
            target("elsewhere", 8_000, "0.01", "0.01"),
        ),
    ];
    let stepped = target("beta", 400_000, "1", "4");
    models[2].targets.push(Target {
        tariff: stepped
            .tariff
            .map(|tariff| tariff.with_long_context(50_000, long)),
        speed: Some(400),
        ..stepped
    });
    models[0].targets[0].abilities.vision = Some(false);
    models[3].targets[0].abilities.vision = Some(true);
    models[3].coding = Some(700);
    models[6].targets[0].retires = Some(NOW);
    models[7].auto = false;
    let builder = Catalog::builder().models(models).alias("fast", "quick");
    builder.build().unwrap()
}

fn model(id: &str, tier: Tier, quality: u16, target: Target) -> Model {
    let (quality, canonical) = (Some(quality), "gpt".into());
    Model {
        quality,
        canonical,
        ..Model::new(id, tier)
    }
    .with_target(target)
}

fn target(provider: &str, window: u64, input: &str, output: &str) -> Target {
    let yes = Some(true);
    Target {
        tariff: Some(Tariff::flat(price(input, output))),
        context_window: Some(window),
        max_output: Some(8_192),
        abilities: Abilities {
            tools: yes,
            json_schema: yes,
            ..Abilities::default()
        },
        ..Target::new(provider, "upstream")
    }
}

fn price(input: &str, output: &str) -> Price {
    Price::new(input.parse().unwrap(), output.parse().unwrap())
}
