//! Health as plain data, for who wants to see why a target is or is not asked.

use std::time::Duration;

use crate::Moment;
use crate::breaker::{Breaker, Cause, State};

/// One breaker at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeSnapshot {
    /// Its state.
    pub state: State,
    /// When the state began.
    pub since: Moment,
    /// Why it is not closed.
    pub cause: Option<Cause>,
    /// When the next probe may pass, if it is not closed.
    pub next_probe: Option<Moment>,
    /// How often it has opened in a row.
    pub openings: u32,
    /// Results in the window.
    pub samples: u32,
    /// Failures among them.
    pub failures: u32,
    /// Until when it rests, if it does.
    pub cooling_until: Option<Moment>,
}

impl ScopeSnapshot {
    pub(super) fn new(breaker: &Breaker, cooling_until: Option<Moment>, now: Moment) -> Self {
        let (samples, failures) = breaker.counts(now);
        let closed = breaker.state() == State::Closed;
        Self {
            state: breaker.state(),
            since: breaker.since(),
            cause: breaker.cause(),
            next_probe: (!closed).then(|| breaker.opens_at(now)),
            openings: breaker.openings(),
            samples,
            failures,
            cooling_until,
        }
    }

    /// Whether an attempt would pass now.
    pub fn is_ready(&self, now: Moment) -> bool {
        self.next_probe.is_none_or(|at| at <= now) && self.cooling_until.is_none()
    }
}

/// A target at one moment, with what it shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The endpoint.
    pub endpoint: ScopeSnapshot,
    /// The credential.
    pub credential: ScopeSnapshot,
    /// The target itself.
    pub target: ScopeSnapshot,
    /// Requests under way.
    pub in_flight: u32,
    /// Those of them whose answer has not begun.
    pub waiting: u32,
    /// The limit of requests under way.
    pub limit: u32,
    /// What of it is allowed now, in slow start.
    pub allowed: u32,
    /// The expected time to the first event.
    pub first: Option<Duration>,
    /// The expected time in all.
    pub total: Option<Duration>,
    /// The 99th percentile of the time to the first event.
    pub p99: Option<Duration>,
    /// Whether an attempt was ever made.
    pub asked: bool,
}

impl Snapshot {
    /// Whether an attempt would pass now, but for the limit.
    pub fn is_ready(&self, now: Moment) -> bool {
        [&self.endpoint, &self.credential, &self.target]
            .iter()
            .all(|scope| scope.is_ready(now))
    }
}
