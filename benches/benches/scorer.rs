//! The scorer and the token estimate on parsed requests: 1 KB, 32 KB with tools, and 400 KB.

#![expect(clippy::expect_used, reason = "the bodies are fixed")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde_json::{Value, json};
use tiergate_scorer::{Estimate, Learnt, Scorer, TokenCounter};
use tiergate_wire::chat::Request;

/// One long conversation of short messages: about 400 KB in 200 turns.
fn conversation() -> Vec<u8> {
    let text = "The team wrote to the gateway again, and it answered as it had the time before, in two lines. ";
    let turn = [
        json!({"role": "user", "content": text.repeat(10)}),
        json!({"role": "assistant", "content": text.repeat(32)}),
    ];
    let mut messages: Vec<Value> = turn.into_iter().cycle().take(200).collect();
    messages.push(json!({"role": "user", "content": "Summarise."}));
    json!({"model": "auto", "messages": messages})
        .to_string()
        .into_bytes()
}

fn bodies() -> [(&'static str, Request); 4] {
    [
        ("1k", tiergate_benches::small("auto")),
        ("32k_tools", tiergate_benches::tools("auto")),
        ("400k", tiergate_benches::large("auto")),
        ("400k_messages", conversation()),
    ]
    .map(|(name, body)| {
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

criterion_group!(benches, scorer, tokens);
criterion_main!(benches);
