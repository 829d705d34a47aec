//! The only crate that accepts connections: hyper service, routes, headers and streaming bodies.
//!
//! Beneath it is the router, which knows nothing of HTTP; above it the binary, which reads the
//! configuration. A request passes through `serve` (connection), `service` (id, size, path, key, body),
//! one of `routes`, and leaves through `headers` and `body`.
//!
//! What this crate does not do: read files or the environment, choose a model, or open connections.

mod accept;
mod app;
mod auth;
mod body;
mod clock;
mod connections;
mod cors;
mod envelope;
mod headers;
mod problem;
mod respond;
mod routes;
mod serve;
mod service;
mod settings;

pub use accept::{Accept, Dealer, Handed};
pub use app::{App, Live};
pub use serve::serve;
pub use settings::Settings;
