//! Who may call what: keys, principals and their limits; never calls a provider.
//!
//! ```
//! use tiergate_catalog::Tier;
//! use tiergate_policy::{KeyDigest, MemoryKeys, Principal};
//!
//! let digest = KeyDigest::try_new("a-long-enough-secret").expect("a usable secret");
//! let keys = MemoryKeys::from_iter([(digest, Principal::new("team-a").with_max_tier(Tier::Premium))]);
//!
//! let team = keys.lookup("a-long-enough-secret").expect("a known key");
//! assert_eq!(team.name(), "team-a");
//! assert!(team.check_tier(Tier::Flagship).is_err());
//! assert!(keys.lookup("another-long-secret").is_none());
//! ```
//!
//! What this crate does not do: no storage (only digests of secrets in memory), no clock and no
//! random source (both are arguments), no choice between models. It holds no money limits and no
//! rate limits.

mod denial;
mod digest;
mod keys;
mod mint;
mod models;
mod principal;

pub use denial::Denial;
pub use digest::{KeyDigest, UnusableSecret};
pub use keys::{Keys, MemoryKeys};
pub use mint::{MINT_ENTROPY_BYTES, mint};
pub use models::{BadPattern, Models};
pub use principal::Principal;
