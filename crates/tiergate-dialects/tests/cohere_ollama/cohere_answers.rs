//! Cohere's answers, streams and errors.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::cohere::{Stream, answer, fault};
use tiergate_dialects::inner::{Event, Part, Stop, Text, ToolCall, Undo};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::sse::Decoder;
use tiergate_wire::usage::Usage;

use super::{call, fixture, plain, text, thought};

#[test]
fn a_whole_answer() {
    let body = json!({
        "id": "c1", "finish_reason": "TOOL_CALL",
        "message": {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Blue."},
        ], "tool_plan": "I will look.", "citations": [{"start": 0}], "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "lookup", "arguments": "{\"id\":\"7\"}"}},
            {"type": "function", "function": {"name": "renamed", "arguments": null}},
        ]},
        "usage": {
            "billed_units": {"input_tokens": 20.0, "output_tokens": 3.0},
            "tokens": {"input_tokens": 88.0, "output_tokens": 5.0}, "cached_tokens": 64,
        },
    })
    .to_string();
    let undo = Undo {
        names: vec![("renamed".to_owned(), "own".to_owned())],
        json_tool: None,
        ..Undo::default()
    };
    let told = answer(body.as_bytes(), &undo).unwrap();
    let second = Part::ToolCall(ToolCall {
        id: Text::new("call_1c1"),
        name: Text::new("own"),
        ..ToolCall::default()
    });
    assert_eq!(
        told.parts,
        [
            thought("Hm."),
            text("Blue."),
            thought("I will look."),
            call("a", r#"{"id":"7"}"#),
            second
        ]
    );
    assert_eq!(
        (told.id, told.stop),
        (Some(Text::new("c1")), Stop::ToolCalls)
    );
    let usage = Usage {
        prompt_tokens: 88,
        cached_tokens: 64,
        completion_tokens: 5,
        ..Usage::default()
    };
    assert_eq!(told.usage, Some(usage));
}

#[test]
fn ends_of_answers() {
    let end = |reason: &str| {
        let body = json!({"finish_reason": reason, "message": {"content": []},
            "usage": {"billed_units": {"input_tokens": 2, "output_tokens": 3}}});
        let body = body.to_string();
        let told = answer(body.as_bytes(), &Undo::default());
        told.map(|told| (told.stop, told.usage.unwrap().completion_tokens))
            .map_err(|fault| fault.cause)
    };
    for (reason, stop) in [
        ("COMPLETE", Stop::End),
        ("STOP_SEQUENCE", Stop::Sequence),
        ("MAX_TOKENS", Stop::Length),
        ("ERROR_TOXIC", Stop::ContentFilter),
        ("SOMETHING_NEW", Stop::End),
    ] {
        assert_eq!(end(reason), Ok((stop, 3)), "{reason}");
    }
    assert_eq!(end("ERROR"), Err(Cause::Server));
    assert_eq!(end("TIMEOUT"), Err(Cause::Overloaded));
}

