//! Answers, streams and faults of hosts.

use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::inner::{Answer, Part, Stop, Text, Undo};
use tiergate_dialects::openai::chat::{Stream, answer};
use tiergate_wire::sse::Decoder;

use crate::collect::{call, read, redacted, text, thought};

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(folder.join(name)).unwrap()
}

fn stream(name: &str) -> Vec<Bytes> {
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(fixture(name).into());
    std::iter::from_fn(|| decoder.next().unwrap())
        .filter_map(|event| event.data)
        .collect()
}

/// A stream of these deltas that ends with `reason`.
fn deltas(deltas: &[Value], reason: &str) -> Vec<Vec<u8>> {
    let chunk = |delta: &Value, reason: Value| {
        json!({
            "id": "chatcmpl-0123456789", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        })
        .to_string()
        .into_bytes()
    };
    let mut chunks: Vec<_> = deltas
        .iter()
        .map(|delta| chunk(delta, Value::Null))
        .collect();
    chunks.push(chunk(&json!({}), reason.into()));
    chunks.push(b"[DONE]".to_vec());
    chunks
}

fn whole(message: &Value, reason: &str) -> Answer<'static> {
    let body = json!({"id": "chatcmpl-0123456789", "choices": [{"message": message, "finish_reason": reason}]});
    let body: &'static [u8] = body.to_string().into_bytes().leak();
    answer(body, &Undo::default()).unwrap()
}

#[test]
fn streams_of_hosts_are_read() {
    let blue = || text("Blue.");
    let lookup = |id, row: &str| call(id, "lookup", &format!("{{\"id\":\"{row}\"}}"));
    let cases = [
        (
            "openai/stream_tools.sse",
            Stop::ToolCalls,
            vec![lookup("call_a", "7"), lookup("call_b", "8")],
        ),
        (
            "mistral/stream_thinking.sse",
            Stop::End,
            vec![thought("hm", None), blue()],
        ),
        (
            "minimax/stream_cumulative_reasoning.sse",
            Stop::End,
            vec![thought("hm", None), blue()],
        ),
        (
            "openrouter/stream.sse",
            Stop::End,
            vec![thought("hm", None), blue()],
        ),
        (
            "xai/stream_tools_empty_finish.sse",
            Stop::ToolCalls,
            vec![lookup("call_1", "7")],
        ),
    ];
    for (name, stop, parts) in cases {
        let answer = read(&stream(name)).unwrap();
        assert_eq!((answer.stop, answer.parts), (stop, parts), "{name}");
        assert!(answer.usage.is_some(), "{name}");
        assert_eq!(answer.id, Some(Text::new("chatcmpl-f1")), "{name}");
    }
    for name in [
        "openai/stream_text.sse",
        "openai/stream_refusal.sse",
        "azure/stream.sse",
        "cerebras/stream.sse",
        "deepseek/stream_reasoning.sse",
        "fireworks/stream.sse",
        "groq/stream_reasoning.sse",
        "together/stream_eos.sse",
    ] {
        let answer = read(&stream(name)).unwrap();
        assert!(
            !answer.parts.is_empty() && answer.usage.is_some(),
            "{name}: {answer:?}"
        );
    }
}

