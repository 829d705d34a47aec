//! The breaker, rule by rule.

use std::time::Duration;

use tiergate_failover::Moment;
use tiergate_failover::breaker::{
    Backoff, Breaker, Cause, Gate, Outcome, Permit, Rules, State, Turn,
};

use crate::support::{millis, secs};
use Outcome::{Busy, Failure, Neutral, Success, Trip};

const LIMITED: Outcome = Outcome::Limited {
    rest: Duration::ZERO,
};

/// A breaker with its clock; jitter is always at its upper end, so pauses are 5, 10, 20, 30 s.
struct Driven {
    breaker: Breaker,
    now: Moment,
}

impl Driven {
    fn new() -> Self {
        Self::with(Rules::default())
    }

    fn with(rules: Rules) -> Self {
        let now = Moment::START.after(secs(1_000));
        let breaker = Breaker::new(rules, now);
        Self { breaker, now }
    }

    /// Opened by five failures.
    fn open() -> Self {
        let mut driven = Self::new();
        driven.all(Failure, 5);
        assert!(driven.is_open());
        driven
    }

    /// Opened, and its time has come.
    fn due() -> Self {
        let mut driven = Self::open();
        driven.wait(secs(5));
        driven
    }

    fn wait(&mut self, span: Duration) {
        self.now = self.now.after(span);
    }

    fn gate(&mut self) -> Gate {
        self.breaker.admit(self.now, 1.0)
    }

    fn pass(&mut self) -> Permit {
        match self.gate() {
            Gate::Pass(permit) => permit,
            other => panic!("{other:?}"),
        }
    }

    fn probe(&mut self) -> Permit {
        match self.gate() {
            Gate::Probe(permit) => permit,
            other => panic!("{other:?}"),
        }
    }

    /// How long it is still shut.
    fn shut(&mut self) -> Duration {
        match self.gate() {
            Gate::Shut { until } => until.since(self.now),
            other => panic!("{other:?}"),
        }
    }

    fn record(&mut self, permit: Permit, outcome: Outcome) -> Option<Turn> {
        self.breaker.record(permit, outcome, self.now, 1.0)
    }

    /// Attempts one after another, while closed.
    fn all(&mut self, outcome: Outcome, times: u32) {
        for _ in 0..times {
            let permit = self.pass();
            self.record(permit, outcome);
        }
    }

    /// Results by letters: success, failure, busy, limited; until it opens.
    fn each(&mut self, results: &str) {
        for result in results.chars() {
            if !self.is_closed() {
                return;
            }
            let outcome = match result {
                's' => Success,
                'f' => Failure,
                'b' => Busy,
                'l' => LIMITED,
                _ => Neutral,
            };
            self.all(outcome, 1);
        }
    }

    /// The probe's result.
    fn probed(&mut self, outcome: Outcome) -> Option<Turn> {
        let permit = self.probe();
        self.record(permit, outcome)
    }

    fn is_open(&self) -> bool {
        matches!(self.breaker.state(), State::Open { .. })
    }

    fn is_closed(&self) -> bool {
        self.breaker.state() == State::Closed
    }
}

#[test]
fn transitions_to_open_on_consecutive_failures() {
    let mut driven = Driven::new();
    driven.all(Failure, 4);
    assert!(driven.is_closed());
    let permit = driven.pass();
    let turn = driven.record(permit, Failure);
    assert_eq!(turn, Some(Turn::Opened(Cause::Consecutive)));
    assert!(driven.is_open());
}

#[test]
fn a_success_ends_the_row() {
    let mut driven = Driven::new();
    driven.each("ssssssssffffsffff");
    assert!(driven.is_closed());
}

#[test]
fn a_row_after_many_successes_opens() {
    let mut driven = Driven::new();
    driven.all(Success, 1_000);
    driven.all(Failure, 5);
    assert_eq!(driven.breaker.cause(), Some(Cause::Consecutive));
}

#[test]
fn a_row_has_no_bound_in_time() {
    let mut driven = Driven::new();
    for _ in 0..5 {
        driven.all(Failure, 1);
        driven.wait(secs(40));
    }
    assert!(driven.is_open());
}

#[test]
fn neutral_results_neither_end_nor_lengthen_the_row() {
    let mut driven = Driven::new();
    driven.each("ffff.....");
    assert!(driven.is_closed());
    assert_eq!(driven.breaker.counts(driven.now), (4, 4));
    driven.each("f");
    assert!(driven.is_open());
}

