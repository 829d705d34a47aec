//! What is read of the answers, streams and errors of every host; the payloads are made up after the
//! vendors' published shapes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use bytes::Bytes;
use serde_json::{Value, json};
use tiergate_dialects::openai::{EventKind, Quirks, answer, even, event, fault};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::sse::Decoder;
use tiergate_wire::usage::Usage;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(name)).unwrap()
}

fn quirks(name: &str) -> &'static Quirks {
    let host = name.split('/').next().unwrap();
    Quirks::by_name(host).unwrap_or(Quirks::COMPATIBLE)
}

/// The events of a stream, and where it broke.
#[derive(Debug, Default)]
struct Read {
    chunks: usize,
    comments: usize,
    committed: bool,
    finished: bool,
    done: bool,
    usage_only: bool,
    usage: Option<Usage>,
    fault: Option<Fault>,
}

fn read(name: &str) -> Read {
    let quirks = quirks(name);
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(Bytes::from(fixture(name)));
    let mut read = Read::default();
    while let Some(next) = decoder.next().unwrap() {
        let Some(data) = next.data else {
            read.comments += 1;
            continue;
        };
        match event(&data, read.committed, quirks) {
            Ok(facts) => {
                read.chunks += 1;
                read.committed |= facts.commits;
                read.finished |= facts.finish;
                read.done |= facts.kind == EventKind::Done;
                read.usage_only |= facts.kind == EventKind::UsageOnly;
                read.usage = facts.usage.or(read.usage);
            }
            Err(fault) => {
                read.fault = Some(fault);
                break;
            }
        }
    }
    read
}

#[test]
fn every_stream_is_complete_and_counted() {
    let streams = [
        ("openai/stream_text.sse", 40, 12, 16, 8),
        ("openai/stream_tools.sse", 60, 30, 0, 0),
        ("openai/stream_refusal.sse", 40, 5, 0, 0),
        ("azure/stream.sse", 20, 3, 0, 0),
        ("cerebras/stream.sse", 20, 9, 0, 0),
        ("deepseek/stream_reasoning.sse", 20, 9, 16, 5),
        ("fireworks/stream.sse", 20, 9, 0, 0),
        ("groq/stream_reasoning.sse", 20, 9, 0, 4),
        ("minimax/stream_cumulative_reasoning.sse", 20, 9, 0, 0),
        ("mistral/stream_thinking.sse", 20, 9, 0, 0),
        ("openrouter/stream.sse", 20, 9, 0, 0),
        ("together/stream_eos.sse", 20, 3, 0, 0),
        ("xai/stream_tools_empty_finish.sse", 20, 3, 0, 0),
    ];
    for (name, prompt, completion, cached, reasoning) in streams {
        let read = read(name);
        assert!(
            read.committed && read.finished && read.done && read.fault.is_none(),
            "{name}: {read:?}"
        );
        let usage = read.usage.unwrap();
        let told = (
            usage.prompt_tokens,
            usage.completion_tokens,
            usage.cached_tokens,
            usage.reasoning_tokens,
        );
        assert_eq!(told, (prompt, completion, cached, reasoning), "{name}");
    }
}

#[test]
fn only_an_empty_chunk_with_usage_is_usage_only() {
    assert!(read("openai/stream_text.sse").usage_only);
    assert!(read("azure/stream.sse").usage_only);
    assert!(!read("cerebras/stream.sse").usage_only);

    let first = fixture("azure/stream.sse");
    let end = first.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let facts = event(&first[6..end], false, Quirks::COMPATIBLE).unwrap();
    assert_eq!(facts.kind, EventKind::Aside);
    assert!(!facts.commits && !facts.finish && facts.usage.is_none());
}

#[test]
fn comments_are_not_chunks() {
    assert_eq!(read("openrouter/stream.sse").comments, 1);
    assert_eq!(read("deepseek/stream_reasoning.sse").comments, 1);
}

#[test]
fn errors_inside_streams_are_faults() {
    let first = read("openai/stream_error_first.sse");
    assert_eq!((first.chunks, first.committed), (0, false));
    assert_eq!(first.fault.unwrap().cause, Cause::Billing);

    let later = read("openrouter/stream_error.sse").fault.unwrap();
    assert_eq!((later.cause, later.status), (Cause::Server, 502));
    assert_eq!(later.message, "Provider disconnected");

    for data in [
        r#"{"error":"model runner has stopped"}"#,
        r#"{"object":"error","message":"bad","type":"BadRequestError","code":400}"#,
        r#"{"code":"x","error":"flat"}"#,
        r#"{"choices":[{"delta":{},"finish_reason":"insufficient_system_resource"}]}"#,
        "not json",
        "[]",
        "",
    ] {
        assert!(
            event(data.as_bytes(), true, Quirks::COMPATIBLE).is_err(),
            "{data}"
        );
    }
}

