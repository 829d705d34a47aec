//! Signatures come back on the parts that carried them.

use serde_json::{Value, json};
use tiergate_dialects::gemini::{Stream, answer, is_own_signature};
use tiergate_dialects::inner::{Event, Part, Request, Text, Turn, Undo};

use crate::*;

const NEW: &str = "gemini-3.8-flash";

fn replay(turn: Turn<'_>, model: &str) -> (Value, Vec<String>) {
    let request = Request {
        turns: vec![user(vec![text("?")]), turn],
        ..Request::default()
    };
    let (mut said, mut edits) = vertex(&request, model);
    // the client has given no results yet
    edits.retain(|edit| edit != "added missing tool results");
    (said["contents"][1]["parts"].take(), edits)
}

#[test]
fn an_answer_is_replayed_as_it_was() {
    for parts in [
        json!([{"text": "hm", "thought": true, "thoughtSignature": "czE="}, {"text": "Blue."}]),
        json!([{"text": "Blue.", "thoughtSignature": "c2ln"}, {"text": "More."}]),
        json!([{"text": "", "thoughtSignature": "c2ln"}]),
        json!([{"text": "Blue."}, {"text": "", "thoughtSignature": "c2ln"}]),
        json!([
            {"text": "Look:"},
            {"functionCall": {"name": "lookup", "args": {"id": "7"}}, "thoughtSignature": "c2ln"},
            {"functionCall": {"name": "lookup", "args": {"id": "8"}}},
        ]),
        json!([{"inlineData": {"mimeType": "image/png", "data": "AA=="}, "thoughtSignature": "c2ln"}]),
    ] {
        let body = json!({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]});
        let body = body.to_string();
        let read = answer(body.as_bytes(), &Undo::default()).unwrap();
        let (said, edits) = replay(model(read.parts), NEW);
        assert_eq!(said, parts);
        assert!(edits.is_empty(), "{edits:?}");
    }
}

#[test]
fn a_signature_late_in_a_stream_signs_the_words_that_it_came_with() {
    let chunks = [
        r#"{"candidates":[{"content":{"parts":[{"text":"Bl"}]}}]}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"ue.","thoughtSignature":"c2ln"}]},"finishReason":"STOP"}]}"#,
    ];
    let mut stream = Stream::new(Undo::default());
    let mut events = Vec::new();
    for chunk in &chunks {
        stream.event("", chunk.as_bytes(), &mut events).unwrap();
    }
    let signature = events.iter().find_map(|event| match event {
        Event::Signature { signature, .. } => Some(signature.clone()),
        _ => None,
    });
    let signature = signature.unwrap();
    assert!(is_own_signature(&signature));
    let signed = Part::Thinking {
        text: Text::default(),
        signature: Some(signature),
        id: None,
    };
    let (said, _) = replay(model(vec![text("Blue."), signed]), NEW);
    let parts = json!([{"text": "Bl"}, {"text": "ue.", "thoughtSignature": "c2ln"}]);
    assert_eq!(said, parts);
}

#[test]
fn a_lost_signature_is_stood_in_for_from_gemini_3_on() {
    let calls = || {
        let calls = ["c1", "c2"].map(|id| Part::ToolCall(call(id, "lookup", "{}")));
        model(calls.into())
    };
    let sentinel = "skip_thought_signature_validator";
    let (said, edits) = replay(calls(), NEW);
    assert_eq!(said[0]["thoughtSignature"], sentinel);
    assert!(said[1].get("thoughtSignature").is_none());
    assert_eq!(edits, [format!("added {sentinel}")]);
    let (said, edits) = replay(calls(), "gemini-2.5-pro");
    assert!(said[0].get("thoughtSignature").is_none());
    assert!(edits.is_empty());
}

#[test]
fn reasoning_of_other_vendors_is_not_replayed() {
    let thought = |signature: Option<&str>| Part::Thinking {
        text: Text::new("hm"),
        signature: signature.map(Text::new),
        id: None,
    };
    let redacted = Part::Redacted {
        data: Text::new("x"),
        id: None,
    };
    let parts = vec![
        thought(Some("ErUBCkYI")),
        thought(None),
        redacted,
        text("Blue."),
    ];
    let (said, edits) = replay(model(parts), NEW);
    assert_eq!(said, json!([{"text": "Blue."}]));
    assert_eq!(
        edits,
        [
            "removed reasoning signed by another vendor",
            "removed unsigned reasoning"
        ]
    );
}
