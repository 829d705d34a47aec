//! Has a sample of answered requests compared with their baseline; never touches an answer.
//!
//! What a cheaper tier saved is known; whether its answer did the work is not. A shadow run asks the
//! model of the receipt's baseline the same, and a third model whether the answer that the client got
//! does as well. The verdict stands in the receipt and makes an example for tuning.
//!
//! A server [`pick`](Shadow::pick)s from the requests that it has answered and hands them over without
//! waiting; a [`Runner`] of its own works them off.
//!
//! ```
//! use tiergate_catalog::{Money, Timestamp};
//! use tiergate_shadow::Purse;
//!
//! let mut purse = Purse::new("0.01".parse()?);
//! let now = Timestamp::from_millis(0);
//! let reserved = purse.reserve("0.008".parse()?, now).expect("there is enough");
//! assert!(purse.reserve("0.008".parse()?, now).is_none());
//! purse.settle(reserved, "0.001".parse()?);
//! assert!(purse.reserve("0.008".parse()?, now).is_some());
//! # Ok::<(), tiergate_catalog::ParseMoneyError>(())
//! ```
//!
//! What this crate does not do: read a clock or a random source, delay or change an answer, keep prompts
//! or answers beyond the run, or count as the client's own traffic.

mod judge;
mod offer;
mod purse;
mod runner;
mod said;
mod settings;

pub use offer::{Counts, Jobs, Pick, Shadow};
pub use purse::{Purse, Reserved};
pub use runner::{Clock, Runner};
pub use settings::{Settings, Share};
