//! The budgets of extra attempts, rule by rule.

use tiergate_failover::Moment;
use tiergate_failover::budget::{Budget, Extra, Rules, withdraw_both};

use crate::support::at;

/// A budget without what time brings by itself.
fn by_traffic() -> Budget {
    Budget::new(
        Rules {
            per_second: 0,
            ..Rules::default()
        },
        Moment::START,
    )
}

fn drained(budget: &mut Budget, now: Moment) -> u32 {
    let granted = (0..1_000).take_while(|_| budget.withdraw(Extra::Failover, now));
    granted.last().map_or(0, |last| last + 1)
}

#[test]
fn five_first_attempts_pay_for_an_extra_one() {
    let mut budget = by_traffic();
    (0..4).for_each(|_| budget.deposit(at(0)));
    assert!(!budget.withdraw(Extra::Retry, at(0)));
    budget.deposit(at(0));
    assert!(budget.withdraw(Extra::Retry, at(0)));
    assert_eq!(budget.balance(at(0)), 0);
}

#[test]
fn a_retry_and_a_failover_cost_the_same() {
    let mut budget = by_traffic();
    (0..10).for_each(|_| budget.deposit(at(0)));
    assert!(budget.withdraw(Extra::Retry, at(0)));
    assert!(budget.withdraw(Extra::Failover, at(0)));
    assert!(!budget.withdraw(Extra::Failover, at(0)));
}

#[test]
fn what_is_routed_away_from_an_open_breaker_costs_nothing() {
    let mut budget = by_traffic();
    assert!((0..1_000).all(|_| budget.withdraw(Extra::Routed, at(0))));
}

#[test]
fn deposits_lapse_after_ten_seconds() {
    let mut budget = by_traffic();
    (0..10).for_each(|_| budget.deposit(at(500)));
    assert_eq!(budget.balance(at(9_999)), 2_000);
    assert_eq!(budget.balance(at(10_000)), 0);
}

#[test]
fn the_oldest_deposits_are_drawn_first() {
    let mut budget = by_traffic();
    (0..5).for_each(|_| budget.deposit(at(0)));
    (0..5).for_each(|_| budget.deposit(at(5_000)));
    assert!(budget.withdraw(Extra::Retry, at(9_500)));
    assert_eq!(budget.balance(at(12_000)), 1_000);
}

#[test]
fn every_second_brings_one_without_traffic() {
    let mut budget = Budget::new(Rules::default(), Moment::START);
    assert_eq!(drained(&mut budget, at(0)), 10, "as if it had been idle");
    for second in 1..20 {
        assert_eq!(drained(&mut budget, at(second * 1_000)), 1);
    }
}

#[test]
fn it_holds_no_more_than_its_cap() {
    let mut budget = by_traffic();
    (0..10_000).for_each(|_| budget.deposit(at(0)));
    assert_eq!(drained(&mut budget, at(0)), 100);
}

#[test]
fn a_refund_gives_back_what_was_paid() {
    let mut budget = by_traffic();
    (0..5).for_each(|_| budget.deposit(at(0)));
    assert!(budget.withdraw(Extra::Retry, at(0)));
    budget.refund(Extra::Retry, at(0));
    assert_eq!(budget.balance(at(0)), 1_000);
    budget.refund(Extra::Routed, at(0));
    assert_eq!(budget.balance(at(0)), 1_000);
}

#[test]
fn both_budgets_pay_or_none() {
    let (mut route, mut destination) = (by_traffic(), by_traffic());
    (0..5).for_each(|_| route.deposit(at(0)));
    assert!(!withdraw_both(
        &mut route,
        &mut destination,
        Extra::Retry,
        at(0)
    ));
    assert_eq!(route.balance(at(0)), 1_000);
    (0..5).for_each(|_| destination.deposit(at(0)));
    assert!(withdraw_both(
        &mut route,
        &mut destination,
        Extra::Retry,
        at(0)
    ));
    assert_eq!((route.balance(at(0)), destination.balance(at(0))), (0, 0));
}

#[test]
fn hedges_are_two_in_a_hundred_and_none_without_traffic() {
    let mut budget = Budget::new(Rules::hedging(), Moment::START);
    assert!(!budget.withdraw(Extra::Hedge, at(60_000)));
    (0..49).for_each(|_| budget.deposit(at(60_000)));
    assert!(!budget.withdraw(Extra::Hedge, at(60_000)));
    budget.deposit(at(60_000));
    assert!(budget.withdraw(Extra::Hedge, at(60_000)));
}
