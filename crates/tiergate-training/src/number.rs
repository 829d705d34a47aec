//! Between whole and real numbers, in ranges where nothing is lost.

/// A count of rows or words; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "no file has 2^53 rows")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// The nearest whole number; the ends of the range for what lies beyond, 0 for what is no number.
#[expect(clippy::cast_possible_truncation, reason = "saturates at the ends")]
pub(crate) fn whole(number: f64) -> i32 {
    number.round() as i32
}

/// The nearest whole number that fits into sixteen bits.
pub(crate) fn short(number: f64) -> i16 {
    let ends = (i32::from(i16::MIN), i32::from(i16::MAX));
    i16::try_from(whole(number).clamp(ends.0, ends.1)).unwrap_or(0)
}

/// The nearest whole number that fits into eight bits.
pub(crate) fn tiny(number: f64) -> i8 {
    let ends = (i32::from(i8::MIN), i32::from(i8::MAX));
    i8::try_from(whole(number).clamp(ends.0, ends.1)).unwrap_or(0)
}
