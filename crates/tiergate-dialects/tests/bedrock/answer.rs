use serde_json::json;
use tiergate_dialects::Cause;
use tiergate_dialects::bedrock::answer;
use tiergate_dialects::inner::{Arguments, Part, Stop, Text, Undo};

use crate::fixture;

fn text(words: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(words),
        cache: None,
    }
}

#[test]
fn the_fixture_is_read() {
    let body = fixture("bedrock/response.json");
    let read = answer(&body, &Undo::default()).unwrap();
    assert_eq!(read.parts, [text("Blue.")]);
    assert_eq!(read.stop, Stop::End);
    assert!(read.native_stop.unwrap().is("end_turn"));
    let usage = read.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.cached_tokens), (152, 100));
    assert_eq!(usage.completion_tokens, 4);
}

#[test]
fn reasoning_calls_and_long_caches_are_read() {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "EqQB"}}},
            {"reasoningContent": {"redactedContent": "c2VjcmV0"}},
            {"citationsContent": {"content": [{"text": "So. "}], "citations": []}},
            {"text": "Look:"},
            {"toolUse": {"toolUseId": "t1", "name": "get_row", "input": {"id": "7"}}},
            {"toolUse": {"toolUseId": "t2", "name": "other", "input": {}}},
            {"image": {"format": "png"}},
        ]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 75,
            "cacheReadInputTokens": 20, "cacheWriteInputTokens": 40,
            "cacheDetails": [{"ttl": "5m", "inputTokens": 10}, {"ttl": "1h", "inputTokens": 30}]},
    })
    .to_string();
    let undo = Undo {
        names: vec![("get_row".into(), "get.row".into())],
        json_tool: None,
        ..Undo::default()
    };
    let read = answer(body.as_bytes(), &undo).unwrap();
    assert_eq!(read.stop, Stop::ToolCalls);
    let Part::Thinking {
        text: thought,
        signature: Some(signature),
        ..
    } = &read.parts[0]
    else {
        panic!("{:?}", read.parts[0]);
    };
    assert!(thought.is("hm") && signature.is("EqQB"));
    assert!(matches!(&read.parts[1], Part::Redacted { data, .. } if data.is("c2VjcmV0")));
    assert_eq!(read.parts[2..4], [text("So. "), text("Look:")]);
    let Part::ToolCall(call) = &read.parts[4] else {
        panic!("{:?}", read.parts[4]);
    };
    assert!(call.id.is("t1") && call.name.is("get.row"));
    assert_eq!(call.arguments, Arguments::Text(Text::new(r#"{"id":"7"}"#)));
    assert_eq!(read.parts.len(), 6);
    let usage = read.usage.unwrap();
    assert_eq!(usage.prompt_tokens, 70);
    assert_eq!(
        (usage.cache_write_tokens, usage.cache_write_long_tokens),
        (10, 30)
    );
}

#[test]
fn what_may_be_missing_may_be_missing() {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"redactedReasoning": {"data": "c2Vj"}}},
            {"citationsContent": {"content": null}},
            {"toolUse": {"toolUseId": "", "name": "f"}},
        ]}},
        "stopReason": "tool_use",
    })
    .to_string();
    let read = answer(body.as_bytes(), &Undo::default()).unwrap();
    assert!(matches!(&read.parts[0], Part::Redacted { data, .. } if data.is("c2Vj")));
    let Part::ToolCall(call) = &read.parts[1] else {
        panic!("{:?}", read.parts);
    };
    assert!(!call.id.is_empty() && call.arguments.text().is("{}"));
    let empty =
        br#"{"output":{"message":{"role":"assistant","content":null}},"stopReason":"end_turn"}"#;
    assert!(answer(empty, &Undo::default()).unwrap().parts.is_empty());
}

#[test]
fn the_call_of_the_json_tool_is_the_text() {
    let body = json!({
        "output": {"message": {"role": "assistant", "content": [
            {"text": "Here it is:"},
            {"toolUse": {"toolUseId": "t1", "name": "json", "input": {"colour": "blue"}}},
        ]}},
        "stopReason": "tool_use",
    })
    .to_string();
    let undo = Undo {
        json_tool: Some("json"),
        ..Undo::default()
    };
    let read = answer(body.as_bytes(), &undo).unwrap();
    assert_eq!(read.parts, [text(r#"{"colour":"blue"}"#)]);
    assert_eq!((read.stop, read.usage), (Stop::End, None));
}

#[test]
fn every_stop_reason_is_known() {
    let stop = |word: &str| {
        let body = json!({
            "output": {"message": {"role": "assistant", "content": [{"text": "x"}]}},
            "stopReason": word,
            "additionalModelResponseFields": {"delta": {"stop_sequence": "END"}},
        });
        let body = body.to_string();
        let read = answer(body.as_bytes(), &Undo::default()).map_err(|fault| fault.cause)?;
        assert!(read.stop_sequence.unwrap().is("END"));
        Ok(read.stop)
    };
    assert_eq!(stop("end_turn"), Ok(Stop::End));
    assert_eq!(stop("stop_sequence"), Ok(Stop::Sequence));
    assert_eq!(stop("max_tokens"), Ok(Stop::Length));
    assert_eq!(stop("model_context_window_exceeded"), Ok(Stop::Length));
    assert_eq!(stop("content_filtered"), Ok(Stop::ContentFilter));
    assert_eq!(stop("guardrail_intervened"), Ok(Stop::ContentFilter));
    assert_eq!(stop("tool_use"), Ok(Stop::ToolCalls));
    assert_eq!(stop("something_new"), Ok(Stop::End));
    assert_eq!(stop("malformed_tool_use"), Err(Cause::Invalid));
    assert_eq!(stop("malformed_model_output"), Err(Cause::Invalid));
}

#[test]
fn what_is_no_answer_is_a_fault() {
    let undo = Undo::default();
    for body in [
        "",
        "{}",
        "[1]",
        r#"{"output":{}}"#,
        r#"{"message":"hm"}"#,
        r#"{"output":{"message":{"content":[{"text":"a"}]}}}"#,
        r#"{"output":{"message":{"content":[{"text":"a"}]}},"stopReason":null}"#,
    ] {
        assert_eq!(
            answer(body.as_bytes(), &undo).unwrap_err().cause,
            Cause::Invalid,
            "{body}"
        );
    }
    let throttled = br#"{"__type":"ThrottlingException","message":"slow down"}"#;
    let fault = answer(throttled, &undo).unwrap_err();
    assert_eq!((fault.cause, fault.status), (Cause::RateLimited, 429));
    assert!(answer(b"{\"output\":\xff}", &undo).is_err());
}
