//! From what went wrong to the seam's error.

use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, StatusCode};
use hyper::body::Incoming;
use tiergate_dialects::{Cause, Fault};
use tiergate_transport as transport;
use tokio::time::Instant;

use super::Upstream;
use super::body::{self, Unread};
use super::retry_after::retry_after;
use crate::error::{Error, Kind};

/// The most that is read of an error's body.
const ERROR_BODY: usize = 64 * 1024;

/// How long an error's body is waited for.
const ERROR_WAIT: Duration = Duration::from_secs(5);

impl Upstream {
    /// The error of this provider, its text scrubbed.
    pub(crate) fn error(&self, kind: Kind, message: &str) -> Error {
        Error::new(kind, &self.name, self.secrets.scrub(message))
    }

    /// No response head came.
    pub(crate) fn unsent(&self, error: &transport::Error) -> Error {
        let kind = match error.kind() {
            transport::Kind::Connect => Kind::Connect,
            transport::Kind::Timeout => Kind::Timeout,
            transport::Kind::Protocol => Kind::Invalid,
            // the URL was checked when the provider was built; what is left is the address
            transport::Kind::Request => Kind::NotFound,
            _ => Kind::Reset,
        };
        let told = self.error(kind, &error.to_string());
        if error.is_stale() {
            return told.on_stale_connection();
        }
        told
    }

    /// An answer with a status other than success; `read` tells what its status and body mean. `now` is in seconds
    /// since the Unix epoch.
    pub(crate) async fn refused(
        &self,
        parts: &Parts,
        body: Incoming,
        (deadline, now): (Instant, i64),
        read: impl FnOnce(u16, &[u8]) -> Fault,
    ) -> Error {
        let deadline = deadline.min(Instant::now() + ERROR_WAIT);
        let body = match body::read(body, ERROR_BODY, deadline).await {
            Ok(body) | Err(Unread::Long(body)) => body,
            Err(Unread::Late | Unread::Lost) => Bytes::new(),
        };
        let fault = read(parts.status.as_u16(), &body);
        self.faulty(&fault, parts, now)
    }

    /// Refuses a success that has no content by definition.
    ///
    /// # Errors
    /// Where it is one.
    pub(crate) fn with_content(&self, status: StatusCode) -> Result<(), Error> {
        match status {
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => {
                Err(self.odd(status, "the answer has no content"))
            }
            _ => Ok(()),
        }
    }

    /// A fault inside a stream; after something was said, every fault is an interruption.
    pub(crate) fn broken(&self, fault: &Fault, committed: bool) -> Error {
        let error = self.told(fault, &HeaderMap::new(), 0);
        if !committed {
            return error.with_status(fault.status);
        }
        let error = error.interrupted();
        // that of the stream was a success
        match fault.status {
            400.. => error.with_status(fault.status),
            _ => error,
        }
    }

    /// A success that is no answer.
    pub(crate) fn odd(&self, status: StatusCode, message: &str) -> Error {
        self.error(Kind::Invalid, message)
            .with_status(status.as_u16())
    }

    /// A body that reports a fault, or is none that can be read; `now` is in seconds since the Unix epoch.
    pub(crate) fn faulty(&self, fault: &Fault, parts: &Parts, now: i64) -> Error {
        let error = self.told(fault, &parts.headers, now);
        // a body of a success that claims no other status
        error.with_status(match fault.status {
            200 => parts.status.as_u16(),
            claimed => claimed,
        })
    }

    /// What a fault says, without its status.
    fn told(&self, fault: &Fault, headers: &HeaderMap, now: i64) -> Error {
        let kind = kind(fault.cause);
        let mut error = self.error(kind, &fault.message);
        if let Some(code) = &fault.code {
            error = error.with_code(self.secrets.scrub(code));
        }
        if let Some(param) = &fault.param {
            error = error.with_param(self.secrets.scrub(param));
        }
        if matches!(kind, Kind::Billing | Kind::Overloaded | Kind::RateLimited)
            && let Some(wait) = retry_after(headers, fault.wait.as_deref(), &fault.message, now)
        {
            error = error.with_retry_after(wait);
        }
        error
    }

    /// The body of a success could not be read.
    pub(crate) fn unread(&self, unread: &Unread) -> Error {
        match unread {
            Unread::Late => {
                self.error(Kind::Timeout, "the answer was not complete at the deadline")
            }
            // nothing of it has gone on: it is as if no answer had come
            Unread::Lost => self.error(Kind::Reset, "the connection ended within the answer"),
            Unread::Long(_) => self.error(Kind::Invalid, "the answer is too long"),
        }
    }
}

fn kind(cause: Cause) -> Kind {
    match cause {
        Cause::Auth => Kind::Auth,
        Cause::BadRequest => Kind::BadRequest,
        Cause::Billing => Kind::Billing,
        Cause::ContentFilter => Kind::ContentFilter,
        Cause::ContextTooLong => Kind::ContextTooLong,
        Cause::Looped => Kind::Looped,
        Cause::NotFound => Kind::NotFound,
        Cause::Overloaded => Kind::Overloaded,
        Cause::RateLimited => Kind::RateLimited,
        Cause::Server => Kind::Server,
        Cause::TooLarge => Kind::TooLarge,
        Cause::Unprocessable => Kind::Unprocessable,
        // a cause added later is no worse than an answer that is none
        _ => Kind::Invalid,
    }
}
