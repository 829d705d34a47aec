//! The routers of a run: several workers that share what they remember, and their setups.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use async_trait::async_trait;
use tiergate_catalog::{Catalog, Model, Price, Target, Tariff, Timestamp};
use tiergate_failover::Limits;
use tiergate_metering::{Comparison, Feedback, Receipt, Receipts};
use tiergate_providers::Provider;
use tiergate_router::decide::Choose;
use tiergate_router::{Builder, Health, Router, Setup};
use tiergate_scorer::{Assessment, Score, Scorer, Signals};
use tiergate_wire::chat::Request;

use super::provider::Simulated;
use super::scene::{MODELS, PROVIDERS, Scene, VARIANTS};
use super::stage::Stage;

/// Wall time when a run begins.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);

/// Models that answer for others, where the scene has fallbacks.
pub(crate) const FALLBACKS: [(usize, &[usize]); 2] = [(2, &[3, 1, 4]), (4, &[5])];

pub(crate) struct Workers {
    pub(crate) stage: Arc<Stage>,
    pub(crate) routers: Vec<Router>,
    /// The setup that each worker has now.
    variants: Vec<AtomicUsize>,
    /// The same setups where nothing is remembered: what would be chosen if all were well.
    pub(crate) bare: Vec<Router>,
    pub(crate) kept: Arc<Kept>,
    health: Arc<Health>,
}

impl Workers {
    pub(crate) fn new(scene: Scene) -> Self {
        let health = Arc::new(Health::new(scene.settings).budget_of_tiers(scene.budget));
        let kept = Arc::new(Kept::default());
        let build = |setup: Setup| {
            let receipts = Arc::clone(&kept) as Arc<dyn Receipts>;
            let builder = Builder::from(setup).receipts(receipts);
            builder.build_at(NOW).expect("somebody serves")
        };
        let viewer = build(Setup {
            providers: providers(&scene, 0, &Weak::new(), Scene::all_marks),
            ..setup(&scene, 0, &health, &Weak::new())
        });
        let bare = (0..VARIANTS).map(|variant| {
            build(Setup {
                health: None,
                ..setup(&scene, variant, &health, &Weak::new())
            })
        });
        let bare = bare.collect();
        let stage = Arc::new(Stage::new(scene, viewer));
        let scene = &stage.scene;
        let weak = Arc::downgrade(&stage);
        let routers = (0..scene.workers).map(|_| build(setup(scene, 0, &health, &weak)));
        Self {
            routers: routers.collect(),
            variants: (0..scene.workers).map(|_| AtomicUsize::new(0)).collect(),
            bare,
            kept,
            health,
            stage,
        }
    }

    pub(crate) fn variant(&self, worker: usize) -> usize {
        self.variants[worker].load(Ordering::Relaxed)
    }

    pub(crate) fn reload(&self, worker: usize, variant: usize) {
        let weak = Arc::downgrade(&self.stage);
        let setup = setup(&self.stage.scene, variant, &self.health, &weak);
        self.routers[worker].reload(setup, NOW);
        self.variants[worker].store(variant, Ordering::Relaxed);
    }
}

/// How often a setup lets a request be tried.
pub(crate) fn limits(variant: usize) -> Limits {
    match variant {
        3 => Limits {
            attempts: 2,
            retries: 0,
            ..Limits::default()
        },
        _ => Limits::default(),
    }
}

fn setup(scene: &Scene, variant: usize, health: &Arc<Health>, stage: &Weak<Stage>) -> Setup {
    let marks = |scene: &Scene, provider| scene.marks(provider, variant);
    let mut setup = Setup::new(catalog(scene), providers(scene, variant, stage, marks));
    setup.scorer = Arc::new(Told);
    setup.limits = limits(variant);
    setup.health = Some(Arc::clone(health));
    setup.allow_lower_tier = scene.allow_lower_tier;
    if scene.changing_prices {
        setup.choose = Choose::Thresholds;
    }
    if variant == 3 {
        setup.clocks.first_with_alternative = Duration::from_secs(3);
        setup.clocks.times_p99 = Some(3);
    }
    if scene.fallbacks {
        let id = |model: usize| Arc::from(MODELS[model].0);
        let of = |(model, others): (usize, &[usize])| {
            (id(model), others.iter().map(|each| id(*each)).collect())
        };
        setup.fallbacks = FALLBACKS.into_iter().map(of).collect();
    }
    setup
}

