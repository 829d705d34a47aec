//! Time and chance as arguments: a point in monotonic time, and what is made of a random number.

use std::time::Duration;

/// A point in monotonic time, as nanoseconds since a start that the caller has chosen.
///
/// All moments that one state machine sees must have the same start. A `now` that runs backwards is
/// borne (spans are then zero), never a panic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// The start itself.
    pub const START: Self = Self(0);
    /// Later than everything: five centuries from the start.
    pub const NEVER: Self = Self(u64::MAX);

    /// This many nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// This moment and a span; at most [`Moment::NEVER`].
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(nanos(span)))
    }

    /// The span since an earlier moment; zero if it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Nanoseconds of a span, as far as they can be counted.
pub(crate) fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

/// A random part of a span: `chance` runs from 0 up to 1, and whatever is not a number counts as 0.
pub(crate) fn part(span: Duration, chance: f64) -> Duration {
    let chance = if chance.is_nan() {
        0.0
    } else {
        chance.clamp(0.0, 1.0)
    };
    Duration::try_from_secs_f64(span.as_secs_f64() * chance)
        .unwrap_or(span)
        .min(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_saturate_at_both_ends() {
        let later = Moment::START.after(Duration::from_secs(3));
        assert_eq!(later.since(Moment::START), Duration::from_secs(3));
        assert_eq!(Moment::START.since(later), Duration::ZERO);
        assert_eq!(later.after(Duration::MAX), Moment::NEVER);
    }

    #[test]
    fn any_number_gives_a_part() {
        for span in [Duration::ZERO, Duration::from_secs(1), Duration::MAX] {
            for chance in [
                f64::NAN,
                f64::NEG_INFINITY,
                -1.0,
                0.0,
                0.3,
                1.0,
                f64::INFINITY,
            ] {
                assert!(part(span, chance) <= span);
            }
            assert_eq!(part(span, 2.0), span);
        }
    }
}
