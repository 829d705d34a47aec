//! How long a target that asked for rest is left alone; apart from breakers, for it is no fault.

use std::time::Duration;

use crate::Moment;
use crate::time::part;

/// How a wish for rest is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The longest rest that is granted. Default 300 s.
    pub longest: Duration,
    /// Percent of the rest that are added at random at most. Default 10.
    pub jitter: u32,
    /// The longest rest that a request may be made to wait for, apart from the jitter. Default 2 s.
    pub worth_waiting: Duration,
    /// The part of the remaining time that such a wait may take, as its divisor. Default 4.
    pub share: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            longest: Duration::from_mins(5),
            jitter: 10,
            worth_waiting: Duration::from_secs(2),
            share: 4,
        }
    }
}

/// The rest of one target or credential.
///
/// ```
/// use std::time::Duration;
/// use tiergate_failover::Moment;
/// use tiergate_failover::cooldown::Cooldown;
///
/// let mut cooldown = Cooldown::default();
/// cooldown.rest(Duration::from_secs(20), Moment::START, 0.0);
/// let until = Moment::START.after(Duration::from_secs(20));
/// assert_eq!(cooldown.until(Moment::START), Some(until));
/// assert_eq!(cooldown.until(until), None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Cooldown {
    rules: Rules,
    not_before: Moment,
}

impl Cooldown {
    /// Rested.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            not_before: Moment::START,
        }
    }

    /// The target asks to be left alone for this long. A longer rest under way is not shortened.
    pub fn rest(&mut self, asked: Duration, now: Moment, chance: f64) {
        let asked = asked.min(self.rules.longest);
        let jitter = part(asked.saturating_mul(self.rules.jitter) / 100, chance);
        self.not_before = self.not_before.max(now.after(asked).after(jitter));
    }

    /// Until when it rests, if it does.
    pub fn until(&self, now: Moment) -> Option<Moment> {
        (self.not_before > now).then_some(self.not_before)
    }

    /// How long a request with this much time left may wait for the rest to end, if there is no
    /// other target; `None` if that takes too long.
    pub fn wait(&self, now: Moment, remaining: Duration) -> Option<Duration> {
        let wait = self.not_before.since(now);
        let share = remaining.checked_div(self.rules.share).unwrap_or(remaining);
        // what was added by chance does not make a rest too long
        let worth = self.rules.worth_waiting;
        let worth = worth.saturating_add(worth.saturating_mul(self.rules.jitter) / 100);
        (wait <= worth.min(share)).then_some(wait)
    }
}