fn providers(
    scene: &Scene,
    variant: usize,
    stage: &Weak<Stage>,
    marks: impl Fn(&Scene, usize) -> Vec<u64>,
) -> Vec<Arc<dyn Provider>> {
    let provider = |index| {
        let provider = Simulated {
            index,
            marks: marks(scene, index),
            stage: Weak::clone(stage),
        };
        Arc::new(provider) as Arc<dyn Provider>
    };
    (0..scene.providers(variant)).map(provider).collect()
}

fn catalog(scene: &Scene) -> Catalog {
    let models = MODELS.iter().zip(&scene.places).enumerate();
    let models = models.map(|(number, ((id, tier), places))| {
        let targets = places.iter().map(|place| {
            let price = |dollars: usize| Price::new(money(dollars), money(dollars * 4));
            let tariff = Tariff::flat(price(1 + number * 3 + place % 3));
            let tariff = if scene.changing_prices {
                let later = Timestamp::from_millis(NOW.millis() + 3_600_000);
                Tariff::with_change(tariff, later, price(1 + number * 3 + (place + 1) % 3), [])
            } else {
                tariff
            };
            Target {
                tariff: Some(tariff),
                context_window: Some(128_000),
                max_output: Some(4_096),
                ..Target::new(PROVIDERS[*place], id)
            }
        });
        let model = Model {
            canonical: "gpt".into(),
            ..Model::new(id, *tier)
        };
        targets.fold(model, Model::with_target)
    });
    Catalog::builder()
        .models(models)
        .build()
        .expect("a catalogue")
}

fn money<T: std::str::FromStr>(dollars: usize) -> T {
    let parsed = dollars.to_string().parse();
    parsed.unwrap_or_else(|_| panic!("{dollars} is money"))
}

/// Finds a request as hard as it says itself.
#[derive(Debug)]
struct Told;

impl Scorer for Told {
    fn assess(&self, request: &Request) -> Assessment {
        let told = request.text("user").and_then(|user| user.parse().ok());
        let score: u8 = told.unwrap_or(50);
        let success = [95_u16, 90, 80, 60, 30].map(|ease| {
            let hard = u16::from(score) * ease / 10;
            950_u16.saturating_sub(hard)
        });
        Assessment {
            score: Score::try_new(score.min(100)).expect("a score"),
            success,
            confidence: 900,
            signals: Signals::new(),
            readable: true,
        }
    }
}

/// The receipts of each request.
#[derive(Debug, Default)]
pub(crate) struct Kept(Mutex<BTreeMap<String, Vec<Arc<Receipt>>>>);

impl Kept {
    pub(crate) fn of(&self, request: usize) -> Vec<Arc<Receipt>> {
        let kept = self.0.lock().expect("no panic under the lock");
        kept.get(&format!("r{request}"))
            .cloned()
            .unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        let kept = self.0.lock().expect("no panic under the lock");
        kept.values().map(Vec::len).sum()
    }
}

#[async_trait]
impl Receipts for Kept {
    fn put(&self, receipt: Arc<Receipt>) {
        let mut kept = self.0.lock().expect("no panic under the lock");
        kept.entry(receipt.request_id.to_string())
            .or_default()
            .push(receipt);
    }

    async fn get(&self, _id: &str, _owner: &str) -> Option<Arc<Receipt>> {
        None
    }

    async fn rate(&self, _: &str, _: &str, _: Feedback) -> Option<Arc<Receipt>> {
        None
    }

    async fn compare(&self, _: &str, _: &str, _: Comparison) -> Option<Arc<Receipt>> {
        None
    }

    async fn examples(&self, _: &str, _: &str, _: usize) -> Vec<Arc<Receipt>> {
        Vec::new()
    }
}
