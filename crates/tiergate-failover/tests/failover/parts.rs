//! Stalls, rests and times, rule by rule.

use std::cmp::Ordering;
use std::time::Duration;

use tiergate_failover::Moment;
use tiergate_failover::cooldown::Cooldown;
use tiergate_failover::latency::{Latency, Rules, faster};
use tiergate_failover::stall::{self, Stall};

use crate::support::{at, millis, secs};

fn waiting(count: u32, now: Moment) -> Stall {
    let mut stall = Stall::new(stall::Rules::default());
    (0..count).for_each(|_| stall.enter(now));
    stall
}

#[test]
fn ten_that_wait_for_five_seconds_are_a_stall() {
    let stall = waiting(10, at(1_000));
    assert!(!stall.is_stalled(at(5_999), || None));
    assert!(stall.is_stalled(at(6_000), || None));
}

#[test]
fn nine_are_no_stall() {
    assert!(!waiting(9, at(0)).is_stalled(at(600_000), || None));
}

#[test]
fn a_slow_target_is_given_three_times_its_p99() {
    let stall = waiting(10, at(0));
    let p99 = || Some(secs(8));
    assert!(!stall.is_stalled(at(23_999), p99));
    assert!(stall.is_stalled(at(24_000), p99));
}

#[test]
fn any_first_event_ends_the_silence() {
    let mut stall = waiting(12, at(0));
    stall.first_event(at(4_000));
    assert!(!stall.is_stalled(at(8_999), || None));
    assert!(stall.is_stalled(at(9_000), || None));
}

#[test]
fn one_slow_answer_before_a_burst_is_no_stall() {
    let mut stall = waiting(1, at(0));
    (0..20).for_each(|_| stall.enter(at(60_000)));
    assert!(!stall.is_stalled(at(60_001), || None));
}

#[test]
fn who_gives_up_waits_no_longer() {
    let mut stall = waiting(10, at(0));
    stall.leave();
    assert_eq!(stall.waiting(), 9);
    assert!(!stall.is_stalled(at(60_000), || None));
}

#[test]
fn a_rest_is_kept() {
    let mut cooldown = Cooldown::default();
    cooldown.rest(secs(3), at(0), 0.0);
    assert_eq!(cooldown.until(at(2_999)), Some(at(3_000)));
    assert_eq!(cooldown.until(at(3_000)), None);
}

#[test]
fn a_rest_is_five_minutes_at_most() {
    let mut cooldown = Cooldown::default();
    cooldown.rest(Duration::MAX, at(0), 0.0);
    assert_eq!(cooldown.until(at(0)), Some(at(300_000)));
}

#[test]
fn up_to_a_tenth_is_added_to_a_rest() {
    let mut cooldown = Cooldown::default();
    cooldown.rest(secs(100), at(0), 1.0);
    assert_eq!(cooldown.until(at(0)), Some(at(110_000)));
}

#[test]
fn a_rest_of_nothing_is_none() {
    let mut cooldown = Cooldown::default();
    cooldown.rest(Duration::ZERO, at(5), 1.0);
    assert_eq!(cooldown.until(at(5)), None);
}

#[test]
fn a_longer_rest_is_not_shortened() {
    let mut cooldown = Cooldown::default();
    cooldown.rest(secs(60), at(0), 0.0);
    cooldown.rest(secs(1), at(1_000), 0.0);
    assert_eq!(cooldown.until(at(1_000)), Some(at(60_000)));
}

#[test]
fn only_a_short_rest_is_worth_waiting() {
    let mut cooldown = Cooldown::default();
    cooldown.rest(secs(3), at(0), 0.0);
    assert_eq!(cooldown.wait(at(0), secs(600)), None, "over two seconds");
    assert_eq!(cooldown.wait(at(1_000), secs(600)), Some(secs(2)));
    assert_eq!(cooldown.wait(at(1_000), secs(7)), None, "over a quarter");
    assert_eq!(cooldown.wait(at(9_000), secs(7)), Some(Duration::ZERO));
}

fn latency() -> Latency {
    Latency::new(Rules::default(), Moment::START)
}

#[test]
fn a_peak_counts_at_once() {
    let mut latency = latency();
    (0..100).for_each(|turn| latency.first(millis(100), at(turn)));
    latency.first(secs(3), at(100));
    assert_eq!(latency.expected_first(at(100)), Some(secs(3)));
}

#[test]
fn a_recovery_counts_slowly() {
    let mut latency = latency();
    latency.first(secs(10), at(0));
    latency.first(secs(1), at(100));
    assert!(latency.expected_first(at(100)) > Some(secs(9)));
    for turn in 1..400 {
        latency.first(secs(1), at(100 + turn * 100));
    }
    assert!(latency.expected_first(at(40_000)) < Some(millis(1_300)));
}

#[test]
fn after_a_pause_the_new_time_counts() {
    let mut latency = latency();
    latency.first(secs(10), at(0));
    latency.first(secs(1), at(100_000));
    assert!(latency.expected_first(at(100_000)) < Some(millis(1_010)));
}

#[test]
fn an_estimate_sinks_without_samples() {
    let mut latency = latency();
    latency.first(secs(10), at(0));
    let later = latency.expected_first(at(60_000)).expect("known");
    assert!(later > millis(3_600) && later < millis(3_700), "{later:?}");
}

#[test]
fn giving_up_counts_only_if_it_took_longer() {
    let mut latency = latency();
    latency.first(secs(1), at(0));
    latency.given_up(millis(10), at(0));
    assert_eq!(latency.expected_first(at(0)), Some(secs(1)));
    latency.given_up(secs(30), at(0));
    assert_eq!(latency.expected_first(at(0)), Some(secs(30)));
}

#[test]
fn what_is_unknown_is_tried_first() {
    assert_eq!(faster(None, Some(millis(1))), Ordering::Less);
    assert_eq!(faster(Some(secs(2)), Some(secs(1))), Ordering::Greater);
    assert_eq!(faster(None, None), Ordering::Equal);
}

#[test]
fn the_p99_is_good_within_a_quarter() {
    let mut latency = latency();
    assert_eq!(latency.p99(), None);
    for turn in 0..1_000 {
        let slow = if turn % 50 == 0 { 8_000 } else { 500 };
        latency.first(millis(slow), at(turn));
    }
    let p99 = latency.p99().expect("known");
    assert!(p99 >= secs(8) && p99 <= secs(10), "{p99:?}");
}

#[test]
fn the_p99_fades() {
    let mut latency = latency();
    (0..100).for_each(|turn| latency.first(secs(60), at(turn)));
    let hour = 3_600_000;
    for turn in 0..2_000 {
        latency.first(millis(500), at(hour + turn));
    }
    assert!(latency.p99() < Some(secs(1)));
}
