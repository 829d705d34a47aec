//! The clock of a stream that must go on saying something.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tiergate_failover::clocks::Times;
use tokio::time::{Instant, Sleep, sleep_until};

/// Runs out when nothing has been said for a time; signs of life buy more of it, but not for ever.
///
/// One timer is set for the whole stream and set anew only when it fires, so a chunk costs no timer.
#[derive(Debug)]
pub(crate) struct Idle {
    silence: Duration,
    with_pings: Duration,
    after_finish: Duration,
    /// When something was said last.
    said: Instant,
    /// When there was any sign of life.
    alive: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    pub(crate) fn new(times: &Times) -> Self {
        let now = Instant::now();
        Self {
            silence: times.idle,
            with_pings: times.idle_with_pings,
            after_finish: times.after_finish,
            said: now,
            alive: now,
            timer: None,
        }
    }

    /// Something came; `said` tells whether it says something.
    pub(crate) fn heard(&mut self, said: bool) {
        let now = Instant::now();
        self.alive = now;
        if said {
            self.said = now;
        }
    }

    /// The answer has come to its end, and the stream has only a little more to say.
    pub(crate) fn finish(&mut self) {
        (self.silence, self.with_pings) = (self.after_finish, self.after_finish);
        let end = self.end();
        if let Some(timer) = &mut self.timer {
            timer.as_mut().reset(end);
        }
    }

    /// Ready when the stream has been silent for too long.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
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

    fn end(&self) -> Instant {
        let silent = self.said + self.silence;
        let pinged = (self.alive + self.silence).min(self.said + self.with_pings);
        silent.max(pinged)
    }
}
