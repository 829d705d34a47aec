//! A router over houses that make vectors, or fail as they are told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tiergate_catalog::{Catalog, Mode, Model, Price, Target, Tariff, Tier, Timestamp};
use tiergate_providers::embeddings::Request;
use tiergate_providers::{Call, EmbedCall, Embedded, Error, Kind, Provider, Reply};
use tiergate_router::{Access, Context, Router, Setup, TargetHealth, Vectors};
use tokio::time::Instant;

const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);
const NAMES: [&str; 3] = ["one", "two", "three"];

/// What a house does once.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Answer,
    AnswerAfter(Duration),
    Fail(Error),
}

/// A failure without a word.
pub(crate) fn fail(kind: Kind) -> Act {
    Act::Fail(Error::new(kind, "house", "no"))
}

/// Never answers.
pub(crate) fn hang() -> Act {
    Act::AnswerAfter(Duration::from_hours(1))
}

/// Does what was planned, and else always the same.
#[derive(Debug)]
struct House {
    name: &'static str,
    credentials: usize,
    planned: Mutex<VecDeque<Act>>,
    usual: Act,
    tokens: Option<u64>,
    seen: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Provider for House {
    fn name(&self) -> &str {
        self.name
    }

    fn credentials(&self) -> usize {
        self.credentials
    }

    async fn chat(&self, _call: Call<'_>) -> Result<Reply, Error> {
        Err(Error::new(Kind::Unsupported, self.name, "does not chat"))
    }

    fn embeds(&self, _model: &str) -> bool {
        true
    }

    async fn embed(&self, call: EmbedCall<'_>) -> Result<Embedded, Error> {
        let place = format!("{}/{}#{}", self.name, call.model, call.credential);
        self.seen.lock().unwrap().push(place);
        let planned = self.planned.lock().unwrap().pop_front();
        match planned.unwrap_or_else(|| self.usual.clone()) {
            Act::Fail(error) => return Err(error),
            Act::AnswerAfter(wait) => tokio::time::sleep(wait).await,
            Act::Answer => {}
        }
        Ok(Embedded {
            vectors: vec![vec![1.0]; call.request.input.len()],
            tokens: self.tokens,
            ..Embedded::default()
        })
    }
}

/// The model `vectors` at three houses, and `other` at the last one.
pub(crate) struct World {
    pub(crate) router: Router,
    setup: Setup,
    houses: [Arc<House>; 3],
    seen: Arc<Mutex<Vec<String>>>,
}

impl World {
    /// Houses with two credentials each, which fail like this (a timeout by never answering).
    pub(crate) fn new(fails: [Option<Kind>; 3], tokens: Option<u64>) -> Self {
        let usual = fails.map(|fails| match fails {
            None => Act::Answer,
            Some(Kind::Timeout) => hang(),
            Some(kind) => fail(kind),
        });
        Self::over(usual, 2, tokens)
    }

    /// Houses that do this unless something else is planned.
    pub(crate) fn over(usual: [Act; 3], credentials: usize, tokens: Option<u64>) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let mut model = model("vectors");
        for name in NAMES {
            let mut target = Target::new(name, "v-1");
            let price = Price::new("0.5".parse().unwrap(), "0".parse().unwrap());
            target.tariff = Some(Tariff::flat(price));
            model = model.with_target(target);
        }
        let other = self::model("other").with_target(Target::new("three", "o-1"));
        let catalog = Catalog::builder()
            .models(vec![model, other])
            .build()
            .unwrap();
        let mut names = NAMES.into_iter();
        let houses = usual.map(|usual| {
            Arc::new(House {
                name: names.next().unwrap(),
                credentials,
                planned: Mutex::default(),
                usual,
                tokens,
                seen: Arc::clone(&seen),
            })
        });
        let mut builder = Router::builder(catalog.clone());
        for house in &houses {
            builder = builder.provider(Arc::clone(house));
        }
        let providers = houses.each_ref().map(|house| {
            let house: Arc<dyn Provider> = Arc::<House>::clone(house);
            house
        });
        Self {
            router: builder.build_at(NOW).unwrap(),
            setup: Setup::new(catalog, providers.to_vec()),
            houses,
            seen,
        }
    }

    /// With another setup.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Setup)) -> Self {
        change(&mut self.setup);
        self.router.reload(self.setup.clone(), NOW);
        self
    }

    /// What a house does next.
    pub(crate) fn plan(&self, house: usize, acts: impl IntoIterator<Item = Act>) {
        self.houses[house].planned.lock().unwrap().extend(acts);
    }

    pub(crate) async fn embed(&self, body: &str) -> Result<Vectors, tiergate_router::Error> {
        self.embed_in(body, None).await
    }

    /// The same for a caller with a deadline of its own.
    pub(crate) async fn embed_in(
        &self,
        body: &str,
        asked: Option<Duration>,
    ) -> Result<Vectors, tiergate_router::Error> {
        let request = Request::parse(body.to_owned().into()).unwrap();
        let context = Context {
            request_id: "req_1".into(),
            now: NOW,
            deadline: Instant::now() + asked.unwrap_or(Context::DEADLINE),
            deadline_asked: asked.is_some(),
            seed: 7,
            hops: 0,
            front: tiergate_router::Front::default(),
        };
        let access = Access::unlimited("key");
        self.router.embed(&request, &access, &context).await
    }

    /// Who was asked.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The names of the houses that were asked since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        let name = |place: &String| place.split('/').next().unwrap().to_owned();
        seen.iter().map(name).collect()
    }

    /// What is remembered of a house's first credential.
    pub(crate) fn health(&self, house: usize) -> TargetHealth {
        let mut all = self.router.targets().into_iter();
        all.find(|each| &*each.provider == NAMES[house] && &*each.model == "vectors")
            .unwrap()
    }

    pub(crate) async fn receipt(&self) -> serde_json::Value {
        let receipt = self.router.receipts().get("req_1", "key").await.unwrap();
        serde_json::to_value(&*receipt).unwrap()
    }
}

fn model(id: &str) -> Model {
    let mut model = Model::new(id, Tier::Nano);
    model.mode = Mode::Embedding;
    model.tier = None;
    model
}
