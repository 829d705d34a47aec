//! The registry: which fault is remembered where, and who is asked when everything is shut.

use std::sync::Arc;
use std::time::Duration;

use tiergate_failover::Moment;
use tiergate_failover::breaker::{Cause, State};
use tiergate_failover::budget::Extra;
use tiergate_failover::health::{
    Admission, Ending, Keys, LastResort, Permit, Registry, Settings, Shut, Target, Why,
};

use crate::support::{at, millis, secs};

const FAILED: Ending = Ending::Failed { rest: None };
const LIMITED: Ending = Ending::Limited {
    rest: None,
    account: false,
};

fn registry() -> Registry<String> {
    Registry::new(Settings::default(), 1_000)
}

fn keys(endpoint: &str, credential: &str, model: &str) -> Keys<String> {
    Keys {
        endpoint: endpoint.into(),
        credential: format!("{endpoint}/{credential}"),
        target: format!("{endpoint}/{credential}/{model}"),
        speaks: true,
    }
}

fn known(registry: &Registry<String>, credential: &str, model: &str) -> Arc<Target> {
    registry.target(&keys("host", credential, model), Moment::START)
}

fn pass(target: &Arc<Target>, now: Moment) -> Permit {
    match target.admit(now, 1.0) {
        Admission::Pass(permit) => permit,
        Admission::Shut(shut) => panic!("{shut:?}"),
    }
}

fn shut(target: &Arc<Target>, now: Moment) -> Shut {
    match target.admit(now, 1.0) {
        Admission::Shut(shut) => shut,
        Admission::Pass(permit) => panic!("{permit:?}"),
    }
}

fn all(target: &Arc<Target>, ending: Ending, times: u32, now: Moment) {
    for _ in 0..times {
        pass(target, now).end(ending, now, 1.0);
    }
}

#[test]
fn a_failing_target_leaves_the_others_alone() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "b"));
    all(&one, FAILED, 5, at(0));
    assert_eq!(
        shut(&one, at(0)),
        Shut {
            why: Why::Target,
            until: at(5_000)
        }
    );
    let _permit = pass(&other, at(0));
}

#[test]
fn an_unreachable_endpoint_is_shut_for_all_its_targets() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key2", "b"));
    all(&one, Ending::Unreachable, 5, at(0));
    assert_eq!(shut(&one, at(0)).why, Why::Endpoint);
    assert_eq!(shut(&other, at(0)).why, Why::Endpoint);
    assert_eq!(one.snapshot(at(0)).target.state, State::Closed);
}

#[test]
fn an_endpoint_is_well_if_it_answers_at_all() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, Ending::Unreachable, 4, at(0));
    all(&target, LIMITED, 1, at(0));
    all(&target, Ending::Unreachable, 4, at(0));
    let _permit = pass(&target, at(0));
}

#[test]
fn a_refused_credential_is_shut_at_once_for_all_its_targets() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "b"));
    all(&one, Ending::Refused, 1, at(0));
    let expected = Shut {
        why: Why::Credential,
        until: at(300_000),
    };
    assert_eq!(shut(&one, at(0)), expected);
    assert_eq!(shut(&other, at(0)), expected);
    let _permit = pass(&known(&registry, "key2", "a"), at(0));
}

#[test]
fn a_target_that_is_gone_is_shut_at_once() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, Ending::Gone, 1, at(0));
    assert_eq!(shut(&target, at(0)).why, Why::Target);
}

#[test]
fn a_rest_asked_for_is_apart_from_the_breaker() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    let rest = Some(secs(20));
    all(
        &target,
        Ending::Limited {
            rest,
            account: false,
        },
        1,
        at(0),
    );
    assert_eq!(
        shut(&target, at(0)),
        Shut {
            why: Why::Cooling,
            until: at(22_000)
        }
    );
    let seen = target.snapshot(at(0));
    assert_eq!(
        (seen.target.state, seen.target.cooling_until),
        (State::Closed, Some(at(22_000)))
    );
    assert!(!seen.is_ready(at(0)));
    let _permit = pass(&target, at(22_000));
}

