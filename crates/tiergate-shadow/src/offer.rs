//! From a request that was answered to a job, without waiting.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use tiergate_router::{Access, Context, Needs, Served};
use tiergate_wire::chat::Request;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::{Settings, said};

/// Jobs that may wait; what comes on top is dropped.
const WAITING: usize = 32;

/// The largest body of a request that is run again, in bytes.
const MOST_REQUEST: usize = 256 << 10;

/// The most bytes of an answer that are kept to be compared.
const MOST_ANSWER: usize = 512 << 10;

/// Where servers hand over what shall be run again; cheap to clone.
#[derive(Clone, Debug)]
pub struct Shadow(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: ArcSwapOption<Settings>,
    jobs: Sender<Job>,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    picked: AtomicU64,
    dropped: AtomicU64,
    skipped: AtomicU64,
    compared: AtomicU64,
}

/// What has become of the requests so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Handed over.
    pub picked: u64,
    /// Of these, dropped because too many were waiting.
    pub dropped: u64,
    /// Of these, not run: nothing to compare, nobody eligible, or no money left.
    pub skipped: u64,
    /// Of these, run, with or without a verdict.
    pub compared: u64,
}

/// The other end of a [`Shadow`], for one [`Runner`](crate::Runner).
#[derive(Debug)]
pub struct Jobs(pub(crate) Receiver<Job>);

/// A request with the answer that the client got.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) access: Access,
    pub(crate) request_id: Arc<str>,
    pub(crate) seed: u64,
    pub(crate) hops: u8,
    pub(crate) baseline: Arc<str>,
    answer: Answer,
}

#[derive(Debug)]
enum Answer {
    Full(Bytes),
    Stream(Vec<Bytes>),
}

/// A request that shall be run again once its answer is complete. Dropping it forgets the request.
#[derive(Debug)]
pub struct Pick {
    shadow: Shadow,
    job: Job,
    bytes: usize,
}

impl Shadow {
    /// A place to hand over, and where it arrives.
    pub fn new(settings: Settings) -> (Self, Jobs) {
        let (sender, receiver) = channel(WAITING);
        let inner = Inner {
            settings: ArcSwapOption::from_pointee(settings),
            jobs: sender,
            counters: Counters::default(),
        };
        (Self(Arc::new(inner)), Jobs(receiver))
    }

    /// Replaces the settings; without any, nothing is run.
    pub fn set(&self, settings: Option<Settings>) {
        self.0.settings.store(settings.map(Arc::new));
    }

    /// What has become of the requests so far.
    pub fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.0.counters;
        Counts {
            picked: read(&counters.picked),
            dropped: read(&counters.dropped),
            skipped: read(&counters.skipped),
            compared: read(&counters.compared),
        }
    }

    /// Takes an answered request if it is in the sample and can be compared: the router chose its model,
    /// of a lower tier than the baseline's, and it asks for one answer in words alone.
    pub fn pick(
        &self,
        request: &Request,
        served: &Served,
        access: &Access,
        context: &Context,
    ) -> Option<Pick> {
        let settings = self.settings()?;
        if !settings.share.takes(context.seed) || !served.is_auto() || !comparable(request, served)
        {
            return None;
        }
        let (baseline, tier) = served
            .baseline()
            .filter(|(_, tier)| *tier > served.tier())?;
        tier?;
        Some(Pick {
            shadow: self.clone(),
            job: Job {
                request: request.clone(),
                access: access.clone(),
                request_id: Arc::clone(&context.request_id),
                seed: context.seed,
                hops: context.hops,
                baseline: Arc::clone(baseline),
                answer: Answer::Stream(Vec::new()),
            },
            bytes: 0,
        })
    }

    pub(crate) fn settings(&self) -> Option<Arc<Settings>> {
        self.0.settings.load_full()
    }

    pub(crate) fn skipped(&self) {
        self.0.counters.skipped.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn compared(&self) {
        self.0.counters.compared.fetch_add(1, Ordering::Relaxed);
    }

    fn offer(&self, job: Job) {
        self.0.counters.picked.fetch_add(1, Ordering::Relaxed);
        if self.0.jobs.try_send(job).is_err() {
            let dropped = self.0.counters.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            // often enough to be seen, seldom enough not to fill the log
            if dropped.is_power_of_two() {
                tracing::warn!("too many shadow runs are waiting: {dropped} dropped so far");
            }
        }
    }
}

impl Pick {
    /// Hands the request over with its buffered answer.
    pub fn full(mut self, body: Bytes) {
        if body.len() <= MOST_ANSWER {
            self.job.answer = Answer::Full(body);
            self.shadow.offer(self.job);
        }
    }

    /// Keeps one more event of a streamed answer; tells whether there is still room.
    pub fn event(&mut self, event: &Bytes) -> bool {
        self.bytes += event.len();
        if let Answer::Stream(events) = &mut self.job.answer {
            events.push(event.clone());
        }
        self.bytes <= MOST_ANSWER
    }

    /// Hands the request over with the events of its answer.
    pub fn streamed(self) {
        self.shadow.offer(self.job);
    }
}

impl Job {
    /// What the client was told, if it was told something whole.
    pub(crate) fn said(&self) -> Option<String> {
        match &self.answer {
            Answer::Full(body) => said::whole(body),
            Answer::Stream(events) => said::streamed(events),
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            picked,
            dropped,
            skipped,
            compared,
        } = self;
        write!(
            f,
            "{picked} picked, {compared} compared, {skipped} skipped, {dropped} dropped"
        )
    }
}

/// Whether a request can be run again as it is and be judged by its text.
fn comparable(request: &Request, served: &Served) -> bool {
    let beyond_words = Needs::VISION | Needs::AUDIO_INPUT | Needs::AUDIO_OUTPUT | Needs::FILES;
    request.n() == 1
        && request.body().len() <= MOST_REQUEST
        && (served.plan().needs() & beyond_words).is_empty()
        // a search costs more than its tokens
        && request.member("web_search_options").is_none()
}
