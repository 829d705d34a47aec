//! Pictures.

use super::*;

const PNG: &str = "iVBORw0KGgo=";

fn parts() -> Value {
    json!([{"text": "Here:"}, {"inlineData": {"mimeType": "image/png", "data": PNG}}])
}

fn image(index: u8) -> Value {
    let url = format!("data:image/png;base64,{PNG}");
    json!({"type": "image_url", "image_url": {"url": url}, "index": index})
}

fn item() -> Value {
    json!({"type": "image_generation_call", "id": "ig_7f3a_1", "status": "completed", "result": PNG,
        "output_format": "png"})
}

#[test]
fn a_client_of_chat_completions_gets_them_beside_the_content() {
    let (body, lost) = whole(Vendor::Gemini, &drawn(&parts()), Form::Chat);
    let message = &body["choices"][0]["message"];
    assert_eq!(message["content"], "Here:");
    assert_eq!(message["images"], json!([image(0)]));
    assert!(lost.is_empty());
    let chunks = [chunk(&parts(), None), chunk(&json!([]), Some("STOP"))];
    let (frames, lost) = streamed(Vendor::Gemini, &chunks, Form::Chat);
    let images: Vec<_> = frames
        .iter()
        .filter_map(|frame| frame["choices"][0]["delta"].get("images"))
        .collect();
    assert_eq!(images, [&json!([image(0)])]);
    assert!(lost.is_empty());
}

#[test]
fn a_client_of_responses_gets_them_as_items() {
    let (body, lost) = whole(Vendor::Gemini, &drawn(&parts()), Form::Responses);
    assert_eq!(body["output"][0]["content"][0]["text"], "Here:");
    assert_eq!(body["output"][1], item());
    assert!(lost.is_empty());
    let (frames, _) = streamed(
        Vendor::Gemini,
        &[chunk(&parts(), Some("STOP"))],
        Form::Responses,
    );
    let kinds: Vec<_> = frames.iter().map(|frame| &frame["type"]).collect();
    let expected = [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.image_generation_call.in_progress",
        "response.image_generation_call.generating",
        "response.image_generation_call.completed",
        "response.output_item.done",
        "response.completed",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(frames[8]["item"]["result"], Value::Null);
    assert_eq!(frames[12]["item"], item());
    assert_eq!(frames[13]["response"]["output"][1], item());
}

#[test]
fn a_client_of_messages_is_told_in_words() {
    let (body, lost) = whole(Vendor::Gemini, &drawn(&parts()), Form::Messages);
    let words = "[A picture was left out, which this API cannot tell: image/png, 8 bytes.]";
    let expected = json!([{"type": "text", "text": "Here:"}, {"type": "text", "text": words}]);
    assert_eq!(body["content"], expected);
    assert_eq!(lost, ["left out a picture of the answer"]);
    let chunks = [chunk(&parts(), Some("STOP"))];
    let (frames, lost) = streamed(Vendor::Gemini, &chunks, Form::Messages);
    let texts: Vec<_> = frames
        .iter()
        .filter_map(|frame| frame["delta"]["text"].as_str())
        .collect();
    assert_eq!(texts, ["Here:", words]);
    assert_eq!(lost, ["left out a picture of the answer"]);
}

#[test]
fn those_of_hosts_are_read() {
    let far = json!({"type": "image_url", "image_url": {"url": "https://e.com/a.png"}});
    let message = json!({"role": "assistant", "content": "Here:", "images": [image(0), far]});
    let host =
        json!({"id": "c", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]});
    let (body, _) = whole(Vendor::Host, &host, Form::Responses);
    assert_eq!(body["output"][1], item());
    assert_eq!(
        body["output"][2]["content"][0]["text"],
        "[A picture: https://e.com/a.png]"
    );
    let (body, _) = whole(Vendor::Host, &host, Form::Chat);
    assert_eq!(body["choices"][0]["message"]["images"][0], image(0));
    let chunk = |delta: Value, reason: Value| json!({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
    let chunks = [
        chunk(json!({"content": "Here:"}), Value::Null),
        chunk(json!({"images": [image(0), far]}), Value::Null),
        chunk(json!({}), json!("stop")),
    ];
    let (frames, _) = streamed(Vendor::Host, &chunks, Form::Responses);
    let last = &frames.last().unwrap()["response"]["output"];
    assert_eq!(last[1], item());
    assert_eq!(
        last[2]["content"][0]["text"],
        "[A picture: https://e.com/a.png]"
    );
    // odd ones cost nothing
    for odd in [
        json!(7),
        json!([7]),
        json!([{}]),
        json!([{"image_url": {}}]),
    ] {
        let message = json!({"role": "assistant", "content": "a", "images": odd});
        let host = json!({"choices": [{"message": message, "finish_reason": "stop"}]});
        let (body, _) = whole(Vendor::Host, &host, Form::Chat);
        assert!(body["choices"][0]["message"].get("images").is_none());
    }
}
