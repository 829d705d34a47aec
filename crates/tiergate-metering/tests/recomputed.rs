//! Cost and savings against an independent computation with fractions of a nano-dollar.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::sync::Arc;

use proptest::prelude::*;
use tiergate_catalog::{Money, Price, Rate, Tariff, Timestamp};
use tiergate_metering::{Baseline, BaselineReason, Tokens, charge, savings};
use tiergate_wire::usage::{MOST, Usage};

/// The cost of these items as text, by long multiplication of decimal digits: nothing is shared with
/// the code under test.
fn recomputed(items: &[(u64, &str)]) -> String {
    let mut total = Decimal::default();
    for (tokens, usd_per_million) in items {
        total.add_product(*tokens, usd_per_million);
    }
    total.rounded_up_to_nanos()
}

/// A sum in units of 10⁻¹⁵ dollars (a nano-dollar per million).
#[derive(Default)]
struct Decimal(u128);

impl Decimal {
    fn add_product(&mut self, tokens: u64, usd_per_million: &str) {
        let (whole, part) = usd_per_million
            .split_once('.')
            .unwrap_or((usd_per_million, ""));
        let digits = format!("{whole}{part:0<9}");
        let mut product = 0u128;
        for digit in digits.bytes() {
            product = product * 10 + u128::from(digit - b'0') * u128::from(tokens);
        }
        self.0 += product;
    }

    fn rounded_up_to_nanos(&self) -> String {
        let (nanos, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let nanos = nanos + u128::from(rest > 0);
        let digits = format!("{nanos:0>10}");
        let (whole, part) = digits.split_at(digits.len() - 9);
        let part = part.trim_end_matches('0');
        match part {
            "" => whole.to_owned(),
            part => format!("{whole}.{part}"),
        }
    }
}

fn rate(usd_per_million: &str) -> Rate {
    usd_per_million.parse().unwrap()
}

fn flat(input: &str, output: &str) -> Tariff {
    Tariff::flat(Price::new(rate(input), rate(output)))
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_219_200_000)
}

fn paid(tokens: &Tokens, tariff: &Tariff) -> Money {
    charge(tokens, Some(tariff), now()).unwrap().cost.unwrap()
}

/// Savings as text against this baseline.
fn saved(tokens: &Tokens, actual: &Tariff, baseline: &Tariff, reason: BaselineReason) -> String {
    let model: Arc<str> = "baseline".into();
    let baseline = Baseline {
        model: &model,
        reason,
        tariff: Some(baseline),
    };
    let savings = savings(&baseline, Some(paid(tokens, actual)), tokens, now()).unwrap();
    assert_eq!(&*savings.baseline_model, "baseline");
    assert_eq!(savings.reason, reason);
    savings.amount.unwrap().to_string()
}

#[test]
fn published_prices_give_the_known_cost() {
    // 12,345 prompt tokens of which 4,000 cached and 1,000 written; 678 completion, 400 reasoning
    let usage = Usage {
        prompt_tokens: 12_345,
        cached_tokens: 4_000,
        cache_write_tokens: 1_000,
        completion_tokens: 678,
        reasoning_tokens: 400,
        ..Usage::default()
    };
    let price = Price {
        cache_read: Some(rate("0.5")),
        cache_write: Some(rate("6.25")),
        ..Price::new(rate("5"), rate("25"))
    };
    let cost = paid(&Tokens::from_usage(&usage), &Tariff::flat(price));
    // 7,345×5 + 4,000×0.5 + 1,000×6.25 + 678×25 = 36,725 + 2,000 + 6,250 + 16,950 per million
    assert_eq!(cost.to_string(), "0.061925");
    let items = [(7_345, "5"), (4_000, "0.5"), (1_000, "6.25"), (678, "25")];
    assert_eq!(cost.to_string(), recomputed(&items));
}

#[test]
fn savings_are_the_difference_whatever_its_sign() {
    let tokens = Tokens {
        input: 1_000,
        output: 1_000,
        ..Tokens::default()
    };
    let (cheap, dear) = (flat("0.05", "0.4"), flat("5", "25"));
    let check = |actual, baseline, reason, expected| {
        assert_eq!(saved(&tokens, actual, baseline, reason), expected);
    };
    check(&cheap, &dear, BaselineReason::PlanCeiling, "0.02955");
    check(&dear, &cheap, BaselineReason::PlanCeiling, "-0.02955");
    check(&dear, &dear, BaselineReason::Named, "0");
    // the baseline wins on input, the actual on output: the tokens decide the sign
    let reading = Tokens {
        input: 100_000,
        output: 10,
        ..Tokens::default()
    };
    let (a, b) = (flat("1", "1"), flat("0.5", "20"));
    assert_eq!(
        saved(&reading, &a, &b, BaselineReason::PlanCeiling),
        "-0.04981"
    );
    let writing = Tokens {
        input: 10,
        output: 100_000,
        ..Tokens::default()
    };
    assert_eq!(
        saved(&writing, &a, &b, BaselineReason::PlanCeiling),
        "1.899995"
    );
}

