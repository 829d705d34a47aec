//! Vectors through the router: one model, its targets in turn, and a receipt for each request.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tiergate_catalog::{Catalog, Mode, Model, Price, Target, Tariff, Tier, Timestamp};
use tiergate_providers::embeddings::Request;
use tiergate_providers::{Call, EmbedCall, Embedded, Error, Kind, Provider, Reply};
use tiergate_router::{Access, Context, Router, Vectors};
use tokio::time::Instant;

const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);

/// Fails in one way (a timeout by never answering), or makes vectors of one dimension.
#[derive(Debug)]
struct House {
    name: &'static str,
    credentials: usize,
    fails: Option<Kind>,
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
        if self.fails == Some(Kind::Timeout) {
            return std::future::pending().await;
        }
        if let Some(kind) = self.fails {
            return Err(Error::new(kind, self.name, "no"));
        }
        Ok(Embedded {
            vectors: vec![vec![1.0]; call.request.input.len()],
            tokens: self.tokens,
            ..Embedded::default()
        })
    }
}

struct World {
    router: Router,
    seen: Arc<Mutex<Vec<String>>>,
}

impl World {
    /// The model `vectors` at three houses, which fail like this, and `other` at the last one.
    fn new(fails: [Option<Kind>; 3], tokens: Option<u64>) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let names = ["one", "two", "three"];
        let mut model = model("vectors");
        for name in names {
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
        let mut builder = Router::builder(catalog);
        for (name, fails) in names.into_iter().zip(fails) {
            builder = builder.provider(House {
                name,
                credentials: 2,
                fails,
                tokens,
                seen: Arc::clone(&seen),
            });
        }
        Self {
            router: builder.build_at(NOW).unwrap(),
            seen,
        }
    }

    async fn embed(&self, body: &str) -> Result<Vectors, tiergate_router::Error> {
        let request = Request::parse(body.to_owned().into()).unwrap();
        let context = Context {
            request_id: "req_1".into(),
            now: NOW,
            deadline: Instant::now() + Duration::from_mins(1),
            deadline_asked: false,
            seed: 7,
            hops: 0,
            front: tiergate_router::Front::default(),
        };
        let access = Access::unlimited("key");
        self.router.embed(&request, &access, &context).await
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    async fn receipt(&self) -> serde_json::Value {
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

const BODY: &str = r#"{"model":"vectors","input":["a","b"],"tags":["t"]}"#;

#[tokio::test(start_paused = true)]
async fn the_first_target_serves_and_is_billed() {
    let world = World::new([None; 3], Some(2_000));
    let made = world.embed(BODY).await.unwrap();
    assert_eq!(
        (made.vectors.len(), made.tokens, made.by.attempts),
        (2, 2_000, 1)
    );
    assert_eq!(made.bill.cost.unwrap().to_string(), "0.001");
    assert_eq!(made.bill.savings.unwrap().to_string(), "0");
    let receipt = world.receipt().await;
    assert_eq!(receipt["served_model"], "vectors");
    assert_eq!(receipt["provider"], "one");
    assert_eq!(receipt["cost_usd"], "0.001");
    assert_eq!(receipt["tags"], serde_json::json!(["t"]));
    assert_eq!(receipt["outcome"], "complete");
    assert_eq!(receipt["usage_estimated"], false);
}

#[tokio::test(start_paused = true)]
async fn credentials_come_before_other_targets_and_another_model_never() {
    let world = World::new([Some(Kind::Auth), Some(Kind::NotFound), None], Some(1));
    let error = world.embed(r#"{"model":"other","input":"a"}"#).await;
    assert!(error.is_ok());
    let made = world.embed(BODY).await;
    // three attempts are the most: both credentials of the first house, and the second one
    assert!(made.is_err());
    assert_eq!(
        world.seen(),
        ["three/o-1#0", "one/v-1#0", "one/v-1#1", "two/v-1#0"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_one_target_cannot_say_another_may() {
    let world = World::new(
        [Some(Kind::Unsupported), Some(Kind::Unsupported), None],
        None,
    );
    let made = world.embed(BODY).await.unwrap();
    assert_eq!(&*made.by.provider, "three");
    assert!(made.tokens > 0);
    assert_eq!(world.receipt().await["usage_estimated"], true);
    let world = World::new([Some(Kind::Unsupported); 3], None);
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 400);
    // a failure that may pass is not hidden by one that does not
    let world = World::new(
        [
            Some(Kind::RateLimited),
            Some(Kind::Unsupported),
            Some(Kind::Unsupported),
        ],
        None,
    );
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 429);
}

#[tokio::test(start_paused = true)]
async fn the_callers_own_mistakes_are_not_tried_again() {
    let world = World::new([Some(Kind::BadRequest), None, None], None);
    assert_eq!(world.embed(BODY).await.unwrap_err().shown().status, 400);
    assert_eq!(world.seen(), ["one/v-1#0"]);
    assert_eq!(world.receipt().await["outcome"], "failed");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_is_cancelled_once() {
    let world = World::new([Some(Kind::Timeout); 3], None);
    let embedding = world.embed(BODY);
    assert!(
        tokio::time::timeout(Duration::ZERO, embedding)
            .await
            .is_err()
    );
    let receipt = world.receipt().await;
    assert_eq!(
        (&receipt["outcome"], &receipt["status"]),
        (&"cancelled".into(), &499.into())
    );
}

#[tokio::test(start_paused = true)]
async fn targets_that_fail_are_left_alone_and_looked_at_once_a_second() {
    let world = World::new([Some(Kind::Server); 3], None);
    let mut shut = 0;
    for _ in 0..100 {
        let fault = world.embed(BODY).await.unwrap_err();
        shut += usize::from(matches!(fault, tiergate_router::Error::Shut { .. }));
        tokio::time::advance(Duration::from_millis(10)).await;
    }
    assert!(shut > 60, "{shut}");
    let before = world.seen().len();
    tokio::time::advance(Duration::from_millis(1_100)).await;
    let fault = world.embed(BODY).await.unwrap_err();
    assert!(fault.provider().is_some(), "{fault}");
    assert!(world.seen().len() > before);
}
