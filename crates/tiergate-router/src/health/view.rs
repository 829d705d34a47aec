//! Health for a person: each target of a router with its breakers, limits and times.

use std::time::Duration;

use serde::Serialize;
use tiergate_failover::Moment;
use tiergate_failover::breaker::{Cause, State};
use tiergate_failover::health::{ScopeSnapshot, Snapshot};

/// One target: a model at a provider's credential.
#[derive(Clone, Debug, Serialize)]
pub struct TargetHealth {
    /// The provider.
    pub provider: Box<str>,
    /// The model's id in the catalogue.
    pub model: Box<str>,
    /// The model's id at the provider.
    pub upstream_model: Box<str>,
    /// Which of the provider's credentials, counted from 0.
    pub credential: usize,
    /// Whether a request would be sent there now.
    pub ready: bool,
    /// Whether a request was ever sent there.
    pub used: bool,
    /// The breaker of all that goes to this address.
    pub endpoint_breaker: Scope,
    /// The breaker of all that is asked for with this credential.
    pub credential_breaker: Scope,
    /// The target's own breaker.
    pub target_breaker: Scope,
    /// Requests under way.
    pub in_flight: u32,
    /// Those whose answer has not begun.
    pub waiting: u32,
    /// The most requests that are under way at a time.
    pub limit: u32,
    /// What of the limit is allowed now, in slow start.
    pub allowed: u32,
    /// The expected time to the first event, in milliseconds.
    pub expected_first_ms: Option<u64>,
    /// Its 99th percentile.
    pub p99_first_ms: Option<u64>,
    /// The expected time in all.
    pub expected_total_ms: Option<u64>,
}

/// One breaker.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Scope {
    /// `closed`, `open` or `half_open`.
    pub state: &'static str,
    /// Why it is not closed.
    pub cause: Option<&'static str>,
    /// Milliseconds until a probe may pass; none when closed.
    pub next_probe_ms: Option<u64>,
    /// Milliseconds for which it rests still because it was asked to.
    pub cooling_ms: Option<u64>,
    /// How often it has opened in a row.
    pub openings: u32,
    /// Results in its window.
    pub samples: u32,
    /// Failures among them.
    pub failures: u32,
}

impl TargetHealth {
    pub(super) fn new(names: [&str; 3], credential: usize, seen: &Snapshot, now: Moment) -> Self {
        let [provider, model, upstream_model] = names.map(Box::from);
        let millis = |time: Option<Duration>| time.map(crate::paper::millis);
        Self {
            provider,
            model,
            upstream_model,
            credential,
            ready: seen.is_ready(now),
            used: seen.asked,
            endpoint_breaker: Scope::new(&seen.endpoint, now),
            credential_breaker: Scope::new(&seen.credential, now),
            target_breaker: Scope::new(&seen.target, now),
            in_flight: seen.in_flight,
            waiting: seen.waiting,
            limit: seen.limit,
            allowed: seen.allowed,
            expected_first_ms: millis(seen.first),
            p99_first_ms: millis(seen.p99),
            expected_total_ms: millis(seen.total),
        }
    }
}

impl Scope {
    /// Whether it is closed, lets its targets be asked, and has seen nothing lately.
    pub fn is_fresh(&self) -> bool {
        let quiet = self.samples == 0 && self.openings == 0;
        quiet && self.state == "closed" && self.cooling_ms.is_none()
    }

    fn new(seen: &ScopeSnapshot, now: Moment) -> Self {
        let millis = |until: Moment| crate::paper::millis(until.since(now));
        Self {
            state: match seen.state {
                State::Closed => "closed",
                State::Open { .. } => "open",
                State::HalfOpen { .. } => "half_open",
            },
            cause: seen.cause.map(cause),
            next_probe_ms: seen.next_probe.map(millis),
            cooling_ms: seen.cooling_until.map(millis),
            openings: seen.openings,
            samples: seen.samples,
            failures: seen.failures,
        }
    }
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Consecutive => "consecutive",
        Cause::Probe => "probe",
        Cause::Lease => "lease",
        Cause::Ratio => "ratio",
        Cause::Limited => "limited",
        Cause::Tripped => "tripped",
        Cause::Stalled => "stalled",
        Cause::Targets => "targets",
    }
}
