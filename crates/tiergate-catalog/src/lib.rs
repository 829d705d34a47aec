//! Tiers, models, prices and money as one immutable catalogue; never knows a request or a dialect.
//!
//! ```
//! use tiergate_catalog::{Catalog, Tier, Timestamp};
//!
//! let catalog = Catalog::bundled();
//! let resolved = catalog.resolve("claude-opus-4-6").expect("a bundled model");
//! assert_eq!(resolved.model.tier, Some(Tier::Flagship));
//!
//! let now: Timestamp = "2026-11-21".parse().expect("a date");
//! let target = &resolved.model.targets[0];
//! let price = target.tariff.as_ref().expect("a price").at(now, 1_000);
//! assert_eq!(price.input.to_string(), "5");
//! ```
//!
//! What this crate does not do: no I/O, no clock, no choice between models (that is the router's),
//! no multiplication of tokens by prices (that is the metering crate's).
//! The bundled data, its sources and the rule behind its tiers are in `data/README.md`.

mod bands;
mod catalog;
mod digest;
mod error;
mod model;
mod money;
mod overlay;
mod price;
mod source;
mod tariff;
mod tier;
mod timestamp;

pub use bands::Bands;
pub use catalog::{Builder, Catalog, Resolved};
pub use error::{Error, ErrorKind};
pub use model::{Abilities, Mode, Model, Status, Target};
pub use money::{Money, ParseMoneyError, Rate};
pub use overlay::{ModelPatch, Overlay, TargetFacts, TargetPatch};
pub use price::Price;
pub use source::{Live, Source};
pub use tariff::{LongContext, Peak, Tariff, Weekdays};
pub use tier::{ParseTierError, Tier};
pub use timestamp::{ParseTimestampError, Timestamp};
