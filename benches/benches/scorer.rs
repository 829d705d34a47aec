//! The scorer and the token estimate on parsed requests: 1 KB, 32 KB with tools, and 400 KB; and the
//! scorer on 2,000 requests, one by one.

#![expect(clippy::expect_used, reason = "the bodies are fixed")]

#[path = "scorer/singly.rs"]
mod singly;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tiergate_scorer::{Estimate, Learnt, Scorer, TokenCounter};
use tiergate_wire::chat::Request;

fn bodies() -> [(&'static str, Request); 4] {
    tiergate_benches::sizes().map(|(name, body)| {
        (
            name,
            Request::parse(body.into()).expect("the bodies are valid requests"),
        )
    })
}

fn scorer(c: &mut Criterion) {
    let scorer = Learnt::new();
    let mut group = c.benchmark_group("scorer");
    for (name, request) in bodies() {
        group.throughput(Throughput::Bytes(request.body().len() as u64));
        group.bench_function(name, |b| b.iter(|| scorer.assess(black_box(&request))));
    }
    group.finish();
}

fn tokens(c: &mut Criterion) {
    let estimate = Estimate::new();
    let mut group = c.benchmark_group("tokens");
    for (name, request) in bodies() {
        group.throughput(Throughput::Bytes(request.body().len() as u64));
        group.bench_function(format!("quick/{name}"), |b| {
            b.iter(|| estimate.quick(black_box(&request)));
        });
        group.bench_function(format!("count/{name}"), |b| {
            b.iter(|| estimate.count(black_box(&request)));
        });
    }
    group.finish();
}

criterion_group!(benches, scorer, tokens, singly::run);
criterion_main!(benches);
