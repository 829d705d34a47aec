//! Plain decimals to and from billionths.

use std::fmt;

/// One whole in billionths.
const WHOLE: u64 = 1_000_000_000;
/// Decimals of a billionth.
const PLACES: usize = 9;

/// Reads `-?digits(.digits)?` as its sign and its magnitude in billionths.
pub(super) fn read(text: &str) -> Result<(bool, u64), ParseMoneyError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    if !is_digits(whole) || !is_digits(decimals) {
        return Err(ParseMoneyError(Kind::Syntax));
    }
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > PLACES {
        return Err(ParseMoneyError(Kind::TooFine));
    }
    let magnitude = magnitude(whole, decimals).ok_or_else(ParseMoneyError::too_large)?;
    Ok((negative, magnitude))
}

/// Writes a sign and billionths as the shortest plain decimal.
pub(super) fn write(f: &mut fmt::Formatter<'_>, negative: bool, billionths: u64) -> fmt::Result {
    if negative {
        f.write_str("-")?;
    }
    write!(f, "{}", billionths / WHOLE)?;
    let rest = billionths % WHOLE;
    if rest == 0 {
        return Ok(());
    }
    // written for every answer, so without the detour over a string
    let mut digits = *b".000000000";
    let mut left = rest;
    for digit in digits[1..].iter_mut().rev() {
        // a remainder of ten fits
        *digit = b'0'.wrapping_add(u8::try_from(left % 10).unwrap_or(0));
        left /= 10;
    }
    let text = str::from_utf8(&digits).unwrap_or_default();
    f.write_str(text.trim_end_matches('0'))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn magnitude(whole: &str, decimals: &str) -> Option<u64> {
    let mut total = whole.parse::<u64>().ok()?.checked_mul(WHOLE)?;
    let mut weight = WHOLE;
    for byte in decimals.bytes() {
        weight /= 10;
        let digit = u64::from(byte.checked_sub(b'0')?);
        total = total.checked_add(digit.checked_mul(weight)?)?;
    }
    Some(total)
}

/// The text is not an exact amount of money in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct ParseMoneyError(Kind);

impl ParseMoneyError {
    pub(super) const fn too_large() -> Self {
        Self(Kind::TooLarge)
    }

    pub(super) const fn negative() -> Self {
        Self(Kind::Negative)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Kind {
    #[error("a rate cannot be negative")]
    Negative,
    #[error("not a plain decimal number")]
    Syntax,
    #[error("more than nine decimals")]
    TooFine,
    #[error("out of range")]
    TooLarge,
}
