use proptest::prelude::*;

use super::*;
use crate::Rate;

fn price(input: u64) -> Price {
    Price::new(Rate::from_nanos_per_million(input), Rate::ZERO)
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn peaks() -> Tariff {
    let window = |from, to| Peak::try_new(Weekdays::MONDAY_TO_FRIDAY, from, to, 200).unwrap();
    Tariff::flat(price(150))
        .with_peak(window(60, 240))
        .with_peak(window(360, 600))
}

#[test]
fn peaks_hold_on_working_days_between_their_minutes() {
    let tariff = peaks();
    // 2026-11-20 is a Friday, 2026-11-21 a Saturday
    for (text, input) in [
        ("2026-11-20T00:59:59Z", 150),
        ("2026-11-20T01:00:00Z", 300),
        ("2026-11-20T03:59:59Z", 300),
        ("2026-11-20T04:00:00Z", 150),
        ("2026-11-20T06:00:00Z", 300),
        ("2026-11-20T10:00:00Z", 150),
        ("2026-11-21T02:00:00Z", 150),
        ("2026-11-22T02:00:00Z", 150),
        ("2026-11-23T02:00:00Z", 300),
    ] {
        assert_eq!(tariff.at(moment(text), 1), price(input), "{text}");
    }
    let friday_evening = moment("2026-11-20T18:00:00Z");
    let monday = moment("2026-11-23T01:00:00Z");
    assert_eq!(tariff.next_change_after(friday_evening), Some(monday));
}

#[test]
fn an_unsound_peak_is_refused() {
    for (days, from, to, percent) in [
        (Weekdays::ALL, 10, 10, 200),
        (Weekdays::ALL, 20, 10, 200),
        (Weekdays::ALL, 0, 1_441, 200),
        (Weekdays::ALL, 0, 10, 0),
        (Weekdays::from_bits(0), 0, 10, 200),
    ] {
        let refused = Peak::try_new(days, from, to, percent).unwrap_err();
        assert_eq!(refused.kind(), crate::ErrorKind::Peak);
    }
}

#[test]
fn the_highest_bound_below_the_prompt_counts() {
    let tariff = Tariff::flat(price(1))
        .with_long_context(500, price(3))
        .with_long_context(100, price(2));
    let input = |tokens| {
        tariff
            .at(Timestamp::default(), tokens)
            .input
            .nanos_per_million()
    };
    assert_eq!(
        [0, 100, 101, 500, 501, u64::MAX].map(input),
        [1, 1, 2, 2, 3, 3]
    );
}

#[test]
fn free_is_declared_and_zero() {
    assert!(Tariff::free().is_free());
    assert_eq!(Tariff::free().at(Timestamp::default(), 1), Price::default());
    assert!(!Tariff::flat(Price::default()).is_free());
    assert_ne!(
        Tariff::free().version(),
        Tariff::flat(Price::default()).version()
    );
}

#[test]
fn the_version_is_stable_across_releases() {
    // a change of this figure breaks the link from stored receipts to their prices
    assert_eq!(Tariff::flat(price(1)).version(), VERSION_OF_ONE);
}

const VERSION_OF_ONE: u64 = 8_649_110_784_497_560_559;

fn any_price() -> impl Strategy<Value = Price> {
    let rate = || (0u64..1_000).prop_map(Rate::from_nanos_per_million);
    (rate(), rate(), proptest::option::of(rate())).prop_map(|(input, output, cache_read)| Price {
        cache_read,
        ..Price::new(input, output)
    })
}

prop_compose! {
    fn any_tariff()(
        base in any_price(),
        long in proptest::collection::vec((0u64..100, any_price()), 0..4),
        changes in proptest::collection::vec((-50i64..50, any_price()), 0..4),
        windows in proptest::collection::vec((0u16..1_440, 1u16..200, 1u8..128, 50u32..300), 0..3),
    ) -> Tariff {
        let mut tariff = Tariff::flat(base);
        for (above, price) in long {
            tariff = tariff.with_long_context(above, price);
        }
        for (hours, price) in changes {
            let long = LongContext { above_input_tokens: 50, price: price.scaled(200) };
            tariff = tariff.with_change(Timestamp::from_millis(hours * 3_600_000), price, [long]);
        }
        for (from, length, days, percent) in windows {
            let to = (from + length).min(1_440);
            let peak = Peak::try_new(Weekdays::from_bits(days), from, to, percent).unwrap();
            tariff = tariff.with_peak(peak);
        }
        tariff
    }
}

proptest! {
    #[test]
    fn nothing_changes_before_the_announced_moment(
        tariff in any_tariff(),
        minutes in -5_000i64..5_000,
        tokens in 0u64..120,
        part in 0i64..1_000,
    ) {
        let now = minutes * 60_000 + 7;
        let price = tariff.at(Timestamp::from_millis(now), tokens);
        let next = tariff.next_change_after(Timestamp::from_millis(now));
        let for_ever = now + 1_000_000_000;
        let last = next.map_or(for_ever, |next| next.millis() - 1);
        prop_assert!(last >= now);
        for millis in [now + (last - now) / 1_000 * part, last] {
            prop_assert_eq!(tariff.at(Timestamp::from_millis(millis), tokens), price);
        }
    }

    #[test]
    fn equal_content_has_an_equal_version(a in any_tariff(), b in any_tariff()) {
        prop_assert_eq!(a == b, a.version() == b.version());
        prop_assert_eq!(a.clone().version(), a.version());
    }

    #[test]
    fn a_change_takes_effect_at_its_moment(tariff in any_tariff(), at in -99i64..99, price in any_price()) {
        let flat = Tariff { peaks: Vec::new(), ..tariff };
        let from = Timestamp::from_millis(at);
        let later: Vec<_> = flat.changes.iter().map(|change| change.from).filter(|f| *f > from).collect();
        let changed = flat.clone().with_change(from, price, []);
        let before = Timestamp::from_millis(at - 1);
        prop_assert_eq!(changed.at(before, 60), flat.at(before, 60));
        prop_assert_eq!(changed.at(from, 60), price);
        if let Some(next) = later.first() {
            prop_assert_eq!(changed.at(*next, 60), flat.at(*next, 60));
        }
    }
}
