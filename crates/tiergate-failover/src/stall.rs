//! Finds targets that take requests and answer none: a black hole shows no failure for a long time.

use std::time::Duration;

use crate::Moment;

/// When waiting requests mean a stall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Requests that must be waiting for their answer to begin; 0 turns the rule off. Default 10.
    pub waiting: u32,
    /// How long they must have waited without any answer beginning. Default 5 s.
    pub silence: Duration,
    /// The same for answers that come in one piece, while it is not known how long these take: they begin with their
    /// end, so silence and work look alike. Default 30 s.
    pub silence_of_whole: Duration,
    /// The same as a multiple of the 99th percentile of the time to the first event. Default 3.
    pub times_p99: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            waiting: 10,
            silence: Duration::from_secs(5),
            silence_of_whole: Duration::from_secs(30),
            times_p99: 3,
        }
    }
}

/// Counts the requests of one target that wait for their answer to begin.
///
/// The silence is measured from when enough requests waited or the last answer began, whichever is
/// later: one slow answer before a burst is no stall.
#[derive(Clone, Debug)]
pub struct Stall {
    rules: Rules,
    /// The least silence while nothing is known of the usual one.
    unknown: Duration,
    waiting: u32,
    quiet_since: Moment,
}

impl Stall {
    /// A target that nobody waits for.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            unknown: rules.silence,
            waiting: 0,
            quiet_since: Moment::START,
        }
    }

    /// A request has been sent.
    pub fn enter(&mut self, now: Moment) {
        self.waiting = self.waiting.saturating_add(1);
        if self.waiting == self.rules.waiting {
            self.quiet_since = self.quiet_since.max(now);
        }
    }

    /// A waiting request's answer begins.
    pub fn first_event(&mut self, now: Moment) {
        self.leave();
        self.quiet_since = self.quiet_since.max(now);
    }

    /// A waiting request has ended without an answer.
    pub fn leave(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// For answers that come in one piece; see [`Rules::silence_of_whole`].
    #[must_use]
    pub fn of_whole(mut self) -> Self {
        self.unknown = self.rules.silence_of_whole.max(self.rules.silence);
        self
    }

    /// Whether the target stalls; `p99` is asked for only if it matters.
    pub fn is_stalled(&self, now: Moment, p99: impl FnOnce() -> Option<Duration>) -> bool {
        if self.rules.waiting == 0 || self.waiting < self.rules.waiting {
            return false;
        }
        let quiet = now.since(self.quiet_since);
        let enough = |p99: Option<Duration>| match p99 {
            Some(p99) => quiet >= p99.saturating_mul(self.rules.times_p99),
            None => quiet >= self.unknown,
        };
        quiet >= self.rules.silence && enough(p99())
    }

    /// Requests that wait for their answer to begin.
    pub fn waiting(&self) -> u32 {
        self.waiting
    }
}
