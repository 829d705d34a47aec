//! Which candidate is tried next, as a state machine without I/O.

use std::time::Duration;

use crate::Class;
use crate::time::part;

/// How often a request may be tried.
///
/// The defaults are those of the failover design: three attempts in all, one of them at most a
/// retry of the candidate that has just failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Attempts in all, the first included.
    pub attempts: u8,
    /// Attempts that may go to the candidate that has just failed.
    pub retries: u8,
    /// Backoff before the first retry of the same candidate; it doubles with each further one.
    pub backoff: Duration,
    /// The longest backoff.
    pub max_backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attempts: 3,
            retries: 1,
            backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
        }
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Try the next candidate at once.
    Next,
    /// Try the same candidate again, after this pause.
    Again(Duration),
    /// Give the error to the caller.
    GiveUp,
}

/// The attempts of one request.
///
/// ```
/// use tiergate_failover::{Class, Limits, Step, Walk};
///
/// let mut walk = Walk::new(Limits::default());
/// // another candidate is left: it is tried at once
/// assert_eq!(walk.failed(Class::Retry, true, None, 0.5), Step::Next);
/// // none is left: the same one, after up to 100 ms
/// assert!(matches!(walk.failed(Class::Retry, false, None, 0.5), Step::Again(_)));
/// assert_eq!(walk.failed(Class::Retry, true, None, 0.5), Step::GiveUp);
/// ```
#[derive(Clone, Debug)]
pub struct Walk {
    limits: Limits,
    attempts: u8,
    retries: u8,
}

impl Walk {
    /// A walk whose first attempt is under way.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            attempts: 1,
            retries: 0,
        }
    }

    /// Attempts so far, the one under way included.
    pub fn attempts(&self) -> u8 {
        self.attempts
    }

    /// What follows after the attempt under way has failed.
    ///
    /// `alternative` tells whether another candidate is left, `asked` how long the failed one wants
    /// to be left alone, and `chance` is a random number from 0 up to 1. Another candidate is
    /// preferred to a retry: it costs the client no pause, and whatever struck the first is less
    /// likely to strike it too.
    pub fn failed(
        &mut self,
        class: Class,
        alternative: bool,
        asked: Option<Duration>,
        chance: f64,
    ) -> Step {
        if class == Class::Stop || self.attempts >= self.limits.attempts {
            return Step::GiveUp;
        }
        if alternative {
            self.attempts += 1;
            return Step::Next;
        }
        if class == Class::Next || self.retries >= self.limits.retries {
            return Step::GiveUp;
        }
        // a target that asks for a longer rest than we would wait is left alone
        if asked.is_some_and(|rest| rest > self.limits.max_backoff) {
            return Step::GiveUp;
        }
        let ceiling = self
            .limits
            .backoff
            .saturating_mul(1 << self.retries.min(16))
            .min(self.limits.max_backoff);
        self.attempts += 1;
        self.retries += 1;
        Step::Again(asked.unwrap_or_else(|| part(ceiling, chance)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_error_of_the_caller_ends_the_walk() {
        let mut walk = Walk::new(Limits::default());
        assert_eq!(walk.failed(Class::Stop, true, None, 0.0), Step::GiveUp);
        assert_eq!(walk.attempts(), 1);
    }

    #[test]
    fn a_candidate_that_is_out_is_not_retried() {
        let mut walk = Walk::new(Limits::default());
        assert_eq!(walk.failed(Class::Next, false, None, 0.0), Step::GiveUp);
    }

    #[test]
    fn a_short_rest_is_kept_and_a_long_one_is_not_waited_for() {
        let second = Duration::from_secs(1);
        assert_eq!(
            Walk::new(Limits::default()).failed(Class::Retry, false, Some(second), 0.9),
            Step::Again(second)
        );
        assert_eq!(
            Walk::new(Limits::default()).failed(Class::Retry, false, Some(second * 3), 0.9),
            Step::GiveUp
        );
    }

    #[test]
    fn the_pause_is_drawn_from_the_whole_range() {
        let pause = |chance| Walk::new(Limits::default()).failed(Class::Retry, false, None, chance);
        assert_eq!(pause(0.0), Step::Again(Duration::ZERO));
        assert_eq!(pause(0.5), Step::Again(Duration::from_millis(50)));
        assert_eq!(pause(7.0), Step::Again(Duration::from_millis(100)));
    }

    #[test]
    fn any_random_number_and_any_limit_give_a_pause() {
        let limits = Limits {
            backoff: Duration::MAX,
            max_backoff: Duration::MAX,
            ..Limits::default()
        };
        for limits in [limits, Limits::default()] {
            for chance in [f64::NAN, f64::INFINITY, 1.0] {
                let step = Walk::new(limits).failed(Class::Retry, false, None, chance);
                assert!(matches!(step, Step::Again(pause) if pause <= limits.max_backoff));
            }
        }
    }

    fn class() -> impl Strategy<Value = Class> {
        prop_oneof![Just(Class::Retry), Just(Class::Next), Just(Class::Stop)]
    }

    proptest! {
        #[test]
        fn never_more_attempts_or_retries_than_allowed(
            failures in prop::collection::vec((class(), any::<bool>(), 0.0_f64..1.0), 1..20),
            attempts in 1_u8..6, retries in 0_u8..4,
        ) {
            let limits = Limits { attempts, retries, ..Limits::default() };
            let mut walk = Walk::new(limits);
            let (mut tried, mut again) = (1, 0);
            for (class, alternative, chance) in failures {
                match walk.failed(class, alternative, None, chance) {
                    Step::GiveUp => break,
                    Step::Next => prop_assert!(alternative && class != Class::Stop),
                    Step::Again(pause) => {
                        prop_assert!(class == Class::Retry && !alternative && pause <= limits.max_backoff);
                        again += 1;
                    }
                }
                tried += 1;
            }
            prop_assert!(tried <= attempts && again <= retries);
            prop_assert_eq!(walk.attempts(), tried);
        }
    }
}
