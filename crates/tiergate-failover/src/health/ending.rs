//! What became of an attempt, and what that means to each scope.

use std::time::Duration;

use crate::breaker::Outcome;
use crate::limit::Sign;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a whole and valid answer.
    Answered,
    /// No connection: name, refusal, handshake, time.
    Unreachable,
    /// Connected, but no answer began: reset, end or silence.
    Silent,
    /// With a fault of the target's: an error of its own, an invalid or a broken answer.
    Failed {
        /// How long it asks to be left alone, if it does.
        rest: Option<Duration>,
    },
    /// The target was busy with something that passes by itself.
    Busy,
    /// The target limits requests.
    Limited {
        /// How long it asks to be left alone, if it does.
        rest: Option<Duration>,
        /// Whether the limit is the credential's and not this target's.
        account: bool,
    },
    /// The credential is refused, or has no funds.
    Refused,
    /// The target does not exist any more.
    Gone,
    /// By the caller or by ourselves; says nothing about anybody.
    Neutral,
}

/// What an ending means to each scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) endpoint: Outcome,
    pub(super) credential: Outcome,
    pub(super) target: Outcome,
    pub(super) limit: Sign,
}

impl Ending {
    /// The table of outcomes. An endpoint is well as soon as it answers anything at all; whether a
    /// credential is accepted is known only from an answer or a refusal.
    pub(super) fn meaning(self) -> Meaning {
        use Outcome::{Busy, Failure, Limited, Neutral, Success, Trip};
        let (endpoint, credential, target, limit) = match self {
            Self::Answered => (Success, Success, Success, Sign::Served),
            Self::Unreachable => (Failure, Neutral, Neutral, Sign::None),
            Self::Silent => (Neutral, Neutral, Failure, Sign::None),
            Self::Failed { .. } => (Success, Neutral, Failure, Sign::None),
            Self::Busy => (Success, Neutral, Busy, Sign::None),
            Self::Limited { account: true, .. } => (Success, Neutral, Neutral, Sign::Refused),
            Self::Limited { rest, .. } => {
                let rest = rest.unwrap_or_default();
                (Success, Neutral, Limited { rest }, Sign::Refused)
            }
            Self::Refused => (Success, Trip, Neutral, Sign::None),
            Self::Gone => (Success, Neutral, Trip, Sign::None),
            Self::Neutral => (Neutral, Neutral, Neutral, Sign::None),
        };
        Meaning {
            endpoint,
            credential,
            target,
            limit,
        }
    }

    /// How long the target or its credential is to be left alone.
    pub(super) fn rest(self) -> Option<Duration> {
        match self {
            Self::Failed { rest } | Self::Limited { rest, .. } => rest,
            _ => None,
        }
    }

    /// Whether the rest is the credential's.
    pub(super) fn is_account_wide(self) -> bool {
        matches!(self, Self::Limited { account: true, .. })
    }
}
