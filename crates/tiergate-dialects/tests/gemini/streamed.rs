//! Streams.

use bytes::Bytes;
use proptest::prelude::*;
use tiergate_dialects::gemini::{Stream, answer, fault};
use tiergate_dialects::inner::{Event, Stop, Text, Undo};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::sse::Decoder;
use tiergate_wire::usage::Usage;

use crate::*;

/// The events of a recorded stream.
fn events(name: &str) -> Vec<Event<'static>> {
    pieces(&[&fixture(name)])
}

/// The events of a stream that comes in pieces.
fn pieces(pieces: &[&[u8]]) -> Vec<Event<'static>> {
    let mut decoder = Decoder::new(1 << 20);
    let mut chunks = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(next) = decoder.next().unwrap() {
            chunks.extend(next.data.map(|data| data.to_vec()));
        }
    }
    read(chunks).unwrap()
}

fn read(chunks: Vec<Vec<u8>>) -> Result<Vec<Event<'static>>, Fault> {
    let mut stream = Stream::new(Undo::default());
    let mut events = Vec::new();
    for chunk in chunks {
        stream.event("", chunk.leak(), &mut events)?;
    }
    Ok(events)
}

fn start(id: &str) -> Event<'static> {
    Event::Start {
        id: Some(Text::new(id)),
        model: Some(Text::new("gemini-3.8-flash")),
    }
}

fn usage(prompt: u64, said: u64, thought: u64) -> Event<'static> {
    Event::Usage(Usage {
        prompt_tokens: prompt,
        completion_tokens: said + thought,
        reasoning_tokens: thought,
        ..Usage::default()
    })
}

fn finish(stop: Stop) -> Event<'static> {
    Event::Finish {
        stop,
        native: Some(Text::new("STOP")),
        stop_sequence: None,
    }
}

#[test]
fn thoughts_and_words_are_blocks_and_a_signature_follows_its_words() {
    let words = |text: &str| Event::Text {
        block: 1,
        text: Text::new(text),
    };
    let thought = Event::Thinking {
        block: 0,
        text: Text::new("hm"),
    };
    let signature = Event::Signature {
        block: 2,
        signature: Text::new("gemini:2-5.0.f2be4593:c2ln"),
    };
    let expected = [
        start("r1"),
        thought,
        usage(52, 0, 0),
        Event::BlockStop { block: 0 },
        words("Bl"),
        usage(52, 1, 9),
        words("ue."),
        Event::BlockStop { block: 1 },
        signature,
        Event::BlockStop { block: 2 },
        usage(52, 2, 9),
        finish(Stop::End),
    ];
    assert_eq!(events("stream.sse"), expected);
}

