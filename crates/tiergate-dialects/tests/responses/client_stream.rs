//! What clients get, as it is made.

use serde_json::{Value, json};
use tiergate_dialects::inner::{Event, Stop};
use tiergate_dialects::responses::{Echo, Writer, write_answer};
use tiergate_wire::error::Body;
use tiergate_wire::usage::Usage;

use crate::support::{STAMP, frames, rich, text};

const REQUEST: &[u8] = include_bytes!("../fixtures/responses/request.json");
/// Each frame parses in OpenAI's Python SDK with strict types.
const STREAM: &str = include_str!("../fixtures/responses/client_stream.sse");

/// The stream of [`rich`], with its calls side by side.
fn events() -> Vec<Event<'static>> {
    let call = |block, id, signature: Option<&str>| Event::ToolCall {
        block,
        id: text(id),
        name: text("row"),
        signature: signature.map(text),
    };
    let arguments = |block, fragment| Event::Arguments {
        block,
        fragment: text(fragment),
    };
    let stop = |block| Event::BlockStop { block };
    vec![
        Event::Start {
            id: Some(text("msg_vendor")),
            model: Some(text("vendor")),
        },
        Event::Thinking {
            block: 0,
            text: text("Look\n"),
        },
        Event::Thinking {
            block: 0,
            text: text("it up"),
        },
        Event::Signature {
            block: 0,
            signature: text("EqQB\"+/="),
        },
        stop(0),
        Event::Redacted {
            block: 1,
            data: text("cipher"),
        },
        stop(1),
        Event::Text {
            block: 2,
            text: text("Let me "),
        },
        Event::Ping,
        Event::Text {
            block: 2,
            text: text("\"see\"."),
        },
        stop(2),
        Event::Refusal {
            block: 3,
            text: text("Not that."),
        },
        stop(3),
        call(4, "call_1", Some("thought")),
        call(5, "call_2", None),
        arguments(4, "{\"n\""),
        arguments(5, "{\"n\":7}"),
        arguments(4, ":7}"),
        stop(5),
        stop(4),
        Event::Finish {
            stop: Stop::ToolCalls,
            native: None,
            stop_sequence: None,
        },
        Event::Usage(rich().usage.unwrap()),
    ]
}