#[test]
fn an_overloaded_target_rests_and_has_failed() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(
        &target,
        Ending::Failed {
            rest: Some(secs(1)),
        },
        1,
        at(0),
    );
    assert_eq!(shut(&target, at(0)).why, Why::Cooling);
    assert_eq!(target.snapshot(at(0)).target.failures, 1);
}

#[test]
fn a_limit_of_the_account_rests_the_credential() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "b"));
    all(
        &one,
        Ending::Limited {
            rest: Some(secs(20)),
            account: true,
        },
        1,
        at(0),
    );
    assert_eq!(
        shut(&other, at(0)),
        Shut {
            why: Why::Cooling,
            until: at(22_000)
        }
    );
    let _permit = pass(&known(&registry, "key2", "a"), at(0));
}

#[test]
fn a_refusal_lowers_the_limit() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, LIMITED, 1, at(0));
    assert_eq!(target.snapshot(at(0)).limit, 44);
}

#[test]
fn a_full_limit_is_no_fault() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, LIMITED, 1, at(0));
    let held: Vec<_> = (0..44).map(|_| pass(&target, at(0))).collect();
    assert_eq!(
        shut(&target, at(0)),
        Shut {
            why: Why::Busy,
            until: at(0)
        }
    );
    drop(held);
    assert_eq!(target.snapshot(at(0)).in_flight, 0);
    let _permit = pass(&target, at(0));
}

#[test]
fn closing_begins_slowly() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, FAILED, 5, at(0));
    pass(&target, at(5_000)).end(Ending::Answered, at(5_000), 1.0);
    let first = pass(&target, at(5_000));
    assert_eq!(shut(&target, at(5_000)).why, Why::Busy);
    first.end(Ending::Answered, at(5_000), 1.0);
    let _two = (pass(&target, at(5_000)), pass(&target, at(5_000)));
    assert_eq!(shut(&target, at(5_000)).why, Why::Busy);
}

#[test]
fn a_probe_passes_a_full_limit() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, LIMITED, 1, at(0));
    let _stuck: Vec<_> = (0..43).map(|_| pass(&target, at(0))).collect();
    all(&target, FAILED, 5, at(0));
    assert!(pass(&target, at(5_000)).is_probe());
}

#[test]
fn a_dropped_probe_wedges_nothing() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, FAILED, 5, at(0));
    for _ in 0..10 {
        let probe = pass(&target, at(5_000));
        assert!(probe.is_probe());
        assert_eq!(shut(&target, at(5_000)).why, Why::Target);
        drop(probe);
    }
}

#[test]
fn a_probe_that_is_refused_elsewhere_is_given_back() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "b"));
    all(&one, FAILED, 5, at(0));
    all(&other, Ending::Unreachable, 5, at(1_000));
    // at 5 s the target would be probed, but the endpoint opens at 6 s
    assert_eq!(shut(&one, at(5_000)).why, Why::Endpoint);
    let probe = pass(&one, at(6_000));
    assert_eq!(shut(&other, at(6_000)).why, Why::Endpoint);
    probe.end(Ending::Answered, at(6_000), 1.0);
    let _permits = (pass(&one, at(6_000)), pass(&other, at(6_000)));
}

#[test]
fn an_endpoints_probe_is_given_back_by_a_shut_target() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "b"));
    let late = pass(&other, at(0));
    all(&one, Ending::Unreachable, 5, at(0));
    late.end(Ending::Gone, at(3_000), 1.0);
    // the endpoint can be probed at 5 s, but this target is shut until 8 s
    assert_eq!(shut(&other, at(5_000)).why, Why::Target);
    assert!(pass(&one, at(5_000)).is_probe(), "the probe was given back");
}

#[test]
fn patience_shortens_the_lease() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, FAILED, 5, at(0));
    let probe = pass(&target, at(5_000));
    probe.patience(secs(10), at(5_000));
    assert_eq!(shut(&target, at(5_000)).until, at(15_000));
}

