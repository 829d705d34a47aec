//! Which of several choices.

use crate::json::{Invalid, Kind, Scanner};

/// Some of the choices of an answer, by their index; the 128th stands for all that follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choices(u128);

impl Choices {
    /// Every choice.
    pub const ALL: Self = Self(u128::MAX);

    /// The first ones, so many as were asked for.
    pub fn first(count: u32) -> Self {
        Self(
            u128::MAX
                .checked_shr(128_u32.saturating_sub(count))
                .unwrap_or(0),
        )
    }

    /// Adds the choice of an index.
    pub fn add(&mut self, index: u32) {
        self.0 |= 1 << index.min(127);
    }

    /// Those that are in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of the other are among these.
    pub fn cover(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
}

/// Consumes the value of `index`; what is no index is the first.
pub(super) fn index(scanner: &mut Scanner<'_>) -> Result<u32, Invalid> {
    let kind = scanner.kind()?;
    let raw = scanner.skip()?.of(scanner.bytes());
    // nearly always
    if let [digit @ b'0'..=b'9'] = raw {
        return Ok(u32::from(digit - b'0'));
    }
    let digits = std::str::from_utf8(raw).ok();
    let digits = digits.filter(|_| kind == Kind::Number);
    Ok(digits.and_then(|digits| digits.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ones_are_as_many_as_were_asked_for() {
        for count in [1, 2, 127, 128, 129, u32::MAX] {
            let first = Choices::first(count);
            let (mut last, mut next) = (Choices::default(), Choices::default());
            last.add(count - 1);
            next.add(count);
            assert!(first.cover(last), "{count}");
            assert_eq!(first.cover(next), count > 127, "{count}");
        }
        assert!(Choices::first(0).is_empty());
        assert_eq!(Choices::first(200), Choices::ALL);
    }

    #[test]
    fn some_cover_others() {
        let (mut one, mut both) = (Choices::default(), Choices::first(1));
        one.add(1);
        both.add(1);
        assert!(both.cover(one) && !one.cover(both));
        assert_eq!(one.or(Choices::first(1)), both);
        assert_eq!(both.and(one), one);
        assert!(one.and(Choices::first(1)).is_empty());
    }
}
