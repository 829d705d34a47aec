//! Signatures of Gemini's that a client of chat completions sends back.

use tiergate_dialects::Target;

use super::*;

/// What Gemini gets of a conversation that goes on after the assistant's message.
fn echoed(message: Value) -> (Value, Vec<String>) {
    let mut messages = vec![json!({"role": "user", "content": "?"}), message];
    let calls = messages[1]["tool_calls"].as_array().cloned();
    for call in calls.into_iter().flatten() {
        messages.push(json!({"role": "tool", "tool_call_id": call["id"], "content": "r"}));
    }
    messages.push(json!({"role": "user", "content": "go on"}));
    let body = json!({"model": "m", "messages": messages}).to_string();
    let request = openai::chat::decode(body.as_bytes()).unwrap();
    let target = Target {
        model: "gemini-3.8-flash",
        ..Target::default()
    };
    let said = gemini::encode(&request, &target, gemini::Surface::Vertex).unwrap();
    let mut body: Value = serde_json::from_slice(&said.body).unwrap();
    let edits = said.edits.iter().map(ToString::to_string).collect();
    (body["contents"][1]["parts"].take(), edits)
}

/// The message that a client puts together from chunks.
fn joined(frames: &[Value]) -> Value {
    let (mut content, mut thoughts) = (String::new(), String::new());
    let (mut details, mut calls) = (Vec::new(), Vec::<Value>::new());
    for frame in frames {
        let delta = &frame["choices"][0]["delta"];
        content += delta["content"].as_str().unwrap_or_default();
        thoughts += delta["reasoning_content"].as_str().unwrap_or_default();
        details.extend(
            delta["reasoning_details"]
                .as_array()
                .into_iter()
                .flatten()
                .cloned(),
        );
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            if call.get("id").is_some() {
                calls.push(call.clone());
            } else {
                let last = &mut calls.last_mut().unwrap()["function"]["arguments"];
                let more = call["function"]["arguments"].as_str().unwrap();
                *last = json!(format!("{}{more}", last.as_str().unwrap()));
            }
        }
    }
    let mut message =
        json!({"role": "assistant", "content": content, "reasoning_details": details});
    if !thoughts.is_empty() {
        message["reasoning_content"] = json!(thoughts);
    }
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    message
}

fn call(name: &str, signature: Option<&str>) -> Value {
    let mut call = json!({"functionCall": {"name": name, "args": {}}});
    if let Some(signature) = signature {
        call["thoughtSignature"] = json!(signature);
    }
    call
}

#[test]
fn they_return_to_their_parts() {
    let cases = [
        json!([{"text": "answer", "thoughtSignature": "VA=="}]),
        json!([{"text": "Bl"}, {"text": "üe \"😀\".", "thoughtSignature": "VA=="}]),
        json!([{"text": "answer"}, {"text": "", "thoughtSignature": "VA=="}]),
        json!([
            {"text": "one ", "thoughtSignature": "MQ=="},
            call("a", Some("Mg==")),
            {"text": "two", "thoughtSignature": "Mw=="},
            call("b", None),
        ]),
        json!([call("a", Some("Mg==")), {"text": "then", "thoughtSignature": "Mw=="}]),
    ];
    for parts in cases {
        let (body, _) = whole(Vendor::Gemini, &drawn(&parts), Form::Chat);
        let (said, edits) = echoed(body["choices"][0]["message"].clone());
        assert_eq!(said, parts);
        assert!(edits.is_empty(), "{edits:?}");
        let chunks = [chunk(&parts, None), chunk(&json!([]), Some("STOP"))];
        let (frames, _) = streamed(Vendor::Gemini, &chunks, Form::Chat);
        let (said, edits) = echoed(joined(&frames));
        assert_eq!(said, parts, "streamed");
        assert!(edits.is_empty(), "{edits:?}");
    }
}

#[test]
fn a_signature_over_words_is_none_over_thoughts() {
    let parts = json!([
        {"text": "hm", "thought": true},
        {"text": "one ", "thoughtSignature": "MQ=="},
        {"text": "two", "thoughtSignature": "Mg=="},
    ]);
    let chunks = [chunk(&parts, None), chunk(&json!([]), Some("STOP"))];
    let (frames, _) = streamed(Vendor::Gemini, &chunks, Form::Chat);
    let (said, edits) = echoed(joined(&frames));
    let words = json!([parts[1], parts[2]]);
    assert_eq!(said, words);
    assert_eq!(edits, ["removed unsigned reasoning"]);
}

#[test]
fn words_that_were_changed_are_not_signed() {
    let parts = json!([{"text": "answer", "thoughtSignature": "VA=="}]);
    let (body, _) = whole(Vendor::Gemini, &drawn(&parts), Form::Chat);
    for other in ["Answer", "ans", "my answer"] {
        let mut message = body["choices"][0]["message"].clone();
        message["content"] = json!(other);
        let (said, edits) = echoed(message);
        assert_eq!(said, json!([{"text": other}]));
        assert_eq!(edits, ["removed a signature over words that were changed"]);
    }
}

#[test]
fn pictures_return_from_responses_with_their_signatures() {
    let parts = json!([
        {"text": "Here:"},
        {"inlineData": {"mimeType": "image/webp", "data": "UklGRg=="}, "thoughtSignature": "VA=="},
    ]);
    let (body, _) = whole(Vendor::Gemini, &drawn(&parts), Form::Responses);
    let mut input = vec![json!({"role": "user", "content": "?"})];
    input.extend(body["output"].as_array().unwrap().iter().cloned());
    input.push(json!({"role": "user", "content": "bluer"}));
    let body = json!({"model": "m", "input": input}).to_string();
    let request = responses::decode(body.as_bytes()).unwrap();
    let target = Target {
        model: "gemini-3.8-flash",
        ..Target::default()
    };
    let said = gemini::encode(&request, &target, gemini::Surface::Vertex).unwrap();
    let said: Value = serde_json::from_slice(&said.body).unwrap();
    assert_eq!(said["contents"][1]["parts"], parts);
    // a client of chat completions does not send pictures back
    let (body, _) = whole(Vendor::Gemini, &drawn(&parts), Form::Chat);
    let (said, edits) = echoed(body["choices"][0]["message"].clone());
    assert_eq!(said, json!([{"text": "Here:"}]));
    assert_eq!(edits, ["removed a signature over a picture"]);
}
