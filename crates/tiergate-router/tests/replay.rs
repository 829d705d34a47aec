//! Decisions replay: the same requests over the same catalogue give the same explanation, byte for byte.
//!
//! `TIERGATE_BLESS=1 cargo test -p tiergate-router --test replay` writes the file anew; read its changes
//! before you keep them.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail loudly")]

use std::path::Path;
use std::sync::Arc;

use tiergate_catalog::{
    Abilities, Catalog, Model, Price, Target, Tariff, Tier, Timestamp,
};
use tiergate_metering::Why;
use tiergate_providers::Demo;
use tiergate_router::{Access, Router, Rules, Setup};
use tiergate_scorer::{Assessment, Score, Scorer, Signal, Signals, TokenCounter, Tokens};
use tiergate_wire::chat::Request;

const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);
const BLESS: bool = option_env!("TIERGATE_BLESS").is_some();
const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

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
        let signal = Signal { name: "stated", points: i16::from(score) * 100, value: 1 };
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
        Tokens { likely, upper: likely * 2 }
    }
}

#[derive(Debug)]
struct NoBeta;

impl Rules for NoBeta {
    fn may_use(&self, model: &str, provider: &str) -> bool {
        provider != "beta" && model != "big"
    }
}

fn target(provider: &str, window: Option<u64>, dollars: Option<(&str, &str)>) -> Target {
    let tariff = dollars.map(|(input, output)| Tariff::flat(Price::new(input.parse().unwrap(), output.parse().unwrap())));
    let yes = Some(true);
    let abilities = Abilities { tools: yes, json_schema: yes, ..Abilities::default() };
    Target { tariff, context_window: window, max_output: Some(8_192), abilities, ..Target::new(provider, "set below") }
}

fn model(id: &str, tier: Tier, ranks: (u16, u16), targets: impl IntoIterator<Item = Target>) -> Model {
    let model = Model { quality: Some(ranks.0), coding: Some(ranks.1), canonical: "gpt".into(), ..Model::new(id, tier) };
    let named = |target: Target| Target { model: format!("{id}-1").into(), ..target };
    targets.into_iter().map(named).fold(model, Model::with_target)
}

fn catalog() -> Catalog {
    let long = Price::new("4".parse().unwrap(), "16".parse().unwrap());
    let stepped = target("beta", Some(400_000), Some(("1", "4")));
    let stepped = Target { tariff: stepped.tariff.map(|tariff| tariff.with_long_context(50_000, long)), ..stepped };
    let seeing = |target: Target| Target { abilities: Abilities { vision: Some(true), ..target.abilities }, ..target };
    let blind = |target: Target| Target { abilities: Abilities { vision: Some(false), ..target.abilities }, ..target };
    let models = [
        model("tiny", Tier::Nano, (150, 90), [blind(target("alpha", Some(16_000), Some(("0.05", "0.2"))))]),
        model("quick", Tier::Small, (250, 200), [Target { speed: Some(400), ..target("beta", Some(64_000), Some(("0.2", "0.8"))) }]),
        model("plain", Tier::Standard, (400, 300), [target("alpha", Some(128_000), Some(("1", "4"))), stepped]),
        model("coder", Tier::Standard, (420, 600), [seeing(target("alpha", Some(200_000), Some(("2", "8"))))]),
        model("mystery", Tier::Standard, (100, 100), [target("alpha", None, None)]),
        model("big", Tier::Premium, (600, 550), [seeing(target("beta", Some(1_000_000), Some(("5", "20"))))]),
        model("huge", Tier::Flagship, (800, 700), [Target { retires: Some(NOW), ..target("alpha", None, Some(("9", "40"))) }]),
        Model { auto: false, ..model("guard", Tier::Nano, (50, 50), [target("alpha", Some(8_000), Some(("0.01", "0.01")))]) },
        model("far", Tier::Nano, (50, 50), [target("elsewhere", Some(8_000), None)]),
    ];
    Catalog::builder().models(models).alias("fast", "quick").build().unwrap()
}

fn router() -> Router {
    let providers = ["alpha", "beta"].map(|name| Demo::new().named(name));
    let [alpha, beta] = providers.clone();
    let router = Router::builder(catalog()).provider(alpha).provider(beta).build_at(NOW).unwrap();
    let providers = providers.into_iter().map(|each| Arc::new(each) as _).collect();
    let setup = Setup { scorer: Arc::new(Stated), counter: Arc::new(Stated), ..Setup::new(catalog(), providers) };
    router.reload(setup, NOW);
    router
}

/// What is asked, by everybody and then by a caller with bounds.
const ASKED: [&str; 20] = [
    r#""model":"auto""#,
    r#""model":"auto","score":5"#,
    r#""model":"auto","score":20,"prefer":"cheap""#,
    r#""model":"auto","score":70"#,
    r#""model":"auto","score":95"#,
    r#""model":"auto","score":95,"max_tier":"standard""#,
    r#""model":"auto","length":60000"#,
    r#""model":"auto","length":150000"#,
    r#""model":"auto","length":9000000"#,
    r#""model":"auto","max_tokens":9000"#,
    r#""model":"auto","tools":[{"type":"function","function":{"name":"f"}}]"#,
    r#""model":"standard","prefer":"fast""#,
    r#""model":"standard","prefer":"quality""#,
    r#""model":"standard","prefer":"coding""#,
    r#""model":"standard","prefer":"balanced","n":3"#,
    r#""model":"economy","prefer":"cheap","reasoning_effort":"low""#,
    r#""model":"plain","prefer":"cheap""#,
    r#""model":"fast","max_tier":"nano""#,
    r#""model":"guard""#,
    r#""model":"flagship""#,
];

fn told(router: &Router) -> String {
    let bounded = Access { owner: "bounded".into(), ceiling: Tier::Premium, rules: Some(Arc::new(NoBeta)) };
    let mut lines = String::new();
    for access in [Access::unlimited("everybody"), bounded] {
        for asked in ASKED {
            let request = Request::parse(format!("{{{asked},{HI}}}").into()).unwrap();
            let plan = router.plan(&request, &access, NOW).unwrap();
            let why = plan.render();
            let again = router.plan(&request, &access, NOW).unwrap().render();
            assert_eq!((why.get(), why.get()), (plan.render().get(), again.get()), "{asked}");
            lines.push_str(why.get());
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn explanations_are_those_of_the_file() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/why.jsonl");
    let told = told(&router());
    if BLESS {
        std::fs::write(&file, &told).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&file).expect("the golden file is there");
    assert_eq!(told.lines().count(), golden.lines().count());
    for (told, golden) in told.lines().zip(golden.lines()) {
        assert_eq!(told, golden);
    }
    assert_eq!(told, self::told(&router()), "another router over the same catalogue says the same");
}
