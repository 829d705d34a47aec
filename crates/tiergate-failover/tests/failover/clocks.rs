//! The time limits of attempts, as a table.

use std::time::Duration;

use tiergate_failover::clocks::{Attempt, Clocks, Pace};

use crate::support::{millis, secs};

/// A stream with all its time and another candidate behind it.
fn stream() -> Attempt {
    Attempt {
        remaining: secs(600),
        asked: false,
        attempts_left: 3,
        alternative: true,
        stream: true,
        pace: Pace::Usual,
        size: 0,
        p99: None,
    }
}

fn first(attempt: Attempt) -> Duration {
    Clocks::default().times(&attempt).first
}

#[test]
fn a_stream_has_ten_seconds_while_another_could_answer() {
    for pace in [Pace::Quick, Pace::Usual, Pace::Slow] {
        assert_eq!(first(Attempt { pace, ..stream() }), secs(10));
    }
}

#[test]
fn a_large_request_has_longer() {
    assert_eq!(
        first(Attempt {
            size: 100_000,
            ..stream()
        }),
        secs(15)
    );
    assert_eq!(
        first(Attempt {
            size: u64::MAX,
            ..stream()
        }),
        secs(60)
    );
}

#[test]
fn the_last_candidate_has_the_time_of_its_pace() {
    for (pace, time) in [(Pace::Quick, 30), (Pace::Usual, 60), (Pace::Slow, 120)] {
        let attempt = Attempt {
            pace,
            alternative: false,
            ..stream()
        };
        assert_eq!(first(attempt), secs(time));
    }
}

#[test]
fn what_remains_is_shared_among_attempts() {
    assert_eq!(
        first(Attempt {
            remaining: secs(12),
            ..stream()
        }),
        secs(4)
    );
    let last = Attempt {
        remaining: secs(12),
        attempts_left: 1,
        ..stream()
    };
    assert_eq!(first(last), secs(10));
}

#[test]
fn an_attempt_has_at_least_two_seconds_if_they_are_there() {
    assert_eq!(
        first(Attempt {
            remaining: secs(3),
            ..stream()
        }),
        secs(2)
    );
    assert_eq!(
        first(Attempt {
            remaining: millis(700),
            ..stream()
        }),
        millis(700)
    );
}

#[test]
fn known_times_can_bound_the_first_event() {
    let clocks = Clocks {
        times_p99: Some(3),
        ..Clocks::default()
    };
    let bounded = |p99| clocks.times(&Attempt { p99, ..stream() }).first;
    assert_eq!(bounded(None), secs(10));
    assert_eq!(bounded(Some(secs(1))), secs(3));
    assert_eq!(bounded(Some(millis(1))), secs(2));
    assert_eq!(bounded(Some(secs(100))), secs(60));
}

#[test]
fn an_answer_in_one_piece_has_its_share_of_the_deadline() {
    let attempt = Attempt {
        stream: false,
        ..stream()
    };
    let times = Clocks::default().times(&attempt);
    assert_eq!((times.first, times.total), (secs(90), secs(90)));
    let last = Attempt {
        alternative: false,
        ..attempt
    };
    assert_eq!(Clocks::default().times(&last).total, secs(600));
}

#[test]
fn a_stream_may_last_half_an_hour_unless_its_client_asks_for_less() {
    let total = |attempt| Clocks::default().times(&attempt).total;
    assert_eq!(total(stream()), Duration::from_mins(30));
    let asked = Attempt {
        asked: true,
        remaining: secs(40),
        ..stream()
    };
    assert_eq!(total(asked), secs(40));
}

#[test]
fn a_client_can_lower_the_deadline_but_not_raise_it() {
    let clocks = Clocks::default();
    assert_eq!(clocks.deadline(None), secs(600));
    assert_eq!(clocks.deadline(Some(secs(5))), secs(5));
    assert_eq!(clocks.deadline(Some(secs(5_000))), secs(600));
}

#[test]
fn no_phase_is_longer_than_what_remains() {
    let attempt = Attempt {
        remaining: millis(500),
        asked: true,
        ..stream()
    };
    let times = Clocks::default().times(&attempt);
    for phase in [
        times.pool,
        times.connect,
        times.write_idle,
        times.first,
        times.idle,
        times.total,
    ] {
        assert_eq!(phase, millis(500));
    }
    let over = Clocks::default().times(&Attempt {
        remaining: Duration::ZERO,
        ..attempt
    });
    assert_eq!((over.first, over.total), (Duration::ZERO, Duration::ZERO));
}

#[test]
fn a_hosts_own_clocks_count() {
    let clocks = Clocks {
        first_with_alternative: secs(300),
        first: [secs(400); 3],
        ..Clocks::default()
    };
    let alone = Attempt {
        alternative: false,
        ..stream()
    };
    assert_eq!(clocks.times(&stream()).first, secs(200), "its share");
    assert_eq!(clocks.times(&alone).first, secs(400));
}
