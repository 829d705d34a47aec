//! Why a request was not answered.

use std::time::Duration;

use tiergate_providers::{Form, Kind};

use crate::decide::{Refusal, RefusalKind};

/// Why a request was not answered, with what a front needs to say so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A member of the request has a value that routing does not accept.
    #[error("{message}")]
    Parameter {
        /// The member.
        param: &'static str,
        /// What is wrong with it and what would be right.
        message: String,
    },
    /// Every attempt at a provider failed.
    #[error("{source}")]
    Provider {
        /// The last failure.
        source: tiergate_providers::Error,
        /// Attempts made; 0 when the request could be said to no provider.
        attempts: u8,
        /// Whether every attempt was turned away because of a rate limit.
        all_limited: bool,
        /// The shortest time for which a provider asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// Nobody is asked at present: everything that could answer fails, rests, or has enough to do.
    #[error("nobody who could answer is asked at the moment: {why}")]
    Shut {
        /// Who is not asked, and why, for a person.
        why: String,
        /// When it is worth while to try again.
        retry_after: Duration,
    },
    /// Nothing is eligible.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The name means nothing to the catalogue.
    #[error("the model '{name}' does not exist{}", did_you_mean(nearest))]
    UnknownModel {
        /// The name.
        name: String,
        /// Names close to it.
        nearest: Vec<String>,
    },
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return "; GET /v1/models lists the models, and \"auto\" chooses one".to_owned();
    }
    format!(": did you mean {}?", nearest.join(", "))
}

/// How a front shows an error: the columns of the table of status codes in DECISIONS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The HTTP status.
    pub status: u16,
    /// OpenAI's `type`.
    pub kind: &'static str,
    /// The stable word that programs match on, unless a provider has its own: see [`Error::code`].
    pub code: &'static str,
    /// `auth`, `quota`, `validation`, `provider`, `timeout` or `internal`.
    pub class: &'static str,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Shown {
    /// The same to a client of another dialect: Anthropic's know an overload by a status of its own.
    #[must_use]
    pub fn at(self, form: Form) -> Self {
        match (form, self.status) {
            (Form::Messages, 503) => Self {
                status: 529,
                ..self
            },
            _ => self,
        }
    }
}

const INVALID: Shown = Shown {
    status: 400,
    kind: "invalid_request_error",
    code: "invalid_value",
    class: "validation",
    retryable: false,
};
const UPSTREAM: Shown = Shown {
    status: 502,
    kind: "api_error",
    code: "upstream_error",
    class: "provider",
    retryable: true,
};

impl Error {
    /// How a front shows this error.
    pub fn shown(&self) -> Shown {
        match self {
            Self::Parameter { .. } => INVALID,
            Self::UnknownModel { .. } => Shown {
                status: 404,
                code: "model_not_found",
                ..INVALID
            },
            Self::Refused(refusal) => refused(refusal.kind()),
            Self::Shut { .. } => Shown {
                status: 503,
                code: "all_unavailable",
                ..UPSTREAM
            },
            Self::Provider {
                all_limited: true, ..
            } => Shown {
                status: 429,
                kind: "rate_limit_error",
                code: "rate_limit_exceeded",
                ..UPSTREAM
            },
            Self::Provider { source, .. } => failed(source),
        }
    }

    /// The request member at fault.
    pub fn param(&self) -> Option<&str> {
        match self {
            Self::Parameter { param, .. } => Some(param),
            Self::UnknownModel { .. } => Some("model"),
            Self::Refused(refusal) => match refusal.kind() {
                RefusalKind::Window => Some("messages"),
                RefusalKind::Output => Some("max_tokens"),
                _ => Some("model"),
            },
            Self::Provider { source, .. } => source.param(),
            Self::Shut { .. } => None,
        }
    }

    /// The stable word that programs match on: the provider's own where the fault is the client's.
    pub fn code(&self) -> &str {
        let theirs = self
            .provider()
            .filter(|source| matches!(source.kind(), Kind::BadRequest | Kind::Unprocessable));
        theirs
            .and_then(tiergate_providers::Error::code)
            .unwrap_or_else(|| self.shown().code)
    }

    /// What the front says, for a person.
    pub fn message(&self) -> String {
        match self {
            Self::Provider {
                source, attempts, ..
            } if *attempts > 1 => {
                format!("{} (after {attempts} attempts)", source.message())
            }
            Self::Provider { source, .. } => source.message().to_owned(),
            other => other.to_string(),
        }
    }