#[test]
fn whole_answers_of_hosts_are_read() {
    let body = fixture("openai/response.json");
    let read = answer(&body, &Undo::default()).unwrap();
    assert_eq!(read.parts, [text("Blue.")]);
    assert_eq!(read.native_stop, Some(Text::new("stop")));
    let usage = read.usage.unwrap();
    assert_eq!(
        (
            usage.prompt_tokens,
            usage.cached_tokens,
            usage.reasoning_tokens
        ),
        (40, 16, 8)
    );

    let body = fixture("moonshot/response_tools.json");
    let read = answer(&body, &Undo::default()).unwrap();
    assert_eq!(
        read.parts,
        [
            thought("need it", None),
            call("lookup:0", "lookup", r#"{"id":"7"}"#)
        ]
    );
    assert_eq!(read.usage.unwrap().cached_tokens, 10);

    let body = fixture("zai/response_sensitive.json");
    let read = answer(&body, &Undo::default()).unwrap();
    assert_eq!(
        (read.stop, read.native_stop),
        (Stop::ContentFilter, Some(Text::new("sensitive")))
    );
}

#[test]
fn reasoning_is_read_once_and_keeps_its_signatures() {
    let signed = json!({"content": "a", "reasoning": "x", "reasoning_details": [
        {"type": "reasoning.text", "text": "x", "signature": "s", "index": 0},
        {"type": "reasoning.encrypted", "data": "d", "id": null},
        {"type": "reasoning.other"},
    ]});
    assert_eq!(
        whole(&signed, "stop").parts,
        [thought("x", Some("s")), redacted("d"), text("a")]
    );

    let split = json!({"content": null, "reasoning_content": "x",
        "reasoning_details": [{"type": "reasoning.text", "signature": "s"}]});
    assert_eq!(whole(&split, "stop").parts, [thought("x", Some("s"))]);

    let unclear = json!({"reasoning_content": "xy", "reasoning_details": [
        {"type": "reasoning.text", "signature": "s"}, {"type": "reasoning.text", "signature": "t"}]});
    assert_eq!(whole(&unclear, "stop").parts, [thought("xy", None)]);

    let both = json!({"content": "a", "reasoning_content": "x", "reasoning": "x"});
    assert_eq!(whole(&both, "stop").parts, [thought("x", None), text("a")]);

    let stream = deltas(
        &[
            json!({"role": "assistant", "content": "", "reasoning_content": "x"}),
            json!({"reasoning_content": "y"}),
            json!({"reasoning_details": [{"type": "reasoning.text", "signature": "s"}]}),
            json!({"reasoning_content": "z"}),
            json!({"reasoning_details": [{"type": "reasoning.encrypted", "data": "d"}]}),
            json!({"content": "a"}),
        ],
        "stop",
    );
    let read = read(&stream).unwrap();
    assert_eq!(
        read.parts,
        [
            thought("xy", Some("s")),
            thought("z", None),
            redacted("d"),
            text("a")
        ]
    );
}

#[test]
fn thoughts_that_grow_are_told_once() {
    let detail =
        |text: &str| json!({"reasoning_details": [{"type": "reasoning.text", "text": text}]});
    let content = |text: &str| json!({"reasoning_content": text});
    let both = |text: &str| json!({"reasoning_content": text, "reasoning": text});
    for told in [&detail as &dyn Fn(&str) -> Value, &content, &both] {
        let stream = deltas(
            &[
                told("The user"),
                told("The user asks"),
                told("The user asks \u{1f600}\"so\""),
                json!({"content": "a"}),
                told("The user asks \u{1f600}\"so\" again"),
                json!({"content": "b"}),
            ],
            "stop",
        );
        let read = read(&stream).unwrap();
        let parts = [
            thought("The user asks \u{1f600}\"so\"", None),
            text("a"),
            thought(" again", None),
            text("b"),
        ];
        assert_eq!(read.parts, parts);
    }
    // held back until it is clear, but never past the signature or the end of the block
    let signed = json!({"reasoning_details": [{"type": "reasoning.text", "signature": "s"}]});
    let stream = deltas(
        &[content("a"), content("an"), signed, json!({"content": "b"})],
        "stop",
    );
    assert_eq!(
        read(&stream).unwrap().parts,
        [thought("aan", Some("s")), text("b")]
    );
    let stream = deltas(&[content("a"), content("an")], "stop");
    assert_eq!(read(&stream).unwrap().parts, [thought("aan", None)]);
}

#[test]
fn a_whole_message_after_its_pieces_says_nothing_new() {
    let mut stream = deltas(&[json!({"content": "a"}), json!({"content": "b"})], "stop");
    let last = json!({"id": "x", "object": "chat.completion", "usage": {"prompt_tokens": 3, "completion_tokens": 2},
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "ab"}, "finish_reason": "stop"}]});
    stream.splice(2.., [last.to_string().into_bytes()]);
    let told = read(&stream).unwrap();
    assert_eq!(
        (told.parts, told.usage.unwrap().completion_tokens),
        (vec![text("ab")], 2)
    );
    // but alone it is the answer
    assert_eq!(read(&stream[2..]).unwrap().parts, [text("ab")]);
}

