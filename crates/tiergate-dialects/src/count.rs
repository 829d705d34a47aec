//! Counts of tokens, however vendors write them.

use tiergate_wire::usage::MOST;

use crate::inner::Json;

/// A whole number that can be a count; `None` for whatever else stands there.
pub(crate) fn count(told: Option<&Json<'_>>) -> Option<u64> {
    whole(told?.get().as_bytes())
}

/// The same of raw JSON.
pub(crate) fn whole(raw: &[u8]) -> Option<u64> {
    // nearly every count is a few digits
    if (1..=9).contains(&raw.len()) && raw.iter().all(u8::is_ascii_digit) {
        let digit = |number: u64, byte: &u8| number * 10 + u64::from(byte - b'0');
        return Some(raw.iter().fold(0, digit));
    }
    // some hosts write `12.0` and `1.2e1`
    let number: f64 = str::from_utf8(raw).ok()?.parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "the bound is exact as a float")]
    let fits = (0.0..=MOST as f64).contains(&number) && number.fract() == 0.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was just checked"
    )]
    fits.then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_whole_and_possible() {
        for (raw, count) in [
            ("0", Some(0)),
            ("12.0", Some(12)),
            ("1.2e1", Some(12)),
            ("999999999", Some(999_999_999)),
            ("1000000000", Some(MOST)),
            ("1e9", Some(MOST)),
            ("1000000001", None),
            ("9007199254740993", None),
            ("9223372036854775813", None),
            ("1e400", None),
            ("2.5", None),
            ("-1", None),
            ("\"7\"", None),
            ("nan", None),
            ("null", None),
            ("", None),
        ] {
            assert_eq!(whole(raw.as_bytes()), count, "{raw}");
        }
    }
}
