//! Where a request for vectors goes after a failure.

use std::time::Duration;

use smallvec::SmallVec;
use tiergate_failover::{Class, Classify};
use tiergate_providers::embeddings::Request;
use tiergate_providers::{Error as ProviderError, Kind};

use super::entry::remembered;
use super::names::{Choice, Home};
use crate::attempts::{Pace, Place, of_credential, of_provider};
use crate::decide::Tried;
use crate::health::{Health, shut};
use crate::{Context, Error};

/// The attempts of one request, with what is remembered from one to the next. Its candidates are the homes of its
/// choice.
pub(super) struct Course<'a> {
    pub(super) choice: &'a Choice<'a>,
    pub(super) request: &'a Request,
    pub(super) context: &'a Context,
    pub(super) pace: Pace,
    /// Homes that have failed, or that nobody is sent to at present.
    pub(super) tried: SmallVec<[Tried; 4]>,
    /// Who was asked last.
    pub(super) last: Option<Place>,
    /// Whether the end of a target's rest has been waited for.
    pub(super) rested: bool,
}

impl<'a> Course<'a> {
    pub(super) fn new(choice: &'a Choice<'a>, request: &'a Request, context: &'a Context) -> Self {
        Self {
            choice,
            request,
            context,
            pace: Pace::new(choice.setup.limits, context),
            tried: SmallVec::new(),
            last: None,
            rested: false,
        }
    }

    pub(super) fn home(&self, place: Place) -> Home<'a> {
        self.choice.home(place.candidate)
    }

    pub(super) fn health(&self) -> Option<&'a Health> {
        self.choice.setup.health.as_deref()
    }

    /// Whether another target could be asked now instead of the one at this place.
    pub(super) fn has_alternative(&self, place: Place) -> bool {
        if self.pace.left() < 2 {
            return false;
        }
        let mut tried = self.tried.clone();
        tried.push(failed(place.candidate));
        while let Some(next) = next(self.choice, &tried) {
            match self.shut(next) {
                Some(shut) => tried.push(shut),
                None => return true,
            }
        }
        false
    }

    /// What stands against asking at a home now, by any of its credentials.
    fn shut(&self, home: u32) -> Option<Tried> {
        let health = self.health()?;
        let targets = remembered(health, self.choice.home(home));
        shut(home, &targets, health.now())
    }

    /// Where to go after a failure, and after which pause.
    pub(super) fn after(
        &mut self,
        place: Place,
        error: &ProviderError,
    ) -> Option<(Place, Duration)> {
        let next = self.alternative(place, error);
        self.pace.after(place, next, error)
    }

    /// Another credential of the same provider when only the credential is at fault, else another target, else again
    /// another credential.
    fn alternative(&mut self, place: Place, error: &ProviderError) -> Option<Place> {
        let credential = place.credential + 1;
        let more = credential < self.home(place).provider.credentials();
        let sibling = Place {
            credential,
            ..place
        };
        if of_credential(error) && more {
            return Some(sibling);
        }
        self.tried.push(Tried {
            provider: of_provider(error),
            too_long: error.is_context_too_long(),
            ..failed(place.candidate)
        });
        let unsaid = error.kind() == Kind::Unsupported;
        let helps = error.class() != Class::Stop && !unsaid && !error.is_context_too_long();
        self.elsewhere()
            .or_else(|| (more && helps).then_some(sibling))
    }

    /// The next home that has not been tried.
    pub(super) fn elsewhere(&self) -> Option<Place> {
        let candidate = next(self.choice, &self.tried)?;
        Some(Place {
            candidate,
            credential: 0,
        })
    }

    pub(super) fn failure(&self, last: ProviderError) -> Error {
        self.pace.failure(last)
    }
}

/// The first home that has not been tried; a whole provider is passed over only while another one is left.
fn next(choice: &Choice<'_>, tried: &[Tried]) -> Option<u32> {
    let target = |home: u32| choice.home(home).target;
    let window = |home: u32| target(home).context_window.unwrap_or(u64::MAX);
    let fresh = |home: &u32| {
        tried.iter().all(|each| {
            let larger = !each.too_long || window(*home) > window(each.candidate);
            each.candidate != *home && larger
        })
    };
    let elsewhere = |home: &u32| {
        let mut faulty = tried.iter().filter(|each| each.provider);
        faulty.all(|each| target(each.candidate).provider != target(*home).provider)
    };
    let mut left = choice.each().filter(fresh);
    left.clone().find(elsewhere).or_else(|| left.next())
}

/// A home that has failed for reasons of its own.
fn failed(home: u32) -> Tried {
    Tried {
        candidate: home,
        provider: false,
        too_long: false,
        shut: None,
    }
}
