//! The immutable catalogue and the resolution of names.

mod builder;
mod bundled;
mod index;
mod nearest;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Bands, Error, Model, Overlay, Target};
use index::{Index, Place};

pub use builder::Builder;

/// Every model, alias and band; immutable, so that one request sees one state.
///
/// Names are compared byte by byte: `GPT-5` is not `gpt-5`.
#[derive(Clone)]
pub struct Catalog {
    models: Vec<Model>,
    index: Index,
    aliases: BTreeMap<Arc<str>, Alias>,
    bands: Bands,
    digest: u64,
}

/// An alias, with the text that it was declared with and what that means.
#[derive(Clone, Debug)]
struct Alias {
    target: Arc<str>,
    place: Place,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The model.
    pub model: &'a Model,
    /// The provider that the name fixed (`groq/openai/gpt-oss-120b`, or an upstream id that only
    /// one provider uses); `None` leaves the choice among the targets of the model.
    pub provider: Option<&'a str>,
}

impl Catalog {
    /// The catalogue that comes with this crate; its sources are in `data/README.md`.
    ///
    /// Parses the embedded data each time: keep the result.
    pub fn bundled() -> Self {
        bundled::load()
    }

    /// Starts a catalogue without any model, with the default bands.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// A new catalogue with the user's changes; this one stays as it is.
    ///
    /// - A listed model that exists (by id, by alias or as one provider's upstream id) keeps
    ///   every fact that the patch does not state. Its list of targets is replaced whole.
    /// - A new target takes what neither it nor the model states (price included) from the
    ///   former target with the same provider and upstream id, else the same upstream id, else the
    ///   same provider, else the model's first. The status and the day of retirement come only
    ///   from the same provider and upstream id; a doubtful status becomes active, for the user
    ///   has named the target.
    /// - A new chat model needs a tier, every new model a target.
    /// - A new id takes the place of an alias of that name.
    ///
    /// # Errors
    /// The first fault found, with the id, alias or band at fault.
    pub fn overlay(&self, overlay: Overlay) -> Result<Self, Error> {
        overlay.apply(self)
    }

    /// Every model, in a stable order.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The model of exactly this id; no alias, no provider prefix.
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.at(self.index.id(id)?)
    }

    /// What a name means: an exact id, else an alias, else `provider/model` (where the model may
    /// be an upstream id, an id or an alias, each with slashes in it), else a provider's upstream
    /// id. A name that could mean two models means none.
    ///
    /// It knows neither `auto` nor tiers nor bands.
    pub fn resolve(&self, name: &str) -> Option<Resolved<'_>> {
        if let Some(model) = self.model(name) {
            let provider = None;
            return Some(Resolved { model, provider });
        }
        let place = match self.aliases.get(name) {
            Some(alias) => alias.place,
            None => self.qualified(name).or_else(|| self.index.upstream(name))?,
        };
        self.resolved(place)
    }

    /// Up to `count` names close to one that is unknown, closest first.
    ///
    /// For error messages: it compares with every name.
    pub fn nearest(&self, name: &str, count: usize) -> Vec<&str> {
        let ids = self.models.iter().map(|model| &*model.id);
        let names = ids.chain(self.aliases.keys().map(|alias| &**alias));
        nearest::nearest(name, names.chain(self.index.upstreams()), count)
    }

    /// Every alias with what it was declared to mean, by name.
    pub fn aliases(&self) -> impl Iterator<Item = (&str, &str)> {
        self.aliases
            .iter()
            .map(|(name, alias)| (&**name, &*alias.target))
    }

    /// The coarser vocabulary beside the tiers.
    pub const fn bands(&self) -> &Bands {
        &self.bands
    }

    /// Every provider that a target names, by name.
    pub fn providers(&self) -> impl Iterator<Item = &str> {
        self.index.providers()
    }

    /// Names the content (FNV-1a 64): equal for equal catalogues everywhere.
    pub const fn digest(&self) -> u64 {
        self.digest
    }

    fn at(&self, model: u32) -> Option<&Model> {
        self.models.get(usize::try_from(model).ok()?)
    }

    fn resolved(&self, place: Place) -> Option<Resolved<'_>> {
        let model = self.at(place.model)?;
        let target = place
            .target
            .and_then(|at| model.targets.get(usize::from(at)));
        let provider = target.map(|target| &*target.provider);
        Some(Resolved { model, provider })
    }

    /// Reads `provider/model`.
    fn qualified(&self, name: &str) -> Option<Place> {
        let (provider, rest) = name.split_once('/')?;
        if let Some(place) = self.index.hosted(provider, rest) {
            return Some(place);
        }
        let by_alias = || self.aliases.get(rest).map(|alias| alias.place.model);
        let model = self.index.id(rest).or_else(by_alias)?;
        let targets = &self.at(model)?.targets;
        let at = targets
            .iter()
            .position(|target| *target.provider == *provider)?;
        let target = Some(u16::try_from(at).ok()?);
        Some(Place { model, target })
    }
}

/// Counts and the digest; the models themselves would fill a book.
impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("models", &self.models.len())
            .field("aliases", &self.aliases.len())
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.models == other.models
            && self.bands == other.bands
            && self.aliases().eq(other.aliases())
    }
}

impl<'a> Resolved<'a> {
    /// The targets that the name leaves to choose from.
    pub fn targets(&self) -> impl Iterator<Item = &'a Target> + use<'a> {
        let provider = self.provider;
        let targets = self.model.targets.iter();
        targets.filter(move |target| provider.is_none_or(|name| *target.provider == *name))
    }
}
