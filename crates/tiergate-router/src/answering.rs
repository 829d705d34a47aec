//! A streamed answer on its way to the client.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tiergate_providers::{Chunk, ChunkKind, Error as ProviderError, Kind, Telling};
use tiergate_wire::error::Body as ErrorBody;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::health::Watched;
use crate::idle::Idle;
use crate::peek::Peeked;
use crate::plan::Plan;
use crate::tally::{Bill, Tally};

/// How long an answer without a reader is read on, at most.
const DRAIN: Duration = Duration::from_mins(1);

/// A streamed answer, in the dialect that the client speaks.
///
/// Ends with `None` after the finish reasons of all choices that have begun; any other ending is an error, after which nothing follows. Dropping it
/// cancels the answer at the provider, or reads it on unseen where that is what tells its cost
/// ([`Setup::drained`](crate::Setup::drained)). The receipt is put away before the last chunk is given out.
pub struct Answering {
    /// Present until it is dropped.
    flow: Option<Flow>,
    /// Whether it is read to its end when its reader has gone.
    drained: bool,
}

/// What is still to come, and what is noted of it.
struct Flow {
    held: std::vec::IntoIter<Chunk>,
    rest: Pin<Box<dyn Stream<Item = Result<Chunk, ProviderError>> + Send>>,
    /// What tells the rest in the client's dialect, where the provider does not speak it.
    telling: Option<Box<Telling>>,
    idle: Idle,
    /// When the caller wants it to be over, if it said so.
    deadline: Option<Instant>,
    /// Whether one finish reason is the end of all that was asked for.
    single: bool,
    tally: Tally,
    /// Who is told how it ends.
    watched: Watched,
    ended: bool,
}

impl Answering {
    pub(crate) fn new(
        plan: &Plan,
        candidate: u32,
        peeked: Peeked,
        (tally, watched): (Tally, Watched),
    ) -> Self {
        let pool = plan.pool();
        let provider = pool.provider(pool.candidate(candidate));
        let flow = Flow {
            held: peeked.held.into_iter(),
            rest: peeked.rest,
            telling: peeked.telling,
            idle: Idle::new(&peeked.times),
            deadline: peeked.deadline,
            single: plan.asked.answers <= 1,
            tally,
            watched,
            ended: false,
        };
        Self {
            flow: Some(flow),
            drained: plan.snapshot.setup.drained.contains(&**provider),
        }
    }

    /// What the answer has cost, as far as the provider has told.
    pub fn bill(&mut self) -> Bill {
        let bill = self.flow.as_mut().map(|flow| flow.tally.bill());
        bill.unwrap_or_default()
    }

    /// The last event of an answer that has ended in an error, where the client's dialect has words of its own for that.
    pub fn failed(&mut self, error: &ErrorBody<'_>) -> Option<Bytes> {
        self.flow.as_mut()?.telling.as_mut()?.failed(error)
    }
}

impl Stream for Answering {
    type Item = Result<Chunk, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.flow {
            Some(flow) => flow.poll(context),
            None => Poll::Ready(None),
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let Some(mut flow) = self.flow.take() else {
            return;
        };
        if flow.tally.is_finished() {
            flow.watched.answered();
        } else if self.drained
            && !flow.ended
            && let Ok(runtime) = Handle::try_current()
        {
            flow.tally.abandoned();
            runtime.spawn(async move {
                // when time is up the rest is estimated, like the cost of any answer that was cancelled
                let _ = tokio::time::timeout(DRAIN, flow.drain()).await;
            });
        }
    }
}

impl Flow {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Chunk, ProviderError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let mut item = ready!(self.next(context));
        if matches!(item, Some(Err(_))) && self.single && self.tally.is_finished() {
            // the answer is whole: how the connection ends is no matter
            item = None;
        }
        if ends(item.as_ref())
            && let Some(fault) = self.tally.unfinished()
        {
            item = Some(Err(fault));
        }
        if item.is_none()
            && let Some(telling) = &mut self.telling
        {
            item = last(telling).transpose();
            self.ended = true;
        }
        match &item {
            Some(Ok(chunk)) if chunk.kind == ChunkKind::Done => {
                self.note(chunk);
                self.complete();
            }
            Some(Ok(chunk)) => self.note(chunk),
            Some(Err(error)) => {
                // what the caller cut short says nothing of who was speaking
                let hurried = self
                    .deadline
                    .is_some_and(|deadline| Instant::now() >= deadline);
                self.broken(error, hurried);
            }
            None => {
                self.ended = true;
                self.complete();
            }
        }
        Poll::Ready(item)
    }

    fn next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Chunk, ProviderError>>> {
        if let Some(chunk) = self.held.next() {
            return Poll::Ready(Some(Ok(chunk)));
        }
        if let Poll::Ready(next) = self.rest.as_mut().poll_next(context) {
            if self.telling.is_none() {
                return Poll::Ready(next);
            }
            return Poll::Ready(next.map(|next| self.told(next?)));
        }
        ready!(self.idle.poll(context));
        let silent = || self.tally.fault(Kind::Timeout, "the stream fell silent");
        Poll::Ready((!self.tally.is_finished()).then(|| Err(silent())))
    }

    /// A chunk in the client's dialect.
    fn told(&mut self, mut chunk: Chunk) -> Result<Chunk, ProviderError> {
        if let Some(telling) = &mut self.telling {
            telling.chunk(&mut chunk)?;
        }
        Ok(chunk)
    }

    fn note(&mut self, chunk: &Chunk) {
        let said = chunk.commits || chunk.finish || chunk.usage.is_some();
        self.idle.heard(said);
        self.tally.said(u64::from(chunk.output_bytes));
        if chunk.finish || chunk.open {
            self.tally.finished(!chunk.open);
            self.idle.finished(!chunk.open);
        }
        if let Some(usage) = chunk.usage {
            self.tally.used(usage);
        }
        self.tally.left_out(&chunk.left_out);
    }

    fn broken(&mut self, error: &ProviderError, hurried: bool) {
        self.ended = true;
        self.watched.failed(error, "", hurried);
        self.tally.interrupted();
    }

    fn complete(&mut self) {
        self.watched.answered();
        self.tally.complete();
    }

    /// Reads to the end without giving anything to anybody.
    async fn drain(&mut self) {
        while let Some(Ok(_)) = poll_fn(|context| self.poll(context)).await {}
    }
}

/// The end of an answer that was told to its finish, unless the client has it.
fn last(telling: &mut Telling) -> Result<Option<Chunk>, ProviderError> {
    let raw = telling.end()?;
    Ok((!raw.is_empty()).then(|| Chunk {
        raw,
        kind: ChunkKind::Done,
        ..Chunk::default()
    }))
}

/// Whether this is the end of a stream that has not failed.
fn ends(item: Option<&Result<Chunk, ProviderError>>) -> bool {
    item.is_none_or(|item| {
        item.as_ref()
            .is_ok_and(|chunk| chunk.kind == ChunkKind::Done && !chunk.finish)
    })
}

impl std::fmt::Debug for Answering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answering")
            .field("tally", &self.flow.as_ref().map(|flow| &flow.tally))
            .finish_non_exhaustive()
    }
}
