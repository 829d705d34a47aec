//! One target: who may send to it, and what is learnt from each attempt.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::permit::{Held, Permit};
use super::scope::{Scope, passed};
use super::snapshot::{ScopeSnapshot, Snapshot};
use super::{Admission, Settings, Shut, Why};
use crate::Moment;
use crate::breaker::{self, Breaker, Turn};
use crate::budget::{Budget, Extra};
use crate::cooldown::Cooldown;
use crate::latency::Latency;
use crate::limit::{self, Limit};
use crate::stall::Stall;

/// The health of one target, shared by all who use it.
///
/// Every question is answered in constant time under three short locks: the endpoint's, the
/// credential's and its own, one after another and never two at once.
#[derive(Debug)]
pub struct Target {
    pub(super) endpoint: Arc<Scope>,
    pub(super) credential: Arc<Scope>,
    /// Whether its state counts for the endpoint's.
    speaks: bool,
    state: Mutex<State>,
    /// When it was last asked for, in nanoseconds.
    used: AtomicU64,
    /// When a probe was last let through before its time, in nanoseconds.
    forced: AtomicU64,
    /// Whether an attempt was ever made.
    asked: AtomicBool,
}

/// What belongs to the target alone.
#[derive(Debug)]
pub(super) struct State {
    pub(super) breaker: Breaker,
    /// Of answers that begin long before their end.
    pub(super) stall: Stall,
    /// Of answers that come in one piece.
    pub(super) whole_stall: Stall,
    pub(super) cooldown: Cooldown,
    pub(super) limit: Limit,
    pub(super) latency: Latency,
    pub(super) budget: Budget,
    /// Whether it counts as down for the endpoint.
    down: bool,
}

impl Target {
    pub(super) fn new(
        endpoint: Arc<Scope>,
        credential: Arc<Scope>,
        speaks: bool,
        settings: &Settings,
        now: Moment,
    ) -> Self {
        if speaks {
            endpoint.joined();
        }
        Self {
            endpoint,
            credential,
            speaks,
            state: Mutex::new(State {
                breaker: Breaker::new(settings.target, now),
                stall: Stall::new(settings.stall),
                whole_stall: Stall::new(settings.stall).of_whole(),
                cooldown: Cooldown::new(settings.cooldown),
                limit: Limit::new(settings.limit),
                latency: Latency::new(settings.latency, now),
                budget: Budget::new(settings.budget, now),
                down: false,
            }),
            used: AtomicU64::new(now.nanos()),
            forced: AtomicU64::new(0),
            asked: AtomicBool::new(false),
        }
    }

    /// Whether an attempt may be made: endpoint, credential and target are asked in this order.
    /// `chance` is a random number from 0 up to 1.
    pub fn admit(self: &Arc<Self>, now: Moment, chance: f64) -> Admission {
        self.touch(now);
        let endpoint = match self.endpoint.admit(now, chance) {
            Ok(permit) => permit,
            Err((until, resting)) => {
                return Admission::Shut(Shut::by(Why::Endpoint, resting, until));
            }
        };
        let credential = match self.credential.admit(now, chance) {
            Ok(permit) => permit,
            Err((until, resting)) => {
                self.endpoint.abandon(endpoint);
                return Admission::Shut(Shut::by(Why::Credential, resting, until));
            }
        };
        match self.enter(now, chance) {
            Ok((own, slot)) => {
                self.asked.store(true, Ordering::Relaxed);
                let held = Held::new(endpoint, credential, own, slot);
                Admission::Pass(Permit::new(Arc::clone(self), held, now))
            }
            Err(shut) => {
                self.endpoint.abandon(endpoint);
                self.credential.abandon(credential);
                Admission::Shut(shut)
            }
        }
    }

