//! What goes wrong, where and when: spells of faults over targets, drawn before the run begins.

use std::time::Duration;

use fastrand::Rng;
use tiergate_providers::{Error, Kind};

/// One thing that a provider does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No connection, at once or after the time for connecting.
    Refused,
    /// The connection ends before a head; also what a lost packet comes to in the end.
    Reset,
    /// Taken and never answered: a black hole.
    Hang,
    Server,
    Overloaded(Option<Duration>),
    /// Busy with something that passes by itself, in these words.
    Busy(u16),
    Limited(Option<Duration>),
    /// The credential is refused, or has no funds.
    Refuses(Kind),
    /// The model is gone.
    Gone,
    /// Something is not found that is not the model.
    Missing,
    Invalid,
    /// A stream in place of a whole answer, or the other way round.
    WrongShape,
    SlowFirst(Duration),
    /// A stream that ends before it has said anything.
    Empty,
    /// A stream whose first event is an error.
    ErrorFirst,
    /// A role and then nothing.
    RoleOnly,
    /// Nothing but comments.
    Pings,
    /// Falls silent in the middle, with or without comments.
    Stall {
        pings: bool,
    },
    /// The connection is cut in the middle.
    Cut,
    /// The stream ends in the middle as if all were well.
    ShortEnd,
    /// The same with `[DONE]`.
    EarlyDone,
    /// Garbage in the middle.
    Garbled,
    /// Nothing after the finish reason, and no end.
    Lingers,
}

/// A fault over a provider, one of its credentials or one of its models for a time.
#[derive(Clone, Debug)]
pub(crate) struct Spell {
    pub(crate) from: Duration,
    pub(crate) to: Duration,
    pub(crate) provider: usize,
    pub(crate) mark: Option<u64>,
    pub(crate) model: Option<usize>,
    pub(crate) fault: Fault,
    /// Calls in a hundred that meet it.
    pub(crate) percent: u32,
    /// Comes and goes in this rhythm.
    pub(crate) flaps: Option<Duration>,
}

/// Who is called, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called {
    pub(crate) at: Duration,
    pub(crate) provider: usize,
    pub(crate) mark: u64,
    pub(crate) model: usize,
}

impl Spell {
    /// A spell within `length`, over one of the providers and, by the kind of fault, a part of it.
    pub(crate) fn draw(rng: &mut Rng, length: Duration, providers: usize, models: usize) -> Self {
        let from = length.mul_f64(rng.f64() * 0.9);
        let lasts = Duration::from_millis(rng.u64(500..90_000));
        let fault = Fault::draw(rng);
        let whole = match fault {
            Fault::Refused | Fault::Hang => rng.u8(0..4) > 0,
            Fault::Gone | Fault::Refuses(_) => false,
            _ => rng.u8(0..3) == 0,
        };
        let keyed = matches!(fault, Fault::Refuses(_));
        Self {
            from,
            to: (from + lasts).min(length),
            provider: rng.usize(0..providers),
            mark: keyed.then(|| rng.u64(0..2)),
            model: (!whole && !keyed).then(|| rng.usize(0..models)),
            fault,
            percent: [100, 100, 70, 30][rng.usize(0..4)],
            flaps: (rng.u8(0..5) == 0).then(|| Duration::from_millis(rng.u64(200..8_000))),
        }
    }

    /// A spell of what may be tried again at once, over one model at one provider for the whole time.
    pub(crate) fn trying(rng: &mut Rng, length: Duration, provider: usize, model: usize) -> Self {
        Self {
            from: Duration::ZERO,
            to: length,
            provider,
            mark: None,
            model: Some(model),
            fault: [Fault::Server, Fault::Reset, Fault::Overloaded(None)][rng.usize(0..3)],
            percent: [20, 40, 70][rng.usize(0..3)],
            flaps: None,
        }
    }

    pub(crate) fn meets(&self, called: &Called) -> bool {
        let place = self.provider == called.provider
            && self.mark.is_none_or(|mark| mark == called.mark)
            && self.model.is_none_or(|model| model == called.model);
        let on = self.flaps.is_none_or(|rhythm| {
            let since = called.at.saturating_sub(self.from);
            (since.as_nanos() / rhythm.as_nanos().max(1)).is_multiple_of(2)
        });
        place && on && (self.from..self.to).contains(&called.at)
    }
}

impl Fault {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        match rng.u8(0..30) {
            0 | 1 => Self::Refused,
            2 | 3 => Self::Reset,
            4..=6 => Self::Hang,
            7 | 8 => Self::Server,
            9 => Self::Overloaded(rest(rng)),
            10 => Self::Busy([408, 409, 425][rng.usize(0..3)]),
            11..=13 => Self::Limited(rest(rng)),
            14 => Self::Refuses(Kind::Auth),
            15 => Self::Refuses(Kind::Billing),
            16 => Self::Gone,
            17 => Self::Missing,
            18 => Self::Invalid,
            19 => Self::WrongShape,
            20 => Self::SlowFirst(Duration::from_millis(rng.u64(2_000..150_000))),
            21 => Self::Empty,
            22 => Self::ErrorFirst,
            23 => Self::RoleOnly,
            24 => Self::Pings,
            25 => Self::Stall { pings: rng.bool() },
            26 => Self::Cut,
            27 => Self::ShortEnd,
            28 => [Self::EarlyDone, Self::Garbled][rng.usize(0..2)],
            _ => Self::Lingers,
        }
    }

    /// What is said where the fault is an answer of its own, with the time until it is said.
    pub(crate) fn said(self, provider: &str, rng: &mut Rng) -> Option<(Duration, Error)> {
        let soon = Duration::from_millis(rng.u64(1..800));
        let error =
            |kind, status: u16| Error::new(kind, provider, "bad weather").with_status(status);
        let resting = |error: Error, rest: Option<Duration>| match rest {
            Some(rest) => error.with_retry_after(rest),
            None => error,
        };
        let said = match self {
            Self::Refused => {
                let late = if rng.bool() {
                    Duration::ZERO
                } else {
                    Duration::from_secs(3)
                };
                return Some((late, Error::new(Kind::Connect, provider, "refused")));
            }
            Self::Reset => Error::new(Kind::Reset, provider, "reset"),
            Self::Server => error(Kind::Server, 500),
            Self::Overloaded(rest) => resting(error(Kind::Overloaded, 503), rest),
            Self::Busy(status) => error(Kind::Overloaded, status),
            Self::Limited(rest) => resting(error(Kind::RateLimited, 429), rest),
            Self::Refuses(kind) => error(kind, if kind == Kind::Auth { 401 } else { 402 }),
            Self::Gone => error(Kind::NotFound, 404).with_code("model_not_found"),
            Self::Missing => error(Kind::NotFound, 404),
            Self::Invalid => Error::new(Kind::Invalid, provider, "no answer at all"),
            _ => return None,
        };
        Some((soon, said))
    }
}

fn rest(rng: &mut Rng) -> Option<Duration> {
    let seconds = [0, 1, 2, 3, 10, 60, 300];
    rng.bool()
        .then(|| Duration::from_secs(seconds[rng.usize(0..seconds.len())]))
}