#[test]
fn limits_neither_end_nor_lengthen_the_row() {
    let mut driven = Driven::new();
    driven.each("ffffllll");
    assert!(driven.is_closed());
    driven.each("f");
    assert_eq!(driven.breaker.cause(), Some(Cause::Consecutive));
}

#[test]
fn being_busy_neither_ends_nor_lengthens_the_row() {
    let mut driven = Driven::new();
    driven.each("ffffbbbb");
    assert!(driven.is_closed());
    driven.each("f");
    assert!(driven.is_open());
}

#[test]
fn a_row_amid_common_failures_must_be_longer() {
    let mut driven = Driven::new();
    // one in four fails anyway
    for _ in 0..20 {
        driven.each("sssf");
    }
    driven.each("sfffffffffff");
    assert!(driven.is_closed(), "eleven");
    driven.each("f");
    assert_eq!(driven.breaker.cause(), Some(Cause::Consecutive));
}

#[test]
fn a_row_amid_rare_failures_is_as_short_as_usual() {
    let mut driven = Driven::new();
    driven.each("f");
    driven.all(Success, 30);
    driven.all(Failure, 5);
    assert!(driven.is_open());
}

#[test]
fn a_row_of_a_target_that_is_bad_anyway_is_as_short_as_usual() {
    let mut driven = Driven::new();
    driven.each("ffsfffff");
    assert_eq!(driven.breaker.cause(), Some(Cause::Consecutive));
}

#[test]
fn transitions_to_open_on_success_rate() {
    let mut driven = Driven::new();
    driven.each(&"sff".repeat(10));
    assert_eq!(driven.breaker.cause(), Some(Cause::Ratio));
}

#[test]
fn half_of_many_failing_opens() {
    let mut driven = Driven::new();
    driven.each(&"sf".repeat(40));
    assert_eq!(driven.breaker.cause(), Some(Cause::Ratio));
}

#[test]
fn three_in_ten_failing_does_not_open() {
    let mut driven = Driven::new();
    for _ in 0..1_000 {
        driven.each("sfssfsssfs");
        driven.wait(millis(100));
    }
    assert!(driven.is_closed());
}

#[test]
fn fewer_than_the_minimum_of_samples_do_not_open() {
    let mut driven = Driven::new();
    driven.each("lllllllll");
    assert!(driven.is_closed(), "nine");
    driven.each("l");
    assert_eq!(driven.breaker.cause(), Some(Cause::Limited));
}

#[test]
fn results_leave_the_window_after_thirty_seconds() {
    let mut driven = Driven::new();
    driven.each("bbbbbbbbb");
    driven.wait(secs(30));
    assert_eq!(driven.breaker.counts(driven.now), (0, 0));
    driven.each("b");
    assert!(driven.is_closed());
    assert_eq!(driven.breaker.counts(driven.now), (1, 1));
}

#[test]
fn results_stay_in_the_window_for_twenty_seven_seconds() {
    let mut driven = Driven::new();
    driven.each("bbbbbbbbb");
    driven.wait(secs(26));
    driven.each("b");
    assert!(driven.is_open());
}

#[test]
fn buckets_leave_the_window_one_by_one() {
    let mut driven = Driven::new();
    for _ in 0..10 {
        driven.each("s");
        driven.wait(secs(3));
    }
    assert_eq!(driven.breaker.counts(driven.now), (9, 0));
    driven.wait(secs(12));
    assert_eq!(driven.breaker.counts(driven.now), (5, 0));
}

#[test]
fn a_literal_ratio_can_be_asked_for() {
    let rules = Rules {
        min_success: 500,
        tolerated: 0,
        ..Rules::default()
    };
    let mut driven = Driven::with(rules);
    driven.each("sfsfsfsfbb");
    assert_eq!(driven.breaker.cause(), Some(Cause::Ratio));
}

#[test]
fn the_ratio_itself_does_not_open_but_less_does() {
    let rules = Rules {
        consecutive: 0,
        tolerated: 0,
        ..Rules::default()
    };
    let mut driven = Driven::with(rules);
    driven.each(&"s".repeat(11));
    driven.each(&"f".repeat(9));
    assert!(driven.is_closed(), "11 of 20 are 550 per mille");
    driven.each("f");
    assert_eq!(driven.breaker.cause(), Some(Cause::Ratio));
}

