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
