//! The limit of requests under way, rule by rule.

use tiergate_failover::limit::{Limit, Rules, Sign, Slot};

fn of(ceiling: u32) -> Limit {
    Limit::new(Rules {
        ceiling,
        ..Rules::default()
    })
}

fn taken(limit: &mut Limit) -> Vec<Slot> {
    std::iter::from_fn(|| limit.acquire()).collect()
}

fn one(limit: &mut Limit, sign: Sign) {
    let slot = limit.acquire().expect("one is free");
    limit.release(slot, sign);
}

#[test]
fn no_more_are_under_way_than_the_limit() {
    let mut limit = of(3);
    let slots = taken(&mut limit);
    assert_eq!((slots.len(), limit.in_flight()), (3, 3));
    for slot in slots {
        limit.release(slot, Sign::None);
    }
    assert_eq!((limit.in_flight(), limit.current()), (0, 3));
}

#[test]
fn nothing_is_held_back_before_the_first_refusal() {
    let mut limit = Limit::new(Rules::default());
    let slots: Vec<_> = (0..10_000).filter_map(|_| limit.acquire()).collect();
    assert_eq!(slots.len(), 10_000);
}

#[test]
fn the_first_refusal_begins_with_what_is_under_way() {
    let mut limit = Limit::new(Rules::default());
    let mut slots: Vec<_> = (0..1_000).filter_map(|_| limit.acquire()).collect();
    limit.release(slots.pop().expect("a thousand"), Sign::Refused);
    assert_eq!(limit.current(), 700);
    let mut idle = Limit::new(Rules::default());
    one(&mut idle, Sign::Refused);
    assert_eq!(idle.current(), 44, "but not with a few");
}

#[test]
fn a_refusal_leaves_seven_tenths() {
    let mut limit = of(64);
    one(&mut limit, Sign::Refused);
    assert_eq!(limit.current(), 44);
    one(&mut limit, Sign::Refused);
    assert_eq!(limit.current(), 31);
}

#[test]
fn the_floor_is_one() {
    let mut limit = of(4);
    (0..50).for_each(|_| one(&mut limit, Sign::Refused));
    assert_eq!((limit.current(), limit.allowed()), (1, 1));
}

#[test]
fn a_whole_round_of_successes_adds_one() {
    let mut limit = of(64);
    (0..3).for_each(|_| one(&mut limit, Sign::Refused));
    assert_eq!(limit.current(), 21);
    (0..22).for_each(|_| one(&mut limit, Sign::Served));
    assert_eq!(limit.current(), 22);
}

#[test]
fn the_ceiling_is_kept() {
    let mut limit = of(12);
    one(&mut limit, Sign::Refused);
    (0..1_000).for_each(|_| one(&mut limit, Sign::Served));
    assert_eq!(limit.current(), 12);
}

#[test]
fn a_burst_over_the_edge_counts_once() {
    let mut limit = of(100);
    for slot in taken(&mut limit) {
        limit.release(slot, Sign::Refused);
    }
    assert_eq!(limit.current(), 70);
}

#[test]
fn slow_start_doubles_with_each_success() {
    let mut limit = of(10);
    limit.slow_start();
    for allowed in [1, 2, 4, 8, 10] {
        assert_eq!(limit.allowed(), allowed);
        one(&mut limit, Sign::Served);
    }
}

#[test]
fn slow_start_does_not_grow_without_success() {
    let mut limit = of(10);
    limit.slow_start();
    one(&mut limit, Sign::None);
    assert_eq!(limit.allowed(), 1);
}

#[test]
fn slow_start_does_not_wait_for_what_is_stuck() {
    let mut limit = of(5);
    let stuck = taken(&mut limit);
    limit.slow_start();
    let slot = limit.acquire().expect("the first one alone");
    assert!(limit.acquire().is_none());
    assert_eq!(limit.in_flight(), 6);
    for slot in stuck {
        limit.release(slot, Sign::Served);
    }
    assert_eq!(
        (limit.in_flight(), limit.allowed()),
        (1, 1),
        "it is no sign of the new start"
    );
    limit.release(slot, Sign::Served);
    assert_eq!(limit.allowed(), 2);
}

#[test]
fn probes_pass_a_full_limit() {
    let mut limit = of(1);
    let _slots = taken(&mut limit);
    let _probe = limit.force();
    assert_eq!(limit.in_flight(), 2);
}
