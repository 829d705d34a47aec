//! An attempt under way, whose end is told to those who remember.

use std::sync::Arc;
use std::time::Duration;

use tiergate_failover::health::{Ending, Permit};
use tiergate_providers::Error;

use super::Health;
use super::ending::ending;

/// The leave to make one attempt, and how it went. Dropped, it says nothing of anybody.
#[derive(Debug, Default)]
pub(crate) struct Watched(Option<Leave>);

#[derive(Debug)]
struct Leave {
    permit: Permit,
    health: Arc<Health>,
    chance: f64,
}

impl Watched {
    /// An attempt of which nobody keeps account.
    pub(crate) fn by_nobody() -> Self {
        Self(None)
    }

    pub(crate) fn new(permit: Permit, health: Arc<Health>, chance: f64) -> Self {
        Self(Some(Leave {
            permit,
            health,
            chance,
        }))
    }

    /// Whether the attempt tries out what was given up.
    pub(crate) fn is_probe(&self) -> bool {
        let leave = self.0.as_ref();
        leave.is_some_and(|leave| leave.permit.is_probe())
    }

    /// The answer will come in one piece.
    pub(crate) fn in_one_piece(&mut self) {
        if let Some(leave) = &mut self.0 {
            leave.permit.in_one_piece(leave.health.now());
        }
    }

    /// How long the attempt will wait for its answer to begin.
    pub(crate) fn patience(&self, patience: Duration) {
        if let Some(leave) = &self.0 {
            leave.permit.patience(patience, leave.health.now());
        }
    }

    /// The answer begins.
    pub(crate) fn begun(&mut self) {
        if let Some(leave) = &mut self.0 {
            let now = leave.health.now();
            leave.permit.first_event(now, leave.chance);
        }
    }

    /// Whether others have given the target up while this attempt waits for its answer to begin.
    pub(crate) fn is_overtaken(&self) -> bool {
        let leave = self.0.as_ref();
        leave.is_some_and(|leave| leave.permit.is_overtaken(leave.health.now()))
    }

    /// The answer is whole.
    pub(crate) fn answered(&mut self) {
        self.end(Ending::Answered);
    }

    /// The attempt at a model has failed; see [`ending`].
    pub(crate) fn failed(&mut self, error: &Error, model: &str, hurried: bool) {
        self.end(ending(error, model, hurried));
    }

    fn end(&mut self, ending: Ending) {
        if let Some(leave) = self.0.take() {
            let now = leave.health.now();
            leave.permit.end(ending, now, leave.chance);
        }
    }
}