#[test]
fn parallel_calls_are_never_merged() {
    let piece = |call: Value| json!({"tool_calls": [call]});
    let two = [call("a", "f", "{\"x\":1}"), call("b", "g", "{\"y\":2}")];
    let cases = [
        // numbered as they should be, and mixed
        vec![
            piece(json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": ""}})),
            piece(
                json!({"index": 1, "id": "b", "function": {"name": "g", "arguments": "{\"y\":"}}),
            ),
            piece(json!({"index": 0, "function": {"arguments": "{\"x\":1}"}})),
            piece(json!({"index": 1, "function": {"arguments": "2}"}})),
        ],
        // no numbers
        vec![
            piece(json!({"id": "a", "function": {"name": "f", "arguments": "{\"x\""}})),
            piece(json!({"function": {"arguments": ":1}"}})),
            piece(json!({"id": "b", "function": {"name": "g", "arguments": "{\"y\":2}"}})),
        ],
        // one number for all
        vec![
            piece(
                json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{\"x\":1"}}),
            ),
            piece(json!({"index": 0, "function": {"arguments": "}"}})),
            piece(json!({"index": 0, "id": "b", "function": {"name": "g", "arguments": "{\"y\""}})),
            piece(json!({"index": 0, "function": {"arguments": ":2}"}})),
        ],
        // the id with each piece
        vec![
            piece(json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{\"x\""}})),
            piece(json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": ":1}"}})),
            piece(
                json!({"index": 1, "id": "b", "function": {"name": "g", "arguments": "{\"y\":2}"}}),
            ),
        ],
        // arguments before the name
        vec![
            piece(json!({"index": 0, "function": {"arguments": "{\"x\""}})),
            piece(json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": ":1}"}})),
            piece(json!({"index": 1, "id": "b", "function": {"name": "g"}})),
            piece(json!({"index": 1, "function": {"arguments": {"y": 2}}})),
        ],
        // all in one
        vec![json!({"tool_calls": [
            {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{\"x\":1}"}},
            {"index": 0, "id": "b", "function": {"name": "g", "arguments": "{\"y\":2}"}},
        ]})],
    ];
    for case in cases {
        let read = read(&deltas(&case, "tool_calls")).unwrap();
        assert_eq!(read.parts, two, "{case:?}");
    }
}

#[test]
fn calls_without_ids_get_some() {
    let ids = ["call_1", "call_2"].map(|id| format!("{id}23456789"));
    let two = [call(&ids[0], "f", "{}"), call(&ids[1], "f", "{}")];
    let bare = json!({"function": {"name": "f", "arguments": "{}"}});
    let numbered = json!({"index": 0, "id": "", "function": {"name": "f", "arguments": "{}"}});
    for one in [bare, numbered] {
        let message = json!({"tool_calls": [one, one]});
        assert_eq!(whole(&message, "stop").parts, two);
        let piece = json!({"tool_calls": [one]});
        let streamed = read(&deltas(&[piece.clone(), piece], "stop")).unwrap();
        assert_eq!(
            (streamed.parts.as_slice(), streamed.stop),
            (&two[..], Stop::ToolCalls),
            "{one}"
        );
    }
    let same = json!({"tool_calls": [
        {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}},
        {"index": 1, "id": "a", "function": {"name": "f", "arguments": "{}"}},
    ]});
    let read = read(&deltas(&[same], "tool_calls")).unwrap();
    assert_eq!(read.parts, [call("a", "f", "{}"), call(&ids[1], "f", "{}")]);
}

#[test]
fn thought_signatures_and_legacy_calls_are_read() {
    let told = json!({"tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"},
        "extra_content": {"google": {"thought_signature": "s"}}}]});
    let streamed = read(&deltas(std::slice::from_ref(&told), "tool_calls")).unwrap();
    assert_eq!(streamed.parts, whole(&told, "tool_calls").parts);
    let Part::ToolCall(told) = &streamed.parts[0] else {
        panic!("{streamed:?}");
    };
    assert_eq!(told.signature, Some(Text::new("s")));

    let pieces = [
        json!({"function_call": {"name": "f", "arguments": "{"}}),
        json!({"function_call": {"arguments": "}"}}),
    ];
    assert_eq!(
        read(&deltas(&pieces, "function_call")).unwrap().parts,
        [call("call_123456789", "f", "{}")]
    );
}

#[test]
fn names_that_were_changed_are_changed_back() {
    let undo = Undo {
        names: vec![("f_1".to_owned(), "f.1".to_owned())],
        ..Undo::default()
    };
    let body = br#"{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f_1","arguments":"{}"}}]},
        "finish_reason":"tool_calls"}]}"#;
    assert_eq!(answer(body, &undo).unwrap().parts, [call("a", "f.1", "{}")]);
}

