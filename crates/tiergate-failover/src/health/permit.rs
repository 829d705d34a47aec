//! The right to one attempt at a target; dropping it gives everything back.

use std::sync::Arc;
use std::time::Duration;

use super::Ending;
use super::attempt::Ended;
use super::target::Target;
use crate::Moment;
use crate::{breaker, limit};

/// The right to one attempt, to be ended by [`Permit::end`].
///
/// Dropped without an end it counts as neutral: no probe is wedged and no slot is lost when a
/// request is cancelled.
#[derive(Debug)]
#[must_use = "dropping it gives it back at once"]
pub struct Permit {
    target: Arc<Target>,
    /// `None` once ended.
    held: Option<Held>,
    admitted: Moment,
    waiting: bool,
}

/// What an attempt holds of each scope.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) endpoint: breaker::Permit,
    pub(super) credential: breaker::Permit,
    pub(super) own: breaker::Permit,
    pub(super) slot: limit::Slot,
    /// The answer comes in one piece.
    pub(super) whole: bool,
}

impl Held {
    pub(super) fn new(
        endpoint: breaker::Permit,
        credential: breaker::Permit,
        own: breaker::Permit,
        slot: limit::Slot,
    ) -> Self {
        Self {
            endpoint,
            credential,
            own,
            slot,
            whole: false,
        }
    }
}

impl Permit {
    pub(super) fn new(target: Arc<Target>, held: Held, admitted: Moment) -> Self {
        Self {
            target,
            held: Some(held),
            admitted,
            waiting: true,
        }
    }

    /// The target that the attempt goes to.
    pub fn target(&self) -> &Arc<Target> {
        &self.target
    }

    /// Whether the attempt probes the target, its endpoint or its credential: better one that can
    /// still be answered from elsewhere.
    pub fn is_probe(&self) -> bool {
        self.held.as_ref().is_some_and(|held| {
            held.own.is_probe() || held.endpoint.is_probe() || held.credential.is_probe()
        })
    }

    /// The answer will come in one piece, so it begins with its end.
    pub fn in_one_piece(&mut self, now: Moment) {
        if let (true, Some(held)) = (self.waiting, &mut self.held)
            && !std::mem::replace(&mut held.whole, true)
        {
            self.target.in_one_piece(now);
        }
    }

    /// How long the attempt will wait for its first event, from now: a probe's lease is no longer.
    pub fn patience(&self, patience: Duration, now: Moment) {
        if let Some(held) = &self.held {
            self.target.endpoint.lease(&held.endpoint, patience, now);
            self.target
                .credential
                .lease(&held.credential, patience, now);
            self.target.lease(&held.own, patience, now);
        }
    }

    /// The answer begins: a probe has succeeded, and the time to here is noted.
    pub fn first_event(&mut self, now: Moment, chance: f64) {
        if let (true, Some(held)) = (self.waiting, &mut self.held) {
            self.waiting = false;
            let took = now.since(self.admitted);
            self.target.first_event(held, took, now, chance);
        }
    }

    /// Whether the attempt still waits for its answer, while the target has been given up by others
    /// since: if there is an alternative, better fail over now than at the end of patience.
    pub fn is_overtaken(&self, now: Moment) -> bool {
        self.waiting
            && !self.target.is_closed()
            && (self.held.as_ref()).is_some_and(|held| self.target.is_past(&held.own, now))
    }

    /// The attempt has ended.
    pub fn end(mut self, ending: Ending, now: Moment, chance: f64) {
        if let Some(held) = self.held.take() {
            let ended = Ended {
                ending,
                took: now.since(self.admitted),
                waiting: self.waiting,
            };
            self.target.end(held, &ended, now, chance);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            self.target.abandon(held, self.waiting);
        }
    }
}
