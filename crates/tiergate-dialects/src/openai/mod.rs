//! The chat dialect of OpenAI and of the hosts that imitate it.
//!
//! [`encode`] turns a client's request into a host's; [`answer`], [`event`] and [`fault`] read what
//! the host says; [`usage`] evens out how hosts count tokens.

mod answer;
mod cap;
pub mod chat;
mod closed;
mod effort;
mod encode;
mod even;
mod event;
mod family;
mod fault;
mod hosts;
mod messages;
pub(crate) mod models;
mod need;
mod quirks;
mod tools;
mod usage;

pub use answer::{Checked, answer};
pub use encode::{Encoded, encode};
pub use even::even;
pub use event::{EventKind, Facts, event};
pub use fault::fault;
pub use need::Need;
pub use quirks::Quirks;
pub use usage::usage;
