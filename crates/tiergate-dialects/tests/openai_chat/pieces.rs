//! An answer is the same whole, in a stream, and in a stream of other pieces.

use proptest::prelude::*;
use tiergate_dialects::inner::{Answer, Arguments, Part, Stamp, Stop, Text, Undo};
use tiergate_dialects::openai::chat::{Stream, Writer, answer, write_answer};

use crate::collect::{call, collect, read, redacted, text, thought};

const STAMP: Stamp<'_> = Stamp {
    id: "9",
    created: 7,
    model: "m",
    likely_input: 0,
};

fn words() -> impl Strategy<Value = String> {
    "[a-c\"\\\\\n\u{e9}\u{1F600}{}]{1,12}"
}

/// What a chat answer can say, in the order in which it says it.
fn parts() -> impl Strategy<Value = Vec<Part<'static>>> {
    let thoughts = prop_oneof![
        Just(vec![]),
        words().prop_map(|words| vec![thought(&words, None)]),
        (words(), words()).prop_map(|(words, sign)| vec![thought(&words, Some(&sign))]),
        (words(), words())
            .prop_map(|(words, data)| vec![thought(&words, Some("s")), redacted(&data)]),
        words().prop_map(|data| vec![redacted(&data)]),
    ];
    let said = prop::option::of(words());
    let calls = prop::collection::vec(words(), 0..4);
    (thoughts, said, calls).prop_map(|(mut parts, said, calls)| {
        parts.extend(said.map(|words| text(&words)));
        let calls = calls.into_iter().enumerate();
        parts.extend(calls.map(|(at, arguments)| call(&format!("call_{at}"), "f", &arguments)));
        parts
    })
}

/// The payloads of a stream that says `parts`, its words cut after every `size` characters.
fn payloads(parts: &[Part<'_>], size: usize) -> Vec<Vec<u8>> {
    let mut deltas = Vec::new();
    let cut = |text: &Text<'_>| -> Vec<String> {
        let letters: Vec<char> = text.value().chars().collect();
        letters.chunks(size).map(String::from_iter).collect()
    };
    let mut calls = 0;
    for part in parts {
        match part {
            Part::Text { text, .. } => {
                deltas.extend(
                    cut(text)
                        .iter()
                        .map(|text| serde_json::json!({"content": text})),
                );
            }
            Part::Thinking {
                text, signature, ..
            } => {
                deltas.extend(
                    cut(text)
                        .iter()
                        .map(|text| serde_json::json!({"reasoning_content": text})),
                );
                deltas.extend(signature.iter().map(|sign| {
                    serde_json::json!({
                        "reasoning_details": [{"type": "reasoning.text", "signature": sign}],
                    })
                }));
            }
            Part::Redacted { data, .. } => deltas.push(serde_json::json!({
                "reasoning_details": [{"type": "reasoning.encrypted", "data": data}],
            })),
            Part::ToolCall(call) => {
                let Arguments::Text(arguments) = &call.arguments else {
                    continue;
                };
                deltas.push(serde_json::json!({"tool_calls": [
                    {"index": calls, "id": call.id, "type": "function", "function": {"name": call.name}},
                ]}));
                deltas.extend(cut(arguments).iter().map(|piece| {
                    serde_json::json!({"tool_calls": [
                        {"index": calls, "function": {"arguments": piece}},
                    ]})
                }));
                calls += 1;
            }
            _ => {}
        }
    }
    let chunk = |delta: serde_json::Value| {
        let choices = serde_json::json!([{"index": 0, "delta": delta, "finish_reason": null}]);
        serde_json::json!({"id": "i", "model": "m", "choices": choices})
            .to_string()
            .into_bytes()
    };
    let mut payloads: Vec<_> = deltas.into_iter().map(chunk).collect();
    payloads.push(
        br#"{"id":"i","model":"m","choices":[{"delta":{},"finish_reason":"stop"}]}"#.to_vec(),
    );
    payloads.push(b"[DONE]".to_vec());
    payloads
}

fn answered(parts: &[Part<'static>]) -> Answer<'static> {
    let called = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    Answer {
        id: Some(Text::new("i")),
        model: Some(Text::new("m")),
        parts: parts.to_vec(),
        stop: if called { Stop::ToolCalls } else { Stop::End },
        native_stop: Some(Text::new("stop")),
        ..Answer::default()
    }
}

proptest! {
    #[test]
    fn pieces_of_any_size_give_the_same_answer(parts in parts(), size in 1_usize..14) {
        prop_assert_eq!(read(&payloads(&parts, size)).unwrap(), answered(&parts));
    }

    #[test]
    fn what_is_written_whole_is_read_again(parts in parts()) {
        let answered = answered(&parts);
        let body = write_answer(&answered, &STAMP);
        prop_assert_eq!(answer(&body, &Undo::default()).unwrap(), answered);
    }

    #[test]
    fn what_is_written_in_pieces_is_read_again(parts in parts(), size in 1_usize..14) {
        let payloads = payloads(&parts, size);
        let mut stream = Stream::new(Undo::default());
        let mut writer = Writer::new(&STAMP);
        let mut out = Vec::new();
        let mut told = Vec::new();
        for payload in &payloads {
            let mut events = Vec::new();
            stream.event("", payload, &mut events).unwrap();
            for event in &events {
                writer.event(event, &mut out);
            }
            told.extend(events);
        }
        writer.end(&mut out);
        let out = String::from_utf8(out).unwrap();
        let again: Vec<_> = out.split_terminator("\n\n").map(|line| &line[6..]).collect();
        prop_assert_eq!(read(&again).unwrap(), collect(&told).unwrap());
    }
}
