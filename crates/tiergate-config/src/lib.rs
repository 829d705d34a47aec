//! The only crate that reads files and the environment, and turns them into the objects of the
//! other crates.
//!
//! A configuration is one YAML file, all of it optional: without one the gateway takes the keys of
//! providers from the environment, and without those it starts in demo mode. `examples/tiergate.yaml`
//! shows every setting.
//!
//! ```
//! use tiergate_config::{Environment, File, Probe, load};
//!
//! let text = r#"
//! providers:
//!   openai: {credentials: [{api_key: "${OPENAI_API_KEY}"}]}
//!   house: {dialect: openai, base_url: "http://10.0.0.7:8000/v1", free: true}
//! models:
//!   - {id: house-model, tier: standard, context_window: 128000, targets: [{provider: house, model: m1}]}
//! "#;
//! let environment = Environment::from_iter([("OPENAI_API_KEY", "sk-hush")]);
//! let settings = load(Some(File { name: "tiergate.yaml", text }), &environment, &Probe::default())?;
//!
//! assert_eq!(settings.providers[1].base_url.as_deref(), Some("http://10.0.0.7:8000/v1"));
//! assert!(settings.catalog().model("house-model").is_some());
//! # Ok::<(), tiergate_config::Error>(())
//! ```
//!
//! [`load`] is a pure function of the text of the file, the [`Environment`] and a [`Probe`] of this
//! machine; [`read`] and [`Watcher`] are the thin layer that really reads. A file is taken whole or
//! refused whole, with the line, the column and the line itself, and whatever an option would limit
//! is enforced, or the option is refused.
//!
//! What this crate does not do: build providers or routers from the settings, or write files.

mod address;
mod compose;
mod environment;
mod error;
mod hosts;
mod probe;
mod schema;
mod script;
mod settings;
mod snippet;
mod source;
mod yaml;

pub use compose::{File, load};
pub use environment::Environment;
pub use error::{Error, ErrorKind};
pub use probe::Probe;
pub use settings::{
    Admin, Breaker, Choose, Concurrency, Cors, Dialect, FailoverSettings, Format, Headers, Level,
    Limits, Log, Opening, ProviderSettings, Receipts, RetryBudget, RoutingSettings, Settings,
    ShadowSettings, Stall, Store, Thresholds, Timeouts,
};
pub use source::{Watcher, process_environment, read};
