//! Where a request goes after a failure.

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;
use tiergate_failover::health::{Target, Why};
use tiergate_failover::{Class, Classify};
use tiergate_providers::{Error as ProviderError, Kind, Provider};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

use super::ahead::Ahead;
use super::{Pace, Place, of_credential, of_provider};
use crate::decide::Tried;
use crate::health::Watch;
use crate::plan::Plan;
use crate::{Context, Error};

/// After so many refusals by one provider's dialect its other models are passed over while another provider is left.
const REFUSALS: usize = 3;

/// The attempts of one request, with what is remembered from one to the next.
pub(super) struct Course<'a> {
    pub(super) plan: &'a Plan,
    pub(super) request: &'a Request,
    pub(super) context: &'a Context,
    pub(super) pace: Pace,
    /// Candidates that have failed, or that nobody is sent to at present.
    pub(super) tried: SmallVec<[Tried; 4]>,
    /// Where the last attempt went.
    pub(super) last: Option<Place>,
    /// How long the ends of rests and free slots may be waited for still, once any has been.
    pub(super) rests: Option<Duration>,
    /// Where the first failure was after which the same target may be tried again.
    first: Option<Place>,
    /// What its attempts under way have taken from the budget before they gave up for the sake of another one.
    pub(super) ahead: Ahead,
}

impl<'a> Course<'a> {
    pub(super) fn new(plan: &'a Plan, request: &'a Request, context: &'a Context) -> Self {
        Self {
            plan,
            request,
            context,
            pace: Pace::new(plan.snapshot.setup.limits, context)
                .of_substitutes(!plan.shut.is_empty()),
            tried: SmallVec::from_slice(&plan.shut),
            last: None,
            rests: None,
            first: None,
            ahead: Ahead::default(),
        }
    }

    pub(super) fn provider(&self, place: Place) -> &'a dyn Provider {
        let candidate = self.plan.pool().candidate(place.candidate);
        &*self.plan.snapshot.setup.providers[usize::from(candidate.provider)]
    }

    /// The model's id at the provider.
    pub(super) fn model(&self, place: Place) -> &'a str {
        let pool = self.plan.pool();
        &pool.target(pool.candidate(place.candidate)).model
    }

    pub(super) fn watch(&self) -> Option<&'a Watch> {
        self.plan.snapshot.watch.as_ref()
    }

    /// What is remembered of a place, if anything is.
    pub(super) fn target(&self, place: Place) -> Option<&'a Arc<Target>> {
        self.watch()?.of(place.candidate).get(place.credential)
    }

    /// The 99th percentile of the time to the first event of a place.
    pub(super) fn p99(&self, place: Place) -> Option<Duration> {
        let clocks = self.plan.snapshot.clocks(place.candidate);
        clocks.times_p99.and_then(|_| self.target(place)?.p99())
    }

    /// Whether an attempt that began then was given up sooner than its target deserves, for the sake of the caller's
    /// deadline: that it was not done says nothing of the target.
    pub(super) fn is_hurried(&self, place: Place, started: Instant) -> bool {
        started.elapsed() < self.deserves(place)
    }

    /// Whether an attempt may give up for the sake of another candidate: one that could be asked now, and is paid for.
    pub(super) fn may_leave(&self, place: Place) -> bool {
        self.has_alternative(place) && self.pays_ahead(place)
    }

    /// Whether another candidate could be asked now instead of the one at this place.
    fn has_alternative(&self, place: Place) -> bool {
        if self.pace.left() < 2 {
            return false;
        }
        let mut tried = self.tried.clone();
        tried.push(failed(place.candidate));
        tried.extend(self.ahead.racing().map(failed));
        self.open(&mut tried).is_some()
    }

    /// The next candidate that would not turn the request away now; the others are added to those that were tried.
    fn open(&self, tried: &mut SmallVec<[Tried; 4]>) -> Option<u32> {
        loop {
            let next = self.plan.after(tried)?.candidate;
            let Some(watch) = self.watch().filter(|watch| watch.turns_away(next)) else {
                return Some(next);
            };
            let busy = || Tried {
                shut: Some(Why::Busy),
                ..failed(next)
            };
            tried.push(watch.shut(next).unwrap_or_else(busy));
        }
    }

    /// Where to go after a failure, and after which pause.
    pub(super) fn after(
        &mut self,
        place: Place,
        error: &ProviderError,
    ) -> Option<(Place, Duration)> {
        let next = self.alternative(place, error);
        if error.class() == Class::Retry {
            self.first.get_or_insert(place);
        }
        let after = self.pace.after(place, next, error);
        // what a fallback alone refuses, the first choice may still answer
        after.or_else(|| {
            let first = self.first.filter(|first| *first != place)?;
            Some((first, self.pace.back(place, error)?))
        })
    }

    /// An attempt beside the one that counts has failed.
    pub(super) fn failed_beside(&mut self, place: Place, error: &ProviderError) {
        self.tried.push(failed(place.candidate));
        self.pace.beside(place, error);
    }

    /// Two attempts at the same time are over.
    pub(super) fn raced(&self) {
        self.ahead.race(None);
    }

    /// Another credential of the same provider when only the credential is at fault, else another candidate, else
    /// again another credential.
    fn alternative(&mut self, place: Place, error: &ProviderError) -> Option<Place> {
        let more = place.credential + 1 < self.provider(place).credentials();
        let sibling = Place {
            credential: place.credential + 1,
            ..place
        };
        if of_credential(error) && more {
            return Some(sibling);
        }
        let unsaid = error.kind() == Kind::Unsupported;
        let provider = self.plan.pool().candidate(place.candidate).provider;
        self.tried.push(Tried {
            provider: of_provider(error) || unsaid && self.refuses_again(provider),
            too_long: error.is_context_too_long(),
            ..failed(place.candidate)
        });
        let mut tried = std::mem::take(&mut self.tried);
        let elsewhere = self.open(&mut tried).map(|candidate| Place {
            candidate,
            credential: 0,
        });
        self.tried = tried;
        let helps = error.class() != Class::Stop && !unsaid && !error.is_context_too_long();
        elsewhere.or_else(|| (more && helps).then_some(sibling))
    }

    /// Whether a provider's dialect has refused so many of its models that another provider should be looked at first.
    fn refuses_again(&self, provider: u16) -> bool {
        let pool = self.plan.pool();
        let of_it = |tried: &&Tried| pool.candidate(tried.candidate).provider == provider;
        self.tried.iter().filter(of_it).count() + 1 >= REFUSALS
    }

    pub(super) fn failure(&self, last: ProviderError) -> Error {
        self.pace.failure(last)
    }
}

/// A candidate that has failed for reasons of its own.
pub(super) fn failed(candidate: u32) -> Tried {
    Tried {
        candidate,
        provider: false,
        too_long: false,
        shut: None,
    }
}