    /// A probe before its time, for when everything is shut; `None` while resting, or while somebody
    /// else probes.
    pub(super) fn force(self: &Arc<Self>, now: Moment, chance: f64) -> Option<Permit> {
        self.touch(now);
        if self.is_spoken_for(now) {
            return None;
        }
        let endpoint = self.endpoint.force(now, chance)?;
        let Some(credential) = self.credential.force(now, chance) else {
            self.endpoint.abandon(endpoint);
            return None;
        };
        if let Some((own, slot)) = self.enter_forced(now, chance) {
            self.asked.store(true, Ordering::Relaxed);
            self.forced.store(now.nanos(), Ordering::Relaxed);
            let held = Held::new(endpoint, credential, own, slot);
            return Some(Permit::new(Arc::clone(self), held, now));
        }
        self.endpoint.abandon(endpoint);
        self.credential.abandon(credential);
        None
    }

    /// The earliest moment at which an attempt might pass; `now` if one might at once.
    pub fn opens_at(&self, now: Moment) -> Moment {
        let own = {
            let state = self.lock();
            let rested = state.cooldown.until(now).unwrap_or(now);
            state.breaker.opens_at(now).max(rested)
        };
        own.max(self.endpoint.opens_at(now))
            .max(self.credential.opens_at(now))
    }

    /// When it is asked again at the latest: what is open by a moment when the last resort has come to it, what rests
    /// not before the rest is over.
    pub(super) fn asked_at(&self, now: Moment, resort: Moment) -> Moment {
        let opens = self.opens_at(now);
        let resting = self.shut(now).is_some_and(|shut| shut.why == Why::Cooling);
        if resting { opens } else { opens.min(resort) }
    }

    /// When a probe was last let through before its time.
    pub(super) fn forced_at(&self) -> Moment {
        Moment::from_nanos(self.forced.load(Ordering::Relaxed))
    }

    /// What stands against an attempt now, but for the limit of requests under way; nobody is admitted by asking.
    pub fn shut(&self, now: Moment) -> Option<Shut> {
        let by = |why| move |(until, resting)| Shut::by(why, resting, until);
        let endpoint = self.endpoint.shut(now).map(by(Why::Endpoint));
        let credential = || self.credential.shut(now).map(by(Why::Credential));
        let own = || {
            let state = self.lock();
            let resting = state.cooldown.until(now);
            let opens = Some(state.breaker.opens_at(now)).filter(|opens| *opens > now);
            let until = resting.or(opens)?;
            Some(Shut::by(Why::Target, resting.is_some(), until))
        };
        endpoint.or_else(credential).or_else(own)
    }

    /// Whether an attempt would be turned away now, for any reason.
    pub fn turns_away(&self, now: Moment) -> bool {
        self.shut(now).is_some() || self.lock().limit.is_full()
    }

    /// How long a request with this much time left may wait for the target's rest to end, if there
    /// is no other target.
    pub fn worth_waiting(&self, now: Moment, remaining: Duration) -> Option<Duration> {
        self.lock().cooldown.wait(now, remaining)
    }

    /// The expected time to the first event.
    pub fn expected_first(&self, now: Moment) -> Option<Duration> {
        self.lock().latency.expected_first(now)
    }

    /// The 95th percentile of the time to the first event.
    pub fn p95(&self) -> Option<Duration> {
        self.lock().latency.p95()
    }

    /// The 99th percentile of the time to the first event.
    pub fn p99(&self) -> Option<Duration> {
        self.lock().latency.p99()
    }

    /// A request makes its first attempt here: a deposit for extra ones.
    pub fn deposit(&self, now: Moment) {
        self.lock().budget.deposit(now);
    }

    /// Whether an extra attempt may be made here.
    #[must_use = "without leave there is no attempt"]
    pub fn withdraw(&self, extra: Extra, now: Moment) -> bool {
        self.lock().budget.withdraw(extra, now)
    }

    /// What an extra attempt after a failed one here costs: nothing if a breaker is not closed, be it the endpoint's,
    /// the credential's or its own.
    pub fn failover(&self) -> Extra {
        if self.is_closed() && self.endpoint.is_closed() && self.credential.is_closed() {
            Extra::Failover
        } else {
            Extra::Routed
        }
    }

    /// Closes the breakers of target and credential at an operator's word.
    pub fn reset(&self, now: Moment) {
        self.credential.reset(now);
        self.change(now, 0.0, |state| {
            state.breaker.reset(now);
            state.limit.slow_start();
        });
    }

