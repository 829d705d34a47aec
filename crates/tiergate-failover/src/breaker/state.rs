//! The states of a breaker, why it takes them, and its changes from one to another.

use crate::Moment;

/// The state of a breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything passes.
    Closed,
    /// Nothing passes until then.
    Open {
        /// When the first probe may pass.
        until: Moment,
    },
    /// One probe may pass.
    HalfOpen {
        /// When the probe under way counts as failed; `None` if none is under way.
        lease: Option<Moment>,
    },
}

/// Why a breaker is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Hard failures in a row.
    Consecutive,
    /// A probe failed.
    Probe,
    /// The probe under way gave no result until its lease ended.
    Lease,
    /// Too few of the window's results were successes.
    Ratio,
    /// The same, or a probe's result, by a limit of requests.
    Limited,
    /// An outcome that trips at once.
    Tripped,
    /// Requests wait and no answer begins: half-open without having been open.
    Stalled,
    /// Most of the targets behind this scope are not closed.
    Targets,
}

impl Cause {
    /// Whether the cause is a fault that others at the same endpoint may share.
    pub fn is_fault(self) -> bool {
        !matches!(self, Self::Limited | Self::Tripped)
    }
}

/// A change of state, for logs and for whoever goes along with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Opened, or opened again.
    Opened(Cause),
    /// Closed: from here on allow one request at a time, then two, then four.
    Closed,
}
