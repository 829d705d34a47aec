use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::bedrock::Stream;
use tiergate_dialects::bedrock::frames::Decoder;
use tiergate_dialects::inner::{Event, Stop, Text, Undo};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::usage::Usage;

use crate::fixture;

/// A line for each event.
fn show(event: &Event<'_>) -> String {
    match event {
        Event::Start { .. } => "start".into(),
        Event::Text { block, text } => format!("{block} text {}", text.value()),
        Event::Thinking { block, text } => format!("{block} thinking {}", text.value()),
        Event::Signature { block, signature } => format!("{block} signature {}", signature.value()),
        Event::Redacted { block, data } => format!("{block} redacted {}", data.value()),
        Event::ToolCall {
            block, id, name, ..
        } => {
            format!("{block} call {} {}", id.value(), name.value())
        }
        Event::Arguments { block, fragment } => format!("{block} arguments {}", fragment.value()),
        Event::BlockStop { block } => format!("{block} stop"),
        Event::Usage(usage) => format!("usage {} {}", usage.prompt_tokens, usage.completion_tokens),
        Event::Finish { stop, .. } => format!("finish {stop:?}"),
        other => format!("{other:?}"),
    }
}

fn read(undo: Undo, events: &[(&str, Value)]) -> (Vec<String>, Option<Fault>) {
    let mut stream = Stream::new(undo);
    let mut lines = Vec::new();
    for (name, payload) in events {
        let data = payload.to_string();
        let mut out = Vec::new();
        let result = stream.event(name, data.as_bytes(), &mut out);
        lines.extend(out.iter().map(show));
        if let Err(fault) = result {
            return (lines, Some(fault));
        }
    }
    (lines, None)
}

fn read_file(name: &str) -> (Vec<String>, Option<Fault>) {
    let mut decoder = Decoder::new(1 << 16);
    decoder.push(fixture(name).into());
    let mut stream = Stream::new(Undo::default());
    let mut lines = Vec::new();
    while let Some(frame) = decoder.next().unwrap() {
        let mut out = Vec::new();
        let result = stream.frame(&frame, &mut out);
        lines.extend(out.iter().map(show));
        if let Err(fault) = result {
            return (lines, Some(fault));
        }
    }
    decoder.finish().unwrap();
    (lines, None)
}

