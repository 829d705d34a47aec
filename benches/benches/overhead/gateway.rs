//! The gateway, composed from its libraries: three models at one provider, and one at each of two that speak otherwise.

use std::future::pending;
use std::sync::Arc;

use tiergate_catalog::{Catalog, Model, Price, Rate, Target, Tariff, Tier};
use tiergate_policy::{KeyDigest, Principal};
use tiergate_providers::transport::{Client, Settings as Pool, Tls};
use tiergate_providers::{Dialect, OpenAi, Provider, Vendor};
use tiergate_router::{Builder, Router, Setup};
use tiergate_server::{App, Dealer, Live, Settings};
use tokio::net::TcpListener;

use super::wall::{BROKEN, WELL};

/// Providers, and the models at them, that do not speak OpenAI's dialect.
pub const ANTHROPIC: &str = "anthropic";
pub const GEMINI: &str = "gemini";

/// The key of the only caller.
pub const KEY: &str = "tg_live_5e1ec7040f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";

/// Models at the wall: one whose first target always fails, one whose only target answers.
pub const FAILING: &str = "failing";
pub const PLAIN: &str = "plain";

pub fn run(upstream: &str) {
    serve(upstream, app);
}

/// The gateway before the wall. It remembers nothing of targets: else it would soon leave the first one alone.
pub fn run_failover(wall: &str) {
    serve(wall, failing_app);
}

fn serve(upstream: &str, app: fn(&str) -> Arc<App>) {
    let mut dealer = Dealer::default();
    for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
        let (app, handed) = (app(upstream), dealer.hand());
        std::thread::spawn(move || {
            one_thread().block_on(tiergate_server::serve(app, handed, pending()))
        });
    }
    one_thread().block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        super::process::listening(listener.local_addr().expect("an address"));
        dealer.deal(listener).await.expect("it deals");
    });
}

fn one_thread() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime")
}

/// One worker's server, with connections to the provider of its own.
fn app(upstream: &str) -> Arc<App> {
    let client = Client::new(Pool::default(), Tls::off());
    let provider = OpenAi::builder("provider", client)
        .base_url(format!("http://{upstream}/v1"))
        .build()
        .expect("a provider");
    let vendor = |dialect, base: &str| {
        let client = Client::new(Pool::default(), Tls::off());
        Vendor::builder(base, dialect, client)
            .base_url(format!("http://{upstream}"))
            .build()
            .expect("a provider")
    };
    let router = Router::builder(catalog())
        .provider(provider)
        .provider(vendor(Dialect::Anthropic, ANTHROPIC))
        .provider(vendor(Dialect::Gemini, GEMINI))
        .build()
        .expect("a router");
    with_key(router)
}

fn failing_app(wall: &str) -> Arc<App> {
    let at_wall = |name: &str| {
        let client = Client::new(Pool::default(), Tls::off());
        let provider = OpenAi::builder(name, client).base_url(format!("http://{wall}/v1"));
        Arc::new(provider.build().expect("a provider")) as Arc<dyn Provider>
    };
    let failing = at(FIRST, FAILING, BROKEN, [5, 40]);
    let failing = failing.with_target(at(SECOND, FAILING, WELL, [50, 400]).targets.remove(0));
    let catalog = Catalog::builder()
        .model(failing)
        .model(at(SECOND, PLAIN, WELL, [50, 400]))
        .build()
        .expect("a catalogue");
    let mut setup = Setup::new(catalog, [FIRST, SECOND].map(at_wall).to_vec());
    setup.health = None;
    with_key(Builder::from(setup).build().expect("a router"))
}

/// Providers at the wall.
const FIRST: &str = "first";
const SECOND: &str = "second";

fn with_key(router: Router) -> Arc<App> {
    let keys = [(KeyDigest::of(KEY), Principal::new("bench"))];
    let live = Live {
        settings: Settings::default(),
        keys: keys.into_iter().collect(),
    };
    Arc::new(App::new(router, live))
}

/// A flagship with one target: at a provider, by the model's name there, for cents per million tokens.
fn at(provider: &str, id: &str, model: &str, cents: [u64; 2]) -> Model {
    let [input, output] = cents.map(|cents| Rate::from_nanos_per_million(cents * 10_000_000));
    let mut target = Target {
        tariff: Some(Tariff::flat(Price::new(input, output))),
        context_window: Some(4_000_000_000),
        ..Target::new(provider, model)
    };
    target.abilities.tools = Some(true);
    Model::new(id, Tier::Flagship).with_target(target)
}

fn catalog() -> Catalog {
    let at = |provider: &str, id: &str, tier, input: u64, output: u64| Model {
        tier: Some(tier),
        ..at(provider, id, id, [input, output])
    };
    Catalog::builder()
        .model(at("provider", "cheap", Tier::Nano, 5, 40))
        .model(at("provider", "usual", Tier::Standard, 200, 1_000))
        .model(at("provider", "dear", Tier::Flagship, 500, 2_500))
        .model(at(ANTHROPIC, ANTHROPIC, Tier::Flagship, 500, 2_500))
        .model(at(GEMINI, GEMINI, Tier::Flagship, 500, 2_500))
        .build()
        .expect("a catalogue")
}