#[test]
fn parallel_calls_are_blocks() {
    let called = |block, id: &str, signature: Option<&str>, arguments: &str| {
        [
            Event::ToolCall {
                block,
                id: Text::new(id),
                name: Text::new("lookup"),
                signature: signature.map(Text::new),
            },
            Event::Arguments {
                block,
                fragment: Text::new(arguments),
            },
            Event::BlockStop { block },
        ]
    };
    let mut expected = vec![start("r2")];
    expected.extend(called(0, "call_1_2r", Some("c2ln"), r#"{"id": "7"}"#));
    expected.extend(called(1, "call_2_2r", None, r#"{"id": "8"}"#));
    expected.extend([usage(80, 20, 30), finish(Stop::ToolCalls)]);
    assert_eq!(events("stream_tools.sse"), expected);
}

#[test]
fn a_stream_says_the_same_wherever_it_is_cut() {
    for name in ["stream.sse", "stream_tools.sse"] {
        let whole = events(name);
        let text = String::from_utf8(fixture(name)).unwrap();
        for text in [text.replace('\n', "\r\n"), text] {
            for cut in 0..=text.len() {
                let (first, rest) = text.as_bytes().split_at(cut);
                assert_eq!(pieces(&[first, rest]), whole, "{name} at {cut}");
                // what breaks off has not finished, unless all was said
                let begun = pieces(&[first]);
                let is_finished = begun
                    .iter()
                    .any(|event| matches!(event, Event::Finish { .. }));
                assert_eq!(is_finished, begun.len() == whole.len(), "{name} at {cut}");
            }
        }
    }
}

#[test]
fn a_blocked_prompt_finishes_and_nothing_else_does() {
    let blocked = read(vec![fixture("response_blocked.json")]).unwrap();
    assert!(matches!(
        blocked.as_slice(),
        [
            Event::Start { .. },
            Event::Usage(_),
            Event::Finish {
                stop: Stop::ContentFilter,
                ..
            }
        ]
    ));
    let cut = r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#;
    let cut = read(vec![cut.into(), b" [DONE] ".to_vec(), Vec::new()]).unwrap();
    assert!(
        !cut.iter()
            .any(|event| matches!(event, Event::Finish { .. }))
    );
}

#[test]
fn errors_in_streams_are_faults() {
    let busy = r#"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#;
    for (chunk, cause) in [
        (busy.to_owned(), Cause::Overloaded),
        (format!("[{busy}]"), Cause::Overloaded),
        (
            r#"{"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL"}]}"#.to_owned(),
            Cause::Invalid,
        ),
        ("<html>".to_owned(), Cause::Invalid),
    ] {
        let fault = read(vec![chunk.clone().into()]).unwrap_err();
        assert_eq!(fault.cause, cause, "{chunk}");
    }
}

/// Something that looks like a chunk.
fn chunk() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(r#"{"text":"a"}"#),
        Just(r#"{"text":"b","thought":true}"#),
        Just(r#"{"text":"","thoughtSignature":"c2ln"}"#),
        Just(r#"{"text":"","thought":true,"thoughtSignature":"c2ln"}"#),
        Just(r#"{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}"#),
        Just(r#"{"functionCall":{}}"#),
        Just(r#"{"inlineData":{}}"#),
        Just(r#"{"inlineData":{"mimeType":"image/png","data":"AA=="},"thoughtSignature":"c2ln"}"#),
        Just("{}"),
    ];
    let end = prop_oneof![
        4 => Just(""),
        1 => Just(r#","finishReason":"STOP""#),
        1 => Just(r#","finishReason":"MAX_TOKENS""#),
    ];
    (prop::collection::vec(part, 0..4), end).prop_map(|(parts, end)| {
        let parts = parts.join(",");
        format!(r#"{{"candidates":[{{"content":{{"parts":[{parts}]}}{end}}}]}}"#)
    })
}

/// Blocks are dense, each stops once, and the finish is the last thing said.
fn check_order(events: &[Event<'_>]) {
    let mut open = None;
    let mut begun = 0;
    let mut is_finished = false;
    for (at, event) in events.iter().enumerate() {
        match event {
            Event::Start { .. } => assert_eq!(at, 0),
            Event::BlockStop { block } => assert_eq!(open.take(), Some(*block)),
            Event::Finish { .. } => {
                assert!(!is_finished && open.is_none());
                is_finished = true;
            }
            Event::Text { block, .. }
            | Event::Thinking { block, .. }
            | Event::Signature { block, .. }
            | Event::Picture { block, .. }
            | Event::ToolCall { block, .. }
            | Event::Arguments { block, .. } => {
                assert!(!is_finished);
                if open != Some(*block) {
                    assert_eq!((open, *block), (None, begun));
                    begun += 1;
                    open = Some(*block);
                }
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn blocks_are_in_order(chunks in prop::collection::vec(chunk(), 0..6)) {
        let events = read(chunks.into_iter().map(String::into_bytes).collect()).unwrap();
        check_order(&events);
    }

    #[test]
    fn any_bytes_are_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        text in "[{}\\[\\]\":,a-z0-9]{0,60}|\\{\"(candidates|error|usageMetadata)\":[a-z\"{}:\\[\\]0-9]{0,40}\\}",
    ) {
        for data in [bytes.as_slice(), text.as_bytes()] {
            let mut stream = Stream::new(Undo::default());
            let mut events = Vec::new();
            let _ = stream.event("", data, &mut events);
            let _ = answer(data, &Undo::default());
            let _ = fault(400, None, data);
        }
    }
}