#[test]
fn one_in_twenty_is_rare_and_more_is_common() {
    for (successes, opens) in [(19, true), (18, false)] {
        let mut driven = Driven::new();
        driven.each("f");
        driven.all(Success, successes);
        driven.each("fffff");
        assert_eq!(driven.is_open(), opens, "one in {}", successes + 1);
    }
}

#[test]
fn half_is_bad_anyway_and_less_is_common() {
    for (before, opens) in [("fs", true), ("fss", false)] {
        let mut driven = Driven::new();
        driven.each(before);
        driven.each("fffff");
        assert_eq!(driven.is_open(), opens, "{before}");
    }
}

#[test]
fn what_trips_opens_at_once() {
    let mut driven = Driven::new();
    driven.all(Success, 100);
    driven.all(Trip, 1);
    assert_eq!(driven.breaker.cause(), Some(Cause::Tripped));
}

#[test]
fn rules_that_are_off_never_open() {
    let mut driven = Driven::with(Rules::only_trips());
    driven.all(Failure, 1_000);
    assert!(driven.is_closed());
    driven.all(Trip, 1);
    assert!(driven.is_open());
}

#[test]
fn open_lets_nothing_pass_before_its_time() {
    let mut driven = Driven::open();
    assert_eq!(driven.shut(), secs(5));
    driven.wait(millis(4_999));
    assert_eq!(driven.shut(), millis(1));
}

#[test]
fn the_pause_is_at_least_half() {
    let mut breaker = Breaker::new(Rules::default(), Moment::START);
    breaker.trip(Cause::Tripped, Moment::START, 0.0);
    let until = Moment::START.after(millis(2_500));
    assert_eq!(breaker.state(), State::Open { until });
}

#[test]
fn pauses_double_up_to_thirty_seconds() {
    let backoff = Backoff::default();
    let pauses: Vec<_> = (0..6).map(|k| backoff.pause(k, 1.0).as_secs()).collect();
    assert_eq!(pauses, [5, 10, 20, 30, 30, 30]);
    assert_eq!(backoff.pause(u32::MAX, 0.5), millis(22_500));
    assert_eq!(backoff.pause(1, f64::NAN), secs(5));
}

#[test]
fn transitions_to_half_open_after_the_pause() {
    let mut driven = Driven::due();
    let _probe = driven.probe();
    assert!(matches!(
        driven.breaker.state(),
        State::HalfOpen { lease: Some(_) }
    ));
}

#[test]
fn half_open_lets_exactly_one_pass() {
    let mut driven = Driven::due();
    let _probe = driven.probe();
    assert_eq!(driven.shut(), secs(30));
    driven.wait(secs(10));
    assert_eq!(driven.shut(), secs(20));
}

#[test]
fn transitions_to_closed_on_one_success() {
    let mut driven = Driven::due();
    assert_eq!(driven.probed(Success), Some(Turn::Closed));
    assert!(driven.is_closed());
    assert_eq!(driven.breaker.cause(), None);
}

#[test]
fn closing_clears_row_and_window() {
    let mut driven = Driven::due();
    driven.probed(Success);
    assert_eq!(driven.breaker.counts(driven.now), (0, 0));
    driven.all(Failure, 4);
    assert!(driven.is_closed());
}

#[test]
fn a_failed_probe_opens_for_longer() {
    let mut driven = Driven::due();
    assert_eq!(driven.probed(Failure), Some(Turn::Opened(Cause::Probe)));
    assert_eq!(driven.shut(), secs(10));
    driven.wait(secs(10));
    driven.probed(Failure);
    assert_eq!(driven.shut(), secs(20));
    driven.wait(secs(20));
    driven.probed(Failure);
    assert_eq!(driven.shut(), secs(30));
}

#[test]
fn a_busy_probe_has_failed() {
    let mut driven = Driven::due();
    driven.probed(Busy);
    assert_eq!(driven.shut(), secs(10));
}

#[test]
fn a_probe_that_trips_has_failed() {
    let mut driven = Driven::due();
    assert_eq!(driven.probed(Trip), Some(Turn::Opened(Cause::Tripped)));
    assert_eq!(driven.shut(), secs(10));
}

#[test]
fn a_limited_probe_opens_without_longer_backoff() {
    let mut driven = Driven::due();
    for _ in 0..4 {
        assert_eq!(driven.probed(LIMITED), Some(Turn::Opened(Cause::Limited)));
        assert_eq!(driven.shut(), secs(5));
        driven.wait(secs(5));
    }
    driven.probed(Failure);
    assert_eq!(driven.shut(), secs(10));
}

