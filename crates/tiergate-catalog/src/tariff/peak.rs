//! Time-of-day windows in which a price is multiplied.

use std::fmt;

use crate::{Error, ErrorKind, Timestamp};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
const MINUTES_PER_DAY: u16 = 1_440;

/// A set of days of the week, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const MONDAY_TO_FRIDAY: Self = Self(0b001_1111);
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// The set with bit 0 for Monday to bit 6 for Sunday; higher bits are ignored.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    const fn has(self, weekday: u8) -> bool {
        self.0 & 1u8.wrapping_shl(weekday as u32) != 0
    }

    /// Bit 0 for Monday to bit 6 for Sunday.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// A window on some days of the week, in UTC, in which every rate is multiplied.
///
/// The end is exclusive. A window does not wrap midnight: write two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peak {
    days: Weekdays,
    from_minute: u16,
    to_minute: u16,
    percent: u32,
}

impl Peak {
    /// A window between two minutes of the day (0 to 1440) that multiplies by `percent`/100.
    ///
    /// # Errors
    /// [`ErrorKind::Peak`] when the window is empty, ends after midnight or multiplies by zero.
    pub fn try_new(
        days: Weekdays,
        from_minute: u16,
        to_minute: u16,
        percent: u32,
    ) -> Result<Self, Error> {
        let peak = Self {
            days,
            from_minute,
            to_minute,
            percent,
        };
        let sound = from_minute < to_minute
            && to_minute <= MINUTES_PER_DAY
            && percent > 0
            && days.bits() > 0;
        if sound {
            Ok(peak)
        } else {
            Err(Error::new(ErrorKind::Peak, peak.to_string()))
        }
    }

    /// The multiplier in hundredths: 200 is twice the price.
    pub const fn percent(&self) -> u32 {
        self.percent
    }

    /// Whether a moment lies in the window.
    pub fn contains(&self, now: Timestamp) -> bool {
        let minute = now.millis().rem_euclid(DAY).div_euclid(MINUTE);
        self.falls_on(now.millis().div_euclid(DAY))
            && minute >= i64::from(self.from_minute)
            && minute < i64::from(self.to_minute)
    }

    /// The next start or end of the window after `now`.
    pub(super) fn next_edge_after(&self, now: Timestamp) -> Option<Timestamp> {
        let today = now.millis().div_euclid(DAY);
        (0..=7i64)
            .filter_map(|ahead| today.checked_add(ahead))
            .filter(|day| self.falls_on(*day))
            .flat_map(|day| [edge(day, self.from_minute), edge(day, self.to_minute)])
            .flatten()
            .find(|moment| *moment > now)
    }

    /// Whether the window exists on a day, counted from 1970-01-01, a Thursday.
    fn falls_on(&self, day: i64) -> bool {
        let monday_based = day.rem_euclid(7).wrapping_add(3).rem_euclid(7);
        (0..7).any(|weekday: u8| i64::from(weekday) == monday_based && self.days.has(weekday))
    }
}

/// `0011111 60-240 200%`: days from Sunday to Monday, minutes, multiplier.
impl fmt::Display for Peak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            days,
            from_minute,
            to_minute,
            percent,
        } = self;
        write!(f, "{:07b} {from_minute}-{to_minute} {percent}%", days.0)
    }
}

fn edge(day: i64, minute: u16) -> Option<Timestamp> {
    let within = i64::from(minute).checked_mul(MINUTE)?;
    let moment = day.checked_mul(DAY)?.checked_add(within)?;
    Some(Timestamp::from_millis(moment))
}
