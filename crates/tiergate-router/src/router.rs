//! The façade: from a request to an answer.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use bytes::Bytes;
use tiergate_catalog::{Catalog, Mode, Model, Target, Timestamp};
use tiergate_metering::{MemoryReceipts, Receipts};
use tiergate_providers::{Edit, Form, Provider};
use tiergate_scorer::{Scorer, Thresholds};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

use crate::attempts;
use crate::decide::Choose;
use crate::embeddings;
use crate::health::TargetHealth;
use crate::plan::Plan;
use crate::setup::{Setup, Snapshot};
use crate::tally::Tally;
use crate::{Access, Error, Prefer, Reply};

/// Chooses a model for each request, asks its provider, and keeps the receipt.
///
/// Cheap to share behind an `Arc`; every method takes `&self`.
#[derive(Debug)]
pub struct Router {
    snapshot: ArcSwap<Snapshot>,
    receipts: Arc<dyn Receipts>,
}

/// What comes with a request from outside: its id, the time, chance.
#[derive(Clone, Debug)]
pub struct Context {
    /// Names the request in its receipt and everywhere else; unique.
    pub request_id: Arc<str>,
    /// Wall time of the request's arrival.
    pub now: Timestamp,
    /// When the request must be over; an answer that is streamed must only have begun, unless the client asked for
    /// this time.
    pub deadline: Instant,
    /// Whether the client asked for this time itself.
    pub deadline_asked: bool,
    /// Decides the length of pauses.
    pub seed: u64,
    /// Gateways of this kind that the request has passed already.
    pub hops: u8,
    /// What the client speaks.
    pub front: Front,
}

/// What the client speaks, and its own words.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// The dialect in which it wants its answer; a provider that cannot give it gives a chat completion.
    pub form: Form,
    /// Its request as it came; `None` where that is a chat completion.
    pub body: Option<Bytes>,
    /// Headers for a provider of the same dialect, names in lower case.
    pub headers: Vec<(Box<str>, Box<str>)>,
    /// What of the request no chat completion can say, and so only a provider of the same dialect may be asked.
    pub unsaid: Option<Unsaid>,
    /// What of the request a chat completion leaves out or says otherwise.
    pub edits: Vec<Edit>,
}

/// What no chat completion can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaid {
    /// The member of the request that says it.
    pub param: &'static str,
    /// What it is, for a person.
    pub message: Box<str>,
}

impl Front {
    pub(crate) fn as_call(&self, likely_input: u64) -> tiergate_providers::Front<'_> {
        tiergate_providers::Front {
            form: self.form,
            body: self.body.as_ref(),
            headers: &self.headers,
            unsaid: self
                .unsaid
                .as_ref()
                .map(|unsaid| (unsaid.param, &*unsaid.message)),
            edits: &self.edits,
            likely_input,
        }
    }
}

impl Router {
    /// Starts a router over a catalogue; it needs at least one provider that serves one of the models.
    pub fn builder(catalog: Catalog) -> Builder {
        Builder {
            setup: Setup::new(catalog, Vec::new()),
            receipts: None,
        }
    }

    /// Answers a request on behalf of a caller.
    ///
    /// # Errors
    /// [`Error`] when the request is wrong, nothing is eligible, or every attempt failed. The receipt of a
    /// failed request is kept like any other.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the attempt under way and records the request as cancelled.
    pub async fn answer(
        &self,
        request: &Request,
        access: &Access,
        context: &Context,
    ) -> Result<Reply, Error> {
        let mut tally = self.tally(request, access, context);
        match self.plan(request, access, context.now) {
            Ok(plan) => carry_out(Arc::new(plan), request, context, tally).await,
            Err(error) => {
                tally.failed(&error);
                Err(error)
            }
        }
    }

    /// Answers a request by a plan that was made for it and this caller.
    ///
    /// # Errors
    /// Like [`answer`](Self::answer).
    pub async fn carry_out(
        &self,
        plan: Arc<Plan>,
        request: &Request,
        access: &Access,
        context: &Context,
    ) -> Result<Reply, Error> {
        let tally = self.tally(request, access, context);
        carry_out(plan, request, context, tally).await
    }

    /// Reads, scores and decides without asking anyone.
    ///
    /// # Errors
    /// [`Error`] when the request itself is wrong. That nothing is eligible is in the plan's outcome.
    pub fn plan(&self, request: &Request, access: &Access, now: Timestamp) -> Result<Plan, Error> {
        Plan::new(self.snapshot(now), request, access, now)
    }

    /// Keeps the receipt of a request that was turned away before it could be read.
    pub fn refuse(&self, access: &Access, context: &Context, status: u16, code: &'static str) {
        Tally::new(Arc::clone(&self.receipts), context, &access.owner, "").refused(status, code);
    }

