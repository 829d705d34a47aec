//! What a million units cost.

use std::fmt;
use std::str::FromStr;

use super::decimal::{self, ParseMoneyError};

/// Nano-dollars per million units (tokens).
///
/// Text is dollars per million units, as vendors publish prices:
///
/// ```
/// use tiergate_catalog::Rate;
///
/// let rate: Rate = "0.0028".parse()?;
/// assert_eq!(rate.nanos_per_million(), 2_800_000);
/// assert_eq!(rate.to_string(), "0.0028");
/// # Ok::<(), tiergate_catalog::ParseMoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(u64);

impl Rate {
    /// Nothing per unit.
    pub const ZERO: Self = Self(0);

    /// A rate of so many nano-dollars per million units.
    pub const fn from_nanos_per_million(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nano-dollars per million units.
    pub const fn nanos_per_million(self) -> u64 {
        self.0
    }

    /// The rate times `percent`/100, rounded up, held at the top of the range.
    #[must_use]
    pub fn scaled(self, percent: u32) -> Self {
        let product = u128::from(self.0).saturating_mul(u128::from(percent));
        Self(u64::try_from(product.div_ceil(100)).unwrap_or(u64::MAX))
    }
}

/// Dollars per million units, exact.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(f, false, self.0)
    }
}

/// Reads dollars per million units: a plain decimal with at most nine decimals.
impl FromStr for Rate {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match decimal::read(text)? {
            (true, nanos) if nanos > 0 => Err(ParseMoneyError::negative()),
            (_, nanos) => Ok(Self(nanos)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_negative_rate_is_refused() {
        assert!("-0.1".parse::<Rate>().is_err());
        assert_eq!("0".parse(), Ok(Rate::ZERO));
    }

    #[test]
    fn scaling_rounds_up_and_holds_at_the_top() {
        assert_eq!(Rate(3).scaled(150), Rate(5));
        assert_eq!(Rate(150_000_000).scaled(200), Rate(300_000_000));
        assert_eq!(Rate(u64::MAX).scaled(200), Rate(u64::MAX));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(nanos: u64) {
            let rate = Rate(nanos);
            prop_assert_eq!(rate.to_string().parse(), Ok(rate));
        }
    }
}