#[test]
fn without_a_price_there_is_no_baseline_and_no_amount() {
    let tokens = Tokens {
        input: 10,
        ..Tokens::default()
    };
    let model: Arc<str> = "baseline".into();
    let baseline = |tariff| Baseline {
        model: &model,
        reason: BaselineReason::PlanCeiling,
        tariff,
    };
    assert_eq!(
        savings(&baseline(None), Some(Money::ZERO), &tokens, now()),
        None
    );
    let tariff = flat("1", "1");
    let unknown = savings(&baseline(Some(&tariff)), None, &tokens, now()).unwrap();
    assert_eq!(unknown.amount, None);
    assert_eq!(unknown.baseline_cost.to_string(), "0.00001");
}

#[test]
fn a_free_answer_saves_the_whole_baseline() {
    let tokens = Tokens {
        input: 1_000_000,
        ..Tokens::default()
    };
    let saved = saved(
        &tokens,
        &Tariff::free(),
        &flat("3", "15"),
        BaselineReason::PlanCeiling,
    );
    assert_eq!(saved, "3");
}

fn any_rate() -> impl Strategy<Value = String> {
    (0u64..100, 0u64..1_000_000_000).prop_map(|(whole, part)| format!("{whole}.{part:09}"))
}

proptest! {
    #[test]
    fn any_cost_is_the_recomputed_one(
        prompt in 0u64..3_000_000, cached in 0u64..3_000_000, completion in 0u64..500_000,
        reasoning in 0u64..500_000, rates in proptest::array::uniform4(any_rate()),
    ) {
        let (cached, reasoning) = (cached.min(prompt), reasoning.min(completion));
        let usage = Usage {
            prompt_tokens: prompt,
            cached_tokens: cached,
            completion_tokens: completion,
            reasoning_tokens: reasoning,
            ..Usage::default()
        };
        let [input, output, cache_read, thought] = &rates;
        let price = Price {
            cache_read: Some(rate(cache_read)),
            reasoning: Some(rate(thought)),
            ..Price::new(rate(input), rate(output))
        };
        let cost = paid(&Tokens::from_usage(&usage), &Tariff::flat(price));
        let items = [
            (prompt - cached, input.as_str()),
            (cached, cache_read),
            (completion - reasoning, output),
            (reasoning, thought),
        ];
        prop_assert_eq!(cost.to_string(), recomputed(&items));
    }

    #[test]
    fn whatever_is_told_has_a_cost(
        halves in proptest::array::uniform2(prop::option::of(prop_oneof![0..=MOST, any::<u64>()])),
        parts in proptest::array::uniform3(any::<u64>()), rates in proptest::array::uniform2(any_rate()),
    ) {
        let parts = Usage {
            cached_tokens: parts[0],
            cache_write_tokens: parts[1],
            reasoning_tokens: parts[2],
            ..Usage::default()
        };
        let told = parts.of(halves[0], halves[1]);
        let usage = told.map_or_else(|| Usage::estimate(7, 9), |told| told.completed(7, 9));
        let cost = paid(&Tokens::from_usage(&usage), &flat(&rates[0], &rates[1]));
        prop_assert!(cost >= Money::ZERO);
        prop_assert!(usage.prompt_tokens.checked_add(usage.completion_tokens).is_some());
    }

    #[test]
    fn savings_and_cost_add_up_to_the_baseline(
        input in 0u64..1_000_000, output in 0u64..1_000_000,
        a in proptest::array::uniform2(any_rate()), b in proptest::array::uniform2(any_rate()),
    ) {
        let tokens = Tokens { input, output, ..Tokens::default() };
        let (actual, baseline) = (flat(&a[0], &a[1]), flat(&b[0], &b[1]));
        let cost = paid(&tokens, &actual);
        let saved: Money = saved(&tokens, &actual, &baseline, BaselineReason::PlanCeiling)
            .parse()
            .unwrap();
        prop_assert_eq!(cost.checked_add(saved).unwrap(), paid(&tokens, &baseline));
    }
}
