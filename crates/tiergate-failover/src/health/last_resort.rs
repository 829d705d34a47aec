//! When everything is shut: one request a second is let through, to each target in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::target::Target;
use super::{Admission, Shut, Why};
use crate::Moment;
use crate::time::nanos;

/// The longest time that a client is to stay away from what is asked once a second.
const AWAY: Duration = Duration::from_secs(30);

/// The last resort of a group of targets, such as a tier.
///
/// A wrong or outdated belief that everything is down would otherwise last until the first breaker's
/// time has come; so would an outage after its end. What asked for rest is left alone even here.
#[derive(Debug)]
pub struct LastResort {
    /// Nanoseconds between two requests.
    interval: u64,
    /// When the next one may pass, in nanoseconds.
    next: AtomicU64,
}

impl LastResort {
    /// One request each such interval. The usual one is a second.
    pub fn new(interval: Duration) -> Self {
        Self {
            interval: nanos(interval),
            next: AtomicU64::new(0),
        }
    }

    /// A permit to a target of which every one is shut, the first to open or the one that was forced least lately;
    /// else how long a client is to stay away.
    pub fn admit(&self, targets: &[Arc<Target>], now: Moment, chance: f64) -> Admission {
        let asked_at = |target: &Arc<Target>| target.asked_at(now, now.after(AWAY));
        let until = targets.iter().map(asked_at).min().unwrap_or(Moment::NEVER);
        if let Some(before) = self.take(now) {
            let turn = |each| (Target::forced_at(each), Target::opens_at(each, now));
            let mut first: Vec<_> = targets.iter().map(|each| (turn(each), each)).collect();
            first.sort_by_key(|(turn, _)| *turn);
            let mut forced = first.iter().map(|(_, each)| each.force(now, chance));
            if let Some(permit) = forced.find_map(|permit| permit) {
                return Admission::Pass(permit);
            }
            self.next.store(before, Ordering::Relaxed);
        }
        let why = Why::Target;
        Admission::Shut(Shut { why, until })
    }

    /// Takes this interval's turn; gives what was before, so that it can be given back.
    fn take(&self, now: Moment) -> Option<u64> {
        let next = self.next.load(Ordering::Relaxed);
        let then = now.nanos().saturating_add(self.interval);
        let mine = now.nanos() >= next
            && (self.next)
                .compare_exchange(next, then, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        mine.then_some(next)
    }
}

impl Default for LastResort {
    fn default() -> Self {
        Self::new(Duration::from_secs(1))
    }
}
