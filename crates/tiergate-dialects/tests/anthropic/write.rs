//! Answers and streams for clients.

use serde_json::{Value, json};
use tiergate_dialects::anthropic::{Writer, answer, ping, write_answer};
use tiergate_dialects::inner::*;
use tiergate_wire::usage::Usage;

use super::stream::{THINKING_TOOLS, read};

const STAMP: Stamp<'_> = Stamp {
    id: "s1",
    created: 0,
    model: "auto",
    likely_input: 0,
};

fn text(text: &str) -> Text<'static> {
    Text::new(text)
}

/// The frames of a stream of these events: names and data.
fn written(events: &[Event<'_>]) -> Vec<(String, Value)> {
    let mut writer = Writer::new(&STAMP);
    let mut out = Vec::new();
    for event in events {
        writer.event(event, &mut out);
    }
    writer.end(&mut out);
    let out = String::from_utf8(out).unwrap();
    let frames = out.split_terminator("\n\n").map(|frame| {
        let (name, data) = frame.split_once('\n').unwrap();
        let name = name.strip_prefix("event: ").unwrap();
        let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(data["type"], name);
        (name.to_owned(), data)
    });
    frames.collect()
}

#[test]
fn an_answer_is_written_as_it_was_read() {
    let body = include_bytes!("../fixtures/anthropic/response.json");
    let read = answer(body, &Undo::default()).unwrap();
    let stamp = Stamp {
        model: "claude-opus-5-5",
        ..STAMP
    };
    let written: Value = serde_json::from_slice(&write_answer(&read, &stamp)).unwrap();
    let mut expected: Value = serde_json::from_slice(body).unwrap();
    expected["usage"]
        .as_object_mut()
        .unwrap()
        .remove("service_tier");
    assert_eq!(written, expected);
}

#[test]
fn an_answer_of_another_vendor_is_written() {
    let answer = Answer {
        parts: vec![
            Part::Thinking {
                text: text("hm"),
                signature: None,
                id: None,
            },
            Part::Refusal(text("No.")),
            Part::ToolCall(ToolCall {
                id: text("call_1"),
                name: text("f"),
                arguments: Arguments::Text(text("{\"a\":1}")),
                ..ToolCall::default()
            }),
            Part::ToolCall(ToolCall {
                name: text("f"),
                arguments: Arguments::Text(text("not json")),
                ..ToolCall::default()
            }),
        ],
        usage: None,
        ..Answer::default()
    };
    let written: Value = serde_json::from_slice(&write_answer(&answer, &STAMP)).unwrap();
    assert_eq!(
        written,
        json!({"id": "msg_s1", "type": "message", "role": "assistant", "model": "auto", "content": [
            {"type": "thinking", "thinking": "hm", "signature": ""},
            {"type": "text", "text": "No."},
            {"type": "tool_use", "id": "call_1", "name": "f", "input": {"a": 1}},
            {"type": "tool_use", "id": "toolu_3_s1", "name": "f", "input": {}},
        ], "stop_reason": "refusal", "stop_sequence": null, "usage": {"input_tokens": 0,
            "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 6}})
    );
}

#[test]
fn stops_are_written_back() {
    let check = |stop, native: Option<&str>, expected: &str| {
        let answer = Answer {
            stop,
            native_stop: native.map(Text::new),
            stop_sequence: Some(text("E")),
            ..Answer::default()
        };
        let written: Value = serde_json::from_slice(&write_answer(&answer, &STAMP)).unwrap();
        assert_eq!(
            (&written["stop_reason"], &written["stop_sequence"]),
            (&json!(expected), &json!("E"))
        );
    };
    check(Stop::End, Some("STOP"), "end_turn");
    check(Stop::End, Some("pause_turn"), "pause_turn");
    check(Stop::Length, Some("length"), "max_tokens");
    check(
        Stop::Length,
        Some("model_context_window_exceeded"),
        "model_context_window_exceeded",
    );
    check(Stop::Sequence, None, "stop_sequence");
    check(Stop::ToolCalls, None, "tool_use");
    check(Stop::ContentFilter, None, "refusal");
}

#[test]
fn a_stream_is_written_in_the_sdks_order() {
    let frames = written(&[
        Event::Start {
            id: Some(text("msg_9")),
            model: None,
        },
        Event::Usage(Usage {
            prompt_tokens: 110,
            cached_tokens: 60,
            cache_write_long_tokens: 10,
            completion_tokens: 1,
            ..Usage::default()
        }),
        Event::Text {
            block: 0,
            text: text("Hi"),
        },
        Event::Ping,
        Event::BlockStop { block: 0 },
        Event::Finish {
            stop: Stop::Sequence,
            native: None,
            stop_sequence: Some(text("E")),
        },
        Event::Usage(Usage {
            prompt_tokens: 110,
            cached_tokens: 60,
            cache_write_long_tokens: 10,
            completion_tokens: 7,
            ..Usage::default()
        }),
    ]);
    let names: Vec<_> = frames.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            "message_start",
            "content_block_start",
            "content_block_delta",
            "ping",
            "content_block_stop",
            "message_delta",
            "message_stop"
        ]
    );
    let usage = |output: u64| {
        json!({"input_tokens": 40, "cache_read_input_tokens": 60, "cache_creation_input_tokens": 10,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 10},
        "output_tokens": output})
    };
    assert_eq!(
        frames[0].1["message"],
        json!({"id": "msg_9", "type": "message", "role": "assistant", "model": "auto", "content": [],
            "stop_reason": null, "stop_sequence": null, "usage": usage(0)})
    );
    assert_eq!(
        frames[1].1["content_block"],
        json!({"type": "text", "text": ""})
    );
    assert_eq!(
        frames[2].1["delta"],
        json!({"type": "text_delta", "text": "Hi"})
    );
    assert_eq!(
        frames[5].1,
        json!({"type": "message_delta", "delta": {"stop_reason": "stop_sequence", "stop_sequence": "E"},
            "usage": usage(7)})
    );
    assert!(ping().starts_with(b"event: ping\n"));
}

#[test]
fn the_input_is_estimated_until_it_is_told() {
    let usage = |told: Option<Usage>| {
        let stamp = Stamp {
            likely_input: 100,
            ..STAMP
        };
        let mut writer = Writer::new(&stamp);
        let mut out = Vec::new();
        let said = Event::Text {
            block: 0,
            text: text("eight by"),
        };
        writer.event(&said, &mut out);
        let finish = Event::Finish {
            stop: Stop::End,
            native: None,
            stop_sequence: None,
        };
        writer.event(&finish, &mut out);
        if let Some(told) = told {
            writer.event(&Event::Usage(told), &mut out);
        }
        writer.end(&mut out);
        let out = String::from_utf8(out).unwrap();
        let counts = out.lines().filter_map(|line| {
            let data: Value = serde_json::from_str(line.strip_prefix("data: ")?).ok()?;
            let told = [&data["message"]["usage"], &data["usage"]];
            let told = told.into_iter().find(|told| told.is_object())?;
            Some((
                told["input_tokens"].as_u64()?,
                told["output_tokens"].as_u64()?,
            ))
        });
        counts.collect::<Vec<_>>()
    };
    let told = Usage {
        prompt_tokens: 90,
        completion_tokens: 3,
        ..Usage::default()
    };
    assert_eq!(usage(Some(told)), [(100, 0), (90, 3)]);
    assert_eq!(usage(None), [(100, 0), (100, 2)], "as it is billed then");
}

#[test]
fn overlapping_blocks_are_put_one_after_the_other() {
    let call = |block, id| Event::ToolCall {
        block,
        id: text(id),
        name: text("f"),
        signature: None,
    };
    let piece = |block, fragment| Event::Arguments {
        block,
        fragment: text(fragment),
    };
    let frames = written(&[
        Event::Start {
            id: None,
            model: None,
        },
        call(0, "a"),
        call(1, "b"),
        piece(1, "{}"),
        piece(0, "{"),
        Event::BlockStop { block: 1 },
        call(2, "c"),
        piece(0, "}"),
        piece(9, "lost"),
        Event::BlockStop { block: 0 },
        Event::Finish {
            stop: Stop::ToolCalls,
            native: None,
            stop_sequence: None,
        },
    ]);
    let seen: Vec<_> = frames[1..frames.len() - 2]
        .iter()
        .map(|(name, data)| {
            let name = name.strip_prefix("content_block_").unwrap();
            format!("{} {name}", data["index"])
        })
        .collect();
    assert_eq!(
        seen,
        [
            "0 start", "0 delta", "0 delta", "0 stop", "1 start", "1 delta", "1 stop", "2 start",
            "2 stop"
        ]
    );
    assert_eq!(
        frames[2].1["delta"],
        json!({"type": "input_json_delta", "partial_json": "{"})
    );
}

#[test]
fn a_message_that_was_cut_off_is_not_ended() {
    let frames = written(&[Event::Text {
        block: 0,
        text: text("Hi"),
    }]);
    let names: Vec<_> = frames.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            "message_start",
            "content_block_start",
            "content_block_delta"
        ]
    );
}

#[test]
fn a_stream_comes_through_unchanged() {
    let frames: Vec<&str> = str::from_utf8(THINKING_TOOLS).unwrap().lines().collect();
    let mut stream = tiergate_dialects::anthropic::Stream::new(Undo::default());
    let stamp = Stamp {
        model: "claude-opus-5-5",
        ..STAMP
    };
    let mut writer = Writer::new(&stamp);
    let mut out = Vec::new();
    for data in frames.iter().filter_map(|line| line.strip_prefix("data: ")) {
        let mut events = Vec::new();
        stream.event("", data.as_bytes(), &mut events).unwrap();
        for event in &events {
            writer.event(event, &mut out);
        }
    }
    writer.end(&mut out);
    let skip = |event: &String| !event.starts_with("Usage");
    let before = read(&[THINKING_TOOLS], &Undo::default()).unwrap();
    let after = read(&[&out], &Undo::default()).unwrap();
    let before: Vec<_> = before.into_iter().filter(skip).collect();
    let after: Vec<_> = after.into_iter().filter(skip).collect();
    assert_eq!(before.len(), after.len());
    assert_eq!(before, after);
}
