//! What vendors say, as it is made.

use proptest::prelude::*;
use serde_json::json;
use tiergate_dialects::Cause;
use tiergate_dialects::inner::{Event, Stop, Undo};
use tiergate_dialects::responses::Stream;

use crate::support::{heard, text};

#[test]
fn a_whole_stream_is_read() {
    let stream = include_str!("../fixtures/responses/stream_tools.sse");
    let (events, fault) = heard(stream);
    assert_eq!(fault, None);
    let call = |block, id| Event::ToolCall {
        block,
        id: text(id),
        name: text("row"),
        signature: None,
    };
    let arguments = |block, fragment| Event::Arguments {
        block,
        fragment: text(fragment),
    };
    let stop = |block| Event::BlockStop { block };
    let expected = [
        Event::Start {
            id: Some(text("resp_0a1b2c3d")),
            model: Some(text("gpt-6-sol")),
        },
        Event::Thinking {
            block: 0,
            text: text("Look "),
        },
        Event::Thinking {
            block: 0,
            text: text("it up"),
        },
        Event::Signature {
            block: 0,
            signature: text("tgr1:rs_1:gAAAAB=="),
        },
        stop(0),
        Event::Text {
            block: 1,
            text: text("Let me "),
        },
        Event::Text {
            block: 1,
            text: text("\"see\"."),
        },
        stop(1),
        call(2, "call_1"),
        call(3, "call_2"),
        arguments(2, "{\"n\""),
        arguments(3, "{\"n\":8}"),
        arguments(2, ":7}"),
        stop(2),
        stop(3),
    ];
    assert_eq!(events[..expected.len()], expected);
    let [Event::Usage(usage), finish] = &events[expected.len()..] else {
        panic!("usage and finish");
    };
    assert_eq!((usage.prompt_tokens, usage.reasoning_tokens), (300, 16));
    let expected = Event::Finish {
        stop: Stop::ToolCalls,
        native: Some(text("completed")),
        stop_sequence: None,
    };
    assert_eq!(*finish, expected);
}

fn read(frames: &[serde_json::Value]) -> Vec<String> {
    let bodies: Vec<_> = frames.iter().map(ToString::to_string).collect();
    let mut reader = Stream::new(Undo::default());
    let mut events = Vec::new();
    for body in &bodies {
        reader.event("", body.as_bytes(), &mut events).unwrap();
    }
    events.iter().map(said).collect()
}

/// An event in short.
fn said(event: &Event<'_>) -> String {
    match event {
        Event::Text { block, text } => format!("{block} text {}", text.value()),
        Event::Refusal { block, text } => format!("{block} refusal {}", text.value()),
        Event::Thinking { block, text } => format!("{block} thinking {}", text.value()),
        Event::Redacted { block, data } => format!("{block} redacted {}", data.value()),
        Event::ToolCall {
            block, id, name, ..
        } => format!("{block} call {} {}", id.value(), name.value()),
        Event::Arguments { block, fragment } => format!("{block} arguments {}", fragment.value()),
        Event::BlockStop { block } => format!("{block} stop"),
        Event::Finish { stop, .. } => format!("finish {stop:?}"),
        Event::Start { .. } => "start".into(),
        Event::Foreign { kind, .. } => format!("foreign {}", kind.value()),
        other => format!("{other:?}"),
    }
}

