//! What a configuration says, as plain values.

mod failover;
mod gateway;
mod provider;
mod routing;
mod shadow;
mod timeouts;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tiergate_catalog::Catalog;
use tiergate_policy::{KeyDigest, MemoryKeys, Principal};

pub use failover::{Breaker, Concurrency, FailoverSettings, Opening, RetryBudget, Stall};
pub use gateway::{Admin, Cors, Format, Headers, Level, Limits, Log, Receipts, Store};
pub use provider::{Dialect, ProviderSettings};
pub use routing::{Choose, RoutingSettings, Thresholds};
pub use shadow::ShadowSettings;
pub use timeouts::Timeouts;

/// Everything that a configuration says, checked as a whole.
///
/// It holds the secrets of providers and of the admin listener as [`secrecy::SecretString`], and
/// those of keys only as digests, so its `Debug` may be logged.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Where the gateway listens; 127.0.0.1:8080 by default.
    pub listen: SocketAddr,
    /// The admin listener, if one was asked for. This version has none: see [`Settings::notices`].
    pub admin: Option<Admin>,
    /// Sizes and times that bound a request.
    pub limits: Limits,
    /// Which origins may call from a browser.
    pub cors: Cors,
    /// Which families of routing headers answers carry.
    pub headers: Headers,
    /// What is kept of past requests.
    pub receipts: Receipts,
    /// Where state is kept.
    pub store: Store,
    /// What is logged.
    pub log: Log,
    /// How tiers and models are chosen.
    pub routing: RoutingSettings,
    /// What happens when an attempt fails, and what is remembered of it.
    pub failover: FailoverSettings,
    /// By the id of a model, the ids of those that are asked, in this order, when no target of it
    /// can answer a request that names it. All are chat models of [`Settings::catalog`]; no chain
    /// is empty, holds its own model, or another twice.
    pub fallbacks: BTreeMap<String, Vec<String>>,
    /// Which requests are run again to be compared; `None` for none.
    pub shadow: Option<ShadowSettings>,
    /// The providers, in the order of the file.
    pub providers: Vec<ProviderSettings>,
    /// The spend keys by the digests of their secrets; names are unique. When there is none, the
    /// binary mints the first one.
    pub keys: Vec<(KeyDigest, Principal)>,
    /// No provider was found: every catalogue model is to be answered by the simulated provider.
    pub demo: bool,
    /// What the simulated providers of demo mode do instead of always answering well: `TIERGATE_DEMO_SCRIPT`.
    pub demo_script: Option<String>,
    /// Lines for people, for the start of the gateway; without secrets.
    pub notices: Vec<String>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) file: Option<PathBuf>,
    /// Names the content of the file and of the secret files that belong to it.
    pub(crate) fingerprint: u64,
}

impl Settings {
    /// The bundled catalogue with the models, aliases and bands of the configuration over it.
    ///
    /// A target binds to the provider of its name; a target of a provider that is not in
    /// [`Settings::providers`] cannot be called.
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog)
    }

    /// The spend keys, ready for look-ups.
    pub fn memory_keys(&self) -> MemoryKeys {
        self.keys.iter().cloned().collect()
    }

    /// The file that was read; `None` when there was none.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }
}
