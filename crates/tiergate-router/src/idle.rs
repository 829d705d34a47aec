//! The clock of a stream that must go on saying something.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tiergate_failover::clocks::Times;
use tokio::time::{Instant, Sleep, sleep_until};

/// Runs out when nothing has been said for a time; signs of life buy more of it, but not for ever.
///
/// One timer is set for the whole stream and set anew only when it fires; it is not even looked at while it knows whom to
/// wake. So a chunk costs one look at the clock.
#[derive(Debug)]
pub(crate) struct Idle {
    silence: Duration,
    with_pings: Duration,
    after_finish: Duration,
    /// The answer has come to its end, and the stream has only a little more to say.
    finished: bool,
    /// When something was said last.
    said: Instant,
    /// When there was any sign of life.
    alive: Instant,
    /// What has come since the stream was waited for last.
    sign: Sign,
    timer: Option<Pin<Box<Sleep>>>,
    /// Whom the timer wakes.
    woken: Option<Waker>,
}

/// What a stream has given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    #[default]
    None,
    Life,
    Words,
}

impl Idle {
    pub(crate) fn new(times: &Times) -> Self {
        let now = Instant::now();
        Self {
            silence: times.idle,
            with_pings: times.idle_with_pings,
            after_finish: times.after_finish,
            finished: false,
            said: now,
            alive: now,
            sign: Sign::None,
            timer: None,
            woken: None,
        }
    }

    /// Something came; `said` tells whether it says something.
    pub(crate) fn heard(&mut self, said: bool) {
        self.sign = self.sign.max(if said { Sign::Words } else { Sign::Life });
    }

    /// Whether the answer has come to its end; of several another may begin after all.
    pub(crate) fn finished(&mut self, finished: bool) {
        if finished == self.finished {
            return;
        }
        self.finished = finished;
        self.note();
        self.woken = None;
        let end = self.end();
        if let Some(timer) = &mut self.timer {
            timer.as_mut().reset(end);
        }
    }

    /// Ready when the stream has been silent for too long. To be asked when there is nothing to read: how long a slow
    /// reader takes is no silence of the stream's.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.note();
        let set = self.timer.as_ref().is_some_and(|timer| !timer.is_elapsed());
        let known = |woken: &Waker| woken.will_wake(context.waker());
        if set && self.woken.as_ref().is_some_and(known) {
            return Poll::Pending;
        }
        self.woken = Some(context.waker().clone());
        loop {
            let end = self.end();
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(end)));
            ready!(timer.as_mut().poll(context));
            if Instant::now() >= end {
                return Poll::Ready(());
            }
            timer.as_mut().reset(end);
        }
    }

    /// Takes note of when something came last.
    fn note(&mut self) {
        let sign = std::mem::take(&mut self.sign);
        if sign == Sign::None {
            return;
        }
        self.alive = Instant::now();
        if sign == Sign::Words {
            self.said = self.alive;
        }
    }

    fn end(&self) -> Instant {
        let (silence, with_pings) = if self.finished {
            (self.after_finish, self.after_finish)
        } else {
            (self.silence, self.with_pings)
        };
        let silent = self.said + silence;
        let pinged = (self.alive + silence).min(self.said + with_pings);
        silent.max(pinged)
    }
}
