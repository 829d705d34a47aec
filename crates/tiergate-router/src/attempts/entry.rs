//! Who may be asked: the leave for each attempt, and what is done when nobody gives it.

use std::sync::Arc;
use std::time::Duration;

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

/// How soon a target whose slots are all taken is asked again.
const SLOT: Duration = Duration::from_millis(50);

/// How long a request waits at most for rests to end and slots to become free: two seconds, and the jitter of a rest; a
/// quarter of its time if that is less.
const RESTED: Duration = Duration::from_millis(2_250);

/// In how much time those who have waited for the same come back.
const SPREAD: Duration = Duration::from_millis(200);

/// What a wait counts at least.
const LEAST: Duration = Duration::from_millis(1);

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
        let mut tried = turned_away(place.candidate, &why);
        // earlier credentials were not looked at, and may serve the provider's other models
        tried.provider &= place.credential == 0;
        Err(tried)
    }

    /// Counts an attempt: the first one adds to the budgets, the others take from them.
    fn paid(
        &mut self,
        watch: &Watch,
        place: Place,
        permit: Permit,
    ) -> Result<(Place, Watched), Error> {
        let (now, target) = (watch.health.now(), permit.target());
        let before = match self.last.replace(place) {
            Some(before) if self.pace.has_failed() => before,
            // who could not be told the request was not asked: that costs nothing, and earns nothing again
            Some(_) => return Ok(self.watched(watch, place, permit)),
            None => {
                watch.health.deposit(self.tier(), target, now);
                return Ok(self.watched(watch, place, permit));
            }
        };
        // what has failed pays: it has earned its extra attempts by its first ones
        let failed = self.target(before).unwrap_or(target);
        let extra = if self.pace.is_free() {
            Extra::Routed
        } else if before == place {
            Extra::Retry
        } else {
            failed.failover()
        };
        let paid = self.ahead.take() || watch.health.withdraw(self.tier(), failed, extra, now);
        if !paid {
            return Err(self.exhausted());
        }
        Ok(self.watched(watch, place, permit))
    }

    fn watched(&mut self, watch: &Watch, place: Place, permit: Permit) -> (Place, Watched) {
        let chance = self.pace.chance();
        let mut watched = Watched::new(permit, Arc::clone(&watch.health), chance);
        if !self.request.stream() {
            watched.in_one_piece();
        }
        (place, watched)
    }

    /// Waits until a target's rest is over or a slot may be free, if that is soon.
    async fn waited(&mut self, watch: &Watch) -> bool {
        let now = watch.health.now();
        let remaining =
            (self.context.deadline).saturating_duration_since(tokio::time::Instant::now());
        let shut = self.tried.iter().filter(|tried| tried.shut.is_some());
        let targets = shut.flat_map(|tried| watch.of(tried.candidate));
        let waits = targets.filter_map(|target| match target.shut(now) {
            Some(shut) if shut.why == Why::Cooling => target.worth_waiting(now, remaining),
            Some(_) => None,
            None => Some(SLOT),
        });
        let left = *self.rests.get_or_insert_with(|| RESTED.min(remaining / 4));
        let left = left.min(remaining / 4);
        let Some(wait) = waits.filter(|wait| *wait < left).min() else {
            return false;
        };
        // those who wait for the same rest do not come back in one moment
        let spread = left
            .saturating_sub(wait)
            .min(SPREAD)
            .mul_f64(self.pace.chance());
        let wait = wait + spread.max(LEAST);
        self.rests = Some(left.saturating_sub(wait));
        tokio::time::sleep(wait).await;
        self.tried.retain(|tried| tried.shut.is_none());
        true
    }

    /// When everything is shut: the leave of the target that opens first, once a second for all requests of a tier.
    fn at_last(&mut self, watch: &Watch) -> Result<(Place, Watched), Error> {
        if self.pace.has_failed() {
            return Err(self.exhausted());
        }
        let shut = self.tried.iter().filter(|tried| tried.shut.is_some());
        let targets: Vec<Arc<Target>> = shut
            .flat_map(|tried| watch.of(tried.candidate))
            .cloned()
            .collect();
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
    pub(super) fn tier(&self) -> Option<Tier> {
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
