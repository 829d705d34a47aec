//! What several targets share: an endpoint or a credential.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::snapshot::ScopeSnapshot;
use crate::Moment;
use crate::breaker::{self, Breaker, Cause, Gate, Outcome, Permit, Rules};
use crate::cooldown::{self, Cooldown};

/// An endpoint must have this many targets down before it counts as down itself.
const LEAST_DOWN: i32 = 3;

/// The breaker and the rest of an endpoint or a credential, and how many targets stand behind it.
#[derive(Debug)]
pub(super) struct Scope {
    state: Mutex<State>,
    // signed: of two changes at once, the later one may be counted first
    targets: AtomicI32,
    down: AtomicI32,
}

#[derive(Debug)]
struct State {
    breaker: Breaker,
    cooldown: Cooldown,
}

impl Scope {
    pub(super) fn new(breaker: Rules, cooldown: cooldown::Rules, now: Moment) -> Self {
        Self {
            state: Mutex::new(State {
                breaker: Breaker::new(breaker, now),
                cooldown: Cooldown::new(cooldown),
            }),
            targets: AtomicI32::new(0),
            down: AtomicI32::new(0),
        }
    }

    /// A permit, or until when there is none and whether that is a rest.
    pub(super) fn admit(&self, now: Moment, chance: f64) -> Result<Permit, (Moment, bool)> {
        let mut state = self.lock();
        if let Some(until) = state.cooldown.until(now) {
            return Err((until, true));
        }
        passed(state.breaker.admit(now, chance)).map_err(|until| (until, false))
    }

    /// A permit even if open; none while resting or probed by somebody else.
    pub(super) fn force(&self, now: Moment, chance: f64) -> Option<Permit> {
        let mut state = self.lock();
        if state.cooldown.until(now).is_some() {
            return None;
        }
        passed(state.breaker.force(now, chance)).ok()
    }

    pub(super) fn record(&self, permit: Permit, outcome: Outcome, now: Moment, chance: f64) {
        self.lock().breaker.record(permit, outcome, now, chance);
    }

    pub(super) fn abandon(&self, permit: Permit) {
        if permit.is_probe() {
            self.lock().breaker.abandon(permit);
        }
    }

    pub(super) fn alive(&self, permit: &mut Permit, now: Moment, chance: f64) {
        if permit.is_probe() {
            self.lock().breaker.alive(permit, now, chance);
        }
    }

    pub(super) fn lease(&self, permit: &Permit, patience: Duration, now: Moment) {
        if permit.is_probe() {
            self.lock().breaker.lease(permit, patience, now);
        }
    }

    pub(super) fn rest(&self, asked: Duration, now: Moment, chance: f64) {
        self.lock().cooldown.rest(asked, now, chance);
    }

    pub(super) fn reset(&self, now: Moment) {
        self.lock().breaker.reset(now);
    }

    /// A target more, whose state counts.
    pub(super) fn joined(&self) {
        self.targets.fetch_add(1, Ordering::Relaxed);
    }

    /// A target less; `down` tells in which state it was.
    pub(super) fn left(&self, down: bool) {
        self.targets.fetch_sub(1, Ordering::Relaxed);
        if down {
            self.down.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// One of the targets went down or came up. Half of them down, at least three: so is the scope.
    pub(super) fn shifted(&self, down: bool, now: Moment, chance: f64) {
        if !down {
            self.down.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let down = self.down.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let all = self.targets.load(Ordering::Relaxed);
        if down >= LEAST_DOWN && down.saturating_mul(2) >= all {
            self.lock().breaker.trip(Cause::Targets, now, chance);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().breaker.state() == breaker::State::Closed
    }

    /// Until when nobody passes, and whether that is because it rests.
    pub(super) fn shut(&self, now: Moment) -> Option<(Moment, bool)> {
        let state = self.lock();
        if let Some(until) = state.cooldown.until(now) {
            return Some((until, true));
        }
        let until = state.breaker.opens_at(now);
        (until > now).then_some((until, false))
    }

    /// The earliest moment at which somebody might pass.
    pub(super) fn opens_at(&self, now: Moment) -> Moment {
        let state = self.lock();
        let rested = state.cooldown.until(now).unwrap_or(now);
        state.breaker.opens_at(now).max(rested)
    }

    pub(super) fn snapshot(&self, now: Moment) -> ScopeSnapshot {
        let state = self.lock();
        ScopeSnapshot::new(&state.breaker, state.cooldown.until(now), now)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permit of a gate, or until when it is shut.
pub(super) fn passed(gate: Gate) -> Result<Permit, Moment> {
    match gate {
        Gate::Pass(permit) | Gate::Probe(permit) => Ok(permit),
        Gate::Shut { until } => Err(until),
    }
}
