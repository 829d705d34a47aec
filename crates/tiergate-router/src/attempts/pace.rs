//! How often and how soon a request is tried again.

use std::time::Duration;

use tiergate_failover::{Class, Classify, Limits, Step, Walk};
use tiergate_providers::{Error as ProviderError, Kind};
use tokio::time::Instant;

use super::Place;
use crate::{Context, Error};

/// How often and how soon a request is tried again.
pub(crate) struct Pace {
    deadline: Instant,
    limits: Limits,
    walk: Walk,
    dice: fastrand::Rng,
    all_limited: bool,
    retry_after: Option<Duration>,
    /// Attempts that have failed.
    made: u8,
    /// The candidate of the first of them.
    first: Option<u32>,
    /// The last failure of a provider that was asked, but for refusals of what an earlier one might have taken.
    failed: Option<ProviderError>,
    /// Whether the last failure was the caller's fault.
    callers: bool,
    /// Whether the last failure was a lost connection that had been used before and gave nothing.
    stale: bool,
    /// Whether those who are asked stand in for somebody who is shut.
    substitutes: bool,
}

impl Pace {
    pub(crate) fn new(limits: Limits, context: &Context) -> Self {
        Self {
            deadline: context.deadline,
            limits,
            walk: Walk::new(limits),
            dice: fastrand::Rng::with_seed(context.seed),
            all_limited: true,
            retry_after: None,
            made: 0,
            first: None,
            failed: None,
            callers: false,
            stale: false,
            substitutes: false,
        }
    }

    /// Those who are asked stand in for a better choice that is shut: what they refuse, others may still take.
    #[must_use]
    pub(crate) fn of_substitutes(mut self, substitutes: bool) -> Self {
        self.substitutes = substitutes;
        self
    }

    /// A random number from 0 up to 1.
    pub(crate) fn chance(&mut self) -> f64 {
        self.dice.f64()
    }

    /// Attempts that may still be made, the one under way included.
    pub(crate) fn left(&self) -> u8 {
        let made = self.walk.attempts();
        (self.limits.attempts.saturating_add(1)).saturating_sub(made)
    }

    /// Whether a provider has been asked and has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Where to go after a failure `here`, and after which pause; `next` is where else it could go.
    pub(crate) fn after(
        &mut self,
        here: Place,
        next: Option<Place>,
        error: &ProviderError,
    ) -> Option<(Place, Duration)> {
        if error.kind() == Kind::Unsupported {
            // nobody was asked, so it is no attempt and costs no time
            return next.map(|next| (next, Duration::ZERO));
        }
        let class = self.note(here, error);
        self.retry_after = [self.retry_after, error.retry_after()]
            .into_iter()
            .flatten()
            .min();
        let chance = self.chance();
        let (place, pause) =
            match self
                .walk
                .failed(class, next.is_some(), error.retry_after(), chance)
            {
                Step::Next => (next?, Duration::ZERO),
                Step::Again(pause) => (here, pause),
                Step::GiveUp => return None,
            };
        self.in_time(pause).then_some((place, pause))
    }

    /// After which pause the first choice is asked again, when only its fallbacks are left and the last one refuses the
    /// request.
    pub(crate) fn back(&mut self, here: Place, error: &ProviderError) -> Option<Duration> {
        if !self.is_particular(here, error) {
            return None;
        }
        let chance = self.chance();
        match self.walk.failed(Class::Retry, false, None, chance) {
            Step::Again(pause) => self.in_time(pause).then_some(pause),
            Step::Next | Step::GiveUp => None,
        }
    }

    /// An attempt beside another one has failed.
    pub(crate) fn beside(&mut self, here: Place, error: &ProviderError) {
        self.note(here, error);
        let chance = self.chance();
        self.walk.failed(Class::Next, true, None, chance);
    }

    /// Nobody sleeps away what the client has left.
    fn in_time(&self, pause: Duration) -> bool {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        pause <= remaining / 4 && !remaining.is_zero()
    }

    /// Takes note of a failure; what it allows here.
    fn note(&mut self, here: Place, error: &ProviderError) -> Class {
        self.made = self.made.saturating_add(1);
        self.first.get_or_insert(here.candidate);
        self.callers = error.class() == Class::Stop || error.is_context_too_long();
        self.stale = error.is_stale();
        if self.is_particular(here, error) {
            return Class::Next;
        }
        // what is asked in place of a better choice may be the only one to refuse
        let refused = self.substitutes && is_refusal(error);
        self.all_limited &= error.kind() == Kind::RateLimited;
        self.failed = Some(error.clone());
        if refused { Class::Next } else { error.class() }
    }

    /// Whether a request that its first choice would have taken is wrong for a fallback only: then the next one may
    /// take it, and the client is not told that it was wrong.
    fn is_particular(&self, here: Place, error: &ProviderError) -> bool {
        let fallback = self.first.is_some_and(|first| first != here.candidate);
        let earlier = self.failed.as_ref();
        let itself = earlier.is_some_and(|earlier| earlier.class() != Class::Stop);
        fallback && itself && is_refusal(error)
    }

    /// Whether the last failure says nothing of an outage: it was the caller's fault, or a connection that was used
    /// before and was gone before it gave anything. What follows it multiplies nothing, so it is free.
    pub(crate) fn is_free(&self) -> bool {
        self.callers || self.stale
    }

    /// What the client is told: that it asked for too much only where no provider could be asked at all.
    pub(crate) fn failure(&self, last: ProviderError) -> Error {
        let asked = self.failed.clone();
        Error::Provider {
            all_limited: self.all_limited && asked.is_some(),
            source: asked.unwrap_or(last),
            attempts: self.made,
            retry_after: self.retry_after,
        }
    }
}

/// Whether a provider does not take the request as it is, which another one might.
fn is_refusal(error: &ProviderError) -> bool {
    matches!(
        error.kind(),
        Kind::BadRequest | Kind::Unprocessable | Kind::TooLarge
    )
}