#[test]
fn a_limited_probe_is_not_repeated_before_its_rest() {
    let mut driven = Driven::due();
    driven.probed(Outcome::Limited { rest: secs(77) });
    assert_eq!(driven.shut(), secs(77));
    driven.wait(secs(77));
    driven.probed(Outcome::Limited { rest: millis(10) });
    assert_eq!(driven.shut(), secs(5));
}

#[test]
fn a_neutral_probe_makes_way_for_the_next() {
    let mut driven = Driven::due();
    assert_eq!(driven.probed(Neutral), None);
    assert_eq!(driven.probed(Success), Some(Turn::Closed));
}

#[test]
fn an_abandoned_probe_makes_way_for_the_next() {
    let mut driven = Driven::due();
    let probe = driven.probe();
    driven.breaker.abandon(probe);
    assert_eq!(driven.probed(Success), Some(Turn::Closed));
}

#[test]
fn an_expired_lease_is_a_failure_from_its_end_on() {
    let mut driven = Driven::due();
    let _wedged = driven.probe();
    driven.wait(secs(32));
    assert_eq!(driven.shut(), secs(8));
    assert_eq!(driven.breaker.cause(), Some(Cause::Lease));
    driven.wait(secs(8));
    let _next = driven.probe();
}

#[test]
fn a_wedged_probe_never_holds_the_permit_for_ever() {
    let mut driven = Driven::due();
    let _wedged = driven.probe();
    driven.wait(Duration::from_hours(24));
    let _next = driven.probe();
    assert_eq!(driven.breaker.openings(), 2);
}

#[test]
fn a_success_after_the_lease_closes_all_the_same() {
    let mut driven = Driven::due();
    let late = driven.probe();
    driven.wait(secs(30));
    assert_eq!(driven.record(late, Success), Some(Turn::Closed));
    let mut driven = Driven::due();
    let late = driven.probe();
    driven.wait(secs(31));
    assert_eq!(driven.shut(), secs(9));
    assert_eq!(driven.record(late, Success), Some(Turn::Closed));
}

#[test]
fn a_late_probe_closes_in_place_of_the_next_and_opens_nothing() {
    let mut driven = Driven::due();
    let late = driven.probe();
    driven.wait(secs(40));
    let next = driven.probe();
    assert_eq!(driven.record(late, Success), Some(Turn::Closed));
    assert_eq!(driven.record(next, Failure), None, "of an older generation");
    let mut driven = Driven::due();
    let late = driven.probe();
    driven.wait(secs(40));
    let _next = driven.probe();
    assert_eq!(driven.record(late, Failure), None);
    assert!(matches!(
        driven.breaker.state(),
        State::HalfOpen { lease: Some(_) }
    ));
}

#[test]
fn an_abandoned_late_probe_does_not_free_the_next() {
    let mut driven = Driven::due();
    let late = driven.probe();
    driven.wait(secs(40));
    let _next = driven.probe();
    driven.breaker.abandon(late);
    assert_eq!(driven.shut(), secs(30));
}

#[test]
fn a_lease_is_no_longer_than_the_attempts_patience() {
    let mut driven = Driven::due();
    let probe = driven.probe();
    driven.breaker.lease(&probe, secs(10), driven.now);
    assert_eq!(driven.shut(), secs(10));
    driven.breaker.lease(&probe, secs(100), driven.now);
    assert_eq!(driven.shut(), secs(10));
}

#[test]
fn a_success_of_before_the_trip_does_not_close() {
    let mut driven = Driven::new();
    let early = driven.pass();
    driven.all(Failure, 5);
    assert_eq!(driven.record(early, Success), None);
    assert!(driven.is_open());
}

#[test]
fn a_success_of_before_the_trip_is_not_the_probes() {
    let mut driven = Driven::new();
    let early = driven.pass();
    driven.all(Failure, 5);
    driven.wait(secs(5));
    let _probe = driven.probe();
    assert_eq!(driven.record(early, Success), None);
    assert!(matches!(driven.breaker.state(), State::HalfOpen { .. }));
}

#[test]
fn a_failure_of_before_the_trip_does_not_fail_the_probe() {
    let mut driven = Driven::new();
    let early = driven.pass();
    driven.all(Failure, 5);
    driven.wait(secs(5));
    let probe = driven.probe();
    driven.record(early, Failure);
    assert_eq!(driven.record(probe, Success), Some(Turn::Closed));
}

