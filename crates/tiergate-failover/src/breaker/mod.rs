//! The circuit breaker: closed, open and half-open, told what happened and asked who may pass.

mod gate;
mod ring;
mod rules;
mod state;

use std::time::Duration;

use crate::Moment;
pub use gate::{Gate, Outcome, Permit};
use ring::Ring;
pub use rules::{Backoff, Rules};
pub use state::{Cause, State, Turn};

/// The breaker of one target, endpoint or credential.
///
/// Closed, it lets everything pass and counts results. Open, it lets nothing pass until its time has
/// come. Half-open, it lets one probe pass, on a lease: its success closes, its failure (or its
/// silence until the lease ends) opens again for longer.
///
/// Every change of state begins a new generation. A result counts only if its permit is of the
/// current one: what was admitted before an outage says nothing about its end.
///
/// ```
/// use std::time::Duration;
/// use tiergate_failover::Moment;
/// use tiergate_failover::breaker::{Breaker, Gate, Outcome, Rules};
///
/// let mut breaker = Breaker::new(Rules::default(), Moment::START);
/// let mut now = Moment::START;
/// while let Gate::Pass(permit) = breaker.admit(now, 0.5) {
///     breaker.record(permit, Outcome::Failure, now, 0.5);
/// }
/// now = now.after(Duration::from_secs(5));
/// let Gate::Probe(probe) = breaker.admit(now, 0.5) else { panic!("it is time to ask again") };
/// breaker.record(probe, Outcome::Success, now, 0.5);
/// assert!(matches!(breaker.admit(now, 0.5), Gate::Pass(_)));
/// ```
#[derive(Clone, Debug)]
pub struct Breaker {
    rules: Rules,
    state: State,
    since: Moment,
    cause: Option<Cause>,
    generation: u64,
    /// Hard failures in a row.
    row: u32,
    ring: Ring,
    /// How often it has opened in a row: the exponent of the next backoff.
    openings: u32,
    /// Until when it was open, while a probe before that time is under way.
    early: Option<Moment>,
    /// The generation of the last probe whose lease ended before its result came.
    lapsed: Option<u64>,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(rules: Rules, now: Moment) -> Self {
        Self {
            ring: Ring::new(rules.window),
            rules,
            state: State::Closed,
            since: now,
            cause: None,
            generation: 0,
            row: 0,
            openings: 0,
            early: None,
            lapsed: None,
        }
    }

    /// Whether an attempt may pass; `chance` is a random number from 0 up to 1.
    pub fn admit(&mut self, now: Moment, chance: f64) -> Gate {
        if self.state == State::Closed {
            return Gate::Pass(self.permit(false));
        }
        self.expire(now, chance);
        match self.state {
            State::Open { until } if now < until => Gate::Shut { until },
            State::HalfOpen { lease: Some(until) } => Gate::Shut { until },
            State::Closed | State::Open { .. } | State::HalfOpen { lease: None } => self.probe(now),
        }
    }

    /// As [`Breaker::admit`], but an open breaker lets a probe pass before its time. If that one fails, all is as it was:
    /// it stays open until then, and the next pause is no longer for it.
    pub fn force(&mut self, now: Moment, chance: f64) -> Gate {
        self.expire(now, chance);
        match self.state {
            State::Closed => Gate::Pass(self.permit(false)),
            State::HalfOpen { lease: Some(until) } => Gate::Shut { until },
            State::HalfOpen { lease: None } => self.probe(now),
            State::Open { until } => {
                let gate = self.probe(now);
                self.early = Some(until).filter(|until| *until > now);
                gate
            }
        }
    }

