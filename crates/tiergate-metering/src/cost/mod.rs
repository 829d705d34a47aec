//! Tokens times rates, rounded once.
#![deny(clippy::arithmetic_side_effects)]

use tiergate_catalog::{Money, Price, Rate};

use crate::Tokens;

/// Rates are per this many tokens.
const UNITS: u128 = 1_000_000;

/// What these tokens cost at this price.
///
/// The sum is exact in 128 bits and is rounded up to a whole nano-dollar once. Rates that the price
/// leaves out have the stand-ins that [`Price`] documents.
///
/// # Errors
/// [`Overflow`] when the cost exceeds the range of [`Money`] (9.2 billion dollars).
pub fn cost(tokens: &Tokens, price: &Price) -> Result<Money, Overflow> {
    let cache_read = price.cache_read.unwrap_or(price.input);
    let cache_write = price.cache_write.unwrap_or(price.input);
    let input_audio = price.input_audio.unwrap_or(price.input);
    let cached_audio = price
        .cache_read
        .or(price.input_audio)
        .unwrap_or(price.input);
    let items = [
        (tokens.input, price.input),
        (tokens.cache_read, cache_read),
        (tokens.cache_write, cache_write),
        (
            tokens.cache_write_long,
            price.cache_write_long.unwrap_or(cache_write),
        ),
        (tokens.input_audio, input_audio),
        (
            tokens.cache_read_audio,
            price.cache_read_audio.unwrap_or(cached_audio),
        ),
        (tokens.output, price.output),
        (tokens.reasoning, price.reasoning.unwrap_or(price.output)),
        (
            tokens.output_audio,
            price.output_audio.unwrap_or(price.output),
        ),
    ];
    let sum = items.into_iter().try_fold(0u128, add).ok_or(Overflow(()))?;
    i64::try_from(sum.div_ceil(UNITS))
        .map(Money::from_nanos)
        .map_err(|_too_large| Overflow(()))
}

fn add(sum: u128, (tokens, rate): (u64, Rate)) -> Option<u128> {
    let item = u128::from(tokens).checked_mul(u128::from(rate.nanos_per_million()))?;
    sum.checked_add(item)
}

/// The cost does not fit into an amount of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cost exceeds the range of money")]
pub struct Overflow(());

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test may overflow, loudly"
)]
mod tests;