#[test]
fn errors() {
    let check = |status, body: &str, cause| {
        let told = fault(status, None, body.as_bytes());
        assert_eq!((told.cause, told.status), (cause, status), "{body}");
    };
    let token = fixture("cohere/error_401.json");
    assert_eq!(
        fault(401, None, token.as_bytes()).message,
        "invalid api token"
    );
    check(401, &token, Cause::Auth);
    check(498, "{}", Cause::Auth);
    check(
        429,
        r#"{"message":"limited to 1000 API calls / month"}"#,
        Cause::Billing,
    );
    check(
        429,
        r#"{"message":"limited to 20 API calls / minute"}"#,
        Cause::RateLimited,
    );
    check(
        400,
        r#"{"message":"too many tokens: 9000"}"#,
        Cause::ContextTooLong,
    );
    check(404, r#"{"message":"model 'x' not found"}"#, Cause::NotFound);
    check(502, "<html>", Cause::Server);
    let in_success = answer(token.as_bytes(), &Undo::default()).unwrap_err();
    assert_eq!(in_success.cause, Cause::Auth);
    for body in [
        "",
        "{}",
        "[]",
        r#"{"message":{"content":[{"text":7}]}}"#,
        r#"{"message":{"content":[{"text":"a"}]}}"#,
        r#"{"message":{"content":[{"text":"a"}]},"finish_reason":null}"#,
    ] {
        let told = answer(body.as_bytes(), &Undo::default()).unwrap_err();
        assert_eq!(told.cause, Cause::Invalid, "{body}");
    }
}

/// Feeds frames and gives the events as they print.
fn stream(frames: &[(String, Vec<u8>)]) -> Result<Vec<String>, Fault> {
    let mut stream = Stream::new(Undo::default());
    let mut told = Vec::new();
    for (name, data) in frames {
        let mut out = Vec::new();
        stream.event(name, data, &mut out)?;
        told.extend(out.iter().map(plain));
    }
    Ok(told)
}

fn frames(list: &[Value]) -> Vec<(String, Vec<u8>)> {
    let frame = |data: &Value| (String::new(), data.to_string().into_bytes());
    list.iter().map(frame).collect()
}

#[test]
fn a_stream_with_a_plan_and_a_call() {
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(Bytes::from(fixture("cohere/stream_tools.sse")));
    let mut frames = Vec::new();
    while let Some(next) = decoder.next().unwrap() {
        if let Some(data) = next.data {
            frames.push((String::new(), data.to_vec()));
        }
    }
    assert_eq!(
        stream(&frames).unwrap(),
        [
            "start c1",
            "0 thinking I will look.",
            "0 stop",
            "1 call lookup_a lookup",
            r#"1 arguments {"id":"7"}"#,
            "1 stop",
            "usage 900 30",
            "finish ToolCalls",
        ]
    );
}

#[test]
fn a_stream_with_words_and_parallel_calls_without_arguments() {
    let content = |kind: &str, index: u32, words: &str| json!({"type": "content-delta", "index": index, "delta": {"message": {"content": {kind: words}}}});
    let start = |index: u32| {
        json!({"type": "tool-call-start", "index": index, "delta": {"message": {"tool_calls": {
            "type": "function", "function": {"name": "now", "arguments": ""}}}}})
    };
    let more = |index: u32, arguments: Value| {
        json!({"type": "tool-call-delta", "index": index, "delta": {"message": {"tool_calls": {
            "function": {"arguments": arguments}}}}})
    };
    let list = [
        json!({"type": "message-start", "id": "c-2", "delta": {"message": {"content": [], "tool_calls": []}}}),
        json!({"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "thinking", "thinking": ""}}}}),
        content("thinking", 0, "Hm."),
        json!({"type": "content-end", "index": 0}),
        content("text", 1, "Bl"),
        json!({"type": "citation-start", "index": 0, "delta": {"message": {"citations": {"start": 0}}}}),
        json!({"type": "something-new", "delta": 7}),
        content("text", 1, "ue."),
        json!({"type": "content-end", "index": 1}),
        start(0),
        start(1),
        start(2),
        more(0, json!("nu")),
        more(1, json!("nu")),
        more(1, json!("t")),
        more(2, Value::Null),
        more(0, json!("ll")),
        json!({"type": "tool-call-end", "index": 0}),
        json!({"type": "message-end", "delta": {"finish_reason": "TOOL_CALL"}}),
        content("text", 3, "late"),
    ];
    assert_eq!(
        stream(&frames(&list)).unwrap(),
        [
            "start c-2",
            "0 thinking Hm.",
            "0 stop",
            "1 text Bl",
            "1 text ue.",
            "1 stop",
            "2 call call_0c2 now",
            "3 call call_1c2 now",
            "4 call call_2c2 now",
            "3 arguments nu",
            "3 arguments t",
            "2 arguments {}",
            "2 stop",
            "3 stop",
            "4 arguments {}",
            "4 stop",
            "finish ToolCalls",
        ]
    );
}

#[test]
fn a_stream_in_other_shapes() {
    let content =
        |value: Value| json!({"type": "content-delta", "delta": {"message": {"content": value}}});
    let calls = |kind: &str, value: Value| json!({"type": kind, "index": 0, "delta": {"message": {"tool_calls": value}}});
    let list = [
        content(json!("Bl")),
        content(json!([{"type": "text", "text": "u"}, {"type": "text", "text": "e"}])),
        content(Value::Null),
        calls(
            "tool-call-start",
            json!([{"id": "a", "function": {"name": "now", "arguments": ""}}]),
        ),
        calls(
            "tool-call-delta",
            json!([{"function": {"arguments": "{}"}}]),
        ),
        calls("tool-call-delta", json!([])),
        json!({"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}),
    ];
    assert_eq!(
        stream(&frames(&list)).unwrap(),
        [
            "start ",
            "0 text Bl",
            "0 text u",
            "0 text e",
            "1 call a now",
            "1 arguments {}",
            "0 stop",
            "1 stop",
            "finish ToolCalls",
        ]
    );
    let error = json!({"type": "error", "message": "too many tokens: 9 > 8"});
    let told = stream(&frames(&[error])).unwrap_err();
    assert_eq!(told.cause, Cause::ContextTooLong);
}

#[test]
fn a_stream_that_breaks() {
    let end = json!({"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "out of memory"}});
    let told = stream(&frames(&[end])).unwrap_err();
    assert_eq!(told.cause, Cause::Server);
    assert!(told.message.contains("out of memory"));
    let error = json!({"id": "e", "message": "invalid api token"});
    assert_eq!(stream(&frames(&[error])).unwrap_err().cause, Cause::Auth);
    for end in [json!({}), json!({"finish_reason": null}), json!(null)] {
        let end = json!({"type": "message-end", "delta": end});
        assert_eq!(stream(&frames(&[end])).unwrap_err().cause, Cause::Invalid);
    }
    let cut = stream(&frames(&[json!({"type": "message-start", "id": "c"})])).unwrap();
    assert_eq!(cut, ["start c"]);
}

fn any_frame() -> impl Strategy<Value = Value> {
    let kinds = [
        "message-start",
        "content-delta",
        "content-end",
        "tool-plan-delta",
        "tool-call-start",
        "tool-call-delta",
        "tool-call-end",
        "message-end",
    ];
    let words = prop::sample::select(vec!["", "nu", "ll", "null", "{", "\"x\"", "é\n"]);
    (prop::sample::select(kinds.to_vec()), 0..3_u8, words).prop_map(|(kind, index, words)| {
        json!({"type": kind, "index": index, "delta": {"finish_reason": "COMPLETE", "message": {
            "content": if index == 0 { json!({"text": words}) } else { json!({"thinking": words}) },
            "tool_plan": words,
            "tool_calls": {"function": {"name": "f", "arguments": words}},
        }}})
    })
}

proptest! {
    #[test]
    fn blocks_are_dense_and_each_ends_once(list in prop::collection::vec(any_frame(), 0..30)) {
        let mut stream = Stream::new(Undo::default());
        let (mut began, mut ended, mut finished, mut started) = (0, Vec::new(), 0, 0);
        for data in list {
            let data = data.to_string();
            let mut out = Vec::new();
            if stream.event("", data.as_bytes(), &mut out).is_err() {
                break;
            }
            for event in &out {
                prop_assert_eq!(finished, 0);
                match event {
                    Event::Start { .. } => started += 1,
                    Event::Finish { .. } => finished += 1,
                    Event::Text { block, .. } | Event::Thinking { block, .. }
                    | Event::ToolCall { block, .. } | Event::Arguments { block, .. } => {
                        prop_assert!(*block <= began && !ended.contains(block));
                        began = began.max(block + 1);
                    }
                    Event::BlockStop { block } => {
                        prop_assert!(*block < began && !ended.contains(block));
                        ended.push(*block);
                    }
                    _ => {}
                }
                prop_assert_eq!(started, 1);
            }
        }
        if finished == 1 {
            prop_assert_eq!(ended.len(), began as usize);
        }
    }

    #[test]
    fn any_bytes_are_survived(
        raw in prop::collection::vec(any::<u8>(), 0..80),
        near in "\\{\"(type|message|delta|id|index)\":[\\[\\]{}\":,a-z0-9-]{0,40}\\}?",
        status in 100..600_u16,
    ) {
        for data in [raw.as_slice(), near.as_bytes()] {
            let mut out = Vec::new();
            let mut stream = Stream::new(Undo::default());
            let _ = stream.event("content-delta", data, &mut out);
            let _ = stream.event("message-end", data, &mut out);
            let _ = answer(data, &Undo::default());
            let _ = fault(status, None, data);
        }
    }
}
