//! Counts of tokens, however vendors write them.

use crate::inner::Json;

/// No answer has a million million tokens: a larger figure is a fault of the vendor.
const LARGEST: f64 = 1e12;

/// A whole number that can be a count; `None` for whatever else stands there.
pub(crate) fn count(told: Option<&Json<'_>>) -> Option<u64> {
    let number = told?.number()?;
    let fits = (0.0..=LARGEST).contains(&number) && number.fract() == 0.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was just checked"
    )]
    fits.then_some(number as u64)
}