    /// Everything that is known, as plain data.
    pub fn snapshot(&self, now: Moment) -> Snapshot {
        let (endpoint, credential) = (self.endpoint.snapshot(now), self.credential.snapshot(now));
        let state = self.lock();
        Snapshot {
            endpoint,
            credential,
            target: ScopeSnapshot::new(&state.breaker, state.cooldown.until(now), now),
            in_flight: state.limit.in_flight(),
            waiting: state.stall.waiting() + state.whole_stall.waiting(),
            limit: state.limit.current(),
            allowed: state.limit.allowed(),
            first: state.latency.expected_first(now),
            total: state.latency.expected_total(now),
            p99: state.latency.p99(),
            asked: self.asked.load(Ordering::Relaxed),
        }
    }

    /// When it was last asked for.
    pub(super) fn used(&self) -> Moment {
        Moment::from_nanos(self.used.load(Ordering::Relaxed))
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().breaker.state() == breaker::State::Closed
    }

    /// Past the target's own gates.
    fn enter(&self, now: Moment, chance: f64) -> Result<(breaker::Permit, limit::Slot), Shut> {
        self.change(now, chance, |state| {
            if let Some(until) = state.cooldown.until(now) {
                return Err(Shut {
                    why: Why::Cooling,
                    until,
                });
            }
            let stalled = state.stall.is_stalled(now, || state.latency.p99());
            let whole = || state.latency.p99_of_wholes();
            if stalled || state.whole_stall.is_stalled(now, whole) {
                state.breaker.soften(now);
            }
            let own = passed(state.breaker.admit(now, chance)).map_err(|until| Shut {
                why: Why::Target,
                until,
            })?;
            let slot = if own.is_probe() {
                state.limit.force()
            } else {
                let busy = Shut {
                    why: Why::Busy,
                    until: now,
                };
                state.limit.acquire().ok_or(busy)?
            };
            state.stall.enter(now);
            Ok((own, slot))
        })
    }

    /// Whether it rests or is being probed.
    fn is_spoken_for(&self, now: Moment) -> bool {
        let state = self.lock();
        let own = state.breaker.state();
        let probed = matches!(own, breaker::State::HalfOpen { lease: Some(end) } if end > now);
        probed || state.cooldown.until(now).is_some()
    }

    fn enter_forced(&self, now: Moment, chance: f64) -> Option<(breaker::Permit, limit::Slot)> {
        self.change(now, chance, |state| {
            if state.cooldown.until(now).is_some() {
                return None;
            }
            let own = passed(state.breaker.force(now, chance)).ok()?;
            state.stall.enter(now);
            Some((own, state.limit.force()))
        })
    }

    /// Changes the state, and tells the endpoint if the target went down or came up by it.
    pub(super) fn change<R>(
        &self,
        now: Moment,
        chance: f64,
        alter: impl FnOnce(&mut State) -> R,
    ) -> R {
        let mut state = self.lock();
        let result = alter(&mut state);
        let down = self.speaks && state.is_down();
        let shifted = down != std::mem::replace(&mut state.down, down);
        drop(state);
        if shifted {
            self.endpoint.shifted(down, now, chance);
        }
        result
    }

    fn touch(&self, now: Moment) {
        self.used.store(now.nanos(), Ordering::Relaxed);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.speaks {
            let down = self.lock().down;
            self.endpoint.left(down);
        }
    }
}

impl State {
    /// Who counts the attempts that wait for answers of this sort.
    pub(super) fn stall_of(&mut self, whole: bool) -> &mut Stall {
        if whole {
            &mut self.whole_stall
        } else {
            &mut self.stall
        }
    }

    /// A breaker that has closed begins slowly.
    pub(super) fn follow(&mut self, turn: Option<Turn>) {
        if turn == Some(Turn::Closed) {
            self.limit.slow_start();
        }
    }

    fn is_down(&self) -> bool {
        let fault = self.breaker.cause().is_some_and(breaker::Cause::is_fault);
        fault && self.breaker.state() != breaker::State::Closed
    }
}
