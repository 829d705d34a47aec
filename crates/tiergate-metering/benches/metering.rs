//! Charging a request and keeping its receipt.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tiergate_catalog::{Price, Rate, Tariff, Timestamp};
use tiergate_metering::{MemoryReceipts, Receipt, Tokens, charge};

fn cost(c: &mut Criterion) {
    let rate = Rate::from_nanos_per_million(1_250_000_000);
    let tariff = Tariff::flat(Price::new(rate, rate));
    let tokens = Tokens {
        input: 1_200,
        cache_read: 300,
        output: 400,
        ..Tokens::default()
    };
    c.bench_function("metering/charge", |b| {
        b.iter(|| charge(black_box(&tokens), Some(&tariff), Timestamp::default()));
    });
}

fn record(c: &mut Criterion) {
    let store = MemoryReceipts::new(10_000);
    let key: Arc<str> = "team".into();
    let model: Arc<str> = "auto".into();
    let mut number = 0u64;
    c.bench_function("metering/record", |b| {
        b.iter_batched(
            || {
                number += 1;
                let id = format!("req_{number}").into();
                Receipt::new(
                    id,
                    Timestamp::default(),
                    Arc::clone(&key),
                    Arc::clone(&model),
                )
            },
            |receipt| store.record(receipt),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, cost, record);
criterion_main!(benches);
