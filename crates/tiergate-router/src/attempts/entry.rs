//! Who may be asked: the leave for each attempt, and what is done when nobody gives it.

use std::sync::Arc;

use smallvec::SmallVec;
use tiergate_catalog::Tier;
use tiergate_failover::Moment;
use tiergate_failover::budget::Extra;
use tiergate_failover::health::{Admission, Permit, Shut, Target, Why};
use tiergate_providers::{Error as ProviderError, Kind};

use super::Place;
use super::course::Course;
use crate::Error;
use crate::decide::{Tried, shut_in_words};
use crate::health::{Watch, Watched, turned_away};

impl Course<'_> {
    /// The leave to make an attempt at the wished place, or at the next one that gives it.
    ///
    /// If none does, the end of a short rest is waited for once; then one request a second may ask all the same.
    ///
    /// # Errors
    /// Everything is shut, or the budget for further attempts is used up.
    pub(super) async fn enter(&mut self, wish: Place) -> Result<(Place, Watched), Error> {
        let Some(watch) = self.watch() else {
            self.last = Some(wish);
            return Ok((wish, Watched::by_nobody()));
        };
        loop {
            if let Some((place, permit)) = self.admitted(watch, wish) {
                return self.paid(watch, place, permit);
            }
            if !self.waited(watch).await {
                break;
            }
        }
        self.at_last(watch)
    }

    /// The first place from the wished one on that gives leave.
    fn admitted(&mut self, watch: &Watch, wish: Place) -> Option<(Place, Permit)> {
        let mut place = wish;
        loop {
            match self.admit(watch, place) {
                Ok(admitted) => return Some(admitted),
                Err(shut) => self.tried.push(shut),
            }
            let next = self.plan.after(&self.tried)?;
            place = Place {
                candidate: next.candidate,
                credential: 0,
            };
        }
    }

    /// The leave of a candidate, from one of its credentials on.
    fn admit(&mut self, watch: &Watch, place: Place) -> Result<(Place, Permit), Tried> {
        let (now, chance) = (watch.health.now(), self.pace.chance());
        let mut why: SmallVec<[Why; 2]> = SmallVec::new();
        let targets = watch.of(place.candidate).iter().enumerate();
        for (credential, target) in targets.skip(place.credential) {
            match target.admit(now, chance) {
                Admission::Pass(permit) => {
                    let place = Place {
                        credential,
                        ..place
                    };
                    return Ok((place, permit));
                }
                Admission::Shut(Shut { why: one, .. }) => why.push(one),
            }
        }
        Err(turned_away(place.candidate, &why))
    }

    /// Counts an attempt: the first one adds to the budgets, the others take from them.
    fn paid(
        &mut self,
        watch: &Watch,
        place: Place,
        permit: Permit,
    ) -> Result<(Place, Watched), Error> {
        let (now, target) = (watch.health.now(), permit.target());
        let before = self.last.replace(place).filter(|_| self.pace.has_failed());
        let Some(before) = before else {
            watch.health.deposit(self.tier(), target, now);
            return Ok(self.watched(watch, place, permit));
        };
        // what has failed pays: it has earned its extra attempts by its first ones
        let failed = self.target(before).unwrap_or(target);
        let extra = if before == place {
            Extra::Retry
        } else {
            failed.failover()
        };
        if !watch.health.withdraw(self.tier(), failed, extra, now) {
            return Err(self.exhausted());
        }
        Ok(self.watched(watch, place, permit))
    }

    fn watched(&mut self, watch: &Watch, place: Place, permit: Permit) -> (Place, Watched) {
        let chance = self.pace.chance();
        let watched = Watched::new(permit, Arc::clone(&watch.health), chance);
        (place, watched)
    }

    /// Waits, once, until a target's rest is over, if that is soon.
    async fn waited(&mut self, watch: &Watch) -> bool {
        if std::mem::replace(&mut self.rested, true) {
            return false;
        }
        let now = watch.health.now();
        let remaining =
            (self.context.deadline).saturating_duration_since(tokio::time::Instant::now());
        let resting = self
            .tried
            .iter()
            .filter(|tried| tried.shut == Some(Why::Cooling));
        let targets = resting.flat_map(|tried| watch.of(tried.candidate));
        let Some(wait) = targets
            .filter_map(|target| target.worth_waiting(now, remaining))
            .min()
        else {
            return false;
        };
        tokio::time::sleep(wait).await;
        self.tried.retain(|tried| tried.shut.is_none());
        true
    }

    /// When everything is shut: the leave of the target that opens first, once a second for all requests of a tier.
    fn at_last(&mut self, watch: &Watch) -> Result<(Place, Watched), Error> {
        let shut = self.tried.iter().filter(|tried| tried.shut.is_some());
        let targets: Vec<Arc<Target>> = shut
            .flat_map(|tried| watch.of(tried.candidate))
            .cloned()
            .collect();
        if self.pace.has_failed() {
            return Err(self.exhausted());
        }
        let (now, chance) = (watch.health.now(), self.pace.chance());
        match watch
            .health
            .last_resort(self.tier())
            .admit(&targets, now, chance)
        {
            Admission::Pass(permit) => match self.place_of(watch, permit.target()) {
                Some(place) => self.paid(watch, place, permit),
                None => Err(self.shut(watch, now)),
            },
            Admission::Shut(Shut { until, .. }) => Err(self.shut(watch, until)),
        }
    }

    fn place_of(&self, watch: &Watch, target: &Arc<Target>) -> Option<Place> {
        self.tried.iter().find_map(|tried| {
            let mut targets = watch.of(tried.candidate).iter();
            let credential = targets.position(|each| Arc::ptr_eq(each, target))?;
            Some(Place {
                candidate: tried.candidate,
                credential,
            })
        })
    }

    /// The tier whose budget is drawn on.
    fn tier(&self) -> Option<Tier> {
        self.plan.outcome().ok().and_then(|decision| decision.tier)
    }

    fn shut(&self, watch: &Watch, until: Moment) -> Error {
        let pool = self.plan.pool();
        let provider = |candidate| &**pool.provider(pool.candidate(candidate));
        Error::Shut {
            why: shut_in_words(&self.tried, provider),
            retry_after: watch.health.until(until),
        }
    }

    /// No further attempt may be made: the last failure is the answer.
    fn exhausted(&self) -> Error {
        let message = "nobody could be asked";
        self.failure(ProviderError::new(Kind::Overloaded, "tiergate", message))
    }
}