#[test]
fn a_stream_that_begins_has_closed_the_breaker() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, FAILED, 5, at(0));
    let mut probe = pass(&target, at(5_000));
    probe.first_event(at(6_000), 1.0);
    assert_eq!(target.snapshot(at(6_000)).target.state, State::Closed);
    probe.end(FAILED, at(400_000), 1.0);
    assert_eq!(
        target.snapshot(at(400_000)).target.failures,
        1,
        "broken after all"
    );
}

#[test]
fn times_are_learnt() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    let mut permit = pass(&target, at(0));
    permit.first_event(at(700), 1.0);
    permit.end(Ending::Answered, at(2_000), 1.0);
    let seen = target.snapshot(at(2_000));
    assert_eq!(seen.total, Some(secs(2)));
    assert!(seen.first > Some(millis(650)) && seen.first < Some(millis(700)));
    assert!(target.p99() >= Some(millis(700)));
    all(&target, FAILED, 1, at(2_000));
    assert!(
        target.expected_first(at(2_000)) > Some(millis(650)),
        "a quick error is not speed"
    );
}

#[test]
fn a_black_hole_opens_softly_and_its_prisoners_learn_of_it() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    let stuck: Vec<_> = (0..12).map(|_| pass(&target, at(0))).collect();
    assert!(!pass(&target, at(4_999)).is_probe());
    assert!(!stuck[0].is_overtaken(at(5_000)));
    let probe = pass(&target, at(5_000));
    assert!(probe.is_probe());
    assert_eq!(shut(&target, at(5_000)).why, Why::Target);
    assert_eq!(
        target.snapshot(at(5_000)).target.cause,
        Some(Cause::Stalled)
    );
    assert!(stuck.iter().all(|permit| permit.is_overtaken(at(5_000))));
    assert!(!probe.is_overtaken(at(5_000)));
    probe.end(Ending::Silent, at(15_000), 1.0);
    assert_eq!(shut(&target, at(15_000)).until, at(20_000));
}

#[test]
fn any_answer_ends_a_soft_opening() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    let mut slow: Vec<_> = (0..12).map(|_| pass(&target, at(0))).collect();
    let _probe = pass(&target, at(5_000));
    slow[3].first_event(at(8_000), 1.0);
    assert_eq!(target.snapshot(at(8_000)).target.state, State::Closed);
}

#[test]
fn an_answer_in_one_piece_ends_a_soft_opening_too() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    let mut slow: Vec<_> = (0..12).map(|_| pass(&target, at(0))).collect();
    let _probe = pass(&target, at(5_000));
    let buffered = slow.pop().expect("twelve");
    buffered.end(Ending::Answered, at(8_000), 1.0);
    assert_eq!(target.snapshot(at(8_000)).target.state, State::Closed);
    assert!(!pass(&target, at(8_001)).is_probe(), "and the silence");
}

#[test]
fn an_endpoint_opens_with_half_of_its_targets() {
    let registry = registry();
    let targets: Vec<_> = (0..6)
        .map(|n| known(&registry, "key", &n.to_string()))
        .collect();
    for target in &targets[..2] {
        all(target, FAILED, 5, at(0));
    }
    let _permit = pass(&targets[5], at(0));
    all(&targets[2], FAILED, 5, at(0));
    assert_eq!(shut(&targets[5], at(0)).why, Why::Endpoint);
    assert_eq!(
        targets[5].snapshot(at(0)).endpoint.cause,
        Some(Cause::Targets)
    );
}

#[test]
fn an_endpoint_does_not_open_with_fewer_than_three_targets() {
    let registry = registry();
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "b"));
    all(&one, FAILED, 5, at(0));
    all(&other, FAILED, 5, at(0));
    assert_eq!(shut(&one, at(0)).why, Why::Target);
}

