//! Loading the bundled catalogue and resolving names in it.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tiergate_catalog::{Catalog, Timestamp};

fn load(c: &mut Criterion) {
    c.bench_function("catalog/load", |b| b.iter(Catalog::bundled));
}

fn resolve(c: &mut Criterion) {
    let catalog = Catalog::bundled();
    for name in [
        "gpt-5",
        "mistral-large",
        "groq/openai/gpt-oss-120b",
        "us.meta.llama4-maverick-17b-instruct-v1:0",
        "no-such-model",
    ] {
        c.bench_function(&format!("catalog/resolve/{name}"), |b| {
            b.iter(|| catalog.resolve(black_box(name)));
        });
    }
}

fn tariff(c: &mut Criterion) {
    let catalog = Catalog::bundled();
    let now = Timestamp::from_millis(1_795_219_200_000);
    for name in ["gpt-5", "deepseek-v4-pro"] {
        let tariffs = catalog
            .model(name)
            .into_iter()
            .flat_map(|model| &model.targets);
        for tariff in tariffs.filter_map(|target| target.tariff.as_ref()).take(1) {
            c.bench_function(&format!("catalog/tariff/{name}"), |b| {
                b.iter(|| tariff.at(black_box(now), black_box(10_000)));
            });
        }
    }
}

criterion_group!(benches, load, resolve, tariff);
criterion_main!(benches);