    /// The catalogue in use.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.snapshot.load().setup.catalog)
    }

    /// Calls `visit` with each reachable chat model that the caller may use, in the catalogue's order.
    pub fn served(
        &self,
        access: &Access,
        now: Timestamp,
        mut visit: impl FnMut(&Model, &[&Target]),
    ) {
        let snapshot = self.snapshot(now);
        let names = snapshot.pool.providers();
        let models = snapshot.setup.catalog.models().iter();
        for model in models.filter(|model| model.mode == Mode::Chat) {
            let reachable = |target: &&Target| {
                let allowed = access
                    .rules
                    .as_ref()
                    .is_none_or(|rules| rules.may_use(&model.id, &target.provider));
                allowed
                    && target.available(now)
                    && names.iter().any(|name| **name == *target.provider)
            };
            let targets: Vec<&Target> = model.targets.iter().filter(reachable).collect();
            if !targets.is_empty() && model.tier.is_none_or(|tier| tier <= access.ceiling) {
                visit(model, &targets);
            }
        }
    }

    /// What is remembered of every target that can be reached, in the pool's order and then of those that make vectors;
    /// nothing where nothing is remembered.
    pub fn targets(&self) -> Vec<TargetHealth> {
        let snapshot = self.snapshot.load();
        let watch = snapshot.watch.as_ref();
        let mut targets = watch.map_or_else(Vec::new, |watch| watch.view(&snapshot.pool));
        targets.extend(embeddings::targets(&snapshot.setup));
        targets
    }

    /// From a score to a tier.
    pub fn thresholds(&self) -> Thresholds {
        self.snapshot.load().setup.thresholds
    }

    /// The receipts.
    pub fn receipts(&self) -> &Arc<dyn Receipts> {
        &self.receipts
    }

    /// Replaces everything that configuration settles; requests under way keep what they began with.
    pub fn reload(&self, setup: Setup, now: Timestamp) {
        self.snapshot.store(Arc::new(Snapshot::new(setup, now)));
    }

    fn tally(&self, request: &Request, access: &Access, context: &Context) -> Tally {
        let receipts = Arc::clone(&self.receipts);
        let mut tally = Tally::new(receipts, context, &access.owner, &request.model());
        tally.describe(request.stream(), request.member("tags"));
        tally
    }

    pub(crate) fn snapshot(&self, now: Timestamp) -> Arc<Snapshot> {
        let current = self.snapshot.load_full();
        if !current.expired(now) {
            return current;
        }
        // a price has changed: the same setup with the prices of now
        let fresh = Arc::new(Snapshot::new(current.setup.clone(), now));
        self.snapshot.compare_and_swap(&current, Arc::clone(&fresh));
        fresh
    }
}

async fn carry_out(
    plan: Arc<Plan>,
    request: &Request,
    context: &Context,
    mut tally: Tally,
) -> Result<Reply, Error> {
    tally.planned(&plan);
    match attempts::answer(&plan, request, context, &mut tally).await {
        Ok((candidate, answered)) => Ok(Reply::new(plan, candidate, answered, tally)),
        Err(error) => {
            tally.failed(&error);
            Err(error)
        }
    }
}

/// Puts a [`Router`] together.
#[derive(Debug)]
pub struct Builder {
    setup: Setup,
    receipts: Option<Arc<dyn Receipts>>,
}

/// No provider serves any model of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no provider was given that serves a chat or embedding model of the catalogue")]
pub struct NothingServed;

impl Builder {
    /// Adds a provider; it serves the models whose targets name it.
    #[must_use]
    pub fn provider(mut self, provider: impl Provider + 'static) -> Self {
        self.setup.providers.push(Arc::new(provider));
        self
    }

    /// Judges complexity with another scorer.
    #[must_use]
    pub fn scorer(mut self, scorer: impl Scorer + 'static) -> Self {
        self.setup.scorer = Arc::new(scorer);
        self
    }

    /// Maps scores to tiers otherwise, and by nothing else: [`Choose::Thresholds`].
    #[must_use]
    pub fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.setup.thresholds = thresholds;
        self.setup.choose = Choose::Thresholds;
        self
    }

    /// What decides the tier under `auto`.
    #[must_use]
    pub fn choose(mut self, choose: Choose) -> Self {
        self.setup.choose = choose;
        self
    }

    /// The preference of requests that name none.
    #[must_use]
    pub fn prefer(mut self, prefer: Prefer) -> Self {
        self.setup.prefer = prefer;
        self
    }

    /// Keeps receipts elsewhere than in a ring of the last 4,000.
    #[must_use]
    pub fn receipts(mut self, receipts: Arc<dyn Receipts>) -> Self {
        self.receipts = Some(receipts);
        self
    }

    /// The router, with prices as of `now`.
    ///
    /// # Errors
    /// [`NothingServed`] when no provider serves any model.
    pub fn build_at(self, now: Timestamp) -> Result<Router, NothingServed> {
        /// Receipts that are kept in memory unless the caller decides otherwise.
        const RECEIPTS: usize = 4_000;
        let snapshot = Snapshot::new(self.setup, now);
        if snapshot.pool.candidates().is_empty() && !embeddings::any(&snapshot.setup) {
            return Err(NothingServed);
        }
        let receipts = self
            .receipts
            .unwrap_or_else(|| Arc::new(MemoryReceipts::new(RECEIPTS)));
        Ok(Router {
            snapshot: ArcSwap::from_pointee(snapshot),
            receipts,
        })
    }
}

impl From<Setup> for Builder {
    fn from(setup: Setup) -> Self {
        Self {
            setup,
            receipts: None,
        }
    }
}

impl Context {
    /// The longest that a request may take unless the caller says otherwise.
    pub const DEADLINE: Duration = Duration::from_mins(10);
}