#[test]
fn failures_of_before_the_trip_do_not_count_after_it() {
    let mut driven = Driven::new();
    let early: Vec<_> = (0..10).map(|_| driven.pass()).collect();
    driven.all(Failure, 5);
    driven.wait(secs(5));
    driven.probed(Success);
    for permit in early {
        driven.record(permit, Failure);
    }
    assert!(driven.is_closed());
    assert_eq!(driven.breaker.counts(driven.now), (0, 0));
}

#[test]
fn an_answer_that_begins_closes() {
    let mut driven = Driven::due();
    let mut probe = driven.probe();
    let turn = driven.breaker.alive(&mut probe, driven.now, 1.0);
    assert_eq!(turn, Some(Turn::Closed));
    assert!(!probe.is_probe());
}

#[test]
fn the_end_of_a_probes_answer_counts_like_any_other() {
    let mut driven = Driven::due();
    let mut probe = driven.probe();
    driven.breaker.alive(&mut probe, driven.now, 1.0);
    driven.wait(secs(100));
    driven.record(probe, Failure);
    assert_eq!(driven.breaker.counts(driven.now), (1, 1));
}

#[test]
fn backoff_goes_on_if_it_trips_soon_after_closing() {
    let mut driven = Driven::due();
    driven.probed(Success);
    driven.wait(secs(299));
    driven.all(Failure, 5);
    assert_eq!(driven.shut(), secs(10));
}

#[test]
fn backoff_begins_again_after_five_minutes_closed() {
    let mut driven = Driven::due();
    driven.probed(Success);
    driven.wait(secs(300));
    driven.all(Failure, 5);
    assert_eq!(driven.shut(), secs(5));
}

#[test]
fn credentials_are_probed_after_five_minutes_up_to_an_hour() {
    let mut driven = Driven::with(Rules::credential());
    driven.all(Trip, 1);
    for minutes in [5, 10, 20, 40, 60, 60] {
        assert_eq!(driven.shut(), Duration::from_mins(minutes));
        driven.wait(Duration::from_mins(minutes));
        driven.probed(Trip);
    }
}

#[test]
fn soft_open_lets_one_pass_at_once() {
    let mut driven = Driven::new();
    driven.breaker.soften(driven.now);
    let _probe = driven.probe();
    assert_eq!(driven.shut(), secs(30));
    assert_eq!(driven.breaker.cause(), Some(Cause::Stalled));
}

#[test]
fn soft_open_opens_on_failure() {
    let mut driven = Driven::new();
    driven.breaker.soften(driven.now);
    driven.probed(Failure);
    assert_eq!(driven.shut(), secs(5));
}

#[test]
fn soft_open_ends_with_any_answer() {
    let mut driven = Driven::new();
    driven.breaker.soften(driven.now);
    assert_eq!(driven.breaker.harden(driven.now), Some(Turn::Closed));
}

#[test]
fn half_open_does_not_end_with_any_answer() {
    let mut driven = Driven::due();
    let _probe = driven.probe();
    assert_eq!(driven.breaker.harden(driven.now), None);
}

#[test]
fn only_a_closed_breaker_softens() {
    let mut driven = Driven::open();
    driven.breaker.soften(driven.now);
    assert!(driven.is_open());
}

#[test]
fn force_probes_before_the_time() {
    let mut driven = Driven::open();
    let Gate::Probe(probe) = driven.breaker.force(driven.now, 1.0) else {
        panic!("it was open");
    };
    let again = driven.breaker.force(driven.now, 1.0);
    assert!(matches!(again, Gate::Shut { .. }), "one at a time");
    assert_eq!(driven.record(probe, Success), Some(Turn::Closed));
}

#[test]
fn an_operator_closes_and_forgets() {
    let mut driven = Driven::due();
    driven.probed(Failure);
    driven.breaker.reset(driven.now);
    assert!(driven.is_closed());
    driven.all(Failure, 5);
    assert_eq!(driven.shut(), secs(5));
}

#[test]
fn a_clock_that_runs_backwards_is_borne() {
    let mut driven = Driven::open();
    driven.now = Moment::START;
    assert_eq!(driven.shut(), secs(1_005));
    driven.now = Moment::NEVER;
    let probe = driven.probe();
    driven.now = Moment::START;
    assert_eq!(driven.record(probe, Success), Some(Turn::Closed));
    driven.all(Failure, 5);
    assert!(driven.is_open());
}
