//! One attempt, within its clocks.

use std::time::Duration;

use tiergate_catalog::Tier;
use tiergate_failover::clocks::{self, Times};
use tiergate_providers::{Call, Error as ProviderError, Full, Kind, Reply, Telling};
use tokio::time::Instant;

use super::course::Course;
use super::{Patience, Place};
use crate::health::Watched;
use crate::peek::{Peeked, peek};
use crate::{Context, Needs};

/// What of the time after a finish a provider has for its last events; the rest is for those that are written here.
const SPOKEN: f32 = 0.8;

/// So many output tokens in one piece take their time.
const LENGTHY: u64 = 4_096;

/// What an attempt gave.
pub(super) enum Spoken {
    Full(Full),
    Stream(Peeked),
}

/// Makes one attempt. It gives way as soon as its patience is over: early if another candidate is left, and earlier
/// if others have given its target up meanwhile.
pub(super) async fn attempt(
    course: &Course<'_>,
    place: Place,
    watched: &Watched,
) -> Result<Spoken, ProviderError> {
    let started = Instant::now();
    let (early, late) = (
        course.times(place, true, started),
        course.times(place, false, started),
    );
    let deadline = started + late.total;
    // a caller in a hurry makes no probe fail
    if watched.is_probe() {
        watched.patience(late.first.max(course.deserves(place)));
    }
    let spoken = spoken(course, place, deadline, &late);
    tokio::pin!(spoken);
    let patience = Patience {
        early: started + early.first,
        late: started + late.first,
    };
    let may_leave = || course.may_leave(place);
    let outcome = patience.with(spoken, watched, may_leave).await;
    outcome.unwrap_or_else(|| {
        let provider = course.provider(place).name();
        let message = "the answer did not begin in time";
        Err(ProviderError::new(Kind::Timeout, provider, message))
    })
}

/// The provider's answer, or a stream that has begun.
async fn spoken(
    course: &Course<'_>,
    place: Place,
    deadline: Instant,
    times: &Times,
) -> Result<Spoken, ProviderError> {
    let provider = course.provider(place);
    let (plan, context) = (course.plan, course.context);
    let chosen = plan.pool().candidate(place.candidate);
    let target = plan.pool().target(chosen);
    let call = Call {
        request: course.request,
        model: &target.model,
        credential: place.credential,
        deadline,
        after_finish: times.after_finish.mul_f32(SPOKEN),
        request_id: &context.request_id,
        created: plan.now().seconds(),
        cap: plan.cap,
        hops: context.hops,
        max_output: target.max_output,
        context_window: target.context_window,
        owner: &plan.owner,
        responses_only: target.responses_only,
        front: context.front.as_call(plan.likely_input()),
    };
    let unasked = |message| ProviderError::new(Kind::Invalid, provider.name(), message);
    let reply = provider.chat(call).await?;
    let strange = reply.head().form != call.front.form;
    let told = (provider.name(), &*plan.pool().model(chosen).id);
    match (reply, course.request.stream()) {
        (Reply::Full(full), false) if strange => Telling::full(full, &call, told).map(Spoken::Full),
        (Reply::Full(full), false) => Ok(Spoken::Full(full)),
        (Reply::Stream(stream), true) => {
            let telling = strange.then(|| Box::new(Telling::new(&call, told)));
            let clocks = (*times, course.hurry());
            let peeked = peek(stream, telling, provider.name(), clocks).await;
            peeked.map(Spoken::Stream)
        }
        (Reply::Stream(_), false) => Err(unasked("answered with a stream unasked")),
        (Reply::Full(_), true) => Err(unasked("answered without the stream asked for")),
    }
}

impl Course<'_> {
    /// When the caller wants the answer to be over, if it said so.
    fn hurry(&self) -> Option<Instant> {
        (self.context.deadline_asked).then_some(self.context.deadline)
    }

    /// How long the target at a place may take to begin its answer, whatever the caller's deadline: what its clocks
    /// say, or three times of what it takes at most otherwise. The whole of an answer is given as long as the first
    /// word of a stream that nobody else could give, but no longer than its own clocks allow where others are left.
    pub(super) fn deserves(&self, place: Place) -> Duration {
        let stream = self.request.stream();
        let attempt = clocks::Attempt {
            remaining: Context::DEADLINE,
            stream: true,
            ..self.attempt(place, stream, Instant::now())
        };
        let clocks = self.plan.snapshot.clocks(place.candidate);
        let mut first = clocks.times(&attempt).first;
        if !stream {
            first = first.min(clocks.whole_with_alternative).min(clocks.total);
        }
        let known = self.target(place).filter(|_| stream);
        let usual = known.and_then(|target| target.p99());
        let usual = usual.map(|p99| p99.saturating_mul(3).max(clocks.least));
        usual.map_or(first, |usual| usual.min(first))
    }

    /// The clocks of an attempt at a place, with or without another candidate left.
    pub(super) fn times(&self, place: Place, alternative: bool, now: Instant) -> Times {
        let clocks = self.plan.snapshot.clocks(place.candidate);
        let attempt = self.attempt(place, alternative, now);
        let mut times = clocks.times(&attempt);
        let thinks = self.plan.needs() & Needs::REASONING != Needs::NONE;
        let lengthy = !attempt.stream
            && self
                .request
                .max_output()
                .is_some_and(|asked| asked > LENGTHY);
        if alternative && (thinks || lengthy) {
            // who asks for thought, or for much at once, gets the time for it
            let without = clocks::Attempt {
                alternative: false,
                ..attempt
            };
            times.first = clocks.times(&without).first;
        }
        times
    }

    /// What the clocks want to know of an attempt.
    fn attempt(&self, place: Place, alternative: bool, now: Instant) -> clocks::Attempt {
        let pool = self.plan.pool();
        let tier = pool.model(pool.candidate(place.candidate)).tier;
        clocks::Attempt {
            remaining: self.context.deadline.saturating_duration_since(now),
            asked: self.context.deadline_asked,
            attempts_left: self.pace.left(),
            alternative,
            stream: self.request.stream(),
            pace: match tier {
                Some(Tier::Nano | Tier::Small) => clocks::Pace::Quick,
                Some(Tier::Standard) | None => clocks::Pace::Usual,
                Some(Tier::Premium | Tier::Flagship) => clocks::Pace::Slow,
            },
            size: self.plan.likely_input(),
            p99: self.p99(place),
        }
    }
}
