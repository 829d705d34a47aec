//! Turns usage into exact cost and savings and keeps receipts; the only crate that multiplies
//! tokens by prices.
//!
//! ```
//! use tiergate_catalog::{Price, Tariff, Timestamp};
//! use tiergate_metering::{Tokens, charge};
//! use tiergate_wire::usage::Usage;
//!
//! let usage = Usage { prompt_tokens: 1_000, cached_tokens: 400, completion_tokens: 50, ..Usage::default() };
//! let mut price = Price::new("1.25".parse()?, "10".parse()?);
//! price.cache_read = Some("0.125".parse()?);
//!
//! let now = Timestamp::from_millis(0);
//! let charge = charge(&Tokens::from_usage(&usage), Some(&Tariff::flat(price)), now)?;
//! // 600 × 1.25 + 400 × 0.125 + 50 × 10, per million
//! assert_eq!(charge.cost.expect("priced").to_string(), "0.0013");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What this crate does not do: no clock, no choice of a baseline, no accounts or budgets, no
//! knowledge of how a decision was made (a receipt holds it behind [`Why`]).

mod charge;
mod cost;
mod receipt;
mod savings;
mod store;
mod tokens;

pub use charge::{Charge, charge, worst_case};
pub use cost::{Overflow, cost};
pub use receipt::{
    Attempt, Comparison, Ending, Example, Feedback, Outcome, PassedOver, Receipt, Served, Source,
    Timing, Undecided, Verdict, Why,
};
pub use savings::{Baseline, BaselineReason, Savings, savings};
pub use store::{MemoryReceipts, Receipts};
pub use tokens::Tokens;
