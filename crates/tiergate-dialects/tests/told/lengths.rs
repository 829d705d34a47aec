//! Answers that are cut by their length, and tokens that nobody told.

use super::*;

fn output(frames: &[Value]) -> Vec<(String, String)> {
    let last = &frames.last().unwrap()["response"]["output"];
    let items = last.as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items
        .map(|item| (word(&item["type"]), word(&item["status"])))
        .collect()
}

#[test]
fn the_last_item_of_a_stream_that_was_cut_is_incomplete() {
    let said = |status: &str, kind: &str| (kind.to_owned(), status.to_owned());
    let call = json!({"functionCall": {"name": "f", "args": {}}});
    let parts = json!([{"text": "a"}, call, {"text": "b"}]);
    let (frames, _) = streamed(
        Vendor::Gemini,
        &[chunk(&parts, None), chunk(&json!([]), Some("MAX_TOKENS"))],
        Form::Responses,
    );
    let expected = [
        said("completed", "message"),
        said("completed", "function_call"),
        said("incomplete", "message"),
    ];
    assert_eq!(output(&frames), expected);
    let last = frames.last().unwrap();
    assert_eq!(last["type"], "response.incomplete");
    assert_eq!(last["response"]["status"], "incomplete");
    let done = frames.iter().rev();
    let mut done = done.filter(|frame| frame["type"] == "response.output_item.done");
    assert_eq!(done.next().unwrap()["item"]["status"], "incomplete");
    assert_eq!(done.next().unwrap()["item"]["status"], "completed");

    let (frames, _) = streamed(
        Vendor::Gemini,
        &[chunk(&json!([{"text": "a"}]), Some("STOP"))],
        Form::Responses,
    );
    assert_eq!(output(&frames), [said("completed", "message")]);
}

#[test]
fn of_calls_side_by_side_the_last_one_is_incomplete() {
    let call = |index: u8, arguments: &str| {
        json!({"id": "c", "choices": [{"index": 0, "delta": {"tool_calls": [
            {"index": index, "id": format!("c{index}"), "type": "function",
             "function": {"name": "f", "arguments": arguments}}]}, "finish_reason": null}]})
    };
    let end = json!({"id": "c", "choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]});
    let frames = [call(0, "{}"), call(1, "{\"a"), end];
    let (frames, _) = streamed(Vendor::Host, &frames, Form::Responses);
    let statuses: Vec<_> = output(&frames)
        .into_iter()
        .map(|(_, status)| status)
        .collect();
    assert_eq!(statuses, ["completed", "incomplete"]);
}

#[test]
fn a_stream_that_fails_keeps_what_was_complete() {
    let events = [
        Event::Text {
            block: 0,
            text: tiergate_dialects::inner::Text::new("a"),
        },
        Event::BlockStop { block: 0 },
    ];
    let (frames, _) = told(&events, Form::Responses);
    let last = frames.last().unwrap();
    assert_eq!(last["type"], "response.failed");
    assert_eq!(last["response"]["output"][0]["status"], "completed");
}

#[test]
fn tokens_that_were_not_told_are_left_out_or_estimated_never_none() {
    let body = drawn(&json!([{"text": "eight by"}]));
    let (chat, _) = whole(Vendor::Gemini, &body, Form::Chat);
    assert!(chat.get("usage").is_none());
    let (responses, _) = whole(Vendor::Gemini, &body, Form::Responses);
    assert!(responses.get("usage").is_none());
    let (messages, _) = whole(Vendor::Gemini, &body, Form::Messages);
    assert_eq!(messages["usage"]["input_tokens"], 12);
    assert_eq!(messages["usage"]["output_tokens"], 2);
}