    /// What became of an attempt. Results of an older generation change nothing, but for the success of a probe whose
    /// lease has ended: a target may take longer over an answer than a lease lasts, and works all the same.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used once")]
    pub fn record(
        &mut self,
        permit: Permit,
        outcome: Outcome,
        now: Moment,
        chance: f64,
    ) -> Option<Turn> {
        let Permit { generation, probe } = permit;
        let expired = (generation == self.generation).then(|| self.expire(now, chance));
        if outcome == Outcome::Success && probe && self.was_late(generation) {
            return Some(self.close(now));
        }
        match expired {
            None => return None,
            Some(Some(turn)) => return Some(turn),
            Some(None) => {}
        }
        match self.state {
            State::Closed => self.count(outcome, now, chance),
            State::HalfOpen { .. } if probe => self.judge(outcome, now, chance),
            State::HalfOpen { .. } | State::Open { .. } => None,
        }
    }

    /// Gives a permit back without a result: the next one may probe in its place.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is used once")]
    pub fn abandon(&mut self, permit: Permit) {
        let Permit { generation, probe } = permit;
        if probe && generation == self.generation {
            self.release();
        }
    }

    /// The attempt lives: its answer has begun. A probe has then succeeded, and what follows of it
    /// counts like the rest of any other attempt.
    pub fn alive(&mut self, permit: &mut Permit, now: Moment, chance: f64) -> Option<Turn> {
        if !permit.probe {
            return None;
        }
        self.expire(now, chance);
        if permit.generation != self.generation && !self.was_late(permit.generation) {
            return None;
        }
        let turn = self.close(now);
        *permit = self.permit(false);
        Some(turn)
    }

    /// Shortens the lease of a probe to the attempt's own patience from now on.
    pub fn lease(&mut self, permit: &Permit, patience: Duration, now: Moment) {
        if let State::HalfOpen { lease: Some(end) } = &mut self.state
            && permit.probe
            && permit.generation == self.generation
        {
            *end = (*end).min(now.after(patience));
        }
    }

    /// Opens a closed breaker for a reason from outside.
    pub fn trip(&mut self, cause: Cause, now: Moment, chance: f64) -> Option<Turn> {
        (self.state == State::Closed).then(|| self.open(now, cause, chance))
    }

    /// Makes a closed breaker half-open: requests wait and no answer begins.
    pub fn soften(&mut self, now: Moment) {
        if self.state == State::Closed {
            self.forget(now);
            self.enter(State::HalfOpen { lease: None }, now);
            self.cause = Some(Cause::Stalled);
        }
    }

    /// Takes [`Breaker::soften`] back, as an answer has begun after all.
    pub fn harden(&mut self, now: Moment) -> Option<Turn> {
        let soft = matches!(self.state, State::HalfOpen { .. });
        (soft && self.cause == Some(Cause::Stalled)).then(|| self.close(now))
    }

    /// Closes at an operator's word, and forgets how often it has opened.
    pub fn reset(&mut self, now: Moment) {
        self.close(now);
        self.openings = 0;
    }

    /// The state; an open breaker whose time has come still says open until somebody asks.
    pub fn state(&self) -> State {
        self.state
    }

    /// When the state began.
    pub fn since(&self) -> Moment {
        self.since
    }

    /// Why it is not closed.
    pub fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// How often it has opened in a row.
    pub fn openings(&self) -> u32 {
        self.openings
    }

    /// Results in the window, and failures among them.
    pub fn counts(&self, now: Moment) -> (u32, u32) {
        let counts = self.ring.totals_at(now);
        (counts.samples, counts.failures)
    }

    /// The earliest moment at which an attempt might pass; `now` if one may pass at once.
    pub fn opens_at(&self, now: Moment) -> Moment {
        match self.state {
            State::Open { until } | State::HalfOpen { lease: Some(until) } => until.max(now),
            State::Closed | State::HalfOpen { lease: None } => now,
        }
    }

    /// Whether the permit is of an older generation, or a probe's whose lease has ended: nobody waits for its result.
    pub fn is_past(&self, permit: &Permit, now: Moment) -> bool {
        let ended = matches!(self.state, State::HalfOpen { lease: Some(end) } if end <= now);
        permit.generation != self.generation || permit.probe && ended
    }

    fn permit(&self, probe: bool) -> Permit {
        Permit {
            generation: self.generation,
            probe,
        }
    }

