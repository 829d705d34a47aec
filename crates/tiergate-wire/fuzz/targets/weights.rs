//! A weights file is refused, or written back as it was and good for scoring.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tiergate_scorer::{Learnt, Scorer, Weights};
use tiergate_wire::chat::Request;

/// An acknowledgement, two questions, code, data, nothing readable, an assent, and a follow-up.
const BODIES: [&str; 8] = [
    r#"{"model":"auto","messages":[{"role":"user","content":"thanks!"}]}"#,
    r#"{"model":"auto","messages":[{"role":"user","content":"What is the capital of France?"}]}"#,
    r#"{"model":"auto","messages":[{"role":"system","content":"You are a mathematician."},{"role":"user","content":"Prove that there are infinitely many primes, and analyse the proof step by step."}]}"#,
    r#"{"model":"auto","messages":[{"role":"user","content":"Fix this:\n```rust\nfn main() { let x: u8 = 300; }\n```"}],"tools":[{"type":"function","function":{"name":"run"}}]}"#,
    r#"{"model":"auto","messages":[{"role":"user","content":"1,2,3\n4,5,6\n7,8,9\nSum each column as JSON."}],"response_format":{"type":"json_object"}}"#,
    r#"{"model":"auto","messages":[{"role":"user","content":"..."}]}"#,
    r#"{"model":"auto","messages":[{"role":"user","content":"Design a distributed lock."},{"role":"assistant","content":"Shall I write the proof of safety, too?"},{"role":"user","content":"yes, do it"}]}"#,
    r#"{"model":"auto","messages":[{"role":"user","content":"Derive the gradient."},{"role":"assistant","content":"It is 2x."},{"role":"user","content":"and in three dimensions?"}]}"#,
];

static REQUESTS: OnceLock<Vec<Request>> = OnceLock::new();

fuzz_target!(|file: &[u8]| {
    let Ok(weights) = Weights::parse(file) else {
        return;
    };
    assert!(weights.to_bytes() == file);
    let scorer = Learnt::with(&weights);
    let read = |body: &&'static str| Request::parse((*body).into()).expect("a request");
    for request in REQUESTS.get_or_init(|| BODIES.iter().map(read).collect()) {
        let found = scorer.assess(request);
        assert!(found.score.number() <= 100, "{found:?}");
        assert!(found.success.is_sorted(), "{found:?}");
        assert!(found.success.iter().all(|p| *p <= 1000), "{found:?}");
        let _ = scorer.observe(request);
    }
});
