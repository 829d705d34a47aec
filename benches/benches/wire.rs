//! Parsing requests, rewriting them, and reading streams.

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tiergate_wire::chat::{Delta, Request};
use tiergate_wire::{json, sse};

const CHUNK: &str = r#"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1750000000,"model":"m","service_tier":"default","choices":[{"index":0,"delta":{"content":" fox"},"logprobs":null,"finish_reason":null}],"usage":null}"#;

fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire");
    for (name, body) in [
        ("1k", tiergate_benches::small("auto")),
        ("32k_tools", tiergate_benches::tools("auto")),
        ("400k", tiergate_benches::large("auto")),
    ] {
        let body = Bytes::from(body);
        group.throughput(Throughput::Bytes(body.len() as u64));
        group.bench_function(format!("parse/{name}"), |bencher| {
            bencher.iter(|| Request::parse(body.clone()).unwrap())
        });
        let request = Request::parse(body).unwrap();
        group.bench_function(format!("rewrite/{name}"), |bencher| {
            bencher.iter(|| {
                let mut rewrite = request.rewrite();
                rewrite.set("model", json::string("gpt-5-nano"));
                rewrite.remove("prefer");
                rewrite.set(
                    "stream_options",
                    Bytes::from_static(b"{\"include_usage\":true}"),
                );
                rewrite.finish()
            });
        });
    }
    group.finish();
}

fn streams(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("wire");
    group.throughput(Throughput::Bytes(CHUNK.len() as u64));
    group.bench_function("delta", |bencher| {
        bencher.iter(|| Delta::parse(black_box(CHUNK.as_bytes())).unwrap())
    });
    let stream = Bytes::from(format!("data: {CHUNK}\n\n").repeat(100));
    group.throughput(Throughput::Bytes(stream.len() as u64));
    group.bench_function("sse/100_events", |bencher| {
        bencher.iter_batched(
            || sse::Decoder::new(1 << 20),
            |mut decoder| {
                decoder.push(stream.clone());
                let mut events = 0;
                while decoder.next().unwrap().is_some() {
                    events += 1;
                }
                assert_eq!(events, 100);
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, requests, streams);
criterion_main!(benches);
