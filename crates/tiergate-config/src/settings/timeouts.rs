//! The times of attempts, for all providers or for one.

use std::time::Duration;

/// How long parts of an attempt may take; `None` where the configuration does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// For name resolution, TCP and TLS together.
    pub connect: Option<Duration>,
    /// For one attempt in all whose answer comes in one piece.
    pub request: Option<Duration>,
    /// The same while another candidate is left, if that is shorter.
    pub request_with_alternative: Option<Duration>,
    /// To the first content of a stream: of nano and small, of standard, of premium and flagship.
    pub first_content: Option<[Duration; 3]>,
    /// The same while another candidate is left.
    pub first_content_with_alternative: Option<Duration>,
    /// Added to [`Self::first_content_with_alternative`] for every thousand tokens of the prompt; may be zero.
    pub first_content_per_1000_tokens: Option<Duration>,
    /// Between two events that mean something.
    pub idle: Option<Duration>,
    /// The same while comments or pings come.
    pub idle_with_pings: Option<Duration>,
    /// From the finish of an answer to the end of its stream.
    pub after_finish: Option<Duration>,
    /// For a whole stream.
    pub stream: Option<Duration>,
}

impl Timeouts {
    /// These times, and `others` where they say nothing.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            connect: self.connect.or(others.connect),
            request: self.request.or(others.request),
            request_with_alternative: self
                .request_with_alternative
                .or(others.request_with_alternative),
            first_content: self.first_content.or(others.first_content),
            first_content_with_alternative: self
                .first_content_with_alternative
                .or(others.first_content_with_alternative),
            first_content_per_1000_tokens: self
                .first_content_per_1000_tokens
                .or(others.first_content_per_1000_tokens),
            idle: self.idle.or(others.idle),
            idle_with_pings: self.idle_with_pings.or(others.idle_with_pings),
            after_finish: self.after_finish.or(others.after_finish),
            stream: self.stream.or(others.stream),
        }
    }
}