#[test]
fn faults_are_told() {
    let cases: [(&[u8], Cause); 6] = [
        (
            b"{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}",
            Cause::Billing,
        ),
        (
            b"{\"object\":\"error\",\"message\":\"no\",\"code\":400}",
            Cause::BadRequest,
        ),
        (
            b"{\"base_resp\":{\"status_code\":1002,\"status_msg\":\"slow\"}}",
            Cause::RateLimited,
        ),
        (
            b"{\"choices\":[{\"delta\":{},\"message\":{},\"finish_reason\":\"network_error\"}]}",
            Cause::Invalid,
        ),
        (
            b"{\"choices\":[{\"delta\":{\"content\":\"cut o",
            Cause::Invalid,
        ),
        (b"[]", Cause::Invalid),
    ];
    for (body, cause) in cases {
        let mut stream = Stream::new(Undo::default());
        let streamed = stream.event("", body, &mut Vec::new()).unwrap_err();
        let told = String::from_utf8_lossy(body);
        assert_eq!(streamed.cause, cause, "{told}");
        assert_eq!(
            answer(body, &Undo::default()).unwrap_err().cause,
            cause,
            "{told}"
        );
    }
    assert_eq!(
        answer(b"{}", &Undo::default()).unwrap_err().cause,
        Cause::Invalid
    );
    assert!(read(&stream("openrouter/stream_error.sse")).is_err());
    assert!(read(&stream("openai/stream_error_first.sse")).is_err());
}

#[test]
fn a_stream_that_is_cut_off_has_no_finish() {
    let mut chunks = deltas(&[json!({"content": "a"})], "stop");
    chunks.remove(1);
    assert!(read(&chunks).is_err());
    chunks.pop();
    assert!(read(&chunks).is_err());
}

#[test]
fn no_reason_is_no_end_but_an_empty_one_is() {
    for choice in [
        json!({"message": {"content": "a"}}),
        json!({"message": {"content": "a"}, "finish_reason": null}),
        json!({"message": {"content": "a"}, "finish_reason": 7}),
    ] {
        let body = json!({ "choices": [choice] }).to_string();
        let fault = answer(body.as_bytes(), &Undo::default()).unwrap_err();
        assert_eq!(fault.cause, Cause::Invalid, "{body}");
    }
    // xAI's
    assert_eq!(whole(&json!({"content": "a"}), "").stop, Stop::End);
}

#[test]
fn what_says_nothing_is_nothing_whatever_its_type() {
    let body = |name: &str, value: &str| {
        let (mut delta, mut choices) = ("{}".to_owned(), None);
        let mut rest = String::new();
        match name {
            "delta" => delta = value.to_owned(),
            "choices" => choices = Some(value.to_owned()),
            other => rest = format!(r#","{other}":{value}"#),
        }
        let choice = || format!(r#"[{{"index":0,"delta":{delta},"finish_reason":null}}]"#);
        let choices = choices.unwrap_or_else(choice);
        format!(r#"{{"id":"c","choices":{choices}{rest},"usage":{{"prompt_tokens":3}}}}"#)
    };
    for name in ["delta", "choices", "error", "base_resp", "x_groq"] {
        for value in ["null", "false", "\"\"", "[ ]", "{}", "0"] {
            let mut chunks = deltas(&[json!({"content": "a"})], "stop");
            chunks.insert(1, body(name, value).into_bytes());
            let read = read(&chunks).unwrap();
            assert_eq!(read.parts, [text("a")], "{name} {value}");
            assert_eq!(read.usage.unwrap().prompt_tokens, 3, "{name} {value}");
        }
        for value in ["7", "\"x\""] {
            let mut chunks = deltas(&[json!({"content": "a"})], "stop");
            chunks.insert(1, body(name, value).into_bytes());
            assert!(read(&chunks).is_err(), "{name} {value}");
        }
    }
}

#[test]
fn other_choices_are_passed_over() {
    let body = br#"{"choices":[{"index":1,"message":{"content":"b"}},
        {"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}"#;
    assert_eq!(answer(body, &Undo::default()).unwrap().parts, [text("a")]);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        name in "(|error|message)",
        events in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..4),
        texts in prop::collection::vec("[{}\\[\\]\":,a-z0-9\\\\ ]{0,40}", 0..4),
    ) {
        let mut stream = Stream::new(Undo::default());
        let texts = texts.into_iter().map(String::into_bytes);
        for data in events.into_iter().chain(texts) {
            let data: &[u8] = &data;
            let _ = stream.event(&name, data, &mut Vec::new());
            let _ = answer(data, &Undo::default());
        }
    }
}