fn written(events: &[Event<'_>], body: &[u8]) -> String {
    let mut writer = Writer::new(&STAMP, Echo::read(body, false).unwrap());
    let mut out = Vec::new();
    for event in events {
        writer.event(event, &mut out);
    }
    writer.end(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn everything_that_a_model_says_is_streamed() {
    let stream = written(&events(), REQUEST).replace(": ping\n\n", "");
    for (ours, kept) in frames(&stream).into_iter().zip(frames(STREAM)) {
        let [ours_data, kept_data]: [Value; 2] =
            [ours.1, kept.1].map(|data| serde_json::from_str(data).unwrap());
        assert_eq!((ours.0, ours_data), (kept.0, kept_data));
    }
    assert_eq!(frames(&stream).len(), frames(STREAM).len());
}

#[test]
fn frames_are_numbered_and_named() {
    let stream = written(&events(), REQUEST);
    assert!(stream.contains("\n\n: ping\n\n"));
    let stream = stream.replace(": ping\n\n", "");
    for (nth, (name, data)) in frames(&stream).into_iter().enumerate() {
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["type"], name);
        assert_eq!(data["sequence_number"], nth);
    }
}

#[test]
fn the_last_frame_is_the_whole_answer() {
    let stream = written(&events(), REQUEST).replace(": ping\n\n", "");
    let frames = frames(&stream);
    let (name, data) = frames.last().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(*name, "response.completed");
    let echo = Echo::read(REQUEST, false).unwrap();
    let whole: Value = serde_json::from_slice(&write_answer(&rich(), &STAMP, &echo)).unwrap();
    assert_eq!(data["response"], whole);
}

fn last(events: &[Event<'_>]) -> (String, Value) {
    let stream = written(events, b"{}");
    let (name, data) = *frames(&stream).last().unwrap();
    (name.to_owned(), serde_json::from_str(data).unwrap())
}

#[test]
fn streams_end_as_they_ended() {
    let finish = |stop| Event::Finish {
        stop,
        native: None,
        stop_sequence: None,
    };
    let hello = Event::Text {
        block: 0,
        text: text("Hi"),
    };
    let (name, data) = last(&[hello.clone(), finish(Stop::Length)]);
    assert_eq!(name, "response.incomplete");
    assert_eq!(
        data["response"]["incomplete_details"]["reason"],
        "max_output_tokens"
    );
    assert_eq!(data["response"]["output"][0]["content"][0]["text"], "Hi");
    let (name, data) = last(&[hello]);
    assert_eq!(name, "response.failed");
    assert_eq!(data["response"]["error"]["code"], "server_error");
    assert_eq!(data["response"]["output"], json!([]));
}

#[test]
fn a_failed_answer_says_so_once() {
    let mut writer = Writer::new(&STAMP, Echo::read(b"{}", false).unwrap());
    let mut out = Vec::new();
    let error = Body {
        message: "Too \"many\".",
        kind: "api_error",
        code: Some("upstream_interrupted"),
        retryable: Some(true),
        ..Body::default()
    };
    writer.failed(&error, &mut out);
    writer.event(&Event::Usage(Usage::default()), &mut out);
    writer.end(&mut out);
    let stream = String::from_utf8(out).unwrap();
    let names: Vec<_> = frames(&stream).iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "response.created",
            "response.in_progress",
            "response.failed"
        ]
    );
    let data: Value = serde_json::from_str(frames(&stream)[2].1).unwrap();
    // OpenAI's clients know a few codes only
    let error = json!({"code": "server_error", "message": "Too \"many\".", "type": "api_error", "param": null,
        "retryable": true});
    assert_eq!(data["response"]["error"], error);
    assert_eq!(data["response"]["status"], "failed");
}

#[test]
fn halves_of_a_character_are_joined() {
    let half = |raw: &'static str| serde_json::from_str(raw).unwrap();
    let events = [
        Event::Text {
            block: 0,
            text: half(r#""\ud83d""#),
        },
        Event::Text {
            block: 0,
            text: half(r#""\ude00""#),
        },
        Event::Finish {
            stop: Stop::End,
            native: None,
            stop_sequence: None,
        },
    ];
    let stream = written(&events, b"{}");
    let done = frames(&stream)
        .into_iter()
        .find(|(name, _)| *name == "response.output_text.done");
    let done: Value = serde_json::from_str(done.unwrap().1).unwrap();
    assert_eq!(done["text"], "😀");
}

#[test]
fn a_custom_tool_gets_its_input() {
    let body = br#"{"tools":[{"type":"custom","name":"apply_patch"}]}"#;
    let events = [
        Event::ToolCall {
            block: 0,
            id: text("c"),
            name: text("apply_patch"),
            signature: None,
        },
        Event::Arguments {
            block: 0,
            fragment: text(r#"{"inp"#),
        },
        Event::Arguments {
            block: 0,
            fragment: text(r#"ut":"a\nb"}"#),
        },
        Event::BlockStop { block: 0 },
        Event::Finish {
            stop: Stop::ToolCalls,
            native: None,
            stop_sequence: None,
        },
    ];
    let stream = written(&events, body);
    let names: Vec<_> = frames(&stream).iter().map(|(name, _)| *name).collect();
    let expected = [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.custom_tool_call_input.delta",
        "response.custom_tool_call_input.done",
        "response.output_item.done",
        "response.completed",
    ];
    assert_eq!(names, expected);
    let done: Value = serde_json::from_str(frames(&stream)[5].1).unwrap();
    assert_eq!(done["item"]["input"], "a\nb");
    assert_eq!(done["item"]["id"], "ctc_7f3a_0");
}
