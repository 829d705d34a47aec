//! The candidates that can be reached now, laid out for a fast choice.

mod build;
mod candidate;
mod mask;
mod observed;
mod priced;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tiergate_catalog::{Catalog, Model, Target, Tier, Timestamp};

pub use candidate::Candidate;
pub use mask::Mask;
pub use observed::Observed;
pub(crate) use priced::Priced;

/// Every candidate whose provider is configured, with prices as they are at one moment.
///
/// A pool is immutable. It is built when the configuration changes and again when a price does
/// ([`Pool::expires`]), so a decision only compares integers.
#[derive(Debug)]
pub struct Pool {
    catalog: Arc<Catalog>,
    providers: Vec<Arc<str>>,
    candidates: Vec<Candidate>,
    tiers: [Range<usize>; 5],
    by_price: [Vec<Priced>; 5],
    by_model: HashMap<Arc<str>, Range<usize>>,
    unreachable: usize,
    expires: Option<Timestamp>,
}

/// A configured provider, as far as decisions depend on it.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name.
    pub name: Arc<str>,
    /// Whether it reaches models that answer on OpenAI's Responses only.
    pub responses: bool,
}

impl From<&str> for Server {
    /// A provider that has chat completions only.
    fn from(name: &str) -> Self {
        Self {
            name: name.into(),
            responses: false,
        }
    }
}

impl Pool {
    /// The catalogue that the pool was built from.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// The names of the configured providers; a candidate's `provider` is a place in this list.
    pub fn providers(&self) -> &[Arc<str>] {
        &self.providers
    }

    /// Every candidate: by tier, those without a tier last, then by model.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The candidate at a place in [`Self::candidates`].
    pub fn candidate(&self, at: u32) -> &Candidate {
        &self.candidates[at as usize]
    }

    /// The places of the candidates that `auto` and floors may choose in a tier.
    pub fn tier(&self, tier: Tier) -> Range<usize> {
        self.tiers[tier.index()].clone()
    }

    /// The same by their prices, cheapest first as far as it is known before a request is.
    pub(crate) fn by_price(&self, tier: Tier) -> &[Priced] {
        &self.by_price[tier.index()]
    }

    /// The places of a model's candidates, by the model's id.
    pub fn of_model(&self, id: &str) -> Range<usize> {
        self.by_model.get(id).cloned().unwrap_or_default()
    }

    /// The model of a candidate.
    pub fn model(&self, candidate: &Candidate) -> &Model {
        &self.catalog.models()[candidate.model as usize]
    }

    /// The target of a candidate.
    pub fn target(&self, candidate: &Candidate) -> &Target {
        &self.model(candidate).targets[usize::from(candidate.target)]
    }

    /// The provider's name of a candidate.
    pub fn provider(&self, candidate: &Candidate) -> &Arc<str> {
        &self.providers[usize::from(candidate.provider)]
    }

    /// Targets of the catalogue whose provider is not configured.
    pub fn unreachable(&self) -> usize {
        self.unreachable
    }

    /// The moment at which a price changes and the pool must be built anew.
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// The candidates that pass a test of (model id, provider).
    pub fn mask(&self, mut may_use: impl FnMut(&str, &str) -> bool) -> Mask {
        let verdicts = self
            .candidates
            .iter()
            .map(|each| may_use(&self.model(each).id, self.provider(each)));
        verdicts.collect()
    }
}
