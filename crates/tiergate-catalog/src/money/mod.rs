//! Amounts and rates of money as integers; no float ever touches them.
#![deny(clippy::arithmetic_side_effects)]

mod decimal;
mod rate;

use std::fmt;
use std::str::FromStr;

pub use decimal::ParseMoneyError;
pub use rate::Rate;

/// An amount in nano-dollars (billionths of a US dollar), positive or negative.
///
/// The range is that of an `i64`: about ±9.2 billion dollars. Arithmetic is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of so many nano-dollars.
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The amount in nano-dollars.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// The sum, or `None` when it leaves the range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }

    /// The difference, or `None` when it leaves the range.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }
}

/// The exact amount in dollars, without an exponent and without trailing zeros: `-0.5`, `0.000123`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(f, self.0 < 0, self.0.unsigned_abs())
    }
}

/// Reads a plain decimal of dollars with at most nine significant decimals.
impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, nanos) = decimal::read(text)?;
        let nanos = if negative {
            0i64.checked_sub_unsigned(nanos)
        } else {
            0i64.checked_add_unsigned(nanos)
        };
        nanos.map(Self).ok_or_else(ParseMoneyError::too_large)
    }
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test may overflow, loudly"
)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prints_exact_decimals() {
        for (nanos, text) in [
            (0, "0"),
            (123_000, "0.000123"),
            (-500_000_000, "-0.5"),
            (1, "0.000000001"),
            (12_000_000_000, "12"),
            (10_100_000_000, "10.1"),
            (i64::MAX, "9223372036.854775807"),
            (i64::MIN, "-9223372036.854775808"),
        ] {
            assert_eq!(Money::from_nanos(nanos).to_string(), text);
            assert_eq!(text.parse(), Ok(Money::from_nanos(nanos)));
        }
    }

    #[test]
    fn refuses_what_is_not_an_exact_amount() {
        for text in [
            "", "-", ".5", "1.", "+1", "1e3", "1,5", " 1", "0x1", "NaN", "--1", "1.2.3", "１",
        ] {
            assert!(text.parse::<Money>().is_err(), "{text:?}");
        }
        assert!("0.0000000001".parse::<Money>().is_err());
        assert!("9223372036.854775808".parse::<Money>().is_err());
        assert!("99999999999999999999999999".parse::<Money>().is_err());
        assert_eq!("-0".parse(), Ok(Money::ZERO));
        assert_eq!(
            "0.1000000000000".parse(),
            Ok(Money::from_nanos(100_000_000))
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(nanos: i64) {
            let money = Money::from_nanos(nanos);
            let text = money.to_string();
            prop_assert!(!text.contains(['e', 'E', '+']));
            prop_assert_eq!(text.parse(), Ok(money));
        }

        #[test]
        fn arithmetic_is_that_of_wide_integers(a: i64, b: i64) {
            let (x, y) = (Money::from_nanos(a), Money::from_nanos(b));
            let sum = i64::try_from(i128::from(a) + i128::from(b)).ok();
            let difference = i64::try_from(i128::from(a) - i128::from(b)).ok();
            prop_assert_eq!(x.checked_add(y).map(Money::nanos), sum);
            prop_assert_eq!(x.checked_sub(y).map(Money::nanos), difference);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
            let _ = text.parse::<Money>();
            let _ = text.parse::<Rate>();
        }
    }
}
