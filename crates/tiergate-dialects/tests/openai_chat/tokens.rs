//! Tokens, wherever a stream tells them: as it is told again, and as it is passed on.

use serde_json::{Value, json};
use tiergate_dialects::openai::{Quirks, event};

use crate::collect::{read, text};

/// A chunk with other members of its own.
fn chunk(choices: &Value, more: &Value) -> Value {
    let mut chunk = json!({"id": "x", "object": "chat.completion.chunk", "choices": choices});
    let more = more.as_object().unwrap().clone();
    chunk.as_object_mut().unwrap().extend(more);
    chunk
}

fn said(usage: &Value) -> Value {
    let choices = json!([{"index": 0, "delta": {"content": "a"}, "finish_reason": null}]);
    chunk(&choices, &json!({"usage": usage}))
}

fn end(more: &Value) -> Value {
    let choices = json!([{"index": 0, "delta": {}, "finish_reason": "stop"}]);
    chunk(&choices, more)
}

fn with_end(usage: &Value) -> Value {
    end(&json!({"usage": usage}))
}

fn alone(usage: &Value) -> Value {
    chunk(&json!([]), &json!({"usage": usage}))
}

/// Checks how many tokens of output are found in a stream.
#[track_caller]
fn check(chunks: &[Value], expected: Option<u64>) {
    let chunks = chunks.iter().map(|chunk| chunk.to_string().into_bytes());
    let mut payloads: Vec<_> = chunks.collect();
    let mut passed = None;
    for payload in &payloads {
        let facts = event(payload, true, Quirks::COMPATIBLE).unwrap();
        passed = facts.usage.or(passed);
    }
    payloads.push(b"[DONE]".to_vec());
    let told = read(&payloads).unwrap();
    assert_eq!(told.parts, [text("a")]);
    let told = told.usage.map(|usage| usage.completion_tokens);
    let passed = passed.map(|usage| usage.completion_tokens);
    assert_eq!((told, passed), (expected, expected));
}

#[test]
fn with_the_end_or_after_it() {
    let usage = json!({"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5});
    let (zero, null) = (
        json!({"prompt_tokens": 0, "completion_tokens": 0}),
        Value::Null,
    );
    check(&[said(&null), with_end(&usage)], Some(2));
    check(&[said(&null), with_end(&null), alone(&usage)], Some(2));
    check(&[said(&null), with_end(&usage), alone(&usage)], Some(2));
    check(&[said(&null), with_end(&usage), alone(&null)], Some(2));
    check(&[said(&zero), with_end(&usage)], Some(2));
    let nowhere = chunk(&null, &json!({"usage": usage}));
    check(&[said(&null), with_end(&null), nowhere], Some(2));
}

#[test]
fn in_places_of_their_own() {
    let usage = json!({"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5});
    let groq = json!({"x_groq": {"id": "r", "usage": usage}});
    check(&[said(&Value::Null), end(&groq)], Some(2));
    check(&[said(&Value::Null), end(&groq), alone(&usage)], Some(2));
    let mut moonshot = end(&json!({}));
    moonshot["choices"][0]["usage"] = usage;
    check(&[said(&Value::Null), moonshot], Some(2));
}

#[test]
fn zero_is_told_and_nothing_is_not() {
    let zero = json!({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0});
    check(
        &[said(&Value::Null), with_end(&Value::Null), alone(&zero)],
        Some(0),
    );
    check(&[said(&Value::Null), with_end(&Value::Null)], None);
    check(&[said(&Value::Null), with_end(&json!({}))], None);
    check(
        &[said(&Value::Null), end(&json!({"x_groq": {"id": "r"}}))],
        None,
    );
}
