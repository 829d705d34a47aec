//! One way to serve a request.

use tiergate_catalog::{Model, Target, Tier, Timestamp};
use tiergate_scorer::Family;

use crate::Needs;

/// A model at a provider, with all that a decision compares as plain integers.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Place of the model in the catalogue.
    pub(crate) model: u32,
    /// Place of the target in the model.
    pub(crate) target: u16,
    /// Place of the provider in the pool.
    pub(crate) provider: u16,
    /// The tier, if `auto` and floors may choose it.
    pub(crate) tier: Option<Tier>,
    /// The most tokens of input and output together; the maximum when unknown.
    pub(crate) window: u64,
    /// The most tokens of input.
    pub(crate) max_input: u64,
    /// The most tokens of output; the maximum when unknown.
    pub(crate) max_output: u64,
    /// Known abilities.
    pub(crate) has: Needs,
    /// Abilities that are neither known nor denied.
    pub(crate) unknown: Needs,
    /// The window is not known.
    pub(crate) window_unknown: bool,
    /// Nano-dollars per million tokens of input and of output; `None` when unpriced.
    pub(crate) rates: Option<(u64, u64)>,
    /// Other rates hold for long prompts, so `rates` is not the whole truth.
    pub(crate) stepped: bool,
    /// The first millisecond at which it no longer answers.
    pub(crate) retires: i64,
    /// It answers on OpenAI's Responses only, which the provider does not speak.
    pub(crate) unspoken: bool,
    /// Tenths of a point; 0 when unknown.
    pub(crate) quality: u16,
    /// Tenths of a point; 0 when unknown.
    pub(crate) coding: u16,
    /// Tokens a second; 0 when unknown.
    pub(crate) speed: u32,
    /// Quality for the money, see [`value`].
    pub(crate) value: u32,
    /// Tokens of its tokenizer per thousand of the estimate's.
    pub(crate) token_factor: u32,
}

impl Candidate {
    /// Output tokens that are kept free when the client names no cap (DECISIONS: reserved output).
    pub(crate) const UNASKED_OUTPUT: u64 = 4_096;

    pub(crate) fn new(
        place: (u32, u16, u16),
        model: &Model,
        target: &Target,
        now: Timestamp,
    ) -> Self {
        let (has, unknown) = Needs::offered(target.abilities);
        let price = target.tariff.as_ref().map(|tariff| tariff.at(now, 0));
        let rates = price.map(|price| {
            (
                price.input.nanos_per_million(),
                price.output.nanos_per_million(),
            )
        });
        let quality = model.quality.unwrap_or(0);
        Self {
            model: place.0,
            target: place.1,
            provider: place.2,
            tier: model.routable(),
            window: target.context_window.unwrap_or(u64::MAX),
            max_input: target.max_input.unwrap_or(u64::MAX),
            max_output: target.max_output.unwrap_or(u64::MAX),
            has,
            unknown,
            window_unknown: target.context_window.is_none(),
            rates,
            stepped: target
                .tariff
                .as_ref()
                .is_some_and(|tariff| tariff.at(now, u64::MAX) != tariff.at(now, 0)),
            retires: if target.available(now) {
                target.retires.map_or(i64::MAX, Timestamp::millis)
            } else {
                i64::MIN
            },
            unspoken: target.responses_only,
            quality,
            coding: model.coding.unwrap_or(quality),
            speed: target.speed.unwrap_or(0),
            value: value(quality, rates),
            token_factor: Family::of(&model.canonical).factor(),
        }
    }

    /// Whether both are the same way to serve.
    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.model, self.target) == (other.model, other.target)
    }

    /// Output tokens that are kept free in the window.
    pub(crate) fn reserved_output(&self, asked: Option<u64>) -> u64 {
        asked.unwrap_or_else(|| Self::UNASKED_OUTPUT.min(self.max_output))
    }
}

/// Quality for the money: `quality / (1 + log2(1 + blended))`, where blended is the price in dollars of a
/// million tokens, three quarters of them input. An unpriced candidate counts as if it cost 100 dollars.
///
/// In integers, so that every platform orders alike.
fn value(quality: u16, rates: Option<(u64, u64)>) -> u32 {
    const NANOS: u64 = 1_000_000_000;
    const ONE: u64 = 1 << 16;
    let blended = rates.map_or(100 * NANOS, |(input, output)| {
        (input / 4).saturating_mul(3).saturating_add(output / 4)
    });
    let cost = ONE + log2(blended.saturating_add(NANOS), NANOS);
    u32::try_from((u64::from(quality) << 32) / cost / ONE).unwrap_or(u32::MAX)
}

/// The binary logarithm of `numerator / denominator` (at least 1) in units of 2^-16.
fn log2(numerator: u64, denominator: u64) -> u64 {
    let mut whole = 0;
    let mut rest = (u128::from(numerator) << 32) / u128::from(denominator.max(1));
    while rest >= 2 << 32 {
        rest >>= 1;
        whole += 1;
    }
    let mut bits = whole << 16;
    for place in (0..16).rev() {
        rest = (rest * rest) >> 32;
        if rest >= 2 << 32 {
            rest >>= 1;
            bits |= 1 << place;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_one() {
        for (numerator, denominator) in
            [(1, 1), (2, 1), (3, 1), (10, 1), (1_250_000, 1_000), (7, 5)]
        {
            let exact = (f64::from(numerator) / f64::from(denominator)).log2() * 65_536.0;
            let ours = log2(
                u64::try_from(numerator).unwrap(),
                u64::try_from(denominator).unwrap(),
            );
            assert!(
                (exact - f64::from(u32::try_from(ours).unwrap())).abs() < 3.0,
                "{numerator}/{denominator}: {ours} {exact}"
            );
        }
    }

    #[test]
    fn value_falls_with_the_price_and_rises_with_quality() {
        let dollars = |n: u64| Some((n * 1_000_000_000, n * 4_000_000_000));
        assert!(value(500, dollars(1)) > value(500, dollars(2)));
        assert!(value(600, dollars(1)) > value(500, dollars(1)));
        assert!(value(500, Some((0, 0))) > value(500, dollars(1)));
        assert!(value(500, None) < value(500, dollars(10)));
    }
}
