//! Translating requests and streamed answers between dialects.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tiergate_dialects::front::Writer;
use tiergate_dialects::gemini::{self, Surface};
use tiergate_dialects::inner::{Event, Stamp, Undo};
use tiergate_dialects::{Form, Target, anthropic, bedrock, openai};

const STAMP: Stamp<'_> = Stamp {
    id: "req_1",
    created: 1_795_000_000,
    model: "m",
    likely_input: 0,
};

/// A chat completion, decoded and written in the dialect of a vendor.
fn requests(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dialects");
    for (name, body) in [
        ("1k", tiergate_benches::small("auto")),
        ("32k_tools", tiergate_benches::tools("auto")),
    ] {
        let body = Bytes::from(body);
        group.throughput(Throughput::Bytes(body.len() as u64));
        let claude = Target {
            model: "claude-haiku-5-5",
            max_output: Some(64_000),
            cap: None,
        };
        let flash = Target {
            model: "gemini-3.8-flash",
            ..claude
        };
        let decode = || openai::chat::decode(black_box(&body)).unwrap();
        group.bench_function(format!("decode/{name}"), |bencher| bencher.iter(decode));
        group.bench_function(format!("to_anthropic/{name}"), |bencher| {
            bencher.iter(|| anthropic::encode(&decode(), &claude).unwrap());
        });
        group.bench_function(format!("to_gemini/{name}"), |bencher| {
            bencher.iter(|| gemini::encode(&decode(), &flash, Surface::Gemini).unwrap());
        });
        group.bench_function(format!("to_bedrock/{name}"), |bencher| {
            bencher.iter(|| bedrock::encode(&decode(), &claude).unwrap());
        });
    }
    group.finish();
}

/// One event of words, from a vendor's bytes to a chunk of a chat completion.
fn chunks(criterion: &mut Criterion) {
    const CLAUDE: &[u8] =
        br#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" fox"}}"#;
    const GEMINI: &[u8] = br#"{"candidates":[{"content":{"role":"model","parts":[{"text":" fox"}]},"index":0}],"usageMetadata":{"promptTokenCount":52,"totalTokenCount":52},"modelVersion":"gemini-3.8-flash"}"#;
    const BLOCK: &[u8] =
        br#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#;
    let mut claude = anthropic::Stream::new(Undo::default());
    claude.event("", BLOCK, &mut Vec::new()).unwrap();
    told(criterion, "anthropic", |events| {
        claude.event("", black_box(CLAUDE), events).unwrap();
    });
    let mut flash = gemini::Stream::new(Undo::default());
    told(criterion, "gemini", |events| {
        flash.event("", black_box(GEMINI), events).unwrap();
    });
}

/// What `read` gives, written as chunks.
fn told(criterion: &mut Criterion, name: &str, mut read: impl FnMut(&mut Vec<Event<'static>>)) {
    let mut group = criterion.benchmark_group("dialects");
    let mut writer = Writer::new(Form::Chat, &STAMP, None);
    let mut out = Vec::new();
    group.bench_function(format!("chunk/{name}"), |bencher| {
        bencher.iter(|| {
            out.clear();
            let mut events = Vec::new();
            read(&mut events);
            events
                .iter()
                .for_each(|event| writer.event(event, &mut out).expect("it fits"));
            out.len()
        });
    });
    group.finish();
}

criterion_group!(benches, requests, chunks);
criterion_main!(benches);
