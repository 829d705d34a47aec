//! What a target learns from an attempt: its lease, its first event, its end.

use std::time::Duration;

use super::Ending;
use super::permit::Held;
use super::target::Target;
use crate::{Moment, breaker, limit};

/// An ending with its circumstances.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) ending: Ending,
    /// Since the admission.
    pub(super) took: Duration,
    /// Whether the answer had not begun.
    pub(super) waiting: bool,
}

impl Target {
    /// Whether others have gone on without the permit: by its age, or since its time is up.
    pub(super) fn is_past(&self, permit: &breaker::Permit, now: Moment) -> bool {
        self.lock().breaker.is_past(permit, now)
    }

    pub(super) fn lease(&self, permit: &breaker::Permit, patience: Duration, now: Moment) {
        self.lock().breaker.lease(permit, patience, now);
    }

    /// An attempt that was admitted gets its answer in one piece.
    pub(super) fn in_one_piece(&self, now: Moment) {
        let mut state = self.lock();
        state.stall.leave();
        state.whole_stall.enter(now);
    }

    /// The answer of an attempt begins.
    pub(super) fn first_event(&self, held: &mut Held, took: Duration, now: Moment, chance: f64) {
        self.endpoint.alive(&mut held.endpoint, now, chance);
        self.credential.alive(&mut held.credential, now, chance);
        self.change(now, chance, |state| {
            state.stall_of(held.whole).first_event(now);
            state.latency.first(took, now);
            state.limit.begun(&mut held.slot);
            let own = state.breaker.alive(&mut held.own, now, chance);
            let turn = own.or_else(|| state.breaker.harden(now));
            state.follow(turn);
        });
    }

    /// An attempt has ended.
    pub(super) fn end(&self, held: Held, ended: &Ended, now: Moment, chance: f64) {
        let Ended {
            ending,
            took,
            waiting,
        } = *ended;
        let meaning = ending.meaning();
        let account = ending.is_account_wide();
        self.endpoint
            .record(held.endpoint, meaning.endpoint, now, chance);
        self.credential
            .record(held.credential, meaning.credential, now, chance);
        if let (true, Some(rest)) = (account, ending.rest()) {
            self.credential.rest(rest, now, chance);
        }
        let whole = held.whole;
        self.change(now, chance, |state| {
            match ending {
                Ending::Answered if waiting => state.stall_of(whole).first_event(now),
                _ if waiting => state.stall_of(whole).leave(),
                _ => {}
            }
            match ending {
                Ending::Answered => {
                    state.latency.total(took, now);
                    if whole {
                        state.latency.whole(took, now);
                    }
                }
                Ending::Silent if waiting && !whole => state.latency.given_up(took, now),
                _ => {}
            }
            if let (false, Some(rest)) = (account, ending.rest()) {
                state.cooldown.rest(rest, now, chance);
            }
            state.limit.release(held.slot, meaning.limit);
            let mut turn = state.breaker.record(held.own, meaning.target, now, chance);
            if ending == Ending::Answered {
                turn = turn.or_else(|| state.breaker.harden(now));
            }
            state.follow(turn);
        });
    }

    /// An attempt was dropped without an ending.
    pub(super) fn abandon(&self, held: Held, waiting: bool) {
        self.endpoint.abandon(held.endpoint);
        self.credential.abandon(held.credential);
        let mut state = self.lock();
        if waiting {
            state.stall_of(held.whole).leave();
        }
        state.limit.release(held.slot, limit::Sign::None);
        state.breaker.abandon(held.own);
    }
}
