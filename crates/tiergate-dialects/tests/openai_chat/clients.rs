//! What clients get.

use serde_json::{Value, json};
use tiergate_dialects::inner::{Answer, Event, Part, Stamp, Stop, Text, ToolCall};
use tiergate_dialects::openai::chat::{Writer, write_answer};
use tiergate_wire::usage::Usage;

use crate::collect::{call, redacted, text, thought};

const STAMP: Stamp<'_> = Stamp {
    id: "9",
    created: 7,
    model: "auto",
    likely_input: 0,
};

fn written(answer: &Answer<'_>) -> Value {
    serde_json::from_slice(&write_answer(answer, &STAMP)).unwrap()
}

fn chunks(events: &[Event<'_>]) -> Vec<Value> {
    let mut writer = Writer::new(&STAMP);
    let mut out = Vec::new();
    for event in events {
        writer.event(event, &mut out);
    }
    writer.end(&mut out);
    let out = String::from_utf8(out).unwrap();
    let (chunks, rest) = out.split_once("data: [DONE]\n\n").unwrap();
    assert_eq!(rest, "");
    let chunks = chunks
        .split_terminator("\n\n")
        .filter_map(|line| line.strip_prefix("data: "));
    chunks
        .map(|chunk| serde_json::from_str(chunk).unwrap())
        .collect()
}

const USAGE: Usage = Usage {
    prompt_tokens: 40,
    cached_tokens: 16,
    cache_write_tokens: 3,
    cache_write_long_tokens: 2,
    prompt_audio_tokens: 0,
    completion_tokens: 12,
    reasoning_tokens: 8,
    completion_audio_tokens: 0,
    untold: None,
};

fn told_usage() -> Value {
    json!({
        "prompt_tokens": 40, "completion_tokens": 12, "total_tokens": 52,
        "prompt_tokens_details": {
            "cached_tokens": 16, "cache_write_tokens": 5,
            "cache_write_tokens_details": {"ttl_12h_tokens": 2}, "audio_tokens": 0,
        },
        "completion_tokens_details": {"reasoning_tokens": 8, "audio_tokens": 0},
    })
}

#[test]
fn an_answer_in_words() {
    let answer = Answer {
        parts: vec![thought("hm\n", None), text("a \"b\""), text("c")],
        stop: Stop::Sequence,
        native_stop: Some(Text::new("stop_sequence")),
        usage: Some(USAGE),
        ..Answer::default()
    };
    let expected = json!({
        "id": "chatcmpl-9", "object": "chat.completion", "created": 7, "model": "auto",
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": "a \"b\"c", "refusal": null, "reasoning_content": "hm\n"},
            "logprobs": null, "finish_reason": "stop", "native_finish_reason": "stop_sequence",
        }],
        "usage": told_usage(),
    });
    assert_eq!(written(&answer), expected);
}

#[test]
fn an_answer_with_signed_thoughts_and_calls() {
    let signed = Part::ToolCall(ToolCall {
        id: Text::new("b"),
        name: Text::new("g"),
        signature: Some(Text::new("t")),
        ..ToolCall::default()
    });
    let answer = Answer {
        id: Some(Text::new("msg_1")),
        parts: vec![
            thought("x", Some("s")),
            redacted("d"),
            call("a", "f", "{\"x\":1}"),
            signed,
        ],
        stop: Stop::ToolCalls,
        ..Answer::default()
    };
    let told = written(&answer);
    assert_eq!(told["id"], "msg_1");
    assert_eq!(told.get("usage"), None);
    let expected = json!({
        "role": "assistant", "content": null, "refusal": null, "reasoning_content": "x",
        "reasoning_details": [
            {"type": "reasoning.text", "text": "x", "signature": "s"},
            {"type": "reasoning.encrypted", "data": "d"},
        ],
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}},
            {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"},
                "extra_content": {"google": {"thought_signature": "t"}}},
        ],
    });
    assert_eq!(told["choices"][0]["message"], expected);
    assert_eq!(told["choices"][0]["finish_reason"], "tool_calls");
}

