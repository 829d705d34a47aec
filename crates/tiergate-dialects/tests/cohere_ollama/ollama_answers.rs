//! Ollama's answers, streams and errors.

use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::inner::{Part, Stop, Undo};
use tiergate_dialects::ollama::{Stream, answer, fault};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::usage::{Half, Usage};

use super::{fixture, plain, text};

#[test]
fn a_whole_answer() {
    let body = json!({
        "model": "m", "created_at": "2026-11-21T00:00:00.25Z", "done": true, "done_reason": "stop",
        "message": {"role": "assistant", "thinking": "Hm.", "content": "Blue.", "tool_calls": [
            {"function": {"name": "lookup", "arguments": {"id": "7"}}},
            {"id": "given", "function": {"index": 1, "name": "lookup", "arguments": null}},
        ]},
        "prompt_eval_count": 52, "prompt_eval_cached_count": 40, "eval_count": 4, "total_duration": 5,
    })
    .to_string();
    let told = answer(body.as_bytes(), &Undo::default()).unwrap();
    let calls = told.parts.iter().filter_map(|part| match part {
        Part::ToolCall(call) => Some((call.id.value(), call.arguments.text().value().into_owned())),
        _ => None,
    });
    let calls: Vec<_> = calls.collect();
    assert_eq!(
        calls,
        [
            ("call_000000025".into(), r#"{"id":"7"}"#.to_owned()),
            ("given".into(), "{}".to_owned())
        ]
    );
    assert_eq!((told.parts.len(), told.stop), (4, Stop::ToolCalls));
    let usage = Usage {
        prompt_tokens: 52,
        cached_tokens: 40,
        completion_tokens: 4,
        ..Usage::default()
    };
    assert_eq!(told.usage, Some(usage));
}

#[test]
fn usage_is_what_is_told() {
    let usage = |mut body: Value| {
        body["done"] = json!(true);
        body["message"] = json!({"content": "x"});
        let body = body.to_string();
        answer(body.as_bytes(), &Undo::default()).unwrap().usage
    };
    assert_eq!(usage(json!({})), None);
    let cached = Usage {
        completion_tokens: 4,
        untold: Some(Half::Input),
        ..Usage::default()
    };
    assert_eq!(usage(json!({"eval_count": 4})), Some(cached));
}

#[test]
fn an_answer_is_one_although_its_end_is_odd() {
    for body in [
        json!({"done_reason": "stop", "message": {"content": "x"}}),
        json!({"done": null, "done_reason": "brand_new", "message": {"content": "x"}}),
        json!({"done": true, "done_reason": "load", "message": {"content": "x"}}),
        json!({"done": true, "message": {"content": "x", "tool_calls": null}, "error": null}),
    ] {
        let whole = body.to_string();
        let told = answer(whole.as_bytes(), &Undo::default()).unwrap();
        assert_eq!(
            (told.parts, told.stop),
            (vec![text("x")], Stop::End),
            "{body}"
        );
    }
}

#[test]
fn answers_that_are_none() {
    let cause = |body: Value| {
        let body = body.to_string();
        answer(body.as_bytes(), &Undo::default()).unwrap_err().cause
    };
    let silent = |reason| json!({"done": true, "done_reason": reason, "message": {"content": ""}});
    assert_eq!(cause(silent("length")), Cause::ContextTooLong);
    assert_eq!(cause(silent("load")), Cause::Invalid);
    assert_eq!(cause(silent("unload")), Cause::Invalid);
    for end in [
        json!({"done": false, "done_reason": "stop"}),
        json!({"done": null}),
        json!({"done": null, "done_reason": ""}),
        json!({}),
    ] {
        let mut body = end.clone();
        body["message"] = json!({"content": "x"});
        assert_eq!(cause(body), Cause::Invalid, "{end}");
    }
    assert_eq!(
        cause(json!({"error": "model runner has stopped"})),
        Cause::Server
    );
    assert_eq!(cause(json!({"error": "x", "message": "y"})), Cause::Server);
    assert_eq!(cause(json!([])), Cause::Invalid);
}

#[test]
fn errors() {
    let check = |status, body: &str, cause, param: Option<&str>| {
        let told = fault(status, None, body.as_bytes());
        assert_eq!(
            (told.cause, told.param.as_deref()),
            (cause, param),
            "{body}"
        );
    };
    check(
        404,
        &fixture("ollama/error_404.json"),
        Cause::NotFound,
        None,
    );
    let error = |text: &str| json!({"error": text}).to_string();
    check(
        503,
        &error("server busy, please try again"),
        Cause::Overloaded,
        None,
    );
    check(
        400,
        &error("\"llama3\" does not support thinking"),
        Cause::Unprocessable,
        Some("reasoning_effort"),
    );
    check(
        400,
        &error("the input length exceeds maximum context length"),
        Cause::ContextTooLong,
        None,
    );
    check(500, "", Cause::Server, None);
    check(
        400,
        r#"{"error":{"message":"odd"}}"#,
        Cause::BadRequest,
        None,
    );
}

/// Feeds lines and gives the events as they print.
fn stream(lines: &str) -> Result<Vec<String>, Fault> {
    let mut stream = Stream::new(Undo::default());
    let mut told = Vec::new();
    for line in lines.lines() {
        let mut out = Vec::new();
        stream.event("", line.as_bytes(), &mut out)?;
        told.extend(out.iter().map(plain));
    }
    Ok(told)
}

#[test]
fn a_stream_with_thoughts_words_and_a_call() {
    assert_eq!(
        stream(&fixture("ollama/stream.ndjson")).unwrap(),
        [
            "start m",
            "0 thinking hm",
            "0 stop",
            "1 text Blue.",
            "1 stop",
            "2 call call_0000000 lookup",
            r#"2 arguments {"id": "7"}"#,
            "2 stop",
            "usage 20 9",
            "finish ToolCalls",
        ]
    );
}

#[test]
fn a_stream_that_breaks() {
    let begun = r#"{"model":"m","message":{"content":"Bl"},"done":false}"#;
    let told = stream(&format!(
        "{begun}\n{{\"error\":\"an error was encountered\"}}"
    ))
    .unwrap_err();
    assert_eq!((told.cause, told.status), (Cause::Server, 200));
    assert_eq!(stream(begun).unwrap(), ["start m", "0 text Bl"]);
    let full = r#"{"message":{"content":""},"done":true,"done_reason":"length"}"#;
    assert_eq!(stream(full).unwrap_err().cause, Cause::ContextTooLong);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        raw in prop::collection::vec(any::<u8>(), 0..80),
        near in "\\{\"(message|done|error|model)\":[\\[\\]{}\":,a-z0-9]{0,40}\\}?",
        status in 100..600_u16,
    ) {
        for data in [raw.as_slice(), near.as_bytes()] {
            let mut out = Vec::new();
            let mut stream = Stream::new(Undo::default());
            let _ = stream.event("", data, &mut out);
            let _ = answer(data, &Undo::default());
            let _ = fault(status, None, data);
        }
    }
}