    /// Attempts at providers, where any was made.
    pub fn attempts(&self) -> Option<u8> {
        match self {
            Self::Provider { attempts, .. } => Some(*attempts).filter(|attempts| *attempts > 0),
            _ => None,
        }
    }

    /// How long to wait before trying again, if that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Provider { retry_after, .. } => *retry_after,
            Self::Shut { retry_after, .. } => Some((*retry_after).max(Duration::from_secs(1))),
            _ => None,
        }
    }

    /// The provider whose failure it is.
    pub fn provider(&self) -> Option<&tiergate_providers::Error> {
        match self {
            Self::Provider { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn refused(kind: RefusalKind) -> Shown {
    match kind {
        RefusalKind::AboveCeiling => Shown {
            status: 403,
            kind: "permission_error",
            code: "tier_not_allowed",
            class: "auth",
            ..INVALID
        },
        RefusalKind::NotAllowed => Shown {
            status: 403,
            kind: "permission_error",
            code: "model_not_allowed",
            class: "auth",
            ..INVALID
        },
        RefusalKind::Ability => Shown {
            code: "unsupported_parameter",
            ..INVALID
        },
        RefusalKind::Failed => UPSTREAM,
        RefusalKind::NotServed | RefusalKind::Retired => Shown {
            status: 404,
            code: "model_not_found",
            ..INVALID
        },
        RefusalKind::Output => INVALID,
        RefusalKind::Window => Shown {
            code: "context_length_exceeded",
            ..INVALID
        },
    }
}

/// A provider's verdict on the request is passed on; its own failures become ours.
fn failed(error: &tiergate_providers::Error) -> Shown {
    match error.kind() {
        Kind::BadRequest => Shown {
            code: "upstream_rejected",
            ..INVALID
        },
        Kind::Unsupported => Shown {
            code: "unsupported_parameter",
            ..INVALID
        },
        Kind::ContentFilter => Shown {
            status: client_status(error, 400),
            code: "content_filter",
            ..INVALID
        },
        Kind::ContextTooLong => Shown {
            code: "context_length_exceeded",
            ..INVALID
        },
        Kind::TooLarge => Shown {
            status: 413,
            code: "request_too_large",
            ..INVALID
        },
        Kind::Unprocessable => Shown {
            status: 422,
            code: "unprocessable",
            ..INVALID
        },
        Kind::Timeout => Shown {
            status: 504,
            kind: "api_error",
            code: "upstream_timeout",
            class: "timeout",
            retryable: true,
        },
        Kind::Auth => Shown {
            code: "upstream_auth",
            retryable: false,
            ..UPSTREAM
        },
        Kind::Billing => Shown {
            code: "upstream_billing",
            retryable: false,
            ..UPSTREAM
        },
        Kind::NotFound => Shown {
            code: "upstream_model_not_found",
            retryable: false,
            ..UPSTREAM
        },
        Kind::Looped => Shown {
            status: 508,
            code: "loop_detected",
            retryable: false,
            ..UPSTREAM
        },
        Kind::Overloaded => Shown {
            status: 503,
            code: "upstream_overloaded",
            ..UPSTREAM
        },
        Kind::Interrupted => Shown {
            code: "upstream_interrupted",
            ..UPSTREAM
        },
        Kind::Invalid => Shown {
            code: "upstream_invalid",
            ..UPSTREAM
        },
        _ => UPSTREAM,
    }
}

/// The provider's own status when it is one of the client's faults.
fn client_status(error: &tiergate_providers::Error, otherwise: u16) -> u16 {
    error
        .status()
        .filter(|status| matches!(status, 400 | 403 | 413 | 422))
        .unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overload_has_the_status_that_clients_of_each_dialect_know() {
        let error = Error::Provider {
            source: tiergate_providers::Error::new(Kind::Overloaded, "p", "busy").with_status(529),
            attempts: 2,
            all_limited: false,
            retry_after: None,
        };
        let statuses = [Form::Chat, Form::Responses, Form::Messages].map(|form| {
            let shown = error.shown().at(form);
            assert!(shown.retryable && shown.code == "upstream_overloaded");
            shown.status
        });
        assert_eq!(statuses, [503, 503, 529]);
        let other = UPSTREAM.at(Form::Messages);
        assert_eq!(other.status, 502);
    }
}
