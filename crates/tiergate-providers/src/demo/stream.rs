//! Chunks with some time between them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use tokio::time::{Instant, Sleep};

use crate::error::Error;
use crate::seam::Chunk;

/// Gives its chunks one by one, each after a pause.
pub(super) struct Paced {
    chunks: VecDeque<Chunk>,
    pace: Duration,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    pub(super) fn new(chunks: Vec<Chunk>, pace: Duration) -> Self {
        Self {
            chunks: chunks.into(),
            pace,
            pause: None,
        }
    }
}

impl Stream for Paced {
    type Item = Result<Chunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.chunks.is_empty() {
            return Poll::Ready(None);
        }
        let pace = self.pace;
        if !pace.is_zero() {
            let pause = self
                .pause
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(pace)));
            ready!(pause.as_mut().poll(cx));
            pause.as_mut().reset(Instant::now() + pace);
        }
        Poll::Ready(self.chunks.pop_front().map(Ok))
    }
}