#[test]
fn a_refusal() {
    let answer = Answer {
        parts: vec![Part::Refusal(Text::new("no"))],
        ..Answer::default()
    };
    let message = &written(&answer)["choices"][0]["message"];
    assert_eq!(
        *message,
        json!({"role": "assistant", "content": null, "refusal": "no"})
    );
}

fn events() -> Vec<Event<'static>> {
    let t = Text::new;
    vec![
        Event::Start {
            id: Some(t("msg_1")),
            model: Some(t("m")),
        },
        Event::Thinking {
            block: 0,
            text: t("hm"),
        },
        Event::Signature {
            block: 0,
            signature: t("s"),
        },
        Event::BlockStop { block: 0 },
        Event::Redacted {
            block: 1,
            data: t("d"),
        },
        Event::Ping,
        Event::Text {
            block: 2,
            text: t("a\n"),
        },
        Event::Usage(Usage::default()),
        Event::ToolCall {
            block: 3,
            id: t("a"),
            name: t("f"),
            signature: None,
        },
        Event::ToolCall {
            block: 4,
            id: t("b"),
            name: t("g"),
            signature: Some(t("t")),
        },
        Event::Arguments {
            block: 4,
            fragment: t("{}"),
        },
        Event::Arguments {
            block: 3,
            fragment: t("{\""),
        },
        Event::Usage(USAGE),
        Event::Finish {
            stop: Stop::ToolCalls,
            native: Some(t("tool_use")),
            stop_sequence: None,
        },
        Event::Finish {
            stop: Stop::End,
            native: None,
            stop_sequence: None,
        },
    ]
}

#[test]
fn a_stream() {
    let chunks = chunks(&events());
    for chunk in &chunks {
        let same = (
            &chunk["id"],
            &chunk["object"],
            &chunk["created"],
            &chunk["model"],
        );
        let expected = (
            &json!("msg_1"),
            &json!("chat.completion.chunk"),
            &json!(7),
            &json!("auto"),
        );
        assert_eq!(same, expected);
    }
    let choices: Vec<_> = chunks.iter().map(|chunk| &chunk["choices"]).collect();
    let [said @ .., finish, last] = choices.as_slice() else {
        panic!("{choices:?}");
    };
    let deltas = json!([
        {"role": "assistant", "content": ""},
        {"reasoning_content": "hm"},
        {"reasoning_details": [{"type": "reasoning.text", "signature": "s", "index": 0}]},
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "d", "index": 1}]},
        {"content": "a\n"},
        {"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": ""}}]},
        {"tool_calls": [{"index": 1, "id": "b", "type": "function", "function": {"name": "g", "arguments": ""},
            "extra_content": {"google": {"thought_signature": "t"}}}]},
        {"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "{\""}}]},
    ]);
    let told: Vec<_> = said
        .iter()
        .map(|choices| choices[0]["delta"].clone())
        .collect();
    assert_eq!(Value::Array(told), deltas);
    assert!(
        said.iter()
            .all(|choices| choices[0]["finish_reason"].is_null())
    );
    let ended = json!([{"index": 0, "delta": {}, "logprobs": null,
        "finish_reason": "tool_calls", "native_finish_reason": "tool_use"}]);
    assert_eq!(**finish, ended);
    assert_eq!(**last, json!([]));
    assert_eq!(chunks.last().unwrap()["usage"], told_usage());
}

#[test]
fn a_stream_without_usage_has_an_id_of_its_own() {
    let chunks = chunks(&[
        Event::Start {
            id: None,
            model: None,
        },
        Event::Finish {
            stop: Stop::End,
            native: None,
            stop_sequence: None,
        },
    ]);
    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[1]["id"], "chatcmpl-9");
}