#[test]
fn targets_that_came_up_again_do_not_count() {
    let registry = registry();
    let targets: Vec<_> = (0..4)
        .map(|n| known(&registry, "key", &n.to_string()))
        .collect();
    for (turn, target) in (0..).zip(&targets) {
        let start = turn * 10_000;
        all(target, FAILED, 5, at(start));
        pass(target, at(start + 5_000)).end(Ending::Answered, at(start + 5_000), 1.0);
    }
    assert_eq!(
        targets[0].snapshot(at(50_000)).endpoint.state,
        State::Closed
    );
}

#[test]
fn limits_and_gone_targets_do_not_open_an_endpoint() {
    let registry = registry();
    let targets: Vec<_> = (0..6)
        .map(|n| known(&registry, "key", &n.to_string()))
        .collect();
    for target in &targets[..3] {
        all(target, Ending::Gone, 1, at(0));
    }
    for target in &targets[3..5] {
        all(target, LIMITED, 10, at(0));
        assert_eq!(target.snapshot(at(0)).target.cause, Some(Cause::Limited));
    }
    let _permit = pass(&targets[5], at(0));
}

#[test]
fn a_tenants_own_targets_do_not_open_an_endpoint() {
    let registry = registry();
    for n in 0..20 {
        let own = Keys {
            speaks: false,
            ..keys("host", "tenant-a", &n.to_string())
        };
        all(&registry.target(&own, at(0)), FAILED, 5, at(0));
    }
    let _permit = pass(&known(&registry, "key", "a"), at(0));
}

#[test]
fn a_tenants_bad_key_and_bad_requests_open_nothing_shared() {
    let registry = registry();
    let own = Keys {
        speaks: false,
        ..keys("host", "tenant-a", "a")
    };
    let (theirs, ours) = (registry.target(&own, at(0)), known(&registry, "key", "a"));
    for turn in 0..10_000 {
        if let Admission::Pass(permit) = theirs.admit(at(turn), 0.5) {
            permit.end(Ending::Refused, at(turn), 0.5);
        }
        all(&ours, Ending::Neutral, 1, at(turn));
    }
    let seen = ours.snapshot(at(10_000));
    for scope in [seen.endpoint, seen.credential, seen.target] {
        assert_eq!((scope.state, scope.failures), (State::Closed, 0));
    }
    assert_eq!(shut(&theirs, at(10_000)).why, Why::Credential);
}

/// Three targets that are open until 5 s, 6 s and 7 s.
fn all_open(registry: &Registry<String>) -> Vec<Arc<Target>> {
    let targets: Vec<_> = ["x", "y", "z"]
        .map(|host| registry.target(&keys(host, "key", "a"), at(0)))
        .into();
    for (turn, target) in (0..).zip(&targets) {
        all(target, FAILED, 5, at(turn * 1_000));
    }
    targets
}

#[test]
fn if_all_are_open_one_a_second_passes_to_the_first_to_open() {
    let registry = registry();
    let targets = all_open(&registry);
    let last = LastResort::default();
    let Admission::Pass(permit) = last.admit(&targets, at(2_000), 1.0) else {
        panic!("the first one");
    };
    assert!(permit.is_probe() && Arc::ptr_eq(permit.target(), &targets[0]));
    permit.end(FAILED, at(2_100), 1.0);
    for now in [2_100, 2_500, 2_999] {
        let Admission::Shut(shut) = last.admit(&targets, at(now), 1.0) else {
            panic!("one a second");
        };
        assert_eq!(
            shut.until,
            at(5_000),
            "a probe before its time changes nothing"
        );
    }
    for (turn, next) in [(3_000, 1), (4_000, 2), (4_999, 0)] {
        let now = at(turn.min(5_000));
        if turn == 4_999 {
            let Admission::Shut(_) = last.admit(&targets, now, 1.0) else {
                panic!("one a second");
            };
            continue;
        }
        let Admission::Pass(permit) = last.admit(&targets, now, 1.0) else {
            panic!("a second later");
        };
        assert!(Arc::ptr_eq(permit.target(), &targets[next]), "each in turn");
        permit.end(FAILED, now, 1.0);
    }
}

