//! What identifying a caller costs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tiergate_policy::{KeyDigest, MemoryKeys, Principal};

fn lookup(c: &mut Criterion) {
    let secret = |n: usize| format!("tg_live_{n:056x}");
    let keys: MemoryKeys = (0..1_000)
        .map(|n| {
            (
                KeyDigest::of(&secret(n)),
                Principal::new(&format!("key-{n}")),
            )
        })
        .collect();
    let known = secret(500);
    let unknown = secret(5_000);
    let mut group = c.benchmark_group("policy/lookup of 1,000 keys");
    group.bench_function("known", |b| b.iter(|| keys.lookup(black_box(&known))));
    group.bench_function("unknown", |b| b.iter(|| keys.lookup(black_box(&unknown))));
    group.finish();
}

criterion_group!(benches, lookup);
criterion_main!(benches);