#[test]
fn whole_answers_are_checked() {
    for (name, completion, cached, reasoning) in [
        ("openai/response.json", 12, 16, 8),
        ("moonshot/response_tools.json", 9, 10, 0),
        ("xai/response_usage_fold.json", 33, 4, 30),
        ("zai/response_sensitive.json", 0, 0, 0),
    ] {
        let checked = answer(&fixture(name), quirks(name)).unwrap();
        let usage = checked.usage.unwrap();
        let told = (
            usage.completion_tokens,
            usage.cached_tokens,
            usage.reasoning_tokens,
        );
        assert_eq!(told, (completion, cached, reasoning), "{name}");
    }
}

#[test]
fn an_answer_has_a_first_choice_a_message_and_an_end() {
    let of = |choices: &str, host: &str| {
        let body = format!("{{\"id\":\"c\",\"choices\":[{choices}]}}");
        answer(body.as_bytes(), quirks(host))
    };
    let said = r#""message":{"content":"a"}"#;
    for choices in [
        r#"{"message":{"content":"a"},"finish_reason":"stop"}"#,
        r#"{"index":0,"message":{},"finish_reason":"eos"}"#,
        r#"{"index":1,"message":{"tool_calls":null},"finish_reason":"stop"},
           {"index":0,"message":{"tool_calls":[]},"finish_reason":"length"}"#,
    ] {
        assert!(of(choices, "openai").is_ok(), "{choices}");
    }
    for choices in [
        "{}".to_owned(),
        r#"{"finish_reason":"stop"}"#.to_owned(),
        r#"{"message":null,"finish_reason":"stop"}"#.to_owned(),
        r#"{"message":"a","finish_reason":"stop"}"#.to_owned(),
        r#"{"message":{"tool_calls":{}},"finish_reason":"stop"}"#.to_owned(),
        format!(r#"{{"index":1,{said},"finish_reason":"stop"}}"#),
        format!(r"{{{said}}}"),
        format!(r#"{{{said},"finish_reason":null}}"#),
        format!(r#"{{{said},"finish_reason":7}}"#),
        format!(r#"{{{said},"finish_reason":"stop"}},{{"index":1,{said}}}"#),
    ] {
        for host in ["openai", "xai"] {
            let fault = of(&choices, host).unwrap_err();
            assert_eq!(fault.cause, Cause::Invalid, "{choices}");
        }
    }
    let empty = format!(r#"{{{said},"finish_reason":""}}"#);
    assert!(of(&empty, "openai").is_err() && of(&empty, "xai").is_ok());
}

#[test]
fn a_success_that_is_no_answer_is_a_fault() {
    let whole = fixture("openai/response.json");
    for cut in 0..whole.trim_ascii_end().len() {
        assert!(
            answer(&whole[..cut], Quirks::COMPATIBLE).is_err(),
            "{cut} bytes"
        );
    }
    for (body, cause) in [
        (
            r#"{"error":{"message":"x","code":429}}"#,
            Cause::RateLimited,
        ),
        (
            r#"{"error":{"message":"x","type":"server_error"}}"#,
            Cause::Server,
        ),
        (r#"{"choices":[]}"#, Cause::Invalid),
        (r#"{"choices":null}"#, Cause::Invalid),
        ("<html></html>", Cause::Invalid),
        ("[]", Cause::Invalid),
        (
            r#"{"object":"error","message":"x","code":503}"#,
            Cause::Overloaded,
        ),
    ] {
        let read = answer(body.as_bytes(), Quirks::COMPATIBLE).unwrap_err();
        assert_eq!(read.cause, cause, "{body}");
    }
    let minimax = fixture("minimax/error_in_200.json");
    let read = answer(&minimax, quirks("minimax")).unwrap_err();
    assert_eq!(
        (read.cause, read.message.as_str()),
        (Cause::RateLimited, "rate limit")
    );
}

/// File, status, and what is read of it: cause and code.
const ERRORS: &[(&str, u16, Cause, Option<&str>)] = &[
    (
        "openai/error_400_context.json",
        400,
        Cause::ContextTooLong,
        Some("context_length_exceeded"),
    ),
    (
        "openai/error_401.json",
        401,
        Cause::Auth,
        Some("invalid_api_key"),
    ),
    (
        "openai/error_404.json",
        404,
        Cause::NotFound,
        Some("model_not_found"),
    ),
    (
        "openai/error_429.json",
        429,
        Cause::RateLimited,
        Some("rate_limit_exceeded"),
    ),
    (
        "openai/error_429_quota.json",
        429,
        Cause::Billing,
        Some("insufficient_quota"),
    ),
    (
        "azure/error_400_filter.json",
        400,
        Cause::ContentFilter,
        Some("content_filter"),
    ),
    ("azure/error_429.json", 429, Cause::RateLimited, Some("429")),
    (
        "cerebras/error_400_context.json",
        400,
        Cause::ContextTooLong,
        Some("context_length_exceeded"),
    ),
    (
        "deepseek/error_400_reasoning.json",
        400,
        Cause::BadRequest,
        Some("invalid_request_error"),
    ),
    (
        "deepseek/error_402.json",
        402,
        Cause::Billing,
        Some("invalid_request_error"),
    ),
    (
        "groq/error_400_tool_use_failed.json",
        400,
        Cause::BadRequest,
        Some("tool_use_failed"),
    ),
    (
        "mistral/error_422.json",
        422,
        Cause::Unprocessable,
        Some("invalid_request_error"),
    ),
    ("ollama/error_404.json", 404, Cause::NotFound, None),
    (
        "openrouter/error_429.json",
        429,
        Cause::RateLimited,
        Some("429"),
    ),
    (
        "vllm/error_flat_400.json",
        400,
        Cause::ContextTooLong,
        Some("400"),
    ),
    (
        "xai/error_400.json",
        400,
        Cause::BadRequest,
        Some("Client specified an invalid argument"),
    ),
    ("zai/error_429.json", 429, Cause::RateLimited, Some("1302")),
];

#[test]
fn every_error_body_is_understood() {
    for &(name, status, cause, code) in ERRORS {
        let read = fault(status, &fixture(name), quirks(name));
        assert_eq!((read.cause, read.code.as_deref()), (cause, code), "{name}");
        assert!(!read.message.starts_with("status "), "{name}: {read:?}");
    }
    let mistral = fault(422, &fixture("mistral/error_422.json"), quirks("mistral"));
    assert_eq!(mistral.message, "body.messages: Field required");
    let router = fault(
        429,
        &fixture("openrouter/error_429.json"),
        quirks("openrouter"),
    );
    assert_eq!(router.wait.as_deref(), Some("1795000060000"));
    assert!(router.message.ends_with(r#": {"error":"slow down"}"#));
}

#[test]
fn content_in_parts_becomes_one_text_with_the_thoughts_beside_it() {
    let parts = json!([
        {"type": "thinking", "thinking": [{"type": "text", "text": "h\"m"}], "closed": true},
        {"type": "text", "text": "Bl\u{fc}"}, {"type": "reference", "reference_ids": [1]},
        {"type": "text", "text": "e."},
    ]);
    let even = |value: &Value| -> Option<Value> {
        let evened = even(value.to_string().as_bytes())?;
        Some(serde_json::from_slice(&evened).unwrap())
    };
    let whole = |message: Value, reason: &str| json!({"choices": [{"index": 0, "message": message, "finish_reason": reason}]});
    let given = whole(
        json!({"role": "assistant", "content": parts}),
        "model_length",
    );
    let checked = answer(given.to_string().as_bytes(), Quirks::COMPATIBLE).unwrap();
    assert!(checked.uneven);
    let message =
        json!({"role": "assistant", "content": "Bl\u{fc}e.", "reasoning_content": "h\"m"});
    assert_eq!(even(&given).unwrap(), whole(message.clone(), "length"));
    let plain = whole(message, "stop");
    assert!(
        !answer(plain.to_string().as_bytes(), Quirks::COMPATIBLE)
            .unwrap()
            .uneven
    );
    assert_eq!(even(&plain), None);

    let chunk =
        |delta: Value| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]});
    let thought = chunk(json!({"content": [parts[0]]}));
    let facts = event(thought.to_string().as_bytes(), true, Quirks::COMPATIBLE).unwrap();
    assert!(facts.uneven);
    let told = chunk(json!({"content": "", "reasoning_content": "h\"m"}));
    assert_eq!(even(&thought).unwrap(), told);
}
