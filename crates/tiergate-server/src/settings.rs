//! What the server is told by configuration.

use std::time::Duration;

/// Limits, timeouts and habits of the server; units are in the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The largest request body, in bytes; more is 413.
    pub max_body_bytes: usize,
    /// The most header lines of a request; more is 431.
    pub max_headers: usize,
    /// The most bytes of header names and values; more is 431.
    pub max_header_bytes: usize,
    /// The longest path and query; more is 414.
    pub max_uri_bytes: usize,
    /// How long a client may take to send a request's head.
    pub header_timeout: Duration,
    /// How long a client may take to send a request's body.
    pub body_timeout: Duration,
    /// The longest that a request may take in all, and a stream until it begins; a client can ask for less, and then
    /// that holds for the whole of a stream.
    pub request_timeout: Duration,
    /// How long running answers get after the signal to stop.
    pub drain_timeout: Duration,
    /// Origins that browsers may call from, as browsers write them.
    pub cors_origins: Vec<String>,
    /// Whether answers carry the `x-lobstack-*` headers.
    pub lobstack_headers: bool,
    /// Whether answers carry the `X-Model-Router-*` headers.
    pub model_router_headers: bool,
    /// Whether a caller on a loopback address needs no key (demo mode).
    pub open_on_loopback: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_body_bytes: 32 << 20,
            max_headers: 100,
            max_header_bytes: 64 << 10,
            max_uri_bytes: 8 << 10,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_mins(1),
            request_timeout: Duration::from_mins(10),
            drain_timeout: Duration::from_secs(30),
            cors_origins: Vec::new(),
            lobstack_headers: true,
            model_router_headers: true,
            open_on_loopback: false,
        }
    }
}
