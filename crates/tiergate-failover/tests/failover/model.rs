//! The breaker against a model of it that is slow and obvious: it remembers every result with its
//! time and counts anew each time it is asked.
//!
//! `TIERGATE_SEQUENCES` says how many sequences of events are tried; the default takes seconds.

use std::cell::Cell;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tiergate_failover::Moment;
use tiergate_failover::breaker::{Breaker, Cause, Gate, Outcome, Permit, Rules, State, Turn};

const SECOND: u64 = 1_000_000_000;

/// What the model knows, in nanoseconds.
struct Model {
    phase: Phase,
    /// Results since it was closed: when, and which.
    results: Vec<(u64, Kind)>,
    closed_at: u64,
    /// Openings in a row.
    k: u32,
    /// Counts changes: what was admitted before one does not count after it.
    era: u64,
    stalled: bool,
    /// Until when it was open, while a probe before that time is under way.
    early: Option<u64>,
    /// The last probe whose lease has ended, until something closes.
    late: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Closed,
    Open(u64),
    Half(Option<u64>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Good,
    Hard,
    Soft,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Pass,
    Probe,
    Shut(u64),
}

/// The model's permit: of which era, and whether a probe.
type Ticket = (u64, bool);

/// What the model says of a change: closed or opened.
type Change = Option<bool>;

impl Model {
    fn new(now: u64) -> Self {
        Self {
            phase: Phase::Closed,
            results: Vec::new(),
            closed_at: now,
            k: 0,
            era: 0,
            stalled: false,
            early: None,
            late: None,
        }
    }

    fn ask(&mut self, now: u64, quarter: u64, forced: bool) -> (Answer, Ticket) {
        self.overdue(now, quarter);
        let answer = match self.phase {
            Phase::Closed => Answer::Pass,
            Phase::Open(until) if now < until && !forced => Answer::Shut(until),
            Phase::Half(Some(end)) => Answer::Shut(end),
            Phase::Open(_) | Phase::Half(None) => {
                self.early = match self.phase {
                    Phase::Open(until) if until > now => Some(until),
                    _ => None,
                };
                self.era += 1;
                self.phase = Phase::Half(Some(now + 30 * SECOND));
                Answer::Probe
            }
        };
        (answer, (self.era, answer == Answer::Probe))
    }

    fn told(&mut self, ticket: Ticket, outcome: Outcome, now: u64, quarter: u64) -> Change {
        let current = ticket.0 == self.era;
        let overdue = current && self.overdue(now, quarter);
        if outcome == Outcome::Success && ticket == (self.late.unwrap_or(u64::MAX), true) {
            return Some(self.closed(now));
        }
        if !current || overdue {
            return current.then_some(false);
        }
        if self.phase == Phase::Closed {
            let kind = match outcome {
                Outcome::Neutral => return None,
                Outcome::Trip => return Some(self.opened(now, quarter)),
                Outcome::Success => Kind::Good,
                Outcome::Failure => Kind::Hard,
                Outcome::Busy | Outcome::Limited { .. } => Kind::Soft,
            };
            self.results.push((now, kind));
            let row = kind == Kind::Hard && self.row_opens(now);
            let ratio = kind != Kind::Good && self.ratio_opens(now);
            return (row || ratio).then(|| self.opened(now, quarter));
        }
        match outcome {
            Outcome::Neutral => {
                self.freed();
                None
            }
            Outcome::Success => Some(self.closed(now)),
            Outcome::Failure | Outcome::Busy | Outcome::Trip => Some(self.opened(now, quarter)),
            Outcome::Limited { rest } => {
                let rest = u64::try_from(rest.as_nanos()).expect("short");
                let pause = jittered(self.k.max(1) - 1, quarter).max(rest);
                self.era += 1;
                self.stalled = false;
                self.phase = Phase::Open((now + pause).max(self.early.take().unwrap_or(0)));
                Some(false)
            }
        }
    }

    fn given_back(&mut self, ticket: Ticket) {
        if ticket == (self.era, true) {
            self.freed();
        }
    }

    /// A probe has ended without a result.
    fn freed(&mut self) {
        self.phase = match self.early.take() {
            Some(until) => {
                self.era += 1;
                Phase::Open(until)
            }
            None => Phase::Half(None),
        };
    }

    fn begins(&mut self, ticket: &mut Ticket, now: u64, quarter: u64) -> Change {
        if !ticket.1 {
            return None;
        }
        self.overdue(now, quarter);
        if ticket.0 != self.era && Some(ticket.0) != self.late {
            return None;
        }
        let change = self.closed(now);
        *ticket = (self.era, false);
        Some(change)
    }

