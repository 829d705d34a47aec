//! Who may pass a breaker, and what is told it afterwards.

use std::time::Duration;

use crate::Moment;

/// What an attempt means to one breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It works.
    Success,
    /// It does not: one more failure in the row and in the window.
    Failure,
    /// It was busy: a failure in the window that neither lengthens nor ends the row.
    Busy,
    /// It limits requests: as [`Outcome::Busy`]; a probe opens again without longer backoff.
    Limited {
        /// How long it wants to be left alone; zero if it does not say.
        rest: Duration,
    },
    /// No further request would be answered otherwise: opens at once.
    Trip,
    /// Says nothing: the caller's own error, an attempt given up.
    Neutral,
}

/// The answer to who wants to pass.
#[derive(Debug)]
pub enum Gate {
    /// Go on, and tell the result.
    Pass(Permit),
    /// The same, but the result decides over everybody else.
    Probe(Permit),
    /// Not before then.
    Shut {
        /// When it is worth while to ask again.
        until: Moment,
    },
}

/// The right to one attempt, to be given back with its result.
///
/// One that is lost wedges nothing: a probe's lease ends by itself.
#[derive(Debug)]
#[must_use = "give it back by `Breaker::record`"]
pub struct Permit {
    pub(super) generation: u64,
    pub(super) probe: bool,
}

impl Permit {
    /// Whether the result decides over the breaker's state.
    pub fn is_probe(&self) -> bool {
        self.probe
    }
}
