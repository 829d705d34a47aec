//! The time limits of one attempt, computed from what is left of the request's time.

use std::time::Duration;

/// The clocks of a target; each can be set for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Until the connection stands. Default 3 s.
    pub connect: Duration,
    /// Waiting for a pooled connection. Default 1 s.
    pub pool: Duration,
    /// Between two pieces of the request that could be written. Default 30 s.
    pub write_idle: Duration,
    /// The shortest time that an attempt is given to its first event. Default 2 s.
    pub least: Duration,
    /// To the first event while another candidate is left. Default 10 s, so that it can still be
    /// answered from elsewhere within 15 s.
    pub first_with_alternative: Duration,
    /// To the whole of an answer in one piece while another candidate is left. Default 90 s.
    pub whole_with_alternative: Duration,
    /// Added to that of a stream for every thousand units of the request's size. Default 50 ms.
    pub first_per_thousand: Duration,
    /// To the first event at most, by the pace of the target. Default 30 s, 60 s, 120 s.
    pub first: [Duration; 3],
    /// If set, a multiple of the 99th percentile of the time to the first event bounds it instead
    /// where that is known. Default off.
    pub times_p99: Option<u32>,
    /// Between two events that mean something. Default 60 s.
    pub idle: Duration,
    /// The same while comments or pings show that the connection lives. Default 120 s.
    pub idle_with_pings: Duration,
    /// From the finish of an answer to the end of its stream. Default 5 s.
    pub after_finish: Duration,
    /// The whole request, and one attempt of it whose answer comes in one piece. Default 600 s.
    pub total: Duration,
    /// A whole stream. Default 30 min.
    pub stream_total: Duration,
}

impl Default for Clocks {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            pool: Duration::from_secs(1),
            write_idle: Duration::from_secs(30),
            least: Duration::from_secs(2),
            first_with_alternative: Duration::from_secs(10),
            whole_with_alternative: Duration::from_secs(90),
            first_per_thousand: Duration::from_millis(50),
            first: [
                Duration::from_secs(30),
                Duration::from_mins(1),
                Duration::from_mins(2),
            ],
            times_p99: None,
            idle: Duration::from_mins(1),
            idle_with_pings: Duration::from_mins(2),
            after_finish: Duration::from_secs(5),
            total: Duration::from_mins(10),
            stream_total: Duration::from_mins(30),
        }
    }
}

/// How long a target may usually take to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Small and quick.
    Quick,
    /// As most.
    Usual,
    /// Large, or thinking first.
    Slow,
}

/// An attempt about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What is left of the request's time.
    pub remaining: Duration,
    /// Whether the client asked for a shorter time than usual: then it binds streams too.
    pub asked: bool,
    /// Attempts that may still be made, this one included.
    pub attempts_left: u8,
    /// Whether another candidate is left.
    pub alternative: bool,
    /// Whether the answer is a stream, whose first event comes early.
    pub stream: bool,
    /// How long the target may usually take.
    pub pace: Pace,
    /// The size of the request, in units of which thousands take time.
    pub size: u64,
    /// The 99th percentile of the target's time to the first event, if known.
    pub p99: Option<Duration>,
}

/// The time limits of an attempt. None is longer than what is left of the request's time, but that
/// of a whole stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Waiting for a pooled connection.
    pub pool: Duration,
    /// Until a connection stands.
    pub connect: Duration,
    /// Between two pieces of the request.
    pub write_idle: Duration,
    /// From the start of the attempt to the first event, or to the whole of an answer in one piece.
    pub first: Duration,
    /// Between two events that mean something.
    pub idle: Duration,
    /// The same while comments or pings come.
    pub idle_with_pings: Duration,
    /// From the finish to the end of the stream.
    pub after_finish: Duration,
    /// From the start of the attempt to the end of its answer.
    pub total: Duration,
}

impl Clocks {
    /// The time of a whole request whose client asked for this: it can be shorter, never longer.
    pub fn deadline(&self, asked: Option<Duration>) -> Duration {
        asked.map_or(self.total, |asked| asked.min(self.total))
    }

    /// The time limits of an attempt.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tiergate_failover::clocks::{Attempt, Clocks, Pace};
    ///
    /// let attempt = Attempt {
    ///     remaining: Duration::from_secs(600),
    ///     asked: false,
    ///     attempts_left: 3,
    ///     alternative: true,
    ///     stream: true,
    ///     pace: Pace::Usual,
    ///     size: 2_000,
    ///     p99: None,
    /// };
    /// let times = Clocks::default().times(&attempt);
    /// assert_eq!(times.first, Duration::from_millis(10_100));
    /// let last = Attempt { alternative: false, attempts_left: 1, ..attempt };
    /// assert_eq!(Clocks::default().times(&last).first, Duration::from_secs(60));
    /// ```
    pub fn times(&self, attempt: &Attempt) -> Times {
        let left = attempt.remaining;
        let total = match (attempt.stream, attempt.asked) {
            (true, false) => self.stream_total,
            (true, true) => self.stream_total.min(left),
            (false, _) if attempt.alternative => {
                let share = self.share(attempt).min(self.whole_with_alternative);
                share.min(self.total)
            }
            (false, _) => self.share(attempt).min(self.total),
        };
        let first = if attempt.stream {
            let most = self.first_at_most(attempt);
            self.share(attempt).min(most.max(self.least)).min(left)
        } else {
            total
        };
        Times {
            pool: self.pool.min(left),
            connect: self.connect.min(left),
            write_idle: self.write_idle.min(left),
            first,
            idle: self.idle.min(total),
            idle_with_pings: self.idle_with_pings.min(total),
            after_finish: self.after_finish.min(total),
            total,
        }
    }

    /// An attempt's fair part of what is left; all of it where nothing else could be tried.
    fn share(&self, attempt: &Attempt) -> Duration {
        let attempts = if attempt.alternative {
            u32::from(attempt.attempts_left.max(1))
        } else {
            1
        };
        let share = attempt.remaining / attempts;
        share.max(self.least).min(attempt.remaining)
    }

    /// The longest time to the first event of a stream.
    fn first_at_most(&self, attempt: &Attempt) -> Duration {
        let [quick, usual, slow] = self.first;
        let pace = match attempt.pace {
            Pace::Quick => quick,
            Pace::Usual => usual,
            Pace::Slow => slow,
        };
        let known = self.times_p99.zip(attempt.p99);
        if let Some((times, p99)) = known {
            return p99.saturating_mul(times).min(pace);
        }
        if !attempt.alternative {
            return pace;
        }
        let thousands = u32::try_from(attempt.size / 1_000).unwrap_or(u32::MAX);
        let size = self.first_per_thousand.saturating_mul(thousands);
        self.first_with_alternative.saturating_add(size).min(pace)
    }
}
