//! Streams of the vendor.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::json;
use tiergate_dialects::anthropic::Stream;
use tiergate_dialects::inner::{Event, Stop, Text, Undo};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::sse::Decoder;
use tiergate_wire::usage::Usage;

pub(super) const THINKING_TOOLS: &[u8] =
    include_bytes!("../fixtures/anthropic/stream_thinking_tools.sse");

/// The events of a stream that comes in these pieces, as text.
pub(super) fn read(pieces: &[&[u8]], undo: &Undo) -> Result<Vec<String>, Fault> {
    let mut decoder = Decoder::new(1 << 20);
    let mut stream = Stream::new(undo.clone());
    let mut events = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(frame) = decoder.next().unwrap() {
            let Some(data) = frame.data else { continue };
            let name = frame.name.unwrap_or_default();
            let mut out = Vec::new();
            stream.event(str::from_utf8(&name).unwrap(), &data, &mut out)?;
            events.extend(out.iter().map(|event| format!("{event:?}")));
        }
    }
    Ok(events)
}

fn events(frames: &[serde_json::Value], undo: Undo) -> Vec<Event<'static>> {
    let frames: Vec<_> = frames.iter().map(ToString::to_string).collect();
    let mut stream = Stream::new(undo);
    let mut out = Vec::new();
    for frame in &frames {
        // what is read lives as long as the test
        let frame: &'static str = Box::leak(frame.clone().into_boxed_str());
        stream.event("", frame.as_bytes(), &mut out).unwrap();
    }
    out
}

/// The events up to a fault.
fn heard(frames: &[serde_json::Value]) -> (Vec<Event<'static>>, Option<Fault>) {
    let mut stream = Stream::new(Undo::default());
    let mut out = Vec::new();
    for frame in frames {
        let frame: &'static str = Box::leak(frame.to_string().into_boxed_str());
        if let Err(fault) = stream.event("", frame.as_bytes(), &mut out) {
            return (out, Some(fault));
        }
    }
    (out, None)
}

fn begun() -> [serde_json::Value; 3] {
    [
        json!({"type": "message_start", "message": {"id": "msg_1"}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Blue."}}),
    ]
}

fn delta(delta: &serde_json::Value) -> serde_json::Value {
    json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 2}})
}

fn finishes(events: &[Event<'_>]) -> Vec<(Stop, String)> {
    let finishes = events.iter().filter_map(|event| match event {
        Event::Finish { stop, native, .. } => {
            let native = native.as_ref().map(|native| native.value().into_owned());
            Some((*stop, native.unwrap_or_default()))
        }
        _ => None,
    });
    finishes.collect()
}

#[test]
fn the_stop_reason_finishes_a_message_and_what_follows_takes_nothing_back() {
    let mut frames = begun().to_vec();
    frames.push(delta(&json!({"stop_reason": "end_turn"})));
    let (events, fault) = heard(&frames);
    assert_eq!(fault, None);
    assert_eq!(finishes(&events), [(Stop::End, "end_turn".to_owned())]);
    frames.extend(begun());
    frames.push(delta(&json!({"stop_reason": "max_tokens"})));
    frames.push(json!({"type": "message_stop"}));
    frames.push(json!({"type": "error", "error": {"type": "overloaded_error"}}));
    let (more, fault) = heard(&frames);
    assert_eq!(fault, None);
    let usage = more.get(events.len()..).unwrap();
    assert!(matches!(usage, [Event::Usage(_)]), "{usage:?}");
    let mut stream = Stream::new(Undo::default());
    for (frame, over) in [
        (delta(&json!({"stop_reason": "end_turn"})), false),
        (json!({"type": "message_stop"}), true),
    ] {
        let frame = frame.to_string();
        stream.event("", frame.as_bytes(), &mut Vec::new()).unwrap();
        assert_eq!(stream.is_over(), over);
    }
}

#[test]
fn a_message_that_stops_without_a_reason_is_a_fault() {
    let stop = json!({"type": "message_stop"});
    assert_eq!(
        heard(std::slice::from_ref(&stop)).1.unwrap().cause,
        Cause::Invalid
    );
    for reason in [
        json!({}),
        json!({"stop_reason": null}),
        json!({"stop_reason": ""}),
        json!(null),
        json!("end_turn"),
    ] {
        let mut frames = begun().to_vec();
        frames.extend([delta(&reason), stop.clone()]);
        let (events, fault) = heard(&frames);
        assert_eq!(fault.unwrap().cause, Cause::Invalid, "{reason}");
        assert_eq!(finishes(&events), [], "{reason}");
    }
    let (events, fault) = heard(&[delta(&json!({"stop_reason": "brand_new"})), stop]);
    assert_eq!(fault, None);
    assert_eq!(finishes(&events), [(Stop::End, "brand_new".to_owned())]);
}

#[test]
fn what_an_event_adds_must_be_readable() {
    let [start, block, _] = begun();
    for delta in [
        json!(null),
        json!([]),
        json!("Blue."),
        json!(7),
        json!({"type": "text_delta", "text": 7}),
    ] {
        let odd = json!({"type": "content_block_delta", "index": 0, "delta": delta});
        let (_, fault) = heard(&[start.clone(), block.clone(), odd]);
        assert_eq!(fault.unwrap().cause, Cause::Invalid, "{delta}");
    }
    let missing = json!({"type": "content_block_delta", "index": 0});
    assert!(heard(&[start, block, missing]).1.is_some());
}

fn text(text: &str) -> Text<'static> {
    Text::new(text)
}

