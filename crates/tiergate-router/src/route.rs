//! What a client means by the member `model`.

use std::sync::Arc;

use tiergate_catalog::{Catalog, Tier};

/// What the name in a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `auto`: the tier follows from the score.
    Auto,
    /// A tier or a band: at least this tier.
    Floor(Tier),
    /// One model, at one provider if the name fixed it.
    Pin {
        /// The model's id in the catalogue.
        model: Arc<str>,
        /// The only provider that may serve it.
        provider: Option<Arc<str>>,
    },
}

/// Prefixes that clients put before a name because their library makes them.
const PREFIXES: [&str; 2] = ["openai/", "tiergate/"];

impl Route {
    /// Reads a name: `auto`, a tier, a band, and then whatever the catalogue knows.
    ///
    /// `openai/auto` and `tiergate/auto` mean `auto`, and likewise for tiers and bands.
    pub fn read(name: &str, catalog: &Catalog) -> Option<Self> {
        if let Some(route) = Self::word(name, catalog) {
            return Some(route);
        }
        if let Some(resolved) = catalog.resolve(name) {
            let provider = resolved.provider.map(Arc::from);
            return Some(Self::Pin {
                model: Arc::clone(&resolved.model.id),
                provider,
            });
        }
        let bare = PREFIXES
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))?;
        Self::word(bare, catalog)
    }

    /// Whether tiergate chooses the model.
    pub fn is_pin(&self) -> bool {
        matches!(self, Self::Pin { .. })
    }

    fn word(name: &str, catalog: &Catalog) -> Option<Self> {
        if name == "auto" {
            return Some(Self::Auto);
        }
        let floor = catalog.bands().floor(name).or_else(|| name.parse().ok())?;
        Some(Self::Floor(floor))
    }
}
