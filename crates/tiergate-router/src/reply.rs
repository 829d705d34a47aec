//! What a caller gets: the answer, and where it came from.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use smallvec::SmallVec;
use tiergate_catalog::Tier;
use tiergate_providers::{Chunk, ChunkKind, Edit, Error as ProviderError, Form, Kind};
use tokio::time::Instant;

use crate::Route;
use crate::attempts::Answered;
use crate::health::Watched;
use crate::idle::Idle;
use crate::peek::Peeked;
use crate::plan::Plan;
use crate::tally::{Bill, Tally};

/// An answer and where it came from.
#[derive(Debug)]
pub struct Reply {
    /// Where it came from.
    pub served: Served,
    /// The answer.
    pub answer: Answer,
}

/// The answer itself.
#[derive(Debug)]
pub enum Answer {
    /// The whole answer in the dialect that [`Served::form`] names, and what it cost.
    Full(Bytes, Bill),
    /// The answer as it is made.
    Stream(Box<Answering>),
}

/// Which candidate answered, after which decision.
#[derive(Clone, Debug)]
pub struct Served {
    plan: Arc<Plan>,
    candidate: u32,
    attempts: u8,
    edits: SmallVec<[Edit; 4]>,
    form: Form,
}

impl Reply {
    pub(crate) fn new(
        plan: Arc<Plan>,
        candidate: u32,
        answered: Answered,
        mut tally: Tally,
    ) -> Self {
        let attempts = tally.attempts();
        let head = match &answered {
            Answered::Full(full) => &full.head,
            Answered::Stream(peeked, _) => &peeked.head,
        };
        let (edits, form) = (head.edits.clone(), head.form);
        tally.served(&plan, &edits);
        let answer = match answered {
            Answered::Full(full) => {
                tally.said(full.output_bytes);
                if let Some(usage) = full.usage {
                    tally.used(usage);
                }
                Answer::Full(full.body, tally.complete())
            }
            Answered::Stream(peeked, watched) => {
                let Peeked {
                    held,
                    rest,
                    times,
                    deadline,
                    ..
                } = peeked;
                Answer::Stream(Box::new(Answering {
                    held: held.into_iter(),
                    rest,
                    idle: Idle::new(&times),
                    deadline,
                    single: plan.asked.answers <= 1,
                    tally,
                    watched,
                    ended: false,
                }))
            }
        };
        Self {
            served: Served {
                plan,
                candidate,
                attempts,
                edits,
                form,
            },
            answer,
        }
    }
}

impl Served {
    /// The id of the model that answered.
    pub fn model(&self) -> &Arc<str> {
        let pool = self.plan.pool();
        &pool.model(pool.candidate(self.candidate)).id
    }

    /// The tier of the model that answered, if it has one.
    pub fn tier(&self) -> Option<Tier> {
        let pool = self.plan.pool();
        pool.model(pool.candidate(self.candidate)).tier
    }

    /// The model that savings are counted against, and its tier: the cheapest one of the highest tier
    /// that could have served.
    pub fn baseline(&self) -> Option<(&Arc<str>, Option<Tier>)> {
        let pool = self.plan.pool();
        let decision = self.plan.outcome().ok()?;
        let model = pool.model(pool.candidate(decision.baseline));
        Some((&model.id, model.tier))
    }

    /// The provider that answered.
    pub fn provider(&self) -> &Arc<str> {
        let pool = self.plan.pool();
        pool.provider(pool.candidate(self.candidate))
    }

    /// The complexity of the request, 0 to 100.
    pub fn score(&self) -> u8 {
        self.plan.assessment().score.number()
    }

    /// Whether `auto` was asked for.
    pub fn is_auto(&self) -> bool {
        *self.plan.route() == Route::Auto
    }

    /// Whether `prefer` was given in vain, because the model was pinned.
    pub fn prefer_ignored(&self) -> bool {
        self.plan.prefer_ignored
    }

    /// Attempts made, the one that succeeded included.
    pub fn attempts(&self) -> u8 {
        self.attempts
    }

    /// What was changed in the request on its way.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The dialect of the answer: the one that the client speaks, or a chat completion.
    pub fn form(&self) -> Form {
        self.form
    }

    /// An estimate of the tokens of the input.
    pub fn likely_input(&self) -> u64 {
        self.plan.likely_input()
    }

    /// The decision with all that it rests on.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }
}

/// A streamed answer.
///
/// Ends with `None` after a finish reason; any other ending is an error, after which nothing follows.
/// Dropping it cancels the answer at the provider. The receipt is put away before the last chunk is given out.
pub struct Answering {
    held: std::vec::IntoIter<Chunk>,
    rest: Pin<Box<dyn Stream<Item = Result<Chunk, ProviderError>> + Send>>,
    idle: Idle,
    /// When the caller wants it to be over.
    deadline: Instant,
    /// Whether one finish reason is the end of all that was asked for.
    single: bool,
    tally: Tally,
    /// Who is told how it ends.
    watched: Watched,
    ended: bool,
}

impl Answering {
    /// What the answer has cost, as far as the provider has told.
    pub fn bill(&mut self) -> Bill {
        self.tally.bill()
    }

    fn next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Chunk, ProviderError>>> {
        let next = match self.held.next() {
            Some(chunk) => Some(Ok(chunk)),
            None => match self.rest.as_mut().poll_next(context) {
                Poll::Ready(next) => next,
                Poll::Pending => {
                    ready!(self.idle.poll(context));
                    if self.tally.is_finished() {
                        return Poll::Ready(None);
                    }
                    Some(Err(self
                        .tally
                        .fault(Kind::Timeout, "the stream fell silent")))
                }
            },
        };
        Poll::Ready(next)
    }

    fn note(&mut self, chunk: &Chunk) {
        let said = chunk.commits || chunk.finish || chunk.usage.is_some();
        self.idle.heard(said);
        self.tally.said(u64::from(chunk.output_bytes));
        if chunk.finish {
            self.tally.finish_seen();
            self.idle.finish();
        }
        if let Some(usage) = chunk.usage {
            self.tally.used(usage);
        }
    }
}

impl Stream for Answering {
    type Item = Result<Chunk, ProviderError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let mut item = ready!(self.next(context));
        if matches!(item, Some(Err(_))) && self.single && self.tally.is_finished() {
            // the answer is whole: how the connection ends is no matter
            item = None;
        }
        if Self::ends(item.as_ref())
            && let Some(fault) = self.tally.unfinished()
        {
            item = Some(Err(fault));
        }
        match &item {
            Some(Ok(chunk)) if chunk.kind == ChunkKind::Done => {
                self.note(chunk);
                self.last_bill();
            }
            Some(Ok(chunk)) => self.note(chunk),
            Some(Err(error)) => {
                self.ended = true;
                // what the caller cut short says nothing of who was speaking
                let hurried = Instant::now() >= self.deadline;
                self.watched.failed(error, "", hurried);
                self.tally.interrupted();
            }
            None => {
                self.ended = true;
                self.last_bill();
            }
        }
        Poll::Ready(item)
    }
}

impl Answering {
    /// Whether this is the end of a stream that has not failed.
    fn ends(item: Option<&Result<Chunk, ProviderError>>) -> bool {
        item.is_none_or(|item| {
            item.as_ref()
                .is_ok_and(|chunk| chunk.kind == ChunkKind::Done && !chunk.finish)
        })
    }

    fn last_bill(&mut self) {
        self.watched.answered();
        self.tally.complete();
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if self.tally.is_finished() {
            self.watched.answered();
        }
    }
}

impl std::fmt::Debug for Answering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answering")
            .field("tally", &self.tally)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}
