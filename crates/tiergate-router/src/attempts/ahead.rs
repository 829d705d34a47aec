//! What attempts under way tell the course of their request: a failover that is paid for, a race.

use std::sync::{Mutex, PoisonError};

use super::Place;
use super::course::Course;

/// What is known of a request while its attempts are under way.
#[derive(Debug, Default)]
pub(super) struct Ahead(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The next attempt is paid for.
    paid: bool,
    /// The candidates of two attempts at the same time: neither is the other's alternative.
    racing: Option<[u32; 2]>,
}

impl Ahead {
    /// The candidates of two attempts at the same time.
    pub(super) fn racing(&self) -> impl Iterator<Item = u32> {
        self.with(|state| state.racing).into_iter().flatten()
    }

    pub(super) fn race(&self, racing: Option<[u32; 2]>) {
        self.with(|state| state.racing = racing);
    }

    /// Whether the next attempt was paid for; it is so once.
    pub(super) fn take(&self) -> bool {
        self.with(|state| std::mem::take(&mut state.paid))
    }

    fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Course<'_> {
    /// Takes what an attempt after the one at this place costs, before that one is given up: nobody is left for
    /// another one that may not be asked then.
    pub(super) fn pays_ahead(&self, place: Place) -> bool {
        let (Some(watch), Some(target)) = (self.watch(), self.target(place)) else {
            return true;
        };
        let health = &watch.health;
        self.ahead.with(|state| {
            state.paid =
                state.paid || health.withdraw(self.tier(), target, target.failover(), health.now());
            state.paid
        })
    }
}
