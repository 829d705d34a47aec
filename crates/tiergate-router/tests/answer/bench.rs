//! A router over a small catalogue, scripted providers and counted receipts.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;
use tiergate_catalog::{Catalog, Model, Price, Target, Tariff, Tier, Timestamp};
use tiergate_metering::{Comparison, Feedback, Outcome, Receipt, Receipts};
use tiergate_providers::{Chunk, Error as ProviderError, Provider};
use tiergate_router::{Access, Answer, Answering, Context, Error, Reply, Router, Setup};
use tiergate_scorer::{Assessment, Score, Scorer, Signals};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

use super::provider::{Act, Log, Scripted, Seen};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_219_200_000);

/// Under `auto`, in the order of expected cost: `a` at alpha, `a` at beta, `b` at alpha, `b` at gamma. Then
/// the premium `p` at gamma, and the flagship `f` at beta, which is cheaper than all of them.
pub(crate) fn catalog() -> Catalog {
    let a = model(
        "a",
        Tier::Standard,
        &[("alpha", 8_192, "1", "4"), ("beta", 8_192, "1.1", "4.4")],
    );
    let b = model(
        "b",
        Tier::Standard,
        &[("alpha", 32_000, "2", "8"), ("gamma", 64_000, "3", "12")],
    );
    let p = model("p", Tier::Premium, &[("gamma", 128_000, "10", "40")]);
    let f = model("f", Tier::Flagship, &[("beta", 128_000, "0.5", "2")]);
    Catalog::builder().models([a, b, p, f]).build().unwrap()
}

/// A model at (provider, window, dollars per million of input and of output).
pub(crate) fn model(id: &'static str, tier: Tier, places: &[(&str, u64, &str, &str)]) -> Model {
    let targets = places
        .iter()
        .map(|(provider, window, input, output)| Target {
            tariff: Some(Tariff::flat(Price::new(
                input.parse().unwrap(),
                output.parse().unwrap(),
            ))),
            context_window: Some(*window),
            max_output: Some(4_096),
            ..Target::new(provider, id)
        });
    let model = Model {
        canonical: "gpt".into(),
        ..Model::new(id, tier)
    };
    targets.fold(model, Model::with_target)
}

/// Receipts in the order in which they were put away.
#[derive(Debug, Default)]
pub(crate) struct Kept(pub(crate) Mutex<Vec<Arc<Receipt>>>);

#[async_trait]
impl Receipts for Kept {
    fn put(&self, receipt: Arc<Receipt>) {
        self.0.lock().unwrap().push(receipt);
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

/// Finds everything middling: a standard model's work.
#[derive(Debug)]
struct Middling;

impl Scorer for Middling {
    fn assess(&self, _request: &Request) -> Assessment {
        Assessment {
            score: Score::try_new(45).unwrap(),
            success: [100, 300, 700, 900, 950],
            confidence: 900,
            signals: Signals::new(),
            readable: true,
        }
    }
}

pub(crate) struct Bench {
    pub(crate) router: Router,
    pub(crate) kept: Arc<Kept>,
    pub(crate) log: Arc<Log>,
    providers: Vec<Arc<Scripted>>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::over(catalog(), 1)
    }

    /// Every provider has so many credentials.
    pub(crate) fn over(catalog: Catalog, credentials: usize) -> Self {
        let (kept, log) = (Arc::new(Kept::default()), Arc::new(Log::default()));
        let names = ["alpha", "beta", "gamma"];
        let providers =
            names.map(|name| Arc::new(Scripted::new(name, credentials, Arc::clone(&log))));
        let receipts = Arc::clone(&kept) as Arc<dyn Receipts>;
        let builder = Router::builder(catalog).scorer(Middling).receipts(receipts);
        let add = |builder: tiergate_router::Builder, each: &Arc<Scripted>| {
            builder.provider(Arc::clone(each))
        };
        let router = providers.iter().fold(builder, add).build_at(NOW).unwrap();
        Self {
            router,
            kept,
            log,
            providers: providers.into(),
        }
    }

    pub(crate) fn setup(&self, catalog: Catalog) -> Setup {
        let providers = self
            .providers
            .iter()
            .map(|each| Arc::clone(each) as Arc<dyn Provider>);
        Setup {
            scorer: Arc::new(Middling),
            ..Setup::new(catalog, providers.collect())
        }
    }

    /// What a provider does at its next calls for a model.
    pub(crate) fn plan(
        &self,
        provider: &str,
        model: &'static str,
        acts: impl IntoIterator<Item = Act>,
    ) -> &Self {
        let of_name = self.providers.iter().find(|each| each.name() == provider);
        of_name.unwrap().plan(model, acts);
        self
    }

    pub(crate) async fn ask(&self, body: &str) -> Result<Reply, Error> {
        self.ask_in(body, Duration::from_mins(10)).await
    }

    pub(crate) async fn ask_in(&self, body: &str, time: Duration) -> Result<Reply, Error> {
        let request = request(body);
        let access = Access {
            ceiling: Tier::Flagship,
            ..Access::unlimited("owner")
        };
        self.router.answer(&request, &access, &context(time)).await
    }

    /// The calls so far, as `provider/model#credential`.
    pub(crate) fn places(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.place).collect()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.log.seen.lock().unwrap().clone()
    }

    pub(crate) fn cancelled(&self) -> usize {
        self.log.cancelled.load(Ordering::SeqCst)
    }

    pub(crate) fn receipts(&self) -> usize {
        self.kept.0.lock().unwrap().len()
    }

    /// The only receipt.
    #[track_caller]
    pub(crate) fn receipt(&self) -> Receipt {
        // not under the lock: a failing test still drops what wants to put a receipt
        let kept = self.kept.0.lock().unwrap().clone();
        assert_eq!(kept.len(), 1, "one receipt, exactly: {kept:?}");
        Receipt::clone(&kept[0])
    }

    /// The only receipt's outcome, status and code.
    #[track_caller]
    pub(crate) fn ending(&self) -> (Outcome, u16, Option<String>) {
        let ending = self.receipt().ending;
        (
            ending.outcome,
            ending.status,
            ending.error_code.map(std::borrow::Cow::into_owned),
        )
    }
}

pub(crate) fn context(time: Duration) -> Context {
    Context {
        request_id: "req_1".into(),
        now: NOW,
        deadline: Instant::now() + time,
        deadline_asked: true,
        seed: 7,
        hops: 2,
        front: tiergate_router::Front::default(),
    }
}

pub(crate) fn request(body: &str) -> Request {
    let messages = r#""messages":[{"role":"user","content":"How do magnets work?"}]"#;
    Request::parse(format!("{{{body},{messages}}}").into()).unwrap()
}

pub(crate) fn stream(reply: Reply) -> Box<Answering> {
    match reply.answer {
        Answer::Stream(answering) => answering,
        Answer::Full(..) => panic!("a stream was asked for"),
    }
}

pub(crate) async fn next(answering: &mut Answering) -> Option<Result<Chunk, ProviderError>> {
    poll_fn(|context| Pin::new(&mut *answering).poll_next(context)).await
}

/// Everything that a stream gives, up to its end.
pub(crate) async fn read(answering: &mut Answering) -> Vec<Result<Chunk, ProviderError>> {
    let mut items = Vec::new();
    while let Some(item) = next(answering).await {
        items.push(item);
    }
    items
}