    fn shortened(&mut self, ticket: Ticket, now: u64, patience: u64) {
        if let (true, Phase::Half(Some(end))) = (ticket == (self.era, true), self.phase) {
            self.phase = Phase::Half(Some(end.min(now + patience)));
        }
    }

    fn softened(&mut self, now: u64) {
        if self.phase == Phase::Closed {
            self.rested(now);
            self.era += 1;
            self.phase = Phase::Half(None);
            self.stalled = true;
        }
    }

    fn hardened(&mut self, now: u64) -> Change {
        self.stalled.then(|| self.closed(now))
    }

    /// A probe without a result at the end of its lease has failed then.
    fn overdue(&mut self, now: u64, quarter: u64) -> bool {
        match self.phase {
            Phase::Half(Some(end)) if now >= end => {
                self.late = Some(self.era);
                self.opened(end, quarter);
                true
            }
            _ => false,
        }
    }

    fn opened(&mut self, now: u64, quarter: u64) -> bool {
        self.rested(now);
        match self.early.take() {
            Some(until) if until > now => self.phase = Phase::Open(until),
            _ => {
                self.phase = Phase::Open(now + jittered(self.k, quarter));
                self.k += 1;
            }
        }
        self.era += 1;
        self.stalled = false;
        false
    }

    fn closed(&mut self, now: u64) -> bool {
        self.phase = Phase::Closed;
        self.early = None;
        self.late = None;
        self.results.clear();
        self.closed_at = now;
        self.era += 1;
        self.stalled = false;
        true
    }

    /// Five minutes closed make up for all openings.
    fn rested(&mut self, now: u64) {
        if self.phase == Phase::Closed && now >= self.closed_at + 300 * SECOND {
            self.k = 0;
        }
    }

    /// Results of the window and failures among them.
    fn window(&self, now: u64) -> (u64, u64) {
        let bucket = |at: u64| at / (3 * SECOND);
        let within = |at: u64| bucket(now) - bucket(at) < 10;
        let window = self.results.iter().filter(|(at, _)| within(*at));
        let kinds: Vec<_> = window.map(|(_, kind)| *kind).collect();
        let good = kinds.iter().filter(|kind| **kind == Kind::Good).count();
        (kinds.len() as u64, (kinds.len() - good) as u64)
    }

    fn row_opens(&self, now: u64) -> bool {
        let latest = self.results.iter().rev().map(|(_, kind)| *kind);
        let row = latest.take_while(|kind| *kind != Kind::Good);
        let row = row.filter(|kind| *kind == Kind::Hard).count() as u64;
        let (samples, failures) = self.window(now);
        let (others, bad) = (samples.saturating_sub(row), failures.saturating_sub(row));
        let share = bad as f64 / others as f64;
        let by_chance = others > 0 && share > 0.05 && share < 0.5;
        row >= if by_chance { 12 } else { 5 }
    }

    fn ratio_opens(&self, now: u64) -> bool {
        let (samples, failures) = self.window(now);
        let surely = {
            let excess = 10 * i128::from(failures) - 3 * i128::from(samples);
            excess > 0 && excess * excess > 252 * i128::from(samples)
        };
        samples >= 10 && 100 * (samples - failures) < 55 * samples && surely
    }
}

/// Half of 5 s, 10 s, 20 s, 30 s, and as many quarters of the other half.
fn jittered(k: u32, quarter: u64) -> u64 {
    let half = 30.min(5 << k.min(10)) * SECOND / 2;
    half + half / 4 * quarter
}

/// One event, unpacked from the bits of a number: numbers are generated and shrunk quickly.
struct Event(u32);

impl Event {
    fn bits(&self, shift: u32, count: u32) -> u64 {
        u64::from(self.0 >> shift & ((1 << count) - 1))
    }

    /// A random number that the model can compute with exactly.
    fn quarter(&self) -> u64 {
        self.bits(0, 2)
    }

    fn pause(&self) -> u64 {
        let millis = [
            0, 1, 40, 900, 2_500, 3_000, 5_000, 7_500, 10_000, 16_000, 29_999, 30_000,
        ];
        let long = [31_000, 299_999, 300_000, 7_200_000];
        let pauses: Vec<u64> = millis.into_iter().chain(long).collect();
        pauses[usize::try_from(self.bits(2, 4)).expect("small")] * 1_000_000
    }

