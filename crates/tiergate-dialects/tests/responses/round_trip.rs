//! From a vendor to a client and back to the vendor.

use serde_json::{Value, json};
use tiergate_dialects::inner::{Event, Stop, Undo};
use tiergate_dialects::responses::{Echo, Writer, answer, decode, encode, write_answer};

use crate::support::{STAMP, heard, rich, target};

const TOOLS: &str = r#"{"tools":[{"type":"custom","name":"apply_patch"},{"type":"namespace","name":"mcp","tools":[{"type":"function","name":"find"}]}]}"#;

/// What the vendor is sent when the client sends back what it got.
fn sent_back(output: &Value) -> Value {
    let mut body: Value = serde_json::from_str(TOOLS).unwrap();
    body["model"] = "m".into();
    body["input"] = output.clone();
    let body = body.to_string();
    let request = decode(body.as_bytes()).unwrap();
    let sent = encode(&request, &target("gpt-6-sol")).unwrap();
    // the client has given no results yet
    assert_eq!(sent.edits[..], ["added missing tool results"]);
    let mut sent: Value = serde_json::from_slice(&sent.body).unwrap();
    let items = sent["input"].as_array_mut().unwrap();
    let results = items.split_off(items.len() - 2);
    let kinds = results.iter().map(|item| item["type"].clone());
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        ["function_call_output", "custom_tool_call_output"]
    );
    sent["input"].clone()
}

fn vendor() -> Value {
    json!([
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Look"}], "encrypted_content": "gAAA\"="},
        {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "gBBB"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a\"b"}, {"type": "refusal", "refusal": "c"}]},
        {"type": "function_call", "call_id": "c1", "namespace": "mcp", "name": "find", "arguments": "{\"q\":1}"},
        {"type": "custom_tool_call", "call_id": "c2", "name": "apply_patch", "input": "*** \"Begin\"\n\\"},
    ])
}

#[test]
fn a_whole_answer_goes_back_as_it_came() {
    let body = json!({"id": "resp_1", "status": "completed", "output": vendor()}).to_string();
    let read = answer(body.as_bytes(), &Undo::default()).unwrap();
    let echo = Echo::read(TOOLS.as_bytes(), false).unwrap();
    let client: Value = serde_json::from_slice(&write_answer(&read, &STAMP, &echo)).unwrap();
    assert_eq!(sent_back(&client["output"]), vendor());
}

#[test]
fn a_streamed_answer_goes_back_as_it_came() {
    let items = vendor();
    let frames = items
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let done =
                json!({"type": "response.output_item.done", "output_index": at, "item": item});
            format!("event: response.output_item.done\ndata: {done}\n\n")
        });
    let stream = frames.collect::<String>() + "event: response.completed\ndata: {}\n\n";
    let (events, fault) = heard(&stream);
    assert_eq!(fault, None);
    let mut writer = Writer::new(&STAMP, Echo::read(TOOLS.as_bytes(), false).unwrap());
    let mut out = Vec::new();
    for event in &events {
        writer.event(event, &mut out);
    }
    out.clear();
    writer.end(&mut out);
    let last = String::from_utf8(out).unwrap();
    let (_, data) = crate::support::frames(&last)[0];
    let client: Value = serde_json::from_str(data).unwrap();
    assert_eq!(sent_back(&client["response"]["output"]), vendor());
}

#[test]
fn signatures_of_any_vendor_survive_a_client() {
    let echo = Echo::read(b"{}", false).unwrap();
    let client: Value = serde_json::from_slice(&write_answer(&rich(), &STAMP, &echo)).unwrap();
    let body = json!({"model": "m", "input": client["output"]}).to_string();
    let request = decode(body.as_bytes()).unwrap();
    assert_eq!(request.turns[0].parts, rich().parts);
}

#[test]
fn what_is_streamed_to_a_client_reads_like_a_vendor() {
    let stream = include_str!("../fixtures/responses/client_stream.sse");
    let (events, fault) = heard(stream);
    assert_eq!(fault, None);
    let calls = events
        .iter()
        .filter(|event| matches!(event, Event::ToolCall { .. }));
    assert_eq!(calls.count(), 2);
    assert!(matches!(
        events.last(),
        Some(Event::Finish {
            stop: Stop::ToolCalls,
            ..
        })
    ));
    assert_eq!(events.iter().filter(|event| event.commits()).count(), 12);
}
