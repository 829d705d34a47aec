//! Points in time as plain integers.

use std::fmt;
use std::str::FromStr;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }
}

/// RFC 3339 in UTC. A moment outside of the years −9999 to 9999 prints as the nearest one inside.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(limit);
        fmt::Display::fmt(&moment, f)
    }
}

/// Reads `YYYY-MM-DD` (midnight UTC) or an RFC 3339 date and time with its offset.
impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const DATE: usize = "YYYY-MM-DD".len();
        let moment = if text.len() == DATE {
            text.parse::<jiff::civil::Date>()
                .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC))
                .map(|zoned| zoned.timestamp())
        } else {
            text.parse::<jiff::Timestamp>()
        };
        moment
            .map(|moment| Self(moment.as_millisecond()))
            .map_err(|source| ParseTimestampError(source.to_string()))
    }
}

/// The text is neither a date nor an RFC 3339 date and time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date (YYYY-MM-DD) or an RFC 3339 time: {0}")]
pub struct ParseTimestampError(String);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_and_times_are_read_in_utc() {
        let midnight = Timestamp::from_millis(1_795_219_200_000);
        for text in [
            "2026-11-21",
            "2026-11-21T00:00:00Z",
            "2026-11-21T01:00:00+01:00",
        ] {
            assert_eq!(text.parse(), Ok(midnight));
        }
        assert_eq!(midnight.to_string(), "2026-11-21T00:00:00Z");
        assert_eq!(midnight.seconds(), 1_795_219_200);
        assert_eq!(Timestamp::from_millis(-1).seconds(), -1);
        for text in ["", "2026-13-01", "2026-11-21T00:00:00", "yesterday"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn every_moment_prints() {
        assert!(
            Timestamp::from_millis(i64::MAX)
                .to_string()
                .starts_with("9999-")
        );
        assert!(
            Timestamp::from_millis(i64::MIN)
                .to_string()
                .starts_with('-')
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(millis in -30_000_000_000_000i64..200_000_000_000_000) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }
}