    /// Failures are as common as the sequence says, of eight.
    fn outcome(&self, bad: u64) -> Outcome {
        let rest =
            Duration::from_secs([0, 2, 40, 200][usize::try_from(self.bits(6, 2)).expect("small")]);
        if self.bits(8, 3) >= bad {
            return Outcome::Success;
        }
        match self.bits(11, 4) {
            0..9 => Outcome::Failure,
            9 | 10 => Outcome::Busy,
            11 | 12 => Outcome::Limited { rest },
            13 => Outcome::Trip,
            _ => Outcome::Neutral,
        }
    }
}

/// How often a search came by what can happen.
#[derive(Clone, Copy, Debug, Default)]
struct Reached {
    events: u64,
    results_while_closed: u64,
    results_of_probes: u64,
    results_too_old: u64,
    opened_by_row: u64,
    opened_by_ratio: u64,
    opened_by_limits: u64,
    opened_by_trip: u64,
    opened_by_probe: u64,
    opened_by_lease: u64,
    closed: u64,
    full_windows: u64,
}

impl Reached {
    fn all(self) -> [u64; 12] {
        [
            self.events,
            self.results_while_closed,
            self.results_of_probes,
            self.results_too_old,
            self.opened_by_row,
            self.opened_by_ratio,
            self.opened_by_limits,
            self.opened_by_trip,
            self.opened_by_probe,
            self.opened_by_lease,
            self.closed,
            self.full_windows,
        ]
    }

    fn and(self, other: Self) -> Self {
        Self {
            events: self.events + other.events,
            results_while_closed: self.results_while_closed + other.results_while_closed,
            results_of_probes: self.results_of_probes + other.results_of_probes,
            results_too_old: self.results_too_old + other.results_too_old,
            opened_by_row: self.opened_by_row + other.opened_by_row,
            opened_by_ratio: self.opened_by_ratio + other.opened_by_ratio,
            opened_by_limits: self.opened_by_limits + other.opened_by_limits,
            opened_by_trip: self.opened_by_trip + other.opened_by_trip,
            opened_by_probe: self.opened_by_probe + other.opened_by_probe,
            opened_by_lease: self.opened_by_lease + other.opened_by_lease,
            closed: self.closed + other.closed,
            full_windows: self.full_windows + other.full_windows,
        }
    }

    fn turned(&mut self, turn: Option<Turn>) {
        let count = match turn {
            Some(Turn::Closed) => &mut self.closed,
            Some(Turn::Opened(Cause::Consecutive)) => &mut self.opened_by_row,
            Some(Turn::Opened(Cause::Ratio)) => &mut self.opened_by_ratio,
            Some(Turn::Opened(Cause::Limited)) => &mut self.opened_by_limits,
            Some(Turn::Opened(Cause::Tripped)) => &mut self.opened_by_trip,
            Some(Turn::Opened(Cause::Probe)) => &mut self.opened_by_probe,
            Some(Turn::Opened(Cause::Lease)) => &mut self.opened_by_lease,
            Some(Turn::Opened(Cause::Stalled | Cause::Targets)) | None => return,
        };
        *count += 1;
    }
}

/// The breaker and its model, told the same.
struct Pair {
    reached: Reached,
    breaker: Breaker,
    model: Model,
    now: u64,
    held: Vec<(Permit, Ticket)>,
    bad: u64,
}

impl Pair {
    fn new(bad: u64) -> Self {
        let now = 1_000 * SECOND;
        Self {
            reached: Reached::default(),
            breaker: Breaker::new(Rules::default(), Moment::from_nanos(now)),
            model: Model::new(now),
            now,
            held: Vec::new(),
            bad,
        }
    }

    fn step(&mut self, event: &Event) {
        self.reached.events += 1;
        let (now, quarter) = (Moment::from_nanos(self.now), event.quarter());
        let chance = quarter as f64 / 4.0;
        match event.bits(15, 5) {
            0..6 => self.now += event.pause(),
            6..11 => self.admit(event, false),
            11 => self.admit(event, true),
            12..19 => {
                if let Some((permit, ticket)) = self.pick(event) {
                    self.record(permit, ticket, event);
                }
            }
            19..25 => self.burst(event),
            25 => {
                if let Some((permit, ticket)) = self.pick(event) {
                    self.breaker.abandon(permit);
                    self.model.given_back(ticket);
                }
            }
            26 | 27 => {
                if let Some((mut permit, mut ticket)) = self.pick(event) {
                    let told = self.breaker.alive(&mut permit, now, chance);
                    assert_eq!(
                        closed(told),
                        self.model.begins(&mut ticket, self.now, quarter)
                    );
                    self.held.push((permit, ticket));
                }
            }
            28 => {
                self.breaker.soften(now);
                self.model.softened(self.now);
            }
            29 => assert_eq!(
                closed(self.breaker.harden(now)),
                self.model.hardened(self.now)
            ),
            30 => {
                if let Some((permit, ticket)) = self.pick(event) {
                    let patience = event.pause();
                    self.breaker
                        .lease(&permit, Duration::from_nanos(patience), now);
                    self.model.shortened(ticket, self.now, patience);
                    self.held.push((permit, ticket));
                }
            }
            _ => {
                let told = self.breaker.trip(Cause::Targets, now, chance);
                let open = self.model.phase == Phase::Closed;
                let model = open.then(|| self.model.opened(self.now, quarter));
                assert_eq!(closed(told), model);
            }
        }
        self.compare();
    }

