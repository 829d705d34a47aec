//! Integer arithmetic in place of floating point, so that every platform gives the same score.

/// Sixteenths of an octave.
pub(crate) const OCTAVE: u32 = 16;

/// The binary logarithm of 1 + `n` in sixteenths, with straight lines between the powers of two.
#[inline]
pub(crate) fn octaves(n: u32) -> u32 {
    let above = u64::from(n) + 1;
    let power = above.ilog2();
    let rest = above - (1 << power);
    let sixteenths = (rest * u64::from(OCTAVE)) >> power;
    power * OCTAVE + u32::try_from(sixteenths).unwrap_or(OCTAVE - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_exact_at_powers_of_two_and_never_fall() {
        assert_eq!(octaves(0), 0);
        assert_eq!(octaves(1), 16);
        assert_eq!(octaves(2), 24);
        assert_eq!(octaves(1023), 160);
        assert_eq!(octaves(u32::MAX), 512);
        let all: Vec<u32> = (0..5000).map(octaves).collect();
        assert!(all.is_sorted());
    }
}
