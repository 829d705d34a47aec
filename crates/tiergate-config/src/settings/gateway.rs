//! The parts about the gateway itself.

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::SecretString;

/// An admin listener that was asked for.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Where it would listen; 127.0.0.1:8081 by default.
    pub listen: SocketAddr,
    /// Its token. Always there when `listen` is not a loopback address.
    pub token: Option<SecretString>,
}

/// Sizes and times that bound a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a request body; 32 MiB.
    pub max_body_bytes: usize,
    /// Most header lines of a request; 100.
    pub max_headers: usize,
    /// Most bytes of all header lines together; 64 KiB.
    pub max_header_bytes: usize,
    /// Most bytes of the request target; 8 KiB.
    pub max_uri_bytes: usize,
    /// How long a client may take for the head of a request; 30 s.
    pub header_timeout: Duration,
    /// How long a client may take for the body of a request; 60 s.
    pub body_timeout: Duration,
    /// How long running requests may go on after SIGTERM; 30 s.
    pub drain_timeout: Duration,
    /// How long a request may take in all; 600 s.
    pub request_timeout: Duration,
}

impl Limits {
    /// Deepest nesting of a JSON body. It is fixed.
    pub const JSON_DEPTH: usize = 64;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 32 << 20,
            max_headers: 100,
            max_header_bytes: 64 << 10,
            max_uri_bytes: 8 << 10,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_mins(1),
            drain_timeout: Duration::from_secs(30),
            request_timeout: Duration::from_mins(10),
        }
    }
}

/// Which origins may call from a browser; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// Exact origins: `https://app.example.com`.
    pub origins: Vec<String>,
}

/// Which families of routing headers answers carry; both by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headers {
    /// `x-lobstack-…`.
    pub lobstack: bool,
    /// `X-Model-Router-…`.
    pub model_router: bool,
}

impl Default for Headers {
    fn default() -> Self {
        Self {
            lobstack: true,
            model_router: true,
        }
    }
}

/// What is kept of past requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipts {
    /// Most receipts in memory, the oldest going first; 4,000.
    pub capacity: usize,
}

impl Default for Receipts {
    fn default() -> Self {
        Self { capacity: 4_000 }
    }
}

/// Where state is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Store {
    /// In memory; gone when the process ends.
    #[default]
    Memory,
}

/// What is logged, to stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The least important level that is logged.
    pub level: Level,
    /// How a line is written.
    pub format: Format,
}

/// How important a log line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Nothing is logged.
    Off,
    /// Failures of the gateway.
    Error,
    /// What an operator should look at.
    Warn,
    /// The end of the gateway, and what else happens rarely.
    #[default]
    Info,
    /// One line for each request, and failed attempts.
    Debug,
    /// Everything.
    Trace,
}

impl Level {
    /// Every level, the quietest first.
    pub const ALL: [Self; 6] = [
        Self::Off,
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];

    /// The name in the configuration and in `TIERGATE_LOG`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// The name in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}
