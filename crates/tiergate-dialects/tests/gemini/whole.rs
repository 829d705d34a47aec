//! Whole answers.

use serde_json::{Value, json};
use tiergate_dialects::gemini::answer;
use tiergate_dialects::inner::{Answer, Part, Stop, Text, Undo};
use tiergate_dialects::{Cause, Fault};
use tiergate_wire::usage::{Half, Usage};

use crate::*;

fn told(body: &Value) -> Result<Answer<'static>, Fault> {
    let body: &'static str = body.to_string().leak();
    answer(body.as_bytes(), &Undo::default())
}

fn ended(reason: &str, parts: &Value) -> Result<Answer<'static>, Fault> {
    told(&json!({"candidates": [{"content": {"parts": parts}, "finishReason": reason}]}))
}

#[test]
fn thoughts_words_and_tokens_are_told_apart() {
    let body = fixture("response.json");
    let read = answer(&body, &Undo::default()).unwrap();
    let thought = Part::Thinking {
        text: Text::new("hm"),
        signature: None,
        id: None,
    };
    assert_eq!(read.parts, [thought, text("Blue.")]);
    assert_eq!(read.stop, Stop::End);
    assert_eq!(read.native_stop, Some(Text::new("STOP")));
    assert_eq!(read.id, Some(Text::new("r1")));
    assert_eq!(read.model, Some(Text::new("gemini-3.8-flash")));
    let usage = Usage {
        prompt_tokens: 52,
        completion_tokens: 62,
        reasoning_tokens: 58,
        ..Usage::default()
    };
    assert_eq!(read.usage, Some(usage));
}

#[test]
fn usage_counts_tools_caches_and_sound() {
    let read = told(&json!({
        "candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": 100, "toolUsePromptTokenCount": 20, "cachedContentTokenCount": 60,
            "candidatesTokenCount": 5, "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 70}, {"modality": "AUDIO", "tokenCount": 30},
            ],
        },
    }));
    let usage = Usage {
        prompt_tokens: 120,
        cached_tokens: 60,
        prompt_audio_tokens: 30,
        completion_tokens: 5,
        ..Usage::default()
    };
    assert_eq!(read.unwrap().usage, Some(usage));
}

#[test]
fn odd_counts_do_not_cost_the_answer() {
    let read = told(&json!({
        "candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": 100.0, "candidatesTokenCount": null, "thoughtsTokenCount": -1,
            "cachedContentTokenCount": "60", "promptTokensDetails": {}, "trafficType": "ON_DEMAND",
        },
    }));
    let usage = Usage {
        prompt_tokens: 100,
        untold: Some(Half::Output),
        ..Usage::default()
    };
    assert_eq!(read.unwrap().usage, Some(usage));
}

#[test]
fn an_account_that_is_disabled_is_told_as_such() {
    let fault = ended("PUP_LIMITED_DISABLED", &json!([])).unwrap_err();
    assert_eq!(fault.cause, Cause::Auth);
}

#[test]
fn a_blocked_prompt_is_a_filtered_answer() {
    let body = fixture("response_blocked.json");
    let read = answer(&body, &Undo::default()).unwrap();
    assert_eq!((read.stop, read.parts.len()), (Stop::ContentFilter, 0));
    assert_eq!(read.native_stop, Some(Text::new("PROHIBITED_CONTENT")));
    assert_eq!(read.usage.unwrap().prompt_tokens, 9);
}

#[test]
fn thinking_may_eat_the_whole_answer() {
    let body = fixture("response_empty_max_tokens.json");
    let read = answer(&body, &Undo::default()).unwrap();
    assert_eq!((read.stop, read.parts.len()), (Stop::Length, 0));
    assert_eq!(read.usage.unwrap().reasoning_tokens, 64);
    let bare = told(&json!({"candidates": [{"finishReason": "SAFETY"}]})).unwrap();
    assert_eq!((bare.stop, bare.parts.len()), (Stop::ContentFilter, 0));
}

#[test]
fn reasons_are_read() {
    let words = || json!([{"text": "a"}]);
    for (reason, stop) in [
        ("STOP", Stop::End),
        ("MAX_TOKENS", Stop::Length),
        ("CONTINUATION", Stop::Length),
        ("RECITATION", Stop::ContentFilter),
        ("IMAGE_SAFETY", Stop::ContentFilter),
        ("SOMETHING_NEW", Stop::End),
    ] {
        assert_eq!(ended(reason, &words()).unwrap().stop, stop, "{reason}");
    }
    for reason in [
        "MALFORMED_FUNCTION_CALL",
        "OTHER",
        "MISSING_THOUGHT_SIGNATURE",
    ] {
        let fault = ended(reason, &words()).unwrap_err();
        assert_eq!(fault.cause, Cause::Invalid);
        assert!(fault.message.contains(reason), "{fault:?}");
    }
}

#[test]
fn calls_get_ids_and_their_own_names() {
    let undo = Undo {
        names: vec![("_7".to_owned(), "7".to_owned())],
        json_tool: None,
        ..Undo::default()
    };
    let body = json!({"responseId": "a-B_c9", "candidates": [{"finishReason": "STOP", "content": {"parts": [
        {"functionCall": {"name": "_7", "args": {"id": "x"}}},
        {"functionCall": {"id": "own", "name": "other"}},
    ]}}]});
    let body = body.to_string();
    let read = answer(body.as_bytes(), &undo).unwrap();
    let expected = [
        call("call_1_9cBa", "7", r#"{"id":"x"}"#),
        call("own", "other", "{}"),
    ];
    assert_eq!(read.parts, expected.map(Part::ToolCall));
    assert_eq!(read.stop, Stop::ToolCalls);
}

#[test]
fn invented_ids_are_those_of_the_request() {
    let body = br#"{"responseId":"r1","candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]},"finishReason":"STOP"}]}"#;
    let id = |seed: &str| {
        let undo = Undo {
            seed: seed.into(),
            ..Undo::default()
        };
        let read = answer(body, &undo).unwrap();
        let Part::ToolCall(call) = &read.parts[0] else {
            panic!("a call");
        };
        call.id.value().into_owned()
    };
    assert_eq!(id(""), "call_1_1r");
    assert_ne!(id("019a-first"), id("019a-second"));
}

#[test]
fn what_is_no_answer_is_a_fault() {
    for body in [
        "",
        "{}",
        "[]",
        "7",
        r#"{"candidates":[]}"#,
        r#"{"candidates":[{"content":7}]}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":null}]}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"FINISH_REASON_UNSPECIFIED"}]}"#,
    ] {
        let fault = answer(body.as_bytes(), &Undo::default()).unwrap_err();
        assert_eq!(fault.cause, Cause::Invalid, "{body}");
    }
    for body in [
        r#"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}"#,
        r#"[{"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}}]"#,
    ] {
        let fault = answer(body.as_bytes(), &Undo::default()).unwrap_err();
        assert_eq!((fault.cause, fault.status), (Cause::Overloaded, 503));
    }
}