#[test]
fn a_last_resort_that_fails_makes_no_credential_rest_for_longer() {
    let registry = registry();
    let target = registry.target(&keys("x", "key", "a"), at(0));
    pass(&target, at(0)).end(Ending::Refused, at(0), 0.0);
    let opens = target.opens_at(at(0));
    let last = LastResort::default();
    for second in 1..60 {
        let now = at(second * 1_000);
        let Admission::Pass(permit) = last.admit(&[Arc::clone(&target)], now, 0.0) else {
            panic!("one a second");
        };
        permit.end(Ending::Refused, now, 0.0);
        assert_eq!(target.opens_at(now), opens);
        let Admission::Shut(shut) = last.admit(&[Arc::clone(&target)], now, 0.0) else {
            panic!("one a second");
        };
        assert!(shut.until <= now.after(Duration::from_secs(30)));
    }
}

#[test]
fn what_is_routed_around_an_open_credential_or_address_is_free() {
    for ending in [Ending::Refused, Ending::Unreachable] {
        let registry = registry();
        let target = registry.target(&keys("x", "key", "a"), at(0));
        assert_eq!(target.failover(), Extra::Failover);
        all(
            &target,
            ending,
            if ending == Ending::Refused { 1 } else { 5 },
            at(0),
        );
        assert_eq!(target.failover(), Extra::Routed, "{ending:?}");
    }
}

#[test]
fn answers_in_one_piece_stall_by_their_own_time() {
    let registry = registry();
    let target = registry.target(&keys("x", "key", "a"), at(0));
    let whole = |now| {
        let mut permit = pass(&target, now);
        permit.in_one_piece(now);
        permit
    };
    let waiting: Vec<Permit> = (0..10).map(|_| whole(at(0))).collect();
    assert!(
        !whole(at(29_000)).is_probe(),
        "nobody knows how long its answers take"
    );
    for permit in waiting {
        permit.end(Ending::Answered, at(29_500), 0.5);
    }
    let _waiting: Vec<Permit> = (0..10).map(|_| whole(at(30_000))).collect();
    assert!(
        !whole(at(100_000)).is_probe(),
        "its answers take half a minute"
    );
    assert!(whole(at(140_000)).is_probe());
}

#[test]
fn slow_start_doubles_as_answers_begin() {
    let registry = registry();
    let target = registry.target(&keys("x", "key", "a"), at(0));
    all(&target, FAILED, 5, at(0));
    pass(&target, at(10_000)).end(Ending::Answered, at(10_000), 0.5);
    let mut streams = Vec::new();
    for allowed in [1, 2, 4, 16] {
        while let Admission::Pass(permit) = target.admit(at(10_100), 0.5) {
            streams.push(permit);
        }
        assert_eq!(streams.len(), allowed);
        for stream in &mut streams {
            stream.first_event(at(10_200), 0.5);
        }
    }
}

#[test]
fn the_last_resort_finds_a_recovery_early() {
    let registry = registry();
    let targets = all_open(&registry);
    let Admission::Pass(permit) = LastResort::default().admit(&targets, at(2_000), 1.0) else {
        panic!("the first one");
    };
    permit.end(Ending::Answered, at(2_100), 1.0);
    let _permit = pass(&targets[0], at(2_200));
}

#[test]
fn the_last_resort_leaves_those_alone_that_rest_or_are_probed() {
    let registry = registry();
    let targets: Vec<_> = ["x", "y"]
        .map(|host| registry.target(&keys(host, "key", "a"), at(0)))
        .into();
    all(
        &targets[0],
        Ending::Limited {
            rest: Some(secs(60)),
            account: false,
        },
        1,
        at(0),
    );
    all(&targets[1], FAILED, 5, at(0));
    let probe = pass(&targets[1], at(5_000));
    let last = LastResort::default();
    let Admission::Shut(shut) = last.admit(&targets, at(5_000), 1.0) else {
        panic!("one rests, the other is probed");
    };
    assert_eq!(shut.until, at(35_000));
    drop(probe);
    let given_back = last.admit(&targets, at(5_000), 1.0);
    assert!(
        matches!(given_back, Admission::Pass(_)),
        "its turn was not used up"
    );
}

