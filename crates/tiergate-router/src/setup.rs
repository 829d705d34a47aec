//! What a router is made of, and the state that follows from it.

use std::sync::Arc;
use std::time::Duration;

use tiergate_catalog::{Catalog, Timestamp};
use tiergate_failover::Limits;
use tiergate_providers::Provider;
use tiergate_scorer::{Estimate, Learnt, Scorer, Thresholds, TokenCounter, Tokens};

use crate::Prefer;
use crate::decide::Choose;
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
    /// How long a stream may take to its first word while it can still be tried elsewhere.
    pub first_word: Duration,
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
            first_word: Duration::from_mins(2),
        }
    }
}

/// A setup with its pool.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) setup: Setup,
    pub(crate) pool: Pool,
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
            smallest_window,
            largest_factor,
        }
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
