//! What a router is made of, and the state that follows from it.

use std::collections::HashMap;
use std::sync::Arc;

use tiergate_catalog::{Catalog, Timestamp};
use tiergate_failover::Limits;
use tiergate_failover::clocks::Clocks;
use tiergate_providers::Provider;
use tiergate_scorer::{Estimate, Learnt, Scorer, Thresholds, TokenCounter, Tokens};

use crate::Prefer;
use crate::decide::Choose;
use crate::health::{Health, Watch};
use crate::pool::{Candidate, Pool, Server};

/// Everything that configuration settles; replaced as a whole when it changes.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Models and prices.
    pub catalog: Arc<Catalog>,
    /// Who serves them; the names are those of the catalogue's targets.
    pub providers: Vec<Arc<dyn Provider>>,
    /// Where the complexity comes from.
    pub scorer: Arc<dyn Scorer>,
    /// How long inputs are.
    pub counter: Arc<dyn TokenCounter>,
    /// From a score to a tier.
    pub thresholds: Thresholds,
    /// What decides the tier under `auto`.
    pub choose: Choose,
    /// The preference of requests that name none.
    pub prefer: Prefer,
    /// How often a request may be tried.
    pub limits: Limits,
    /// How long attempts may take; a provider's own are in [`clocks_of`](Self::clocks_of).
    pub clocks: Clocks,
    /// The clocks of providers that have their own, by name.
    pub clocks_of: HashMap<Box<str>, Clocks>,
    /// What is remembered of targets between requests; without it nothing is.
    pub health: Option<Arc<Health>>,
    /// Models that may answer for another one that was asked for by name, in this order, by the ids of both.
    pub fallbacks: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// Whether a tier of which nothing can be asked may be answered for by a lower one, down to the request's floor.
    pub allow_lower_tier: bool,
}

impl Setup {
    /// A setup with the defaults of the documentation.
    pub fn new(catalog: impl Into<Arc<Catalog>>, providers: Vec<Arc<dyn Provider>>) -> Self {
        Self {
            catalog: catalog.into(),
            providers,
            scorer: Arc::new(Learnt::default()),
            counter: Arc::new(Estimate::default()),
            thresholds: Thresholds::default(),
            choose: Choose::default(),
            prefer: Prefer::default(),
            limits: Limits::default(),
            clocks: Clocks::default(),
            clocks_of: HashMap::new(),
            health: Some(Arc::default()),
            fallbacks: HashMap::new(),
            allow_lower_tier: false,
        }
    }
}

/// A setup with its pool.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) setup: Setup,
    pub(crate) pool: Pool,
    /// What is remembered of the pool's candidates, if anything is.
    pub(crate) watch: Option<Watch>,
    /// The clocks of each provider, by its place.
    clocks: Box<[Clocks]>,
    /// The smallest window or input limit of any candidate.
    smallest_window: u64,
    /// The factor of the tokenizer that makes the most tokens of a text.
    largest_factor: u32,
}

impl Snapshot {
    pub(crate) fn new(setup: Setup, now: Timestamp) -> Self {
        let servers = setup.providers.iter().map(|provider| Server {
            name: provider.name().into(),
            responses: provider.reaches_responses(),
        });
        let pool = Pool::build(Arc::clone(&setup.catalog), servers.collect(), now);
        let watch = setup.health.as_ref();
        let watch = watch.map(|health| Watch::new(health, &pool, &setup.providers));
        let clocks = setup.providers.iter().map(|provider| {
            let own = setup.clocks_of.get(provider.name());
            *own.unwrap_or(&setup.clocks)
        });
        let clocks = clocks.collect();
        let windows = pool
            .candidates()
            .iter()
            .map(|each| each.window.min(each.max_input));
        let smallest_window = windows.min().unwrap_or(u64::MAX);
        let factors = pool.candidates().iter().map(|each| each.token_factor);
        let largest_factor = factors.max().unwrap_or(1_000);
        Self {
            setup,
            pool,
            watch,
            clocks,
            smallest_window,
            largest_factor,
        }
    }

    /// The clocks of a candidate.
    pub(crate) fn clocks(&self, candidate: u32) -> &Clocks {
        &self.clocks[usize::from(self.pool.candidate(candidate).provider)]
    }

    /// Whether every candidate has room for this input and the answer: then it needs no exact count.
    pub(crate) fn fits_everywhere(&self, tokens: Tokens, max_output: Option<u64>) -> bool {
        let output = max_output.unwrap_or(Candidate::UNASKED_OUTPUT);
        tokens.upper_for(self.largest_factor).saturating_add(output) <= self.smallest_window
    }

    pub(crate) fn expired(&self, now: Timestamp) -> bool {
        self.pool.expires().is_some_and(|expires| now >= expires)
    }
}
