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
    /// The last failure of a provider that was asked, and that is not a fallback's alone.
    failed: Option<ProviderError>,
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
        }
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
        self.made = self.made.saturating_add(1);
        self.first.get_or_insert(here.candidate);
        let class = if self.is_particular(here, error) {
            Class::Next
        } else {
            self.all_limited &= error.kind() == Kind::RateLimited;
            self.failed = Some(error.clone());
            error.class()
        };
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
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        // nobody sleeps away what the client has left
        let short = pause <= remaining / 4;
        (short && !remaining.is_zero()).then_some((place, pause))
    }

    /// Whether an error is only a fallback's. A request that its first choice would have taken may be wrong for it
    /// alone: then the next one may take it, and the client is not told that its request is wrong.
    fn is_particular(&self, here: Place, error: &ProviderError) -> bool {
        let fallback = self.first.is_some_and(|first| first != here.candidate);
        fallback && matches!(error.kind(), Kind::BadRequest | Kind::Unprocessable)
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
