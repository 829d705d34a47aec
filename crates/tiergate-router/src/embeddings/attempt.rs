//! One attempt at vectors, within its clocks: those of an answer in one piece.

use std::time::Duration;

use tiergate_failover::clocks::{self, Clocks, Times};
use tiergate_providers::{EmbedCall, Embedded, Error as ProviderError, Kind};
use tokio::time::Instant;

use super::course::Course;
use crate::attempts::{Patience, Place};
use crate::health::Watched;

/// Makes one attempt, of as many calls as the vendor needs for all inputs. It gives way as soon as its patience is
/// over.
pub(super) async fn attempt(
    course: &Course<'_>,
    place: Place,
    watched: &Watched,
) -> Result<Embedded, ProviderError> {
    let started = Instant::now();
    let (early, late) = (
        course.times(place, true, started),
        course.times(place, false, started),
    );
    // a caller in a hurry makes no probe fail
    if watched.is_probe() {
        watched.patience(late.total.max(course.deserves(place)));
    }
    let (home, context) = (course.home(place), course.context);
    let call = EmbedCall {
        request: course.request,
        model: &home.target.model,
        canonical: &home.model.canonical,
        credential: place.credential,
        deadline: started + late.total,
        request_id: &context.request_id,
        created: context.now.seconds(),
        hops: context.hops,
    };
    let patience = Patience {
        early: started + early.total,
        late: started + late.total,
    };
    let embedded = home.provider.embed(call);
    let has_alternative = || course.has_alternative(place);
    let outcome = patience.with(embedded, watched, has_alternative);
    outcome.await.unwrap_or_else(|| {
        let message = "the vectors did not come in time";
        Err(ProviderError::new(
            Kind::Timeout,
            home.provider.name(),
            message,
        ))
    })
}

impl Course<'_> {
    /// Whether an attempt that began then was given up sooner than its target deserves, for the sake of the caller's
    /// deadline: that it was not done says nothing of the target.
    pub(super) fn is_hurried(&self, place: Place, started: Instant) -> bool {
        // a share of the time is a little less of what other attempts have left of it
        started.elapsed() < self.deserves(place) / 10 * 9
    }

    /// How long a target may take, whatever the caller's deadline: what the first attempt of a request has, but no more
    /// than a quick model has for its first word.
    fn deserves(&self, place: Place) -> Duration {
        let clocks = self.clocks(place);
        let whole = clocks::Attempt {
            remaining: clocks.total,
            asked: false,
            attempts_left: self.choice.setup.limits.attempts,
            ..self.attempt(self.has_alternative(place), Instant::now())
        };
        let [quick, ..] = clocks.first;
        clocks.times(&whole).total.min(quick.max(clocks.least))
    }

    /// The clocks of an attempt, with or without another target left.
    fn times(&self, place: Place, alternative: bool, now: Instant) -> Times {
        self.clocks(place).times(&self.attempt(alternative, now))
    }

    /// The clocks of a target's provider.
    fn clocks(&self, place: Place) -> &Clocks {
        let setup = self.choice.setup;
        let own = setup.clocks_of.get(&*self.home(place).target.provider);
        own.unwrap_or(&setup.clocks)
    }

    /// What the clocks want to know of an attempt.
    fn attempt(&self, alternative: bool, now: Instant) -> clocks::Attempt {
        clocks::Attempt {
            remaining: self.context.deadline.saturating_duration_since(now),
            asked: self.context.deadline_asked,
            attempts_left: self.pace.left(),
            alternative,
            // vectors come all at once, so what belongs to streams does not matter
            stream: false,
            pace: clocks::Pace::Quick,
            size: 0,
            p99: None,
        }
    }
}
