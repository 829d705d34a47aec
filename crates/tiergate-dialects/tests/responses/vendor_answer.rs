//! What vendors say, whole.

use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::inner::{Arguments, Part, Stop, ToolCall, Undo};
use tiergate_dialects::responses::{answer, fault};
use tiergate_wire::usage::Usage;

use crate::support::{said, text};

#[test]
fn a_whole_answer_is_read() {
    let body = include_bytes!("../fixtures/responses/response.json");
    let undo = Undo {
        names: vec![("row".into(), "a.row".into())],
        json_tool: None,
        ..Undo::default()
    };
    let read = answer(body, &undo).unwrap();
    let call = |id, arguments| {
        Part::ToolCall(ToolCall {
            id: text(id),
            name: text("a.row"),
            arguments: Arguments::Text(text(arguments)),
            ..ToolCall::default()
        })
    };
    let expected = [
        Part::Thinking {
            text: text("Look it up"),
            signature: Some(text("tgr1:rs_1:gAAAAB==")),
            id: Some(text("rs_1")),
        },
        said("Let me \"see\"."),
        call("call_1", r#"{"n":7}"#),
        call("call_2", r#"{"n":8}"#),
    ];
    assert_eq!(read.parts, expected);
    assert_eq!(
        (read.stop, read.id),
        (Stop::ToolCalls, Some(text("resp_0a1b2c3d")))
    );
    assert_eq!(read.model, Some(text("gpt-6-sol")));
    let usage = Usage {
        prompt_tokens: 300,
        cached_tokens: 100,
        cache_write_tokens: 30,
        cache_write_long_tokens: 20,
        completion_tokens: 40,
        reasoning_tokens: 16,
        ..Usage::default()
    };
    assert_eq!(read.usage, Some(usage));
}

#[test]
fn odd_answers_are_read() {
    let body = json!({"id": "resp_abc123", "status": "incomplete", "incomplete_details": {"reason": "content_filter"}, "output": [
        {"type": "reasoning", "summary": [], "encrypted_content": "g"},
        {"type": "message", "content": [{"type": "refusal", "refusal": "No"}, {"type": "odd"}]},
        {"type": "function_call", "name": "f"},
        {"type": "custom_tool_call", "call_id": "c", "name": "p", "input": "a\nb"},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
    ], "usage": {"input_tokens": 10, "input_tokens_details": {"cached_tokens": 90}, "output_tokens": 1}});
    let body = body.to_string();
    let read = answer(body.as_bytes(), &Undo::default()).unwrap();
    assert_eq!(read.stop, Stop::ContentFilter);
    assert_eq!(read.native_stop, Some(text("content_filter")));
    assert_eq!(read.usage.unwrap().prompt_tokens, 100);
    let [redacted, refusal, call, custom, search] = &read.parts[..] else {
        panic!("five parts");
    };
    assert_eq!(
        *redacted,
        Part::Redacted {
            data: text("tgr1::g"),
            id: None
        }
    );
    assert_eq!(*refusal, Part::Refusal(text("No")));
    assert!(matches!(call, Part::ToolCall(call) if call.id.is("call_2abc123")));
    let arguments = Arguments::Text(text(r#"{"input":"a\nb"}"#));
    assert!(matches!(custom, Part::ToolCall(call) if call.arguments == arguments));
    assert!(matches!(search, Part::Foreign(_)));
}

#[test]
fn tokens_that_cannot_be_read_do_not_cost_the_answer() {
    let usage = |usage: Value| {
        let body = json!({"status": "completed", "output": [], "usage": usage}).to_string();
        let read = answer(body.as_bytes(), &Undo::default()).unwrap();
        read.usage
            .map(|usage| (usage.prompt_tokens, usage.completion_tokens))
    };
    assert_eq!(
        usage(json!({"input_tokens": -1, "output_tokens": -7})),
        None
    );
    assert_eq!(
        usage(json!({"input_tokens": "1", "output_tokens": "7"})),
        None
    );
    for odd in [json!(null), json!([]), json!("none"), json!(7), json!({})] {
        assert_eq!(usage(odd), None);
    }
    let details = json!({"cached_tokens": -1, "cache_write_tokens_details": 7});
    let odd = json!({"input_tokens": 9, "input_tokens_details": details, "output_tokens": 2,
        "output_tokens_details": []});
    assert_eq!(usage(odd), Some((9, 2)));
}

#[test]
fn faults_are_told_apart() {
    let check = |body: Value, cause: Cause| {
        let body = body.to_string();
        let fault = answer(body.as_bytes(), &Undo::default()).unwrap_err();
        assert_eq!(fault.cause, cause, "{fault:?}");
    };
    let failed = |code: &str| json!({"status": "failed", "output": [], "error": {"code": code, "message": "m"}});
    check(failed("server_error"), Cause::Server);
    check(failed("rate_limit_exceeded"), Cause::RateLimited);
    check(failed("invalid_prompt"), Cause::BadRequest);
    check(failed("bio_policy"), Cause::ContentFilter);
    check(failed("image_too_large"), Cause::BadRequest);
    check(failed("context_length_exceeded"), Cause::ContextTooLong);
    check(
        json!({"status": "in_progress", "output": []}),
        Cause::Invalid,
    );
    for status in [json!(null), json!("")] {
        check(json!({"status": status, "output": []}), Cause::Invalid);
    }
    check(json!({"output": []}), Cause::Invalid);
    check(json!({"choices": []}), Cause::Invalid);
    check(json!([]), Cause::Invalid);
    check(
        json!({"error": {"code": "insufficient_quota", "message": "m"}}),
        Cause::Billing,
    );
    let refused = br#"{"error":{"message":"bad key","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#;
    assert_eq!(fault(401, None, refused).cause, Cause::Auth);
    let encrypted = br#"{"error":{"message":"could not be verified","type":"invalid_request_error","code":"invalid_encrypted_content"}}"#;
    assert_eq!(fault(400, None, encrypted).cause, Cause::BadRequest);
}
