//! What clients get, whole.

use serde_json::{Value, json};
use tiergate_dialects::inner::{Answer, Arguments, Part, Stop, ToolCall};
use tiergate_dialects::responses::{Echo, write_answer};

use crate::support::{STAMP, rich, said, text};

const REQUEST: &[u8] = include_bytes!("../fixtures/responses/request.json");
/// Parses in OpenAI's Python SDK with strict types.
const ANSWER: &str = include_str!("../fixtures/responses/client_answer.json");

fn written(answer: &Answer<'_>, echo: &Echo) -> Value {
    serde_json::from_slice(&write_answer(answer, &STAMP, echo)).unwrap()
}

#[test]
fn everything_that_a_model_says_is_written() {
    let echo = Echo::read(REQUEST, false).unwrap();
    let expected: Value = serde_json::from_str(ANSWER).unwrap();
    assert_eq!(written(&rich(), &echo), expected);
}

#[test]
fn what_was_not_asked_is_told_by_its_default() {
    let echo = Echo::read(
        br#"{"model":"auto","input":"a","service_tier":"auto"}"#,
        true,
    )
    .unwrap();
    let answer = Answer {
        parts: vec![said("b")],
        ..Answer::default()
    };
    let expected = json!({
        "id": "resp_7f3a", "object": "response", "created_at": 1_795_000_000, "status": "completed",
        "error": null, "incomplete_details": null, "model": "auto",
        "output": [{
            "type": "message", "id": "msg_7f3a_0", "status": "completed", "role": "assistant",
            "content": [{"type": "output_text", "text": "b", "annotations": [], "logprobs": []}],
        }],
        "background": false, "instructions": null, "max_output_tokens": null, "max_tool_calls": null,
        "metadata": {}, "parallel_tool_calls": true, "previous_response_id": null,
        "prompt_cache_key": null, "reasoning": {"effort": null, "summary": null},
        "safety_identifier": null, "service_tier": "default", "store": true, "temperature": null,
        "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [],
        "top_logprobs": 0, "top_p": null, "truncation": "disabled",
    });
    assert_eq!(written(&answer, &echo), expected);
}

#[test]
fn a_cut_answer_is_incomplete() {
    let echo = Echo::read(b"{}", false).unwrap();
    for (stop, reason) in [
        (Stop::Length, "max_output_tokens"),
        (Stop::ContentFilter, "content_filter"),
    ] {
        let answer = Answer {
            parts: vec![said("a"), said("b")],
            stop,
            ..Answer::default()
        };
        let body = written(&answer, &echo);
        assert_eq!(body["status"], "incomplete");
        assert_eq!(body["incomplete_details"], json!({"reason": reason}));
        assert_eq!(body["output"][0]["status"], "completed");
        assert_eq!(body["output"][1]["status"], "incomplete");
    }
}

#[test]
fn custom_tools_and_namespaces_are_called_as_they_were_offered() {
    let tools = json!({"tools": [
        {"type": "custom", "name": "apply_patch"},
        {"type": "namespace", "name": "mcp", "tools": [{"type": "function", "name": "find"}]},
    ]});
    let echo = Echo::read(tools.to_string().as_bytes(), false).unwrap();
    let call = |name, arguments| {
        Part::ToolCall(ToolCall {
            id: text("c"),
            name: text(name),
            arguments: Arguments::Text(text(arguments)),
            ..ToolCall::default()
        })
    };
    let answer = Answer {
        parts: vec![
            call("apply_patch", r#"{"input":"*** \"Begin\"\n"}"#),
            call("apply_patch", "not JSON"),
            call("mcp.find", "{}"),
        ],
        ..Answer::default()
    };
    let body = written(&answer, &echo);
    let output = &body["output"];
    assert_eq!(output[0]["type"], "custom_tool_call");
    assert_eq!(output[0]["input"], "*** \"Begin\"\n");
    assert_eq!(output[1]["input"], "not JSON");
    assert_eq!(output[2]["type"], "function_call");
    assert_eq!(
        (&output[2]["namespace"], &output[2]["name"]),
        (&json!("mcp"), &json!("find"))
    );
}