#[test]
fn the_fixture_with_tools_is_read() {
    let (lines, fault) = read_file("bedrock/stream_tools.eventstream");
    assert_eq!(fault, None);
    let expected = [
        "start",
        "0 text Let me look.",
        "0 stop",
        "1 call tooluse_a lookup",
        r#"1 arguments {"id""#,
        r#"1 arguments :"7"}"#,
        "1 stop",
        "finish ToolCalls",
        "usage 52 20",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn an_exception_in_the_stream_is_a_fault() {
    let (lines, fault) = read_file("bedrock/stream_throttled.eventstream");
    assert_eq!(lines, ["start"]);
    let fault = fault.unwrap();
    assert_eq!((fault.cause, fault.status), (Cause::RateLimited, 429));
    assert_eq!(fault.code.as_deref(), Some("throttlingException"));

    let exceptions = [
        ("internalServerException", Cause::Server, 500),
        ("modelStreamErrorException", Cause::Server, 424),
        ("validationException", Cause::BadRequest, 400),
        ("serviceUnavailableException", Cause::Overloaded, 503),
        ("modelTimeoutException", Cause::Overloaded, 408),
        ("somethingNewException", Cause::Invalid, 200),
    ];
    for (name, cause, status) in exceptions {
        let (_, fault) = read(Undo::default(), &[(name, json!({"message": "no"}))]);
        let fault = fault.unwrap();
        assert_eq!((fault.cause, fault.status), (cause, status), "{name}");
    }
    let broken =
        json!({"message": "it broke", "originalMessage": "why", "originalStatusCode": 500});
    let (_, fault) = read(Undo::default(), &[("modelStreamErrorException", broken)]);
    assert_eq!(fault.unwrap().message, "it broke: why");
}

fn delta(index: u64, delta: &Value) -> (&'static str, Value) {
    (
        "contentBlockDelta",
        json!({"contentBlockIndex": index, "delta": delta, "p": "abc"}),
    )
}

fn stop(index: u64) -> (&'static str, Value) {
    ("contentBlockStop", json!({"contentBlockIndex": index}))
}

fn call(index: u64, name: &str) -> (&'static str, Value) {
    let start = json!({"toolUse": {"toolUseId": format!("t{index}"), "name": name}});
    (
        "contentBlockStart",
        json!({"contentBlockIndex": index, "start": start}),
    )
}

fn finish(reason: &str) -> (&'static str, Value) {
    ("messageStop", json!({"stopReason": reason}))
}

#[test]
fn a_call_without_arguments_has_none() {
    let events = [
        ("messageStart", json!({"role": "assistant"})),
        call(0, "now"),
        stop(0),
        call(1, "then"),
        delta(1, &json!({"toolUse": {"input": ""}})),
        finish("tool_use"),
    ];
    let (lines, fault) = read(Undo::default(), &events);
    assert_eq!(fault, None);
    let lines = lines.join("\n");
    assert_eq!(lines.matches("{}").count(), 2, "{lines}");
}

#[test]
fn reasoning_is_signed_and_blocks_are_dense() {
    let reasoning = |part: Value| json!({"reasoningContent": part});
    let (lines, fault) = read(
        Undo {
            names: vec![("get_row".into(), "get.row".into())],
            json_tool: None,
            ..Undo::default()
        },
        &[
            ("messageStart", json!({"role": "assistant"})),
            delta(0, &reasoning(json!({"text": "hm"}))),
            delta(0, &reasoning(json!({"signature": "EqQB"}))),
            stop(0),
            delta(2, &reasoning(json!({"redactedContent": "c2Vj"}))),
            stop(2),
            delta(3, &json!({"citation": {"title": "x"}})),
            call(5, "get_row"),
            call(6, "other"),
            delta(5, &json!({"toolUse": {"input": "{\"i"}})),
            delta(6, &json!({"toolUse": {"input": "{"}})),
            delta(5, &json!({"toolUse": {"input": "not json"}})),
            stop(6),
            ("somethingNew", json!(7)),
            finish("end_turn"),
            finish("end_turn"),
        ],
    );
    assert_eq!(fault, None);
    let expected = [
        "start",
        "0 thinking hm",
        "0 signature EqQB",
        "0 stop",
        "1 redacted c2Vj",
        "1 stop",
        "2 call t5 get.row",
        "3 call t6 other",
        r#"2 arguments {"i"#,
        "3 arguments {",
        "2 arguments not json",
        "3 stop",
        "2 stop",
        "finish ToolCalls",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_json_tool_streams_as_text() {
    let undo = || Undo {
        json_tool: Some("json"),
        ..Undo::default()
    };
    let events = [
        delta(0, &json!({"text": "Here:"})),
        stop(0),
        call(1, "json"),
        delta(1, &json!({"toolUse": {"input": "{\"a\":"}})),
        delta(1, &json!({"toolUse": {"input": "1}"}})),
        stop(1),
        finish("tool_use"),
    ];
    let (lines, _) = read(undo(), &events);
    let expected = [
        "start",
        "0 text ",
        "0 text {\"a\":",
        "0 text 1}",
        "0 stop",
        "finish End",
    ];
    assert_eq!(lines, expected);

    let (lines, _) = read(
        undo(),
        &[delta(0, &json!({"text": "No."})), finish("end_turn")],
    );
    assert_eq!(lines, ["start", "0 text No.", "0 stop", "finish End"]);
}

#[test]
fn nothing_finishes_but_the_message_stop() {
    let (lines, _) = read(
        Undo::default(),
        &[
            delta(0, &json!({"text": "Bl"})),
            stop(0),
            (
                "metadata",
                json!({"usage": {"inputTokens": 5, "outputTokens": 1}}),
            ),
        ],
    );
    assert_eq!(lines, ["start", "0 text Bl", "0 stop", "usage 5 1"]);

    let (_, fault) = read(Undo::default(), &[finish("malformed_tool_use")]);
    assert_eq!(fault.unwrap().cause, Cause::Invalid);
    let orphan = delta(4, &json!({"toolUse": {"input": "{}"}}));
    assert!(read(Undo::default(), &[orphan]).1.is_some());
}

#[test]
fn the_end_tells_why() {
    let data = json!({"stopReason": "stop_sequence",
        "additionalModelResponseFields": {"stop_sequence": "END"}})
    .to_string();
    let mut out = Vec::new();
    let mut stream = Stream::new(Undo::default());
    stream
        .event("messageStop", data.as_bytes(), &mut out)
        .unwrap();
    let finish = Event::Finish {
        stop: Stop::Sequence,
        native: Some(Text::new("stop_sequence")),
        stop_sequence: Some(Text::new("END")),
    };
    assert_eq!(out.last(), Some(&finish));
    let usage = br#"{"usage":{"inputTokens":-1,"outputTokens":2.5}}"#;
    let mut out = Vec::new();
    stream.event("metadata", usage, &mut out).unwrap();
    assert_eq!(out, [] as [Event<'_>; 0]);
    let usage = br#"{"usage":{"inputTokens":0,"outputTokens":0}}"#;
    stream.event("metadata", usage, &mut out).unwrap();
    assert_eq!(out, [Event::Usage(Usage::default())]);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        events in prop::collection::vec((0..7_usize, prop::collection::vec(any::<u8>(), 0..60)), 0..6),
    ) {
        let names = ["messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop",
            "messageStop", "metadata", "throttlingException"];
        let mut stream = Stream::new(Undo::default());
        for (name, data) in &events {
            let _ = stream.event(names[*name], data, &mut Vec::new());
        }
    }

    #[test]
    fn blocks_are_dense_and_finish_is_one(
        events in prop::collection::vec((0..9_usize, 0..3_u64), 0..30),
        json_tool in prop::option::of(Just("json")),
    ) {
        let mut stream = Stream::new(Undo { json_tool, ..Undo::default() });
        let (mut begun, mut finished, mut open) = (0, 0, Vec::new());
        for (kind, index) in events {
            let (name, payload) = match kind {
                0 => delta(index, &json!({"text": "x"})),
                1 => delta(index, &json!({"reasoningContent": {"text": "x"}})),
                2 => delta(index, &json!({"reasoningContent": {"signature": "x"}})),
                3 => delta(index, &json!({"reasoningContent": {"redactedContent": "x"}})),
                4 => delta(index, &json!({"toolUse": {"input": "x"}})),
                5 => call(index, "f"),
                6 => call(index, "json"),
                7 => stop(index),
                _ => finish("end_turn"),
            };
            let data = payload.to_string();
            let mut out = Vec::new();
            let _ = stream.event(name, data.as_bytes(), &mut out);
            for event in out {
                let block = match event {
                    Event::Text { block, .. } | Event::Thinking { block, .. }
                    | Event::Signature { block, .. } | Event::Redacted { block, .. }
                    | Event::ToolCall { block, .. } | Event::Arguments { block, .. } => block,
                    Event::BlockStop { block } => {
                        prop_assert!(open.contains(&block));
                        open.retain(|each| *each != block);
                        continue;
                    }
                    Event::Finish { .. } => {
                        prop_assert!(open.is_empty());
                        finished += 1;
                        continue;
                    }
                    _ => continue,
                };
                prop_assert_eq!(finished, 0);
                if !open.contains(&block) {
                    prop_assert_eq!(block, begun);
                    begun += 1;
                    open.push(block);
                }
            }
        }
        prop_assert!(finished <= 1);
    }
}

#[test]
fn an_end_without_a_reason_is_a_fault_and_the_tokens_are_the_last_word() {
    for end in [
        json!({}),
        json!({"stopReason": null}),
        json!({"stopReason": ""}),
    ] {
        let (lines, fault) = read(Undo::default(), &[("messageStop", end)]);
        assert_eq!((lines.len(), fault.unwrap().cause), (1, Cause::Invalid));
    }
    let mut stream = Stream::default();
    for (name, over) in [
        ("metadata", false),
        ("messageStop", false),
        ("metadata", true),
    ] {
        let data = br#"{"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1}}"#;
        stream.event(name, data, &mut Vec::new()).unwrap();
        assert_eq!(stream.is_over(), over);
    }
}

#[test]
fn an_exception_after_the_end_takes_nothing_back() {
    let mut stream = Stream::default();
    let mut out = Vec::new();
    let failed = br#"{"message":"later"}"#;
    let end = finish("end_turn").1.to_string();
    stream
        .event("messageStop", end.as_bytes(), &mut out)
        .unwrap();
    let late = stream.event("modelStreamErrorException", failed, &mut out);
    assert!(late.is_ok());
    let mut early = Stream::default();
    assert!(
        early
            .event("modelStreamErrorException", failed, &mut Vec::new())
            .is_err()
    );
}