#[test]
fn thinking_and_parallel_calls_are_read() {
    let usage = |completion_tokens| {
        Event::Usage(Usage {
            prompt_tokens: 1065,
            cached_tokens: 1024,
            completion_tokens,
            ..Usage::default()
        })
    };
    let call = |block, id, name| Event::ToolCall {
        block,
        id: text(id),
        name: text(name),
        signature: None,
    };
    let expected = [
        Event::Start {
            id: Some(text("msg_2")),
            model: Some(text("claude-opus-5-5")),
        },
        usage(1),
        Event::Thinking {
            block: 0,
            text: text(""),
        },
        Event::Ping,
        Event::Thinking {
            block: 0,
            text: text("need both"),
        },
        Event::Signature {
            block: 0,
            signature: text("c2lnMg=="),
        },
        Event::BlockStop { block: 0 },
        call(1, "toolu_a", "lookup"),
        Event::Arguments {
            block: 1,
            fragment: text(r#"{"id": "7"}"#),
        },
        Event::BlockStop { block: 1 },
        call(2, "toolu_b", "noargs"),
        Event::Arguments {
            block: 2,
            fragment: text("{}"),
        },
        Event::BlockStop { block: 2 },
        usage(58),
        Event::Finish {
            stop: Stop::ToolCalls,
            native: Some(text("tool_use")),
            stop_sequence: None,
        },
    ];
    let text = str::from_utf8(THINKING_TOOLS).unwrap();
    let frames = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let frames: Vec<_> = frames
        .map(|frame| serde_json::from_str(frame).unwrap())
        .collect();
    assert_eq!(events(&frames, Undo::default()), expected);
}

#[test]
fn a_cut_anywhere_changes_nothing() {
    let undo = Undo::default();
    let whole = read(&[THINKING_TOOLS], &undo).unwrap();
    for at in 0..=THINKING_TOOLS.len() {
        let (one, other) = THINKING_TOOLS.split_at(at);
        assert_eq!(read(&[one, other], &undo).unwrap(), whole, "cut at {at}");
    }
}

#[test]
fn nothing_but_its_stop_reason_finishes_a_message() {
    let text = str::from_utf8(THINKING_TOOLS).unwrap();
    let told = text.find("event: message_delta").unwrap();
    for at in 0..told {
        let read = read(&[&THINKING_TOOLS[..at]], &Undo::default()).unwrap();
        assert!(
            !read.iter().any(|event| event.starts_with("Finish")),
            "cut at {at}"
        );
    }
}

#[test]
fn an_error_is_a_fault_anywhere() {
    let first = include_bytes!("../fixtures/anthropic/stream_error_first.sse");
    let fault = read(&[first], &Undo::default()).unwrap_err();
    assert_eq!((fault.cause, fault.status), (Cause::Overloaded, 529));
    let fault = read(&[&THINKING_TOOLS[..600], b"\n\n", first], &Undo::default()).unwrap_err();
    assert_eq!(fault.cause, Cause::Invalid, "the frame before was cut");
    let fault = read(
        &[b"event: error\ndata: {\"error\":{\"type\":\"rate_limit_error\"}}\n\n"],
        &Undo::default(),
    );
    assert_eq!(fault.unwrap_err().cause, Cause::RateLimited);
}

#[test]
fn blocks_that_nobody_knows_are_passed_over() {
    let start = |index, block| json!({"type": "content_block_start", "index": index, "content_block": block});
    let delta =
        |index, delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let stop = |index| json!({"type": "content_block_stop", "index": index});
    let read = events(
        &[
            start(
                0,
                json!({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}),
            ),
            delta(0, json!({"type": "input_json_delta", "partial_json": "{}"})),
            stop(0),
            start(1, json!({"type": "redacted_thinking", "data": "Zg"})),
            stop(1),
            start(2, json!({"type": "text", "text": ""})),
            delta(2, json!({"type": "citations_delta", "citation": {}})),
            delta(2, json!({"type": "text_delta", "text": "Hi"})),
            delta(2, json!({"type": "new_delta", "new": [1]})),
            json!({"type": "brand_new", "delta": "odd", "index": "odd"}),
            start(
                3,
                json!({"type": "tool_use", "name": "f", "input": {"a": 1}}),
            ),
            json!({"type": "message_delta", "delta": {"stop_reason": "stop_sequence", "stop_sequence": "E"},
                "usage": {"input_tokens": 3, "output_tokens": 0}}),
            json!({"type": "message_stop"}),
            json!({"type": "message_stop"}),
        ],
        Undo::default(),
    );
    assert_eq!(
        read,
        [
            Event::Start {
                id: None,
                model: None
            },
            Event::Foreign {
                kind: text("server_tool_use"),
                whole: None
            },
            Event::Redacted {
                block: 0,
                data: text("Zg")
            },
            Event::BlockStop { block: 0 },
            Event::Text {
                block: 1,
                text: text("")
            },
            Event::Text {
                block: 1,
                text: text("Hi")
            },
            Event::ToolCall {
                block: 2,
                id: text("call_2_"),
                name: text("f"),
                signature: None
            },
            Event::Usage(Usage {
                prompt_tokens: 3,
                ..Usage::default()
            }),
            Event::BlockStop { block: 1 },
            Event::Arguments {
                block: 2,
                fragment: text(r#"{"a":1}"#)
            },
            Event::BlockStop { block: 2 },
            Event::Finish {
                stop: Stop::Sequence,
                native: Some(text("stop_sequence")),
                stop_sequence: Some(text("E"))
            },
        ]
    );
}

#[test]
fn what_the_vendor_does_by_itself_is_not_tried_elsewhere() {
    let search = json!({"type": "content_block_start", "index": 0,
        "content_block": {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}});
    let thinks = json!({"type": "content_block_start", "index": 0,
        "content_block": {"type": "thinking", "thinking": "", "signature": ""}});
    let commits = |frame| events(&[frame], Undo::default()).iter().any(Event::commits);
    assert!(commits(search) && !commits(thinks));
}

#[test]
fn zeros_at_the_end_do_not_undo_what_was_told_at_the_start() {
    let read = |start: serde_json::Value, end: serde_json::Value| {
        let frames = [
            json!({"type": "message_start", "message": {"usage": start}}),
            json!({"type": "message_delta", "delta": {}, "usage": end}),
        ];
        let events = events(&frames, Undo::default());
        let usage = events.iter().rev().find_map(|event| match event {
            Event::Usage(usage) => Some(*usage),
            _ => None,
        });
        let usage = usage.unwrap();
        (
            usage.prompt_tokens,
            usage.cached_tokens,
            usage.completion_tokens,
        )
    };
    let start = json!({"input_tokens": 41, "cache_read_input_tokens": 1024, "output_tokens": 1});
    let zeros = json!({"input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0});
    assert_eq!(read(start.clone(), zeros), (1065, 1024, 0));
    assert_eq!(
        read(start.clone(), json!({"output_tokens": 7})),
        (1065, 1024, 7)
    );
    // an estimate at the start, the truth at the end
    let all_cached = json!({"input_tokens": 0, "cache_read_input_tokens": 90, "output_tokens": 7});
    assert_eq!(read(json!({"input_tokens": 100}), all_cached), (90, 90, 7));
    assert_eq!(
        read(json!({"input_tokens": 0, "output_tokens": 0}), start),
        (1065, 1024, 1)
    );
}

#[test]
fn the_json_tool_is_text_and_names_are_restored() {
    let undo = Undo {
        names: vec![("look_up".into(), "look up".into())],
        json_tool: Some("json"),
        ..Undo::default()
    };
    let call = |index, name: &str| {
        json!({"type": "content_block_start", "index": index,
        "content_block": {"type": "tool_use", "id": "t", "name": name, "input": {}}})
    };
    let piece = json!({"type": "content_block_delta", "index": 0,
        "delta": {"type": "input_json_delta", "partial_json": "{\"a\""}});
    let reason = json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}});
    let end = json!({"type": "message_stop"});
    let read = events(
        &[call(0, "json"), piece.clone(), reason.clone(), end.clone()],
        undo.clone(),
    );
    assert_eq!(
        read[2],
        Event::Text {
            block: 0,
            text: text("{\"a\"")
        }
    );
    assert!(matches!(
        read.last(),
        Some(Event::Finish {
            stop: Stop::End,
            ..
        })
    ));
    let read = events(&[call(0, "look_up"), piece, reason, end], undo);
    assert!(matches!(&read[1], Event::ToolCall { name, .. } if name.is("look up")));
    assert!(matches!(
        read.last(),
        Some(Event::Finish {
            stop: Stop::ToolCalls,
            ..
        })
    ));
}

fn shape() -> impl Strategy<Value = serde_json::Value> {
    let word = prop_oneof![
        Just(json!("text")),
        Just(json!("thinking")),
        Just(json!("tool_use")),
        Just(json!("text_delta")),
        Just(json!("input_json_delta")),
        Just(json!("x")),
        Just(json!(null)),
        Just(json!(7)),
        Just(json!([])),
    ];
    let object = prop::collection::btree_map(
        prop::sample::select(vec![
            "type",
            "text",
            "thinking",
            "partial_json",
            "id",
            "name",
            "input",
            "stop_reason",
            "usage",
            "input_tokens",
            "output_tokens",
        ]),
        word.clone(),
        0..6,
    )
    .prop_map(|map| json!(map));
    let kind = prop::sample::select(vec![
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
    ]);
    (
        kind,
        0_u8..3,
        prop_oneof![object.clone(), word.clone()],
        prop_oneof![object.clone(), word],
        object,
    )
        .prop_map(|(kind, index, block, delta, message)| {
            json!({"type": kind, "index": index,
            "content_block": block, "delta": delta, "message": message, "usage": message})
        })
}

proptest! {
    #[test]
    fn any_bytes_are_survived(name in ".{0,12}", data in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut out = Vec::new();
        let _read = Stream::new(Undo::default()).event(&name, &data, &mut out);
    }

    #[test]
    fn any_events_keep_the_rules(frames in prop::collection::vec(shape(), 0..20)) {
        let (read, _) = heard(&frames);
        let mut open = std::collections::BTreeSet::new();
        let mut blocks = 0;
        let mut finished = false;
        for (at, event) in read.iter().enumerate() {
            prop_assert!(!finished || matches!(event, Event::Usage(_) | Event::Ping));
            match event {
                Event::Start { .. } => prop_assert!(!read[..at].iter().any(|e| !matches!(e, Event::Ping))),
                Event::Text { block, .. } | Event::Thinking { block, .. } | Event::ToolCall { block, .. }
                | Event::Redacted { block, .. } | Event::Signature { block, .. }
                | Event::Arguments { block, .. } => {
                    if *block == blocks {
                        blocks += 1;
                        open.insert(*block);
                    }
                    prop_assert!(open.contains(block));
                }
                Event::BlockStop { block } => prop_assert!(open.remove(block)),
                Event::Finish { .. } => {
                    prop_assert!(open.is_empty());
                    finished = true;
                }
                _ => {}
            }
        }
    }
}