    fn probe(&mut self, now: Moment) -> Gate {
        let half_open = matches!(self.state, State::HalfOpen { .. });
        let since = if half_open { self.since } else { now };
        let lease = Some(now.after(self.rules.lease));
        self.enter(State::HalfOpen { lease }, since);
        Gate::Probe(self.permit(true))
    }

    /// A probe whose lease has ended has failed, at that moment and not when somebody looks.
    fn expire(&mut self, now: Moment, chance: f64) -> Option<Turn> {
        match self.state {
            State::HalfOpen { lease: Some(end) } if end <= now => {
                self.lapsed = Some(self.generation);
                Some(self.open(end, Cause::Lease, chance))
            }
            _ => None,
        }
    }

    /// Whether a probe of this generation was given up when its lease ended, and nothing has closed since.
    fn was_late(&self, generation: u64) -> bool {
        self.lapsed == Some(generation)
    }

    /// A result while closed.
    fn count(&mut self, outcome: Outcome, now: Moment, chance: f64) -> Option<Turn> {
        match outcome {
            Outcome::Neutral => return None,
            Outcome::Trip => return Some(self.open(now, Cause::Tripped, chance)),
            Outcome::Success => {
                self.row = 0;
                self.ring.add(false, now);
                return None;
            }
            Outcome::Failure => self.row = self.row.saturating_add(1),
            Outcome::Busy | Outcome::Limited { .. } => {}
        }
        self.ring.add(true, now);
        let window = self.ring.totals();
        let cause = if outcome == Outcome::Failure && self.rules.opens_by_row(self.row, window) {
            Cause::Consecutive
        } else if !self.rules.opens_by_ratio(window) {
            return None;
        } else if matches!(outcome, Outcome::Limited { .. }) {
            Cause::Limited
        } else {
            Cause::Ratio
        };
        Some(self.open(now, cause, chance))
    }

    /// The result of the probe.
    fn judge(&mut self, outcome: Outcome, now: Moment, chance: f64) -> Option<Turn> {
        match outcome {
            Outcome::Neutral => {
                self.release();
                None
            }
            Outcome::Success => Some(self.close(now)),
            Outcome::Failure | Outcome::Busy => Some(self.open(now, Cause::Probe, chance)),
            Outcome::Trip => Some(self.open(now, Cause::Tripped, chance)),
            Outcome::Limited { rest } => {
                let k = self.openings.saturating_sub(1);
                let pause = self.rules.backoff.pause(k, chance).max(rest);
                let until = now.after(pause).max(self.early.unwrap_or(now));
                self.enter(State::Open { until }, now);
                self.cause = Some(Cause::Limited);
                Some(Turn::Opened(Cause::Limited))
            }
        }
    }

    /// A probe has ended without a result.
    fn release(&mut self) {
        if let Some(until) = self.early {
            self.enter(State::Open { until }, self.since);
        } else if let State::HalfOpen { lease } = &mut self.state {
            *lease = None;
        }
    }

    fn open(&mut self, now: Moment, cause: Cause, chance: f64) -> Turn {
        self.forget(now);
        let early = self.early.filter(|until| *until > now);
        let until = early.unwrap_or_else(|| {
            let until = now.after(self.rules.backoff.pause(self.openings, chance));
            self.openings = self.openings.saturating_add(1);
            until
        });
        self.enter(State::Open { until }, now);
        self.cause = Some(cause);
        Turn::Opened(cause)
    }

    /// A breaker that was closed for long enough starts its backoff again.
    fn forget(&mut self, now: Moment) {
        if self.state == State::Closed && now.since(self.since) >= self.rules.forget {
            self.openings = 0;
        }
    }

    fn close(&mut self, now: Moment) -> Turn {
        self.enter(State::Closed, now);
        self.lapsed = None;
        self.cause = None;
        self.row = 0;
        self.ring.clear();
        Turn::Closed
    }

    fn enter(&mut self, state: State, now: Moment) {
        self.early = None;
        self.state = state;
        self.since = now;
        self.generation = self.generation.wrapping_add(1);
    }
}
