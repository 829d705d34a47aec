use proptest::array::{uniform7, uniform9};
use proptest::prelude::*;

use super::*;

const MILLION: u64 = 1_000_000;

fn rate(nanos: u64) -> Rate {
    Rate::from_nanos_per_million(nanos)
}

/// Tokens from their counts in the order of the fields.
fn tokens(counts: [u64; 9]) -> Tokens {
    let [
        input,
        cache_read,
        cache_write,
        cache_write_long,
        input_audio,
        cached_audio,
        output,
        reasoning,
        speech,
    ] = counts;
    Tokens {
        input,
        cache_read,
        cache_write,
        cache_write_long,
        input_audio,
        cache_read_audio: cached_audio,
        output,
        reasoning,
        output_audio: speech,
    }
}

/// A million tokens in the field at a position.
fn million(at: usize) -> Tokens {
    let mut counts = [0; 9];
    counts[at] = MILLION;
    tokens(counts)
}

#[test]
fn one_rounding_up_for_the_whole_request() {
    // two halves of a nano are one nano, not two
    let price = Price::new(rate(500_000), rate(500_000));
    let nanos = |counts| cost(&tokens(counts), &price).map(Money::nanos);
    assert_eq!(nanos([1, 0, 0, 0, 0, 0, 0, 0, 0]), Ok(1));
    assert_eq!(nanos([1, 0, 0, 0, 0, 0, 1, 0, 0]), Ok(1));
    assert_eq!(nanos([0; 9]), Ok(0));
}

#[test]
fn absent_rates_have_their_stand_ins() {
    let base = Price::new(rate(10), rate(100));
    let cached = Price {
        cache_read: Some(rate(1)),
        cache_write: Some(rate(12)),
        ..base
    };
    let audio = Price {
        input_audio: Some(rate(40)),
        ..base
    };
    let costs = |price: Price| {
        let positions = [0, 1, 2, 3, 4, 5, 6, 7, 8];
        positions.map(|at| cost(&million(at), &price).unwrap().nanos())
    };
    assert_eq!(costs(base), [10, 10, 10, 10, 10, 10, 100, 100, 100]);
    assert_eq!(costs(cached), [10, 1, 12, 12, 10, 1, 100, 100, 100]);
    assert_eq!(costs(audio), [10, 10, 10, 10, 40, 40, 100, 100, 100]);
}

#[test]
fn each_rate_is_billed_on_its_own_tokens() {
    let price = Price {
        input: rate(1),
        cache_read: Some(rate(2)),
        cache_write: Some(rate(3)),
        cache_write_long: Some(rate(4)),
        input_audio: Some(rate(5)),
        cache_read_audio: Some(rate(6)),
        output: rate(7),
        reasoning: Some(rate(8)),
        output_audio: Some(rate(9)),
    };
    for (at, nanos) in (1..=9).enumerate() {
        assert_eq!(cost(&million(at), &price), Ok(Money::from_nanos(nanos)));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let price = Price::new(rate(u64::MAX), rate(u64::MAX));
    for output in [1, u64::MAX] {
        let counts = [u64::MAX, 0, 0, 0, 0, 0, output, 0, 0];
        assert!(cost(&tokens(counts), &price).is_err());
    }
}

prop_compose! {
    fn any_price()(
        input in 0u64..100_000_000_000,
        output in 0u64..100_000_000_000,
        others in uniform7(proptest::option::of(0u64..100_000_000_000)),
    ) -> Price {
        let others = others.map(|nanos| nanos.map(rate));
        let [cache_read, cache_write, cache_write_long, reasoning, input_audio, output_audio, cache_read_audio] = others;
        Price {
            input: rate(input),
            output: rate(output),
            cache_read,
            cache_write,
            cache_write_long,
            reasoning,
            input_audio,
            output_audio,
            cache_read_audio,
        }
    }
}

proptest! {
    #[test]
    fn more_tokens_never_cost_less(
        pairs in uniform9((0u64..2_000_000, 0u64..2_000_000)),
        price in any_price(),
    ) {
        let nanos = |counts| cost(&tokens(counts), &price).map(Money::nanos);
        let one = nanos(pairs.map(|(one, _)| one))?;
        let other = nanos(pairs.map(|(_, other)| other))?;
        let both = nanos(pairs.map(|(one, other)| one + other))?;
        prop_assert!(both >= one && both >= other);
        // one rounding: the whole costs what its parts do, less at most one nano
        prop_assert!(both <= one + other && both + 1 >= one + other);
    }

    #[test]
    fn no_input_panics(counts in uniform9(any::<u64>()), input: u64, output: u64) {
        let tokens = tokens(counts);
        let _ = cost(&tokens, &Price::new(rate(input), rate(output)));
        let _ = (tokens.prompt(), tokens.completion());
    }
}