#[test]
fn items_without_deltas_are_said_whole() {
    let done = |at: u32, item| json!({"type": "response.output_item.done", "output_index": at, "item": item});
    let events = read(&[
        done(
            0,
            json!({"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "g"}),
        ),
        done(
            1,
            json!({"type": "message", "content": [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "b"}]}),
        ),
        done(
            2,
            json!({"type": "function_call", "name": "f", "arguments": "{}"}),
        ),
        done(
            3,
            json!({"type": "custom_tool_call", "call_id": "c", "namespace": "n", "name": "p", "input": "a\nb"}),
        ),
        done(4, json!({"type": "web_search_call"})),
        json!({"type": "response.completed"}),
        json!({"type": "response.output_text.delta", "delta": "too late"}),
    ]);
    let expected = [
        "start",
        "0 redacted tgr1:rs_1:g",
        "0 stop",
        "1 text a",
        "2 refusal b",
        "1 stop",
        "2 stop",
        "3 call call_0 f",
        "3 arguments {}",
        "3 stop",
        "4 call c n.p",
        r#"4 arguments {"input":""#,
        r"4 arguments a\nb",
        r#"4 arguments "}"#,
        "4 stop",
        "foreign web_search_call",
        "finish ToolCalls",
    ];
    assert_eq!(events, expected);
}

#[test]
fn paragraphs_and_texts_of_custom_tools_come_in_pieces() {
    let thought = |part: u32, delta: &str| json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": part, "delta": delta});
    let input = |delta: &str| json!({"type": "response.custom_tool_call_input.delta", "output_index": 1, "delta": delta});
    let call = json!({"type": "custom_tool_call", "call_id": "c", "name": "p", "input": ""});
    let events = read(&[
        thought(0, "a"),
        thought(1, "b"),
        thought(1, "c"),
        json!({"type": "response.output_item.added", "output_index": 1, "item": call}),
        input("say \"hi\""),
        input("\n"),
        json!({"type": "response.output_item.done", "output_index": 1, "item": {"type": "custom_tool_call", "call_id": "c", "name": "p", "input": "say \"hi\"\n"}}),
        json!({"type": "response.unheard_of", "delta": {"a": 1}, "item": 7, "response": 7}),
        json!({"type": "response.completed", "response": {"status": "completed"}}),
    ]);
    let expected = [
        "start",
        "0 thinking a",
        "0 thinking \n\n",
        "0 thinking b",
        "0 thinking c",
        "1 call c p",
        r#"1 arguments {"input":""#,
        r#"1 arguments say \"hi\""#,
        r"1 arguments \n",
        r#"1 arguments "}"#,
        "1 stop",
        "0 stop",
        "finish ToolCalls",
    ];
    assert_eq!(events, expected);
}

#[test]
fn a_cut_answer_has_the_reason() {
    let stream = include_str!("../fixtures/responses/stream_incomplete.sse");
    let (events, fault) = heard(stream);
    assert_eq!(fault, None);
    let short: Vec<_> = events.iter().map(said).collect();
    assert_eq!(short[..3], ["start", "0 refusal I can", "0 stop"]);
    assert_eq!(short[4..], ["finish Length"]);
}

#[test]
fn failures_are_faults_and_no_finish() {
    let stream = include_str!("../fixtures/responses/stream_failed.sse");
    let (events, fault) = heard(stream);
    let fault = fault.unwrap();
    assert_eq!(fault.cause, Cause::RateLimited);
    assert!(fault.message.starts_with("Rate limit reached"));
    assert_eq!(events.len(), 1);
    let first =
        |data: &str| Stream::new(Undo::default()).event("error", data.as_bytes(), &mut Vec::new());
    let flat = first(
        r#"{"type":"error","code":"insufficient_quota","message":"m","param":null,"sequence_number":0}"#,
    );
    assert_eq!(flat.unwrap_err().cause, Cause::Billing);
    let nested = first(
        r#"{"type":"error","error":{"type":"server_error","code":"server_error","message":"m"}}"#,
    );
    assert_eq!(nested.unwrap_err().cause, Cause::Server);
    assert_eq!(first("{").unwrap_err().cause, Cause::Invalid);
    assert!(first("[DONE]").is_ok());
}

#[test]
fn a_cut_stream_has_no_finish() {
    let stream = include_str!("../fixtures/responses/stream_tools.sse");
    let cut = stream.find("event: response.completed").unwrap();
    let (events, fault) = heard(&stream[..cut]);
    assert_eq!(fault, None);
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Finish { .. }))
    );
}

#[test]
fn what_an_event_adds_must_be_readable() {
    for delta in [json!(null), json!([]), json!(7), json!({"text": "a"})] {
        let data = json!({"type": "response.output_text.delta", "delta": delta}).to_string();
        let read = Stream::new(Undo::default()).event("", data.as_bytes(), &mut Vec::new());
        assert_eq!(read.unwrap_err().cause, Cause::Invalid, "{delta}");
    }
}

#[test]
fn odd_ends_are_ends() {
    let end = |kind: &str, response: serde_json::Value| {
        let data = json!({"type": kind, "response": response}).to_string();
        let mut reader = Stream::new(Undo::default());
        let mut events = Vec::new();
        reader.event("", data.as_bytes(), &mut events).unwrap();
        assert!(reader.is_over());
        let usage = events.iter().any(|event| matches!(event, Event::Usage(_)));
        match events.pop() {
            Some(Event::Finish { native, .. }) => (native.unwrap().value().into_owned(), usage),
            other => panic!("{other:?}"),
        }
    };
    let odd = json!({"status": "completed", "usage": {"input_tokens": -1, "output_tokens": "2"}});
    assert_eq!(end("response.completed", odd), ("completed".into(), false));
    assert_eq!(
        end("response.completed", json!(null)),
        ("completed".into(), false)
    );
    assert_eq!(
        end("response.incomplete", json!(null)),
        ("incomplete".into(), false)
    );
}

proptest! {
    #[test]
    fn any_bytes_are_survived(data in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Stream::new(Undo::default()).event("response.created", &data, &mut Vec::new());
    }

    #[test]
    fn any_order_is_survived(frames in prop::collection::vec((0..10_usize, 0..3_u32, 0..3_u32), 0..20)) {
        const KINDS: [&str; 10] = [
            "response.created", "response.output_item.added", "response.output_item.done",
            "response.output_text.delta", "response.refusal.delta", "response.content_part.done",
            "response.reasoning_summary_text.delta", "response.function_call_arguments.delta",
            "response.custom_tool_call_input.delta", "response.completed",
        ];
        let items = ["message", "function_call", "reasoning"];
        let bodies: Vec<_> = frames.iter().map(|(kind, at, other)| json!({
            "type": KINDS[*kind], "output_index": at, "content_index": other, "delta": "d",
            "item": {"type": items[*other as usize], "name": "f", "encrypted_content": "g"},
        }).to_string()).collect();
        let mut reader = Stream::new(Undo::default());
        let mut events = Vec::new();
        for body in &bodies {
            let _ = reader.event("", body.as_bytes(), &mut events);
        }
        let finishes = events.iter().filter(|event| matches!(event, Event::Finish { .. })).count();
        prop_assert!(finishes <= 1);
        let starts = |event| matches!(event, &Event::Start { .. });
        prop_assert!(events.first().is_none_or(starts));
    }
}
