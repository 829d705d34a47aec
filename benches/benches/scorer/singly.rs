//! What single requests take, the slow ones too: mean, P50 and P99 of 2,000 that differ.

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use serde_json::{Value, json};
use tiergate_scorer::{Learnt, Scorer};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

const GOLDEN: &str = include_str!("../../../crates/tiergate-scorer/tests/golden.jsonl");
const HELD_OUT: &str = include_str!("../../../crates/tiergate-scorer/tests/held_out.jsonl");
const COUNT: usize = 2_000;
/// Rounds before the clock runs, and with it.
const WARM: usize = 3;
const ROUNDS: usize = 10;

/// Prints a line; only for `cargo bench`, as there is nothing to test.
pub fn run(_: &mut Criterion) {
    let asked = |word: &str| std::env::args().any(|each| each == word);
    if !asked("--bench") || asked("--test") || asked("--list") {
        return;
    }
    let requests = requests();
    let scorer = Learnt::new();
    let timed = |request: &Request| {
        let start = Instant::now();
        black_box(scorer.assess(black_box(request)));
        start.elapsed()
    };
    for request in (0..WARM).flat_map(|_| &requests) {
        timed(request);
    }
    let mut times: Vec<Duration> = (0..ROUNDS)
        .flat_map(|_| requests.iter().map(timed))
        .collect();
    times.sort_unstable();
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    let mean = us(times.iter().sum()) / times.len() as f64;
    let at = |share: f64| us(times[(times.len() as f64 * share) as usize]);
    println!(
        "scorer, single requests: mean {mean:.2} µs, P50 {:.2} µs, P99 {:.2} µs ({} requests, {ROUNDS} rounds)\n",
        at(0.5),
        at(0.99),
        requests.len(),
    );
}

/// The four sizes; each golden and held-out request; then each of these with the messages of another
/// one before its own.
fn requests() -> Vec<Request> {
    let row = |line: &str| -> Value {
        let mut row: Value = serde_json::from_str(line).expect("JSON");
        row["request"].take()
    };
    let written: Vec<Value> = GOLDEN.lines().chain(HELD_OUT.lines()).map(row).collect();
    let sizes = tiergate_benches::sizes().map(|(_, body)| body);
    let plain = written
        .iter()
        .map(|request| request.to_string().into_bytes());
    let joined = (1..).flat_map(|step| {
        let before = written.iter().cycle().skip(step);
        written
            .iter()
            .zip(before)
            .map(|(request, before)| after(request, before))
    });
    let all = sizes.into_iter().chain(plain).chain(joined).take(COUNT);
    all.map(|body| Request::parse(body.into()).expect("the bodies are valid requests"))
        .collect()
}

/// A request that comes later in the conversation of another one.
fn after(request: &Value, before: &Value) -> Vec<u8> {
    let messages = |of: &Value| of["messages"].as_array().cloned().unwrap_or_default();
    let mut joined = request.clone();
    let answer = json!({"role": "assistant", "content": "Done. Is there anything else?"});
    joined["model"] = "auto".into();
    joined["messages"] = [messages(before), vec![answer], messages(request)]
        .concat()
        .into();
    joined.to_string().into_bytes()
}
