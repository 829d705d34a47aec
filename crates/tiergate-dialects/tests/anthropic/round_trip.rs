//! Messages to the inner form and back keep every meaning.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::sent;

/// Contents as lists, and without what is the same without it.
fn plain(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(plain),
        Value::Object(object) => {
            if object.get("is_error") == Some(&json!(false)) {
                object.remove("is_error");
            }
            if object.get("ttl") == Some(&json!("5m")) {
                object.remove("ttl");
            }
            for name in ["content", "system"] {
                if let Some(Value::String(text)) = object.get(name) {
                    let list = json!([{"type": "text", "text": text}]);
                    object.insert(name.to_owned(), list);
                }
            }
            object.values_mut().for_each(plain);
        }
        _ => {}
    }
}

fn words() -> impl Strategy<Value = String> {
    "[a-z\"\\\\ü\n]{0,8}[a-z]"
}

fn source() -> impl Strategy<Value = Value> {
    prop_oneof![
        words().prop_map(|url| json!({"type": "url", "url": url})),
        words()
            .prop_map(|data| json!({"type": "base64", "media_type": "image/webp", "data": data})),
        "[a-z]{3}".prop_map(|id| json!({"type": "file", "file_id": format!("file_{id}")})),
    ]
}

fn said() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => words().prop_map(|text| json!({"type": "text", "text": text})),
        1 => source().prop_map(|source| json!({"type": "image", "source": source})),
        1 => words().prop_map(|text| json!({"type": "document", "title": "T",
            "source": {"type": "text", "media_type": "text/plain", "data": text}})),
        1 => words().prop_map(|text| json!({"type": "search_result", "title": text, "source": "s",
            "content": []})),
    ]
}

fn content() -> impl Strategy<Value = Value> {
    prop_oneof![
        words().prop_map(Value::from),
        prop::collection::vec(said(), 1..3).prop_map(Value::from),
    ]
}

/// An answer with calls, and a user's turn with their results.
fn exchange() -> impl Strategy<Value = (Vec<Value>, Vec<(Value, bool)>, Value)> {
    let thought = prop_oneof![
        words().prop_map(|text| json!({"type": "thinking", "thinking": text, "signature": "c2ln"})),
        Just(json!({"type": "redacted_thinking", "data": "Zg=="})),
    ];
    let answer = (
        prop::collection::vec(thought, 0..2),
        words().prop_map(|text| json!({"type": "text", "text": text})),
    );
    let answer = answer.prop_map(|(mut thoughts, text)| {
        thoughts.push(text);
        thoughts
    });
    let results = prop::collection::vec((content(), any::<bool>()), 0..3);
    (answer, results, content())
}

fn conversation() -> impl Strategy<Value = Value> {
    (content(), prop::collection::vec(exchange(), 0..3)).prop_map(|(first, exchanges)| {
        let mut messages = vec![json!({"role": "user", "content": first})];
        for (turn, (mut answer, results, next)) in exchanges.into_iter().enumerate() {
            let mut asked = Vec::new();
            for (at, (content, failed)) in results.into_iter().enumerate() {
                let id = format!("toolu_{turn}_{at}");
                answer
                    .push(json!({"type": "tool_use", "id": id, "name": "f", "input": {"at": at}}));
                asked.push(
                    json!({"type": "tool_result", "tool_use_id": id, "content": content,
                    "is_error": failed}),
                );
            }
            match next {
                Value::Array(blocks) => asked.extend(blocks),
                text => asked.push(json!({"type": "text", "text": text})),
            }
            messages.push(json!({"role": "assistant", "content": answer}));
            messages.push(json!({"role": "user", "content": asked}));
        }
        Value::from(messages)
    })
}

fn thinking() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let effort = |effort: &str| ("output_config", json!({"effort": effort}));
    prop_oneof![
        Just(vec![]),
        Just(vec![("temperature", json!(0.25)), ("top_k", json!(4))]),
        Just(vec![
            ("thinking", json!({"type": "disabled"})),
            ("top_p", json!(0.5))
        ]),
        Just(vec![
            ("thinking", json!({"type": "disabled"})),
            effort("low")
        ]),
        Just(vec![
            (
                "thinking",
                json!({"type": "adaptive", "display": "omitted", "x": [1]})
            ),
            effort("max")
        ]),
        Just(vec![(
            "thinking",
            json!({"type": "adaptive", "display": "summarized"})
        )]),
        Just(vec![(
            "output_config",
            json!({"task_budget": {"total": 5}, "format": {"type": "json_schema",
            "schema": {"type": "object", "properties": {}, "additionalProperties": false}}})
        )]),
    ]
}

fn tools() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let schema = json!({"type": "object", "properties": {"at": {"type": "number", "minimum": 0}}});
    let tools = json!([
        {"name": "f", "description": "F", "input_schema": schema, "eager_input_streaming": true,
            "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 2},
    ]);
    prop_oneof![
        Just(json!(null)),
        Just(json!({"type": "auto", "disable_parallel_tool_use": true})),
        Just(json!({"type": "none"})),
    ]
    .prop_map(move |choice| {
        let mut members = vec![("tools", tools.clone())];
        if !choice.is_null() {
            members.push(("tool_choice", choice));
        }
        members
    })
}

fn others() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let all = vec![
        ("system", json!("S")),
        ("stop_sequences", json!(["E", "\n\nHuman:"])),
        ("metadata", json!({"user_id": "{\"device\":\"d\"}"})),
        ("service_tier", json!("standard_only")),
        ("cache_control", json!({"type": "ephemeral"})),
        ("context_management", json!({"edits": [{"type": "x"}]})),
        ("container", json!("c1")),
        (
            "mcp_servers",
            json!([{"type": "url", "url": "https://e.x"}]),
        ),
        ("stream", json!(true)),
    ];
    prop::sample::subsequence(all, 0..=9)
}

proptest! {
    #[test]
    fn every_meaning_is_kept(
        messages in conversation(), thinking in thinking(), tools in tools(), others in others(),
    ) {
        let mut request = json!({"model": "claude-sonnet-4-6", "max_tokens": 9000, "messages": messages});
        for (name, value) in thinking.into_iter().chain(tools).chain(others) {
            request[name] = value;
        }
        let (mut sent, edits) = sent(&request, "claude-sonnet-4-6").unwrap();
        plain(&mut request);
        plain(&mut sent);
        prop_assert_eq!(sent, request);
        prop_assert!(edits.is_empty(), "{:?}", edits);
    }

    #[test]
    fn any_request_is_survived(body in prop::collection::vec(any::<u8>(), 0..80)) {
        let _read = tiergate_dialects::anthropic::decode(&body);
    }
}

#[test]
fn the_sdks_request_is_sent_as_it_came() {
    let request = include_str!("../fixtures/anthropic/request.json");
    let mut request: Value = serde_json::from_str(request).unwrap();
    let (mut sent, edits) = sent(&request, "claude-opus-5-5").unwrap();
    plain(&mut request);
    plain(&mut sent);
    assert_eq!(sent, request);
    assert!(edits.is_empty());
}
