//! An error before it is said in a dialect.

/// What the provider complains of.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub status: u16,
    pub cause: Cause,
    pub message: String,
    /// Seconds to wait, where a body tells them.
    pub retry: Option<u64>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    Billing,
    Conflict,
    Context,
    Filter,
    Forbidden,
    Invalid,
    Key,
    Model,
    Overloaded,
    Quota,
    Rate,
    Server,
    Timeout,
    TooLarge,
    Unavailable,
    Unprocessable,
}

impl Cause {
    /// What a status means where nothing else is said.
    pub(crate) fn of(status: u16) -> Self {
        match status {
            401 => Self::Key,
            402 => Self::Billing,
            403 => Self::Forbidden,
            404 => Self::Model,
            408 | 504 => Self::Timeout,
            409 => Self::Conflict,
            413 => Self::TooLarge,
            422 => Self::Unprocessable,
            429 => Self::Rate,
            502 | 503 => Self::Unavailable,
            529 => Self::Overloaded,
            500.. => Self::Server,
            _ => Self::Invalid,
        }
    }

    /// A sentence as providers write it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Billing => "Your credit balance is too low.",
            Self::Conflict => "The request conflicts with another one.",
            Self::Context => {
                "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
            }
            Self::Filter => "The request was rejected by the content policy.",
            Self::Forbidden => "You are not allowed to use this model.",
            Self::Invalid => "Invalid value.",
            Self::Key => "Incorrect API key provided.",
            Self::Model => "The model does not exist or you do not have access to it.",
            Self::Overloaded => "Overloaded",
            Self::Quota => {
                "You exceeded your current quota, please check your plan and billing details."
            }
            Self::Rate => "Rate limit reached.",
            Self::Server => "The server had an error while processing your request.",
            Self::Timeout => "The request timed out.",
            Self::TooLarge => "The request is too large.",
            Self::Unavailable => "The service is unavailable.",
            Self::Unprocessable => "The request could not be processed.",
        }
    }
}

impl Trouble {
    pub(crate) fn new(status: u16, cause: Cause) -> Self {
        Self {
            status,
            cause,
            message: cause.sentence().to_owned(),
            retry: None,
        }
    }

    /// The error of a stream that had begun well.
    pub(crate) fn overloaded() -> Self {
        Self::new(529, Cause::Overloaded)
    }
}
