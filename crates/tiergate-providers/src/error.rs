//! Why an attempt failed.

use std::time::Duration;

use tiergate_failover::{Class, Classify};

/// A longer wait than this makes a retry of the same provider pointless.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why an attempt at a provider failed.
///
/// No text of it contains a credential or anything that looks like one.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {}", .0.provider, .0.message)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    /// What broke off a stream that had begun.
    cause: Option<Kind>,
    stale: bool,
    provider: Box<str>,
    message: Box<str>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    code: Option<Box<str>>,
    param: Option<Box<str>>,
}

/// What went wrong, as far as it decides what may be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Our credential was refused.
    Auth,
    /// The provider found the request wrong.
    BadRequest,
    /// The account at the provider has no money or quota left.
    Billing,
    /// No connection could be made; nothing was sent.
    Connect,
    /// The provider refused the content by policy.
    ContentFilter,
    /// The input is longer than the model's context window.
    ContextTooLong,
    /// A stream ended before a finish reason.
    Interrupted,
    /// A success status with something that is no answer.
    Invalid,
    /// The request has gone round in a circle: the provider is, or leads to, this gateway.
    Looped,
    /// The provider does not know the model or the address.
    NotFound,
    /// The provider has too much to do at the moment.
    Overloaded,
    /// Too many requests or tokens in a period.
    RateLimited,
    /// The connection ended before there was an answer, or a word of one; the provider may have done the work.
    Reset,
    /// A fault of the provider.
    Server,
    /// The deadline passed.
    Timeout,
    /// The request has too many bytes for the provider.
    TooLarge,
    /// The provider understood the request and refused it.
    Unprocessable,
    /// The request cannot be said to this provider or model without changing what it asks for; nothing was sent.
    Unsupported,
}

impl Error {
    /// An error of `provider`; the message must not contain a secret.
    pub fn new(kind: Kind, provider: &str, message: impl Into<Box<str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            cause: None,
            stale: false,
            provider: provider.into(),
            message: message.into(),
            status: None,
            retry_after: None,
            code: None,
            param: None,
        }))
    }

    /// With the HTTP status of the provider's answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// With the time for which the provider asked to be left alone.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// With the provider's own code, such as `rate_limit_exceeded`.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Box<str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// With the request member that the provider found at fault.
    #[must_use]
    pub fn with_param(mut self, param: impl Into<Box<str>>) -> Self {
        self.0.param = Some(param.into());
        self
    }

    /// The same after something was said: whatever it is, to the reader it is a [`Kind::Interrupted`].
    #[must_use]
    pub fn interrupted(mut self) -> Self {
        self.0.cause = Some(self.cause());
        self.0.kind = Kind::Interrupted;
        self
    }

    /// Says that the connection had been used before and was closed without a byte of an answer.
    #[must_use]
    pub fn on_stale_connection(mut self) -> Self {
        self.0.stale = true;
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What ails the provider: the kind, or of a stream that was broken off the kind that it would have had before
    /// anything was said.
    pub fn cause(&self) -> Kind {
        self.0.cause.unwrap_or(self.0.kind)
    }

    /// Whether a connection that had been used before was closed at once, without a byte of an answer: the provider most
    /// likely gave it up just as it was used again, which says nothing of how it does. It may have done the work all
    /// the same.
    pub fn is_stale(&self) -> bool {
        self.0.stale
    }

    /// The provider that failed.
    pub fn provider(&self) -> &str {
        &self.0.provider
    }

    /// What the provider said, or what happened, for a person; at most 1,000 bytes.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the provider's answer, if it gave one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// For how long the provider asked to be left alone, if it said so; 0 to 300 s.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The provider's own code, such as `rate_limit_exceeded`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The request member that the provider found at fault.
    pub fn param(&self) -> Option<&str> {
        self.0.param.as_deref()
    }

    /// The input does not fit the model's window: only a model with a larger one may be tried.
    pub fn is_context_too_long(&self) -> bool {
        self.kind() == Kind::ContextTooLong
    }
}

impl Classify for Error {
    /// The class of each kind; a [`Kind::ContextTooLong`] is [`Class::Next`], where only a model with
    /// a larger window is worth trying.
    fn class(&self) -> Class {
        match self.kind() {
            Kind::Connect | Kind::Reset => Class::Retry,
            // about the way that was taken: the same again ends the same
            Kind::Server if matches!(self.status(), Some(405..=423 | 426..=499)) => Class::Next,
            Kind::Server | Kind::Overloaded => {
                if self.retry_after().is_none_or(|wait| wait <= PATIENCE) {
                    Class::Retry
                } else {
                    Class::Next
                }
            }
            // nobody knows when it would answer, unless it says so
            Kind::RateLimited if self.retry_after().is_some_and(|wait| wait <= PATIENCE) => {
                Class::Retry
            }
            Kind::Auth
            | Kind::Billing
            | Kind::ContextTooLong
            | Kind::Interrupted
            | Kind::Invalid
            | Kind::NotFound
            | Kind::RateLimited
            | Kind::Timeout
            | Kind::Unsupported => Class::Next,
            Kind::BadRequest
            | Kind::ContentFilter
            | Kind::Looped
            | Kind::TooLarge
            | Kind::Unprocessable => Class::Stop,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_wait_turns_a_retry_into_the_next_candidate() {
        let busy = |wait| Error::new(Kind::Overloaded, "p", "busy").with_retry_after(wait);
        assert_eq!(
            Error::new(Kind::Overloaded, "p", "busy").class(),
            Class::Retry
        );
        assert_eq!(busy(Duration::from_secs(2)).class(), Class::Retry);
        assert_eq!(busy(Duration::from_millis(2001)).class(), Class::Next);
    }

    #[test]
    fn a_status_about_the_way_is_not_asked_for_twice() {
        let error = |status| Error::new(Kind::Server, "p", "no").with_status(status);
        let classes = [405, 424, 451, 500].map(|status| error(status).class());
        let expected = [Class::Next, Class::Retry, Class::Next, Class::Retry];
        assert_eq!(classes, expected);
    }

    #[test]
    fn an_interruption_keeps_its_cause() {
        let filtered = Error::new(Kind::ContentFilter, "p", "no").interrupted();
        let twice = filtered.interrupted();
        assert_eq!(
            (twice.kind(), twice.cause()),
            (Kind::Interrupted, Kind::ContentFilter)
        );
        assert_eq!(Error::new(Kind::Reset, "p", "no").cause(), Kind::Reset);
    }

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