#[test]
fn nobody_to_ask_is_never() {
    let Admission::Shut(shut) = LastResort::default().admit(&[], at(0), 1.0) else {
        panic!("nobody");
    };
    assert_eq!(shut.until, Moment::NEVER);
}

#[test]
fn failing_over_from_an_open_target_costs_nothing() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    assert_eq!(target.failover(), Extra::Failover);
    all(&target, FAILED, 5, at(0));
    assert_eq!(target.failover(), Extra::Routed);
}

#[test]
fn an_operator_opens_the_way_again() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, Ending::Refused, 1, at(0));
    target.reset(at(1_000));
    let _permit = pass(&target, at(1_000));
}

#[test]
fn the_registry_knows_each_target_once() {
    let registry = registry();
    assert!(registry.is_empty());
    let (one, other) = (known(&registry, "key", "a"), known(&registry, "key", "a"));
    assert!(Arc::ptr_eq(&one, &other));
    assert_eq!((registry.len(), registry.targets().len()), (1, 1));
}

#[test]
fn the_registry_is_bounded_and_forgets_whoever_was_not_used() {
    let registry = Registry::new(Settings::default(), 16);
    let held = registry.target(&keys("host", "key", "held"), at(0));
    let open = keys("host", "key", "open");
    all(&registry.target(&open, at(0)), FAILED, 5, at(0));
    for n in 0..1_000 {
        let keys = keys(&format!("host{n}"), "key", "a");
        let target = registry.target(&keys, at(n));
        all(&target, Ending::Answered, 1, at(n));
        assert!(registry.len() <= 16);
    }
    assert!(Arc::ptr_eq(
        &held,
        &registry.target(&keys("host", "key", "held"), at(0))
    ));
    assert_eq!(
        shut(&registry.target(&open, at(0)), at(0)).why,
        Why::Target,
        "closed ones go first"
    );
}

#[test]
fn a_registry_full_of_held_targets_still_serves() {
    let registry = Registry::new(Settings::default(), 2);
    let held: Vec<_> = (0..5)
        .map(|n| known(&registry, "key", &n.to_string()))
        .collect();
    assert_eq!(registry.len(), 2);
    all(&held[4], Ending::Answered, 3, at(0));
}

#[test]
fn settings_can_be_a_targets_own() {
    let registry = registry();
    let mut settings = Settings::default();
    settings.target.consecutive = 2;
    let target = registry.target_with(&keys("host", "key", "a"), &settings, at(0));
    all(&target, FAILED, 2, at(0));
    assert_eq!(shut(&target, at(0)).why, Why::Target);
}

#[test]
fn threads_share_a_target() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    let passed: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| one_of_four(&target)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    let seen = target.snapshot(at(1_000));
    assert_eq!((seen.in_flight, seen.waiting), (0, 0));
    assert_eq!(seen.target.samples as usize, passed);
}

fn one_of_four(target: &Arc<Target>) -> usize {
    let passed = (0..1_000).filter(|turn| match target.admit(at(*turn), 0.5) {
        Admission::Pass(mut permit) => {
            permit.first_event(at(*turn), 0.5);
            permit.end(Ending::Answered, at(*turn), 0.5);
            true
        }
        Admission::Shut(_) => false,
    });
    passed.count()
}

#[test]
fn a_lease_of_a_day_is_not_longer_than_its_rules() {
    let registry = registry();
    let target = known(&registry, "key", "a");
    all(&target, FAILED, 5, at(0));
    let probe = pass(&target, at(5_000));
    probe.patience(Duration::from_hours(24), at(5_000));
    assert_eq!(shut(&target, at(5_000)).until, at(35_000));
}