    /// Sixteen attempts in a row, with different results.
    fn burst(&mut self, event: &Event) {
        for turn in 0..16 {
            let event = Event(event.0.rotate_left(turn).wrapping_mul(0x9e37_79b9));
            self.admit(&event, false);
            if let Some((permit, ticket)) = self.held.pop() {
                self.record(permit, ticket, &event);
            }
        }
    }

    fn admit(&mut self, event: &Event, forced: bool) {
        let (now, quarter) = (Moment::from_nanos(self.now), event.quarter());
        let chance = quarter as f64 / 4.0;
        let gate = if forced {
            self.breaker.force(now, chance)
        } else {
            self.breaker.admit(now, chance)
        };
        let (answer, ticket) = self.model.ask(self.now, quarter, forced);
        let (said, permit) = match gate {
            Gate::Pass(permit) => (Answer::Pass, Some(permit)),
            Gate::Probe(permit) => (Answer::Probe, Some(permit)),
            Gate::Shut { until } => (Answer::Shut(until.nanos()), None),
        };
        assert_eq!(said, answer);
        self.held.extend(permit.map(|permit| (permit, ticket)));
    }

    fn record(&mut self, permit: Permit, ticket: Ticket, event: &Event) {
        let (now, quarter) = (Moment::from_nanos(self.now), event.quarter());
        let outcome = event.outcome(self.bad);
        let count = match self.model.phase {
            _ if ticket.0 != self.model.era => &mut self.reached.results_too_old,
            Phase::Closed => &mut self.reached.results_while_closed,
            Phase::Open(_) | Phase::Half(_) => &mut self.reached.results_of_probes,
        };
        *count += 1;
        let told = self
            .breaker
            .record(permit, outcome, now, quarter as f64 / 4.0);
        self.reached.turned(told);
        assert_eq!(
            closed(told),
            self.model.told(ticket, outcome, self.now, quarter)
        );
    }

    /// One of the permits held, old ones too.
    fn pick(&mut self, event: &Event) -> Option<(Permit, Ticket)> {
        let count = self.held.len();
        let place = usize::try_from(event.bits(20, 12)).expect("small");
        (count > 0).then(|| self.held.swap_remove(place % count))
    }

    fn compare(&mut self) {
        let phase = match self.breaker.state() {
            State::Closed => Phase::Closed,
            State::Open { until } => Phase::Open(until.nanos()),
            State::HalfOpen { lease } => Phase::Half(lease.map(Moment::nanos)),
        };
        assert_eq!(phase, self.model.phase);
        assert_eq!(self.breaker.openings(), self.model.k);
        assert_eq!(
            self.breaker.cause() == Some(Cause::Stalled),
            self.model.stalled
        );
        if phase == Phase::Closed {
            let (samples, failures) = self.breaker.counts(Moment::from_nanos(self.now));
            let model = self.model.window(self.now);
            self.reached.full_windows += u64::from(samples >= 10);
            assert_eq!((u64::from(samples), u64::from(failures)), model);
        }
    }
}

fn closed(turn: Option<Turn>) -> Change {
    turn.map(|turn| turn == Turn::Closed)
}

#[test]
fn the_breaker_does_what_its_model_does() {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long to search is the caller's choice"
    )]
    let sequences = std::env::var("TIERGATE_SEQUENCES");
    let cases = sequences.map_or(20_000, |count| count.parse().expect("a number"));
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let events = (0_u64..9, prop::collection::vec(any::<u32>(), 1..80));
    let reached = Cell::new(Reached::default());
    TestRunner::new(config)
        .run(&events, |(bad, events)| {
            let mut pair = Pair::new(bad);
            for event in events {
                pair.step(&Event(event));
            }
            reached.set(reached.get().and(pair.reached));
            Ok(())
        })
        .unwrap_or_else(|fault| panic!("{fault}"));
    let reached = reached.get();
    println!("{cases} sequences: {reached:?}");
    // the search is worth something only if it comes by everything
    let least = u64::from(cases / 200);
    assert!(
        reached.all().iter().all(|count| *count >= least),
        "{reached:?}"
    );
}
