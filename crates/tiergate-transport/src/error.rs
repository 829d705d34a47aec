//! Why a request got no response.

use std::error::Error as StdError;
use std::fmt::Write as _;

use hyper_util::client::legacy;

use crate::exchange::was_stale;

/// Why a request got no response head.
///
/// The message tells the cause, and never the request's URL or headers.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: Kind,
    stale: bool,
    message: Box<str>,
}

/// What went wrong, as far as it decides what may be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// No connection: name resolution, TCP, TLS, or their time limit. No byte of the request was
    /// sent.
    Connect,
    /// What came back is not HTTP.
    Protocol,
    /// The request itself cannot be sent, for example because of its URL.
    Request,
    /// The connection ended before a response head; the request may have been acted upon.
    Reset,
    /// The deadline passed before a response head.
    Timeout,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the connection had been used before and was lost at once, without a byte of a response: most likely the server
    /// gave it up just as it was used again. It may have acted upon the request all the same.
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    pub(crate) fn new(kind: Kind, message: impl Into<Box<str>>) -> Self {
        Self {
            kind,
            stale: false,
            message: message.into(),
        }
    }

    pub(crate) fn timeout() -> Self {
        Self::new(Kind::Timeout, "no response head before the deadline")
    }

    /// `at_once` tells that the request had the connection to itself and was lost soon after it was sent.
    pub(crate) fn of(error: &legacy::Error, at_once: bool) -> Self {
        let kind = kind(error);
        let stale = kind == Kind::Reset && at_once && was_stale(error);
        let what = match kind {
            Kind::Connect => "cannot connect",
            Kind::Protocol => "invalid response",
            Kind::Request => "invalid request",
            Kind::Reset if stale => "connection lost before a response, after earlier use",
            Kind::Reset => "connection lost before a response",
            Kind::Timeout => "timed out",
        };
        let mut message = String::from(what);
        let mut cause = error.source();
        while let Some(error) = cause {
            // writing to a String cannot fail
            let _ = write!(message, ": {error}");
            cause = error.source();
        }
        Self {
            stale,
            ..Self::new(kind, message)
        }
    }
}

fn kind(error: &legacy::Error) -> Kind {
    if error.is_connect() {
        return Kind::Connect;
    }
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<hyper::Error>());
    match cause {
        Some(cause) if cause.is_parse() => Kind::Protocol,
        Some(cause) if cause.is_user() => Kind::Request,
        // the legacy client's own refusals (method, version, relative URL) carry no cause
        None if error.source().is_none() => Kind::Request,
        _ => Kind::Reset,
    }
}
