//! Who may be asked for vectors: the leave for each attempt, and what is done when nobody gives it.

use std::sync::Arc;

use smallvec::SmallVec;
use tiergate_failover::Moment;
use tiergate_failover::budget::Extra;
use tiergate_failover::health::{Admission, Permit, Shut, Target, Why};
use tiergate_providers::{Error as ProviderError, Kind};
use tokio::time::Instant;

use super::course::Course;
use super::names::Home;
use crate::Error;
use crate::attempts::Place;
use crate::decide::{Tried, shut_in_words};
use crate::health::{Health, Watched, target_of, turned_away};

impl Course<'_> {
    /// The leave to make an attempt at the wished place, or at the next one that gives it.
    ///
    /// If none does, the end of a short rest is waited for once; then one request a second may ask all the same.
    ///
    /// # Errors
    /// Everything is shut, or the budget for further attempts is used up.
    pub(super) async fn enter(&mut self, wish: Place) -> Result<(Place, Watched), Error> {
        let Some(health) = &self.choice.setup.health else {
            return Ok((wish, Watched::by_nobody()));
        };
        loop {
            if let Some((place, permit)) = self.admitted(health, wish) {
                self.pay(health, place)?;
                return Ok(self.watched(health, place, permit));
            }
            if !self.waited(health).await {
                break;
            }
        }
        self.at_last(health)
    }

    /// Notes who was asked; the first of them adds to the budgets. Who cannot be told the request was not asked.
    pub(super) fn earned(&mut self, place: Place, error: Option<&ProviderError>) {
        if error.is_some_and(|error| error.kind() == Kind::Unsupported) {
            return;
        }
        if self.last.replace(place).is_none()
            && let Some(health) = self.health()
        {
            health.deposit(None, &self.target(health, place), health.now());
        }
    }

    /// The first place from the wished one on that gives leave.
    fn admitted(&mut self, health: &Health, wish: Place) -> Option<(Place, Permit)> {
        let mut place = wish;
        loop {
            match self.admit(health, place) {
                Ok(admitted) => return Some(admitted),
                Err(shut) => self.tried.push(shut),
            }
            place = self.elsewhere()?;
        }
    }

    /// The leave of a home, from one of its credentials on.
    fn admit(&mut self, health: &Health, place: Place) -> Result<(Place, Permit), Tried> {
        let (now, chance) = (health.now(), self.pace.chance());
        let mut why: SmallVec<[Why; 2]> = SmallVec::new();
        for credential in place.credential..self.home(place).provider.credentials() {
            let place = Place {
                credential,
                ..place
            };
            match self.target(health, place).admit(now, chance) {
                Admission::Pass(permit) => return Ok((place, permit)),
                Admission::Shut(Shut { why: one, .. }) => why.push(one),
            }
        }
        Err(turned_away(place.candidate, &why))
    }

    /// Takes an attempt after another one from the budgets of the target that has failed.
    fn pay(&self, health: &Health, place: Place) -> Result<(), Error> {
        let Some(before) = self.last else {
            return Ok(());
        };
        let failed = self.target(health, before);
        let extra = if self.pace.is_free() {
            Extra::Routed
        } else if before == place {
            Extra::Retry
        } else {
            failed.failover()
        };
        let paid = health.withdraw(None, &failed, extra, health.now());
        paid.then_some(()).ok_or_else(|| self.exhausted())
    }

    fn watched(&mut self, health: &Arc<Health>, place: Place, permit: Permit) -> (Place, Watched) {
        let chance = self.pace.chance();
        let mut watched = Watched::new(permit, Arc::clone(health), chance);
        watched.in_one_piece();
        (place, watched)
    }

    /// Waits, once, until a target's rest is over, if that is soon.
    async fn waited(&mut self, health: &Health) -> bool {
        if std::mem::replace(&mut self.rested, true) {
            return false;
        }
        let now = health.now();
        let remaining = (self.context.deadline).saturating_duration_since(Instant::now());
        let resting = (self.tried.iter()).filter(|tried| tried.shut == Some(Why::Cooling));
        let wait = resting
            .flat_map(|tried| remembered(health, self.choice.home(tried.candidate)))
            .filter_map(|target| target.worth_waiting(now, remaining))
            .min();
        let Some(wait) = wait else {
            return false;
        };
        tokio::time::sleep(wait).await;
        self.tried.retain(|tried| tried.shut.is_none());
        true
    }

    /// When everything is shut: the leave of the target that opens first, once a second for all requests for vectors.
    fn at_last(&mut self, health: &Arc<Health>) -> Result<(Place, Watched), Error> {
        if self.last.is_some() {
            return Err(self.exhausted());
        }
        let (mut places, mut targets) = (Vec::new(), Vec::new());
        for tried in self.tried.iter().filter(|tried| tried.shut.is_some()) {
            let candidate = tried.candidate;
            let each = remembered(health, self.choice.home(candidate));
            places.extend((0..each.len()).map(|credential| Place {
                candidate,
                credential,
            }));
            targets.extend(each);
        }
        let (now, chance) = (health.now(), self.pace.chance());
        match health.last_resort(None).admit(&targets, now, chance) {
            Admission::Pass(permit) => {
                let ours = |target: &Arc<Target>| Arc::ptr_eq(target, permit.target());
                let place = targets.iter().position(ours).and_then(|at| places.get(at));
                match place.copied() {
                    Some(place) => Ok(self.watched(health, place, permit)),
                    None => Err(self.shut_out(health, now)),
                }
            }
            Admission::Shut(Shut { until, .. }) => Err(self.shut_out(health, until)),
        }
    }

    fn shut_out(&self, health: &Health, until: Moment) -> Error {
        let provider = |home| &*self.choice.home(home).target.provider;
        Error::Shut {
            why: shut_in_words(&self.tried, provider),
            retry_after: health.until(until),
        }
    }

    /// No further attempt may be made: the last failure is the answer.
    fn exhausted(&self) -> Error {
        let message = "nobody could be asked";
        self.failure(ProviderError::new(Kind::Overloaded, "tiergate", message))
    }

    fn target(&self, health: &Health, place: Place) -> Arc<Target> {
        let home = self.home(place);
        let (provider, model) = (&**home.provider, &home.target.model);
        target_of(health, provider, place.credential, model)
    }
}

/// What is remembered of a home, by its provider's credentials.
pub(super) fn remembered(health: &Health, home: Home<'_>) -> Vec<Arc<Target>> {
    let credentials = 0..home.provider.credentials();
    let at = |credential| target_of(health, &**home.provider, credential, &home.target.model);
    credentials.map(at).collect()
}
