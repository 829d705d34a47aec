//! How fast a target answers: quick to learn that it became slow, slower to believe that it recovered.

mod histogram;

use std::cmp::Ordering;
use std::time::Duration;

use crate::Moment;
pub use histogram::Histogram;

/// How times are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The time after which an old estimate weighs 1/e against a new sample. Default 10 s.
    pub decay: Duration,
    /// The time after which an estimate without samples has sunk to 1/e, so that a target which was
    /// slow once is tried again. Default 60 s.
    pub forget: Duration,
    /// The half-life of the percentile's samples. Default 20 min.
    pub half_life: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            decay: Duration::from_secs(10),
            forget: Duration::from_mins(1),
            half_life: Duration::from_mins(20),
        }
    }
}

/// A moving average that jumps up to every new peak and sinks exponentially.
#[derive(Clone, Copy, Debug)]
pub struct Peak {
    decay: Duration,
    forget: Duration,
    /// In seconds, with the moment of the last sample.
    last: Option<(f64, Moment)>,
}

impl Peak {
    /// An average of nothing.
    pub fn new(rules: Rules) -> Self {
        Self {
            decay: rules.decay,
            forget: rules.forget,
            last: None,
        }
    }

    /// Adds a time.
    pub fn add(&mut self, time: Duration, now: Moment) {
        let sample = time.as_secs_f64();
        let value = match self.last {
            Some((value, at)) if value > sample => {
                let weight = faded(now.since(at), self.decay);
                value * weight + sample * (1.0 - weight)
            }
            _ => sample,
        };
        self.last = Some((value, now));
    }

    /// Adds a time after which there still was no answer: the estimate is no less.
    pub fn at_least(&mut self, time: Duration, now: Moment) {
        if self.read(now).is_none_or(|value| value < time) {
            self.last = Some((time.as_secs_f64(), now));
        }
    }

    /// The estimate now; `None` without samples.
    pub fn read(&self, now: Moment) -> Option<Duration> {
        let (value, at) = self.last?;
        let value = value * faded(now.since(at), self.forget);
        Duration::try_from_secs_f64(value).ok()
    }
}

/// The times of one target: to the first event, and in all.
#[derive(Clone, Debug)]
pub struct Latency {
    first: Peak,
    total: Peak,
    firsts: Histogram,
    wholes: Histogram,
}

impl Latency {
    /// A target of which nothing is known.
    pub fn new(rules: Rules, now: Moment) -> Self {
        Self {
            first: Peak::new(rules),
            total: Peak::new(rules),
            firsts: Histogram::new(rules.half_life, now),
            wholes: Histogram::new(rules.half_life, now),
        }
    }

    /// An answer begins, after this time.
    pub fn first(&mut self, time: Duration, now: Moment) {
        self.first.add(time, now);
        self.firsts.add(time, now);
    }

    /// An answer is complete, after this time.
    pub fn total(&mut self, time: Duration, now: Moment) {
        self.total.add(time, now);
    }

    /// An answer has come in one piece, after this time.
    pub fn whole(&mut self, time: Duration, now: Moment) {
        self.wholes.add(time, now);
    }

    /// The 99th percentile of the time that answers in one piece take.
    pub fn p99_of_wholes(&self) -> Option<Duration> {
        self.wholes.percentile(99)
    }

    /// An attempt was given up before its answer began.
    pub fn given_up(&mut self, time: Duration, now: Moment) {
        self.first.at_least(time, now);
    }

    /// The expected time to the first event.
    pub fn expected_first(&self, now: Moment) -> Option<Duration> {
        self.first.read(now)
    }

    /// The expected time in all.
    pub fn expected_total(&self, now: Moment) -> Option<Duration> {
        self.total.read(now)
    }

    /// The 95th percentile of the time to the first event.
    pub fn p95(&self) -> Option<Duration> {
        self.firsts.percentile(95)
    }

    /// The 99th percentile of the time to the first event.
    pub fn p99(&self) -> Option<Duration> {
        self.firsts.percentile(99)
    }
}

/// Which of two expected times is the faster one. What is not known comes first, for it is known
/// after one request.
pub fn faster(one: Option<Duration>, other: Option<Duration>) -> Ordering {
    one.cmp(&other)
}

/// What is left of a weight after this span.
fn faded(span: Duration, life: Duration) -> f64 {
    let life = life.as_secs_f64();
    if life > 0.0 {
        (-span.as_secs_f64() / life).exp()
    } else {
        0.0
    }
}
