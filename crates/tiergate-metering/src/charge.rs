//! What one request is charged.

use tiergate_catalog::{Money, Tariff, Timestamp};

use crate::{Overflow, Tokens, cost};

/// The cost of one request and what it was computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    /// The cost; `None` when the target is unpriced, which is not zero.
    pub cost: Option<Money>,
    /// The target was declared free.
    pub free: bool,
    /// The version of the tariff that was used; `None` when unpriced.
    pub price_version: Option<u64>,
}

impl Charge {
    /// Nothing is known about the price: the default.
    pub const UNPRICED: Self = Self {
        cost: None,
        free: false,
        price_version: None,
    };

    /// Whether a cost is known.
    pub const fn priced(&self) -> bool {
        self.cost.is_some()
    }
}

/// What these tokens cost by this tariff at this moment.
///
/// The whole prompt, cached parts included, decides on the long-context price. `now` is the moment
/// that the provider bills by: the end of the request at the hosts with time-of-day prices.
///
/// # Errors
/// [`Overflow`] when the cost exceeds the range of [`Money`].
pub fn charge(
    tokens: &Tokens,
    tariff: Option<&Tariff>,
    now: Timestamp,
) -> Result<Charge, Overflow> {
    let Some(tariff) = tariff else {
        return Ok(Charge::UNPRICED);
    };
    let price = tariff.at(now, tokens.prompt());
    Ok(Charge {
        cost: Some(cost(tokens, &price)?),
        free: tariff.is_free(),
        price_version: Some(tariff.version()),
    })
}

/// The most that a request can cost which is billed from `from` to `until`: so many tokens of input and
/// of output, each at the highest rate that may apply to it.
///
/// # Errors
/// [`Overflow`] when that exceeds the range of [`Money`].
pub fn worst_case(
    tariff: &Tariff,
    (input, output): (u64, u64),
    from: Timestamp,
    until: Timestamp,
) -> Result<Money, Overflow> {
    let tokens = Tokens {
        input,
        output,
        ..Tokens::default()
    };
    cost(&tokens, &tariff.dearest(from, until, input))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiergate_catalog::{Price, Rate};

    #[test]
    fn unpriced_free_and_zero_are_three_things() {
        let tokens = Tokens {
            input: 10,
            ..Tokens::default()
        };
        let now = Timestamp::default();
        let unpriced = charge(&tokens, None, now).unwrap();
        assert_eq!(unpriced, Charge::UNPRICED);
        let free = charge(&tokens, Some(&Tariff::free()), now).unwrap();
        assert!(free.free && free.priced());
        assert_eq!(free.cost, Some(Money::ZERO));
        let zero = Tariff::flat(Price::default());
        assert!(!charge(&tokens, Some(&zero), now).unwrap().free);
    }

    #[test]
    fn the_worst_case_is_never_below_the_charge() {
        let rate = Rate::from_nanos_per_million;
        let price = |input, output| Price::new(rate(input), rate(output));
        let base = Price {
            cache_write_long: Some(rate(7_000_000)),
            reasoning: Some(rate(9_000_000)),
            ..price(1_000_000, 2_000_000)
        };
        let change = Timestamp::from_millis(50);
        let tariff = Tariff::flat(base)
            .with_long_context(100, price(8_000_000, 3_000_000))
            .with_long_context(200, price(2_000_000, 2_000_000))
            .with_change(change, price(1_000_000, 40_000_000), []);
        let most = |input, until| {
            let until = Timestamp::from_millis(until);
            worst_case(&tariff, (input, 10), Timestamp::default(), until).unwrap()
        };
        assert_eq!(most(100, 49), Money::from_nanos(100 * 7 + 10 * 9));
        assert_eq!(most(300, 49), Money::from_nanos(300 * 8 + 10 * 9));
        assert_eq!(most(300, 50), Money::from_nanos(300 * 8 + 10 * 40));
        for input in [0, 1, 100, 101, 200, 201, 300] {
            for (at, written, hidden) in [(0, 0, 0), (49, input, 10), (50, input, 10), (60, 0, 5)] {
                let tokens = Tokens {
                    input: input - written,
                    cache_write_long: written,
                    output: 10 - hidden,
                    reasoning: hidden,
                    ..Tokens::default()
                };
                let charged = charge(&tokens, Some(&tariff), Timestamp::from_millis(at)).unwrap();
                assert!(charged.cost.unwrap() <= most(300, 60), "{tokens:?} at {at}");
                assert!(
                    charged.cost.unwrap() <= most(input, 60),
                    "{tokens:?} at {at}"
                );
            }
        }
    }

    #[test]
    fn cached_input_counts_for_the_long_context_price() {
        let price = |nanos| {
            let rate = Rate::from_nanos_per_million(nanos);
            Price::new(rate, rate)
        };
        let tariff = Tariff::flat(price(1_000_000)).with_long_context(100, price(2_000_000));
        let at = |cache_read| Tokens {
            input: 1,
            cache_read,
            ..Tokens::default()
        };
        let nanos = |tokens| {
            let charge = charge(&tokens, Some(&tariff), Timestamp::default()).unwrap();
            charge.cost.map(Money::nanos)
        };
        assert_eq!(nanos(at(99)), Some(100));
        assert_eq!(nanos(at(100)), Some(202));
    }
}
