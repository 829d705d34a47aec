//! Whole answers of the vendor.

use serde_json::json;
use tiergate_dialects::Cause;
use tiergate_dialects::anthropic::answer;
use tiergate_dialects::inner::{Arguments, Part, Stop, Text, Undo};
use tiergate_wire::usage::Usage;

#[test]
fn an_answer_is_read() {
    let body = include_bytes!("../fixtures/anthropic/response.json");
    let answer = answer(body, &Undo::default()).unwrap();
    assert_eq!(answer.id, Some(Text::new("msg_1")));
    assert_eq!(answer.model, Some(Text::new("claude-opus-5-5")));
    assert_eq!(answer.stop, Stop::End);
    assert_eq!(
        answer.parts,
        [
            Part::Thinking {
                text: Text::new("look"),
                signature: Some(Text::new("c2ln")),
                id: None
            },
            Part::Text {
                text: Text::new("Blue."),
                cache: None
            },
        ]
    );
    assert_eq!(
        answer.usage,
        Some(Usage {
            prompt_tokens: 41 + 1024 + 100,
            cached_tokens: 1024,
            cache_write_tokens: 100,
            completion_tokens: 37,
            reasoning_tokens: 21,
            ..Usage::default()
        })
    );
}

#[test]
fn calls_get_their_own_names_back_and_the_json_tool_is_text() {
    let body = json!({"type": "message", "stop_reason": "tool_use", "content": [
        {"type": "tool_use", "id": "toolu_1", "name": "look_up", "input": {"a": 1}},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
    ]})
    .to_string();
    let mut undo = Undo {
        names: vec![("look_up".into(), "look up".into())],
        json_tool: None,
        ..Undo::default()
    };
    let read = answer(body.as_bytes(), &undo).unwrap();
    assert_eq!(read.stop, Stop::ToolCalls);
    let [Part::ToolCall(call), Part::Foreign(_)] = &read.parts[..] else {
        panic!("{read:?}")
    };
    assert!(call.name.is("look up") && matches!(call.arguments, Arguments::Object(_)));
    undo.json_tool = Some("look_up");
    let read = answer(body.as_bytes(), &undo).unwrap();
    assert_eq!(read.stop, Stop::End);
    let text = Text::new(r#"{"a":1}"#);
    assert_eq!(read.parts[0], Part::Text { text, cache: None });
}

#[test]
fn stops_and_odd_usage_are_read() {
    for (native, stop) in [
        ("end_turn", Stop::End),
        ("max_tokens", Stop::Length),
        ("model_context_window_exceeded", Stop::Length),
        ("pause_turn", Stop::End),
        ("refusal", Stop::ContentFilter),
        ("stop_sequence", Stop::Sequence),
        ("tool_use", Stop::ToolCalls),
        ("something new", Stop::End),
    ] {
        let body = json!({"content": [], "stop_reason": native, "usage": {"input_tokens": "many"}});
        let body = body.to_string();
        let read = answer(body.as_bytes(), &Undo::default()).unwrap();
        assert_eq!((read.stop, read.usage), (stop, None));
        assert!(read.native_stop.unwrap().is(native));
    }
    for usage in [
        json!(7),
        json!([]),
        json!({"cache_creation": 3}),
        json!(null),
    ] {
        let body = json!({"content": [], "stop_reason": "end_turn", "usage": usage}).to_string();
        assert_eq!(
            answer(body.as_bytes(), &Undo::default()).unwrap().usage,
            None
        );
    }
    let body =
        json!({"content": [], "stop_reason": "end_turn", "usage": {"input_tokens": 0, "iterations": [{}], "cache_creation":
        {"ephemeral_1h_input_tokens": 5, "ephemeral_5m_input_tokens": 2}}})
        .to_string();
    let usage = answer(body.as_bytes(), &Undo::default())
        .unwrap()
        .usage
        .unwrap();
    assert_eq!(usage.prompt_tokens, 7);
    assert_eq!(
        (usage.cache_write_tokens, usage.cache_write_long_tokens),
        (2, 5)
    );
}

#[test]
fn every_run_of_this_model_is_counted_and_no_other() {
    let run = |kind: &str, input: u64, output: u64| {
        json!({"type": kind, "input_tokens": input, "output_tokens": output,
            "cache_read_input_tokens": 10})
    };
    let body = json!({"content": [], "stop_reason": "end_turn", "usage": {"input_tokens": 20, "output_tokens": 30,
        "cache_read_input_tokens": 10, "iterations": [
            run("compaction", 100, 40), run("message", 20, 30), run("advisor_message", 7000, 900)]}});
    let body = body.to_string();
    let usage = answer(body.as_bytes(), &Undo::default()).unwrap().usage;
    let usage = usage.unwrap();
    assert_eq!(
        (
            usage.prompt_tokens,
            usage.cached_tokens,
            usage.completion_tokens
        ),
        (140, 20, 70)
    );
}

#[test]
fn what_is_no_answer_is_a_fault() {
    let check = |body: &[u8], cause| {
        let fault = answer(body, &Undo::default()).unwrap_err();
        assert_eq!(fault.cause, cause, "{fault:?}");
    };
    check(b"", Cause::Invalid);
    check(b"{\"content\":[", Cause::Invalid);
    check(b"{}", Cause::Invalid);
    check(br#"{"content":[{"type":"text"}]}"#, Cause::Invalid);
    for content in [json!("Blue."), json!(null), json!({}), json!(7)] {
        let body = json!({"content": content, "stop_reason": "end_turn"}).to_string();
        check(body.as_bytes(), Cause::Invalid);
    }
    let text = json!([{"type": "text", "text": "Blue."}]);
    for reason in [json!(null), json!(""), json!(7)] {
        let body = json!({"content": text, "stop_reason": reason}).to_string();
        check(body.as_bytes(), Cause::Invalid);
    }
    let body = json!({ "content": text }).to_string();
    check(body.as_bytes(), Cause::Invalid);
    check(
        include_bytes!("../fixtures/anthropic/error_529.json"),
        Cause::Overloaded,
    );
}
