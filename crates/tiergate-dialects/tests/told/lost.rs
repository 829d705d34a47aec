//! What only a vendor's own dialect can tell.

use super::*;

fn claude() -> Value {
    json!({"type": "message", "role": "assistant", "id": "m", "model": "c", "stop_reason": "end_turn",
        "content": [
            {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "q"}},
            {"type": "brand_new", "x": 1},
            {"type": "text", "text": "Blue."},
        ],
        "usage": {"input_tokens": 1, "output_tokens": 2}})
}

fn start(index: u8, block: &Value) -> Value {
    json!({"type": "content_block_start", "index": index, "content_block": block})
}

#[test]
fn blocks_that_a_dialect_does_not_have_are_no_items() {
    let lost = |kinds: &[&str]| -> Vec<String> {
        let edit = |kind: &&str| format!("left out {kind} of the answer");
        kinds.iter().map(edit).collect()
    };
    let (body, left) = whole(Vendor::Claude, &claude(), Form::Responses);
    assert_eq!(body["output"].as_array().unwrap().len(), 1);
    assert_eq!(body["output"][0]["type"], "message");
    assert_eq!(left, lost(&["server_tool_use", "brand_new"]));
    let (body, left) = whole(Vendor::Claude, &claude(), Form::Chat);
    assert_eq!(body["choices"][0]["message"]["content"], "Blue.");
    assert_eq!(left, lost(&["server_tool_use", "brand_new"]));
    let (body, left) = whole(Vendor::Claude, &claude(), Form::Messages);
    assert_eq!(body["content"].as_array().unwrap().len(), 2);
    assert_eq!(body["content"][0], claude()["content"][0]);
    assert_eq!(left, lost(&["brand_new"]));
}

#[test]
fn neither_are_they_in_streams() {
    let frames = [
        start(0, &json!({"type": "brand_new", "x": 1})),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x"}}),
        json!({"type": "content_block_stop", "index": 0}),
        start(1, &json!({"type": "text", "text": "Blue."})),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
        json!({"type": "message_stop"}),
    ];
    for form in [Form::Chat, Form::Messages, Form::Responses] {
        let (told, lost) = streamed(Vendor::Claude, &frames, form);
        assert!(
            told.iter()
                .all(|frame| !frame.to_string().contains("brand_new"))
        );
        assert!(told.iter().any(|frame| frame.to_string().contains("Blue.")));
        assert_eq!(lost, ["left out brand_new of the answer"]);
    }
}

#[test]
fn parts_of_gemini_are_named() {
    let code =
        json!({"executableCode": {"language": "PYTHON", "code": "1"}, "thoughtSignature": "c2ln"});
    let parts = json!([code, {"text": "One."}]);
    let expected = ["left out executableCode of the answer"];
    for form in [Form::Chat, Form::Messages, Form::Responses] {
        let (body, lost) = whole(Vendor::Gemini, &drawn(&parts), form);
        assert!(!body.to_string().contains("PYTHON"), "{body}");
        assert_eq!(lost, expected);
        let (_, lost) = streamed(Vendor::Gemini, &[chunk(&parts, Some("STOP"))], form);
        assert_eq!(lost, expected);
    }
}

#[test]
fn items_of_responses_stay_what_they_are_at_responses_only() {
    let search = json!({"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}});
    let odd = json!({"type": "brand_new", "id": "x"});
    let said = json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": "Blue.", "annotations": []}]});
    let body = json!({"id": "r", "status": "completed", "output": [search, odd, said]});
    let done = |index: u8, item: &Value| json!({"type": "response.output_item.done", "output_index": index, "item": item});
    let frames = [
        done(0, &search),
        done(1, &odd),
        done(2, &said),
        json!({"type": "response.completed", "response": body}),
    ];
    let left = |kinds: &[&str]| -> Vec<String> {
        let edit = |kind: &&str| format!("left out {kind} of the answer");
        kinds.iter().map(edit).collect()
    };
    for form in [Form::Chat, Form::Messages] {
        let expected = left(&["web_search_call", "brand_new"]);
        assert_eq!(whole(Vendor::OpenAi, &body, form).1, expected);
        assert_eq!(streamed(Vendor::OpenAi, &frames, form).1, expected);
    }
    let (body, lost) = whole(Vendor::OpenAi, &body, Form::Responses);
    assert_eq!(body["output"][0], search);
    assert_eq!(body["output"][1]["type"], "message");
    assert_eq!(lost, left(&["brand_new"]));
    let (frames, lost) = streamed(Vendor::OpenAi, &frames, Form::Responses);
    let output = &frames.last().unwrap()["response"]["output"];
    assert_eq!(output[0], search);
    assert_eq!(output[1]["type"], "message");
    assert_eq!(lost, left(&["brand_new"]));
}
