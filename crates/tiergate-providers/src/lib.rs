//! The Provider seam and its adapters: the only crate that knows a vendor's addresses,
//! authentication and errors.
//!
//! A [`Provider`] makes one attempt at a chat completion and gives a [`Reply`] or an [`Error`] that
//! knows what may be done next; likewise vectors for texts ([`Embedded`]). [`Telling`] tells a chat completion again to a
//! client of another dialect. [`Demo`] answers every model without any network and says so;
//! `OpenAi` (feature `transport`) talks to OpenAI and, by the [`Host`] table, to every host that
//! imitates it, `Vendor` to those that speak a dialect of their own.
//!
//! ```
//! use std::time::Duration;
//! use tiergate_providers::{Call, Demo, Provider, Reply};
//! use tiergate_wire::chat::Request;
//! use tokio::time::Instant;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), tiergate_providers::Error> {
//! let reply = Demo::new().chat(Call {
//!     request: &Request::user("auto", "Why is the sky blue?"),
//!     model: "gpt-5-nano",
//!     credential: 0,
//!     deadline: Instant::now() + Duration::from_secs(10),
//!     request_id: "r1",
//!     created: 1_795_219_200,
//!     cap: None,
//!     after_finish: std::time::Duration::from_secs(4),
//!     hops: 0,
//!     max_output: None,
//!     context_window: None,
//!     owner: "",
//!     responses_only: false,
//!     front: tiergate_providers::Front::default(),
//! }).await?;
//! let Reply::Full(full) = reply else { unreachable!() };
//! assert!(full.finished && full.body.starts_with(b"{\"id\":\"chatcmpl-demo-r1\""));
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `transport` (default): the adapters that open connections.
//! - `aws-lc-rs`: `OpenAi::new`, which brings its own connection pool.
//!
//! What this crate does not do: choose a provider, retry, or count money.

#[cfg(feature = "transport")]
mod batches;
mod demo;
mod error;
mod host;
#[cfg(feature = "transport")]
mod http;
#[cfg(feature = "transport")]
mod openai;
mod seam;
mod telling;
#[cfg(feature = "transport")]
mod vendor;
mod within;
#[cfg(feature = "transport")]
mod wording;

pub use demo::Demo;
pub use error::{Error, Kind};
pub use host::Host;
#[cfg(feature = "transport")]
pub use openai::{InvalidProvider, OpenAi, OpenAiBuilder};
pub use seam::{
    Call, ChatStream, Chunk, ChunkKind, Edit, EmbedCall, Embedded, Front, Full, Head, Provider,
    Reply,
};
pub use telling::Telling;
/// The dialects that clients speak.
pub use tiergate_dialects::Form;
/// Requests for vectors, and how they are written.
pub use tiergate_dialects::embeddings;
#[cfg(feature = "transport")]
pub use vendor::{
    Credential, Dialect, InvalidServiceAccount, Replay, ServiceAccount, Vendor, VendorBuilder,
};
pub use within::Within;

/// How connections are opened and pooled.
#[cfg(feature = "transport")]
pub use tiergate_transport as transport;
