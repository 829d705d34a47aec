//! The complexity of a request, from 0 to 100.

use std::fmt;

/// How hard a request is: 0 asks nothing of a model, 100 asks all there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u8);

/// The given number is above 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a score is a whole number from 0 to 100, not {0}")]
pub struct OutOfRange(pub u8);

impl Score {
    /// The highest score.
    pub const MAX: Self = Self(100);

    /// A score from its number.
    ///
    /// # Errors
    /// [`OutOfRange`] above 100.
    pub const fn try_new(number: u8) -> Result<Self, OutOfRange> {
        match number {
            0..=100 => Ok(Self(number)),
            _ => Err(OutOfRange(number)),
        }
    }

    /// The score nearest to a number of hundredths of a point.
    pub(crate) fn nearest(hundredths: i32) -> Self {
        let points = (hundredths.clamp(0, 10_000) + 50) / 100;
        Self(u8::try_from(points).unwrap_or(100))
    }

    /// The number, 0 to 100.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_ends_at_a_hundred() {
        assert_eq!(Score::try_new(100), Ok(Score::MAX));
        assert_eq!(Score::try_new(101), Err(OutOfRange(101)));
        assert_eq!(Score::nearest(-5).number(), 0);
        assert_eq!(Score::nearest(1_549).number(), 15);
        assert_eq!(Score::nearest(1_550).number(), 16);
        assert_eq!(Score::nearest(i32::MAX).number(), 100);
    }
}
