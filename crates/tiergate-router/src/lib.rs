//! The embeddable router: score, tier, candidates, attempts and a metered reply; never serves HTTP.
//!
//! ```
//! use tiergate_catalog::Catalog;
//! use tiergate_providers::Demo;
//! use tiergate_router::Router;
//! use tiergate_wire::chat::Request;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! // `Demo` answers without a network; `OpenAi::new(key)` takes its place in earnest
//! let router = Router::builder(Catalog::bundled()).provider(Demo::new().named("openai")).build()?;
//! let mut reply = router.chat(Request::user("auto", "Why is the sky blue?")).await?;
//! println!("{} - {}", reply.text().await?, reply.served.model());
//! assert!(reply.bill().cost.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).map_err(|e| std::io::Error::other(e.to_string()))?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A decision is a pure function ([`decide::decide`]) of the request's assessment, the caller's bounds, the
//! pool of reachable candidates and the time. The complete why is computed from the same inputs when somebody
//! asks for it.
//!
//! Vectors for texts come from the model that is named and from no other ([`Router::embed`]).
//!
//! Features: `transport` (default) brings the adapters that dial out. Without it the router decides, and
//! answers through whatever providers it is given.
//!
//! What this crate does not do: serve HTTP, read configuration, or keep anything on a disk.

mod access;
mod attempts;
mod bound;
pub mod decide;
mod embed;
mod embeddings;
mod error;
mod health;
mod idle;
mod needs;
mod paper;
mod peek;
mod plan;
pub mod pool;
mod prefer;
mod reply;
mod route;
mod router;
mod setup;
mod tally;
mod why;

pub use access::{Access, Rules};
pub use embeddings::{EmbeddedBy, Vectors};
pub use error::{Error, Shown};
pub use health::{Health, Scope, TargetHealth};
pub use needs::Needs;
pub use plan::Plan;
pub use prefer::{Prefer, UnknownPrefer};
pub use reply::{Answer, Answering, Reply, Served};
pub use route::Route;
pub use router::{Builder, Context, Front, NothingServed, Router, Unsaid};
pub use setup::Setup;
pub use tally::Bill;
/// The dialects that clients speak, and what becomes of a request on its way.
pub use tiergate_providers::{Edit, Form};
