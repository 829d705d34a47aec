//! What of a request changes for each host, and that nothing else does.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use proptest::prelude::*;
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value, json};
use tiergate_dialects::openai::{Encoded, Quirks, encode};
use tiergate_wire::chat::Request;

fn encoded(host: &str, model: &str, cap: Option<u64>, body: &Value) -> Encoded {
    let request = Request::parse(body.to_string().into()).unwrap();
    encode(&request, model, cap, Quirks::by_name(host).unwrap())
}

/// Encodes `changes` laid over a plain request, and expects `expected` laid over the same.
///
/// The request has the upstream's model already, so that only the host's rows show.
#[track_caller]
fn check(host: &str, model: &str, changes: Value, expected: Value) {
    let plain = json!({"model": model, "messages": [{"role": "user", "content": "Hi"}]});
    let lay = |changes: Value| {
        let mut body = plain.as_object().unwrap().clone();
        body.extend(changes.as_object().unwrap().clone());
        Value::Object(body)
    };
    let encoded = encoded(host, model, None, &lay(changes));
    let body: Value = serde_json::from_slice(&encoded.body.to_bytes()).unwrap();
    assert_eq!(body, lay(expected), "{host}: {:?}", encoded.edits);
}

fn tool(strict: Option<bool>) -> Value {
    let mut function = json!({"name": "f", "parameters": {"type": "object"}});
    if let Some(strict) = strict {
        function["strict"] = strict.into();
    }
    json!({"type": "function", "function": function})
}

#[test]
fn an_unknown_host_gets_the_request_as_it_came() {
    let body = json!({"model": "m", "max_completion_tokens": 5, "seed": 1, "stop": "x", "x": [1.50],
        "messages": [{"role": "developer", "content": [{"type": "text", "text": "t"}], "name": null}]});
    let encoded = encoded("compatible", "m", None, &body);
    assert_eq!(encoded.body.to_bytes(), body.to_string());
    assert!(encoded.edits.is_empty());
}

#[test]
fn our_extensions_never_leave() {
    let body = json!({"model": "auto", "prefer": "cheap", "max_tier": "small", "tags": ["a"],
        "session_id": "s", "top_p": 1, "messages": [{"role": "user", "content": "Hi"}]});
    for host in Quirks::all() {
        let encoded = encoded(host.name(), "m", None, &body);
        let sent: Value = serde_json::from_slice(&encoded.body.to_bytes()).unwrap();
        let expected = json!({"model": "m", "top_p": 1, "messages": body["messages"]});
        assert_eq!(sent, expected, "{}", host.name());
        let edits = [
            "model",
            "removed prefer",
            "removed max_tier",
            "removed tags",
            "removed session_id",
        ];
        assert_eq!(encoded.edits[..], edits);
    }
}

#[test]
fn a_stream_is_asked_for_usage() {
    let on = json!({"include_usage": true});
    check(
        "openai",
        "m",
        json!({"stream": true}),
        json!({"stream": true, "stream_options": on}),
    );
    check(
        "compatible",
        "m",
        json!({"stream": true, "stream_options": {"include_obfuscation": false}}),
        json!({"stream": true, "stream_options": {"include_usage": true, "include_obfuscation": false}}),
    );
    check(
        "compatible",
        "m",
        json!({"stream": true, "stream_options": {"include_usage": false, "x": 1}}),
        json!({"stream": true, "stream_options": {"include_usage": true, "x": 1}}),
    );
    check(
        "compatible",
        "m",
        json!({"stream": true, "stream_options": null}),
        json!({"stream": true, "stream_options": on}),
    );
    check(
        "mistral",
        "m",
        json!({"stream": true, "stream_options": on}),
        json!({"stream": true}),
    );
    check(
        "groq",
        "m",
        json!({"stream": false}),
        json!({"stream": false}),
    );
}

#[test]
fn the_cap_is_lowered_and_named_as_the_host_knows_it() {
    let both = json!({"max_tokens": 9, "max_completion_tokens": 7});
    check(
        "deepseek",
        "m",
        json!({"max_completion_tokens": 7}),
        json!({"max_tokens": 7}),
    );
    check("deepseek", "m", both.clone(), json!({"max_tokens": 7}));
    check("groq", "m", both.clone(), both.clone());
    check(
        "openai",
        "gpt-5-nano",
        json!({"max_tokens": 9}),
        json!({"max_completion_tokens": 9}),
    );
    check(
        "openai",
        "gpt-4.1",
        json!({"max_tokens": 9}),
        json!({"max_tokens": 9}),
    );
    check("compatible", "m", both.clone(), both);

    let messages = json!([{"role": "user", "content": "Hi"}]);
    let capped = |host: &str, model: &str, sent: Value| {
        let mut body = json!({"model": model, "messages": messages});
        body.as_object_mut()
            .unwrap()
            .extend(sent.as_object().unwrap().clone());
        let bytes = encoded(host, model, Some(5), &body).body.to_bytes();
        let body: Value = serde_json::from_slice(&bytes).unwrap();
        [
            body["max_tokens"].as_u64(),
            body["max_completion_tokens"].as_u64(),
        ]
    };
    assert_eq!(capped("compatible", "m", json!({})), [Some(5), None]);
    assert_eq!(
        capped("compatible", "m", json!({"max_tokens": 4})),
        [Some(4), None]
    );
    assert_eq!(
        capped("compatible", "m", json!({"max_completion_tokens": 9})),
        [None, Some(5)]
    );
    assert_eq!(
        capped("compatible", "m", json!({"max_tokens": null})),
        [Some(5), None]
    );
    assert_eq!(capped("openai", "gpt-4.1", json!({})), [None, Some(5)]);
    assert_eq!(
        capped("openai", "gpt-5", json!({"max_tokens": 9})),
        [None, Some(5)]
    );
    assert_eq!(
        capped("xai", "m", json!({"max_completion_tokens": 9})),
        [Some(5), None]
    );
    assert_eq!(
        capped(
            "xai",
            "m",
            json!({"max_completion_tokens": 3, "max_tokens": 9})
        ),
        [Some(3), None]
    );
}

#[test]
fn openai_reasoning_models_get_no_sampling() {
    let sampling =
        json!({"temperature": 0.5, "top_p": 0.9, "presence_penalty": 1, "logprobs": true});
    check("openai", "gpt-4.1", sampling.clone(), sampling.clone());
    check(
        "openai",
        "gpt-5",
        sampling.clone(),
        json!({"logprobs": true}),
    );
    check(
        "openai",
        "gpt-5.1",
        json!({"temperature": 0.5, "reasoning_effort": "none"}),
        json!({"temperature": 0.5, "reasoning_effort": "none"}),
    );
    let tools = json!([tool(None)]);
    check(
        "openai",
        "gpt-5.6",
        json!({"tools": tools, "reasoning_effort": "high"}),
        json!({"tools": tools, "reasoning_effort": "none"}),
    );
    check(
        "openai",
        "gpt-5.4-mini",
        json!({"tools": tools, "reasoning_effort": "high"}),
        json!({"tools": tools, "reasoning_effort": "none"}),
    );
    let unasked = json!({"tools": tools});
    check("openai", "gpt-5.4", unasked.clone(), unasked.clone());
    check("openai", "gpt-6-astra", unasked.clone(), unasked.clone());
    check("compatible", "gpt-5.6", unasked.clone(), unasked);
}

#[test]
fn tools_fit_the_host() {
    let mixed = json!([tool(Some(true)), tool(Some(false))]);
    let strict = json!([tool(Some(true)), tool(Some(true))]);
    let bare = json!([tool(None), tool(None)]);
    check("xai", "m", json!({"tools": strict}), json!({"tools": bare}));
    check(
        "cerebras",
        "m",
        json!({"tools": strict}),
        json!({"tools": strict}),
    );
    check(
        "cerebras",
        "m",
        json!({"tools": mixed}),
        json!({"tools": bare}),
    );
    check(
        "openai",
        "m",
        json!({"tools": mixed}),
        json!({"tools": mixed}),
    );
    check(
        "groq",
        "m",
        json!({"tools": [], "tool_choice": "auto"}),
        json!({}),
    );
    check(
        "compatible",
        "m",
        json!({"tools": []}),
        json!({"tools": []}),
    );
    check(
        "mistral",
        "m",
        json!({"tools": bare, "tool_choice": "required"}),
        json!({"tools": bare, "tool_choice": "any"}),
    );
    check(
        "deepseek",
        "m",
        json!({"tools": bare, "tool_choice": "required", "reasoning_effort": "high"}),
        json!({"tools": bare, "tool_choice": "required", "thinking": {"type": "disabled"}}),
    );
    check(
        "deepseek",
        "m",
        json!({"tools": bare, "tool_choice": "auto"}),
        json!({"tools": bare}),
    );
    check(
        "moonshot",
        "m",
        json!({"tools": bare, "tool_choice": "required"}),
        json!({"tools": bare, "messages": [{"role": "user", "content": "Hi"},
            {"role": "user", "content": "Answer by calling one of the tools."}]}),
    );
}

#[test]
fn parameters_fit_the_host() {
    check(
        "together",
        "m",
        json!({"stop": "x"}),
        json!({"stop": ["x"]}),
    );
    check(
        "together",
        "m",
        json!({"stop": ["x"]}),
        json!({"stop": ["x"]}),
    );
    check(
        "together",
        "m",
        json!({"logprobs": true, "top_logprobs": 3}),
        json!({"logprobs": 3}),
    );
    check(
        "moonshot",
        "kimi-k2-0905-preview",
        json!({"temperature": 1.6}),
        json!({"temperature": 1}),
    );
    check(
        "moonshot",
        "kimi-k3",
        json!({"temperature": 0.3}),
        json!({}),
    );
    check(
        "xai",
        "grok-4.7",
        json!({"presence_penalty": 1, "stop": "x"}),
        json!({"stop": "x"}),
    );
    check(
        "deepseek",
        "m",
        json!({"seed": 1, "store": true, "user": "u"}),
        json!({"user": "u"}),
    );
    check(
        "deepseek",
        "m",
        json!({"reasoning_effort": "medium"}),
        json!({"reasoning_effort": "high"}),
    );
    check(
        "deepseek",
        "m",
        json!({"reasoning_effort": "none"}),
        json!({"thinking": {"type": "disabled"}}),
    );
    check(
        "groq",
        "llama-3.3-70b-versatile",
        json!({"reasoning_effort": "low"}),
        json!({}),
    );
}

#[test]
fn messages_fit_the_host() {
    let user = json!({"role": "user", "content": "Hi"});
    let check = |host, messages: Value, expected: Value| {
        check(
            host,
            "m",
            json!({"messages": messages}),
            json!({"messages": expected}),
        );
    };
    check(
        "xai",
        json!([{"role": "developer", "content": "x", "name": "n"}]),
        json!([{"role": "system", "content": "x"}]),
    );
    check(
        "groq",
        json!([{"role": "developer", "content": "x"}]),
        json!([{"role": "system", "content": "x"}]),
    );
    check(
        "openai",
        json!([{"role": "developer", "content": "x"}]),
        json!([{"role": "developer", "content": "x"}]),
    );
    check(
        "groq",
        json!([user, {"role": "assistant", "content": null, "function_call": null, "tool_calls": [{"id": "a"}]}]),
        json!([user, {"role": "assistant", "tool_calls": [{"id": "a"}]}]),
    );
    check(
        "minimax",
        json!([{"role": "system", "content": "a\"b"}, {"role": "developer", "content": [{"type": "text", "text": "c"}]}, user]),
        json!([{"role": "system", "content": "a\"b\n\nc"}, user]),
    );
    check(
        "minimax",
        json!([{"role": "system", "content": "a"}, user]),
        json!([{"role": "system", "content": "a"}, user]),
    );
    check(
        "deepseek",
        json!([{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "\n\"b"}]}, {"role": "assistant", "content": "c"}]),
        json!([{"role": "user", "content": "a\n\"b"}, {"reasoning_content": " ", "role": "assistant", "content": "c"}]),
    );
    let image = json!([{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "u"}}]}]);
    check("deepseek", image.clone(), image);
    check(
        "moonshot",
        json!([user, {"role": "assistant", "content": "c"}, {"role": "assistant", "tool_calls": [{"id": "a"}], "content": ""}]),
        json!([user, {"role": "assistant", "content": "c"}, {"role": "assistant", "reasoning_content": " ", "tool_calls": [{"id": "a"}], "content": ""}]),
    );
}

#[test]
fn mistral_ids_are_short_and_still_belong_together() {
    let body = json!({"model": "m", "messages": [
        {"role": "user", "content": "Hi", "name": "n"},
        {"role": "assistant", "tool_calls": [{"id": "call_a"}, {"id": "call_b"}, {"id": "Abcdefgh9"}]},
        {"role": "tool", "tool_call_id": "call_b", "name": "f", "content": "1"},
        {"role": "tool", "tool_call_id": "call_a", "name": "f", "content": "2"},
    ]});
    let bytes = encoded("mistral", "m", None, &body).body.to_bytes();
    let sent: Value = serde_json::from_slice(&bytes).unwrap();
    let messages = &sent["messages"];
    let ids: Vec<_> = (0..3)
        .map(|at| messages[1]["tool_calls"][at]["id"].as_str().unwrap())
        .collect();
    assert!(
        ids.iter()
            .all(|id| id.len() == 9 && id.chars().all(|c| c.is_ascii_alphanumeric()))
    );
    assert!(ids[0] != ids[1] && ids[2] == "Abcdefgh9");
    assert_eq!(messages[2]["tool_call_id"], ids[1]);
    assert_eq!(messages[3]["tool_call_id"], ids[0]);
    assert_eq!(messages[0].get("name"), None);
    assert_eq!(messages[3]["name"], "f");
}

/// Sends a conversation to Mistral; what becomes of it, and the edits.
fn to_mistral(messages: &Value) -> (Value, Vec<String>) {
    let body = json!({"model": "m", "messages": messages});
    let encoded = encoded("mistral", "m", None, &body);
    let mut sent: Value = serde_json::from_slice(&encoded.body.to_bytes()).unwrap();
    let edits = encoded.edits.iter().map(ToString::to_string);
    (sent["messages"].take(), edits.collect())
}

#[test]
fn mistral_gets_no_member_that_it_does_not_know() {
    let (sent, edits) = to_mistral(&json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "name": "ann", "content": [
            {"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}},
            {"type": "image_url", "image_url": {"url": "https://x.test/a.png", "detail": "low"}},
            {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBE"}},
            {"type": "file", "file": {"file_data": "JVBE"}},
            {"type": "file", "file": {"file_id": "f1"}}]},
        {"role": "assistant", "content": null, "refusal": null, "annotations": [], "audio": null,
         "reasoning_content": "hm", "function_call": null, "tool_calls": [
            {"id": "Abcdefgh9", "type": "function", "extra_content": {},
             "function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "Abcdefgh9", "content": "1", "is_error": false},
    ]));
    let expected = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [
            {"type": "text", "text": "Hi"},
            {"type": "image_url", "image_url": {"url": "https://x.test/a.png", "detail": "low"}},
            {"type": "input_audio", "input_audio": "UklG"},
            {"type": "document_url", "document_url": "data:application/pdf;base64,JVBE",
             "document_name": "a.pdf"},
            {"type": "document_url", "document_url": "data:application/pdf;base64,JVBE"},
            {"type": "file", "file_id": "f1"}]},
        {"role": "assistant", "content": null, "tool_calls": [
            {"id": "Abcdefgh9", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "Abcdefgh9", "name": "f", "content": "1"},
    ]);
    assert_eq!(sent, expected);
    for edit in [
        "removed name from messages",
        "removed reasoning_content from messages",
    ] {
        assert!(edits.iter().any(|known| known == edit), "{edits:?}");
    }
}

#[test]
fn mistral_gets_the_roles_in_its_order() {
    let call = json!([{"id": "Abcdefgh9", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    let result = json!({"role": "tool", "tool_call_id": "Abcdefgh9", "name": "f", "content": "1"});
    let (sent, edits) = to_mistral(&json!([
        {"role": "assistant", "content": ""},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "tool_calls": call},
        result,
        {"role": "assistant", "content": null, "tool_calls": []},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": "It"},
    ]));
    let expected = json!([
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "tool_calls": call},
        result,
        {"role": "assistant", "content": "OK."},
        {"role": "user", "content": "And?"},
        {"role": "assistant", "content": "It", "prefix": true},
    ]);
    assert_eq!(sent, expected);
    assert_eq!(edits.len(), 3, "{edits:?}");
}

#[test]
fn mistral_is_told_of_parameters() {
    let tools =
        |parameters: Value| json!({"tools": [{"type": "function", "function": parameters}]});
    let told = json!({"parameters": {"type": "object", "properties": {}}, "name": "f"});
    check(
        "mistral",
        "m",
        tools(json!({"name": "f"})),
        tools(told.clone()),
    );
    check(
        "mistral",
        "m",
        tools(json!({"name": "f", "parameters": null})),
        tools(told),
    );
}

#[test]
fn a_long_conversation_is_not_copied() {
    let text = "x".repeat(100_000);
    let body = json!({"model": "auto", "stream": true, "max_tokens": 9, "prefer": "fast",
        "messages": [{"role": "developer", "content": text}]});
    let request = Request::parse(body.to_string().into()).unwrap();
    for host in ["compatible", "openai", "ollama", "together"] {
        let encoded = encode(&request, "gpt-5", Some(7), Quirks::by_name(host).unwrap());
        let own = request.body().as_ptr_range();
        let foreign = encoded
            .body
            .iter()
            .filter(|piece| !own.contains(&piece.as_ptr()));
        assert!(
            foreign.map(bytes::Bytes::len).sum::<usize>() < 120,
            "{host}"
        );
    }
}

/// The names of the top-level members, doubles included.
fn members(body: &[u8]) -> Vec<String> {
    struct Names;
    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while let Some((name, IgnoredAny)) = map.next_entry()? {
                names.push(name);
            }
            Ok(names)
        }
    }
    serde_json::Deserializer::from_slice(body)
        .deserialize_map(Names)
        .unwrap()
}

proptest! {
    #[test]
    fn only_the_named_members_change_at_an_unknown_host(
        extra in prop::collection::btree_map("[a-z_]{1,12}", 0..100_u8, 0..6),
        stream in any::<bool>(),
        prefer in prop::option::of("cheap|fast"),
    ) {
        let mut body: Map<String, Value> = extra.into_iter().map(|(k, v)| (k, json!({"v": [v]}))).collect();
        body.insert("model".into(), json!("auto"));
        body.insert("messages".into(), json!([{"role": "user", "content": "Hi", "odd": 1}]));
        body.insert("stream".into(), json!(stream));
        body.remove("stream_options");
        if let Some(prefer) = prefer {
            body.insert("prefer".into(), json!(prefer));
        }
        let Ok(request) = Request::parse(Value::Object(body.clone()).to_string().into()) else {
            // a random name may be one whose value is read
            return Ok(());
        };
        let sent = encode(&request, "m", None, Quirks::COMPATIBLE).body.to_bytes();
        let sent: Value = serde_json::from_slice(&sent).unwrap();
        body.insert("model".into(), json!("m"));
        for name in ["prefer", "max_tier", "tags", "session_id"] {
            body.remove(name);
        }
        if stream {
            body.insert("stream_options".into(), json!({"include_usage": true}));
        }
        prop_assert_eq!(sent, Value::Object(body));
    }

    #[test]
    fn mistral_gets_valid_messages_whatever_was_said(
        messages in prop::collection::vec((0..5_usize, 0..7_usize, 0..4_usize), 1..8),
        pretty in any::<bool>(),
    ) {
        let roles = ["system", "user", "assistant", "tool", "function"];
        let contents = [
            json!(null), json!(""), json!("a\"\\"), json!([]), json!([{"type": "refusal", "refusal": "n\"o"}]),
            json!([{"type": "file", "file": {"file_data": "JV\"BE", "filename": "\"a"}}, {"x": 1}]),
            json!([{"type": "input_audio", "input_audio": {"data": "U"}}, {"type": "file", "file": {}}]),
        ];
        let call = |id: &str| json!([{"extra_content": {}, "id": id, "function": {"name": "f\"", "arguments": "{}"}, "z": 1}]);
        let messages: Vec<Value> = messages.into_iter().map(|(role, content, more)| {
            let mut message = json!({"role": roles[role], "content": contents[content]});
            match more {
                0 => message["tool_calls"] = call("call_x"),
                1 => message["tool_call_id"] = json!("call_x"),
                2 => message["x"] = json!({"y": [1]}),
                _ => message = json!({"reasoning": "r", "role": roles[role], "refusal": null}),
            }
            message
        }).collect();
        let body = json!({"model": "auto", "messages": messages});
        let text = if pretty { format!("{body:#}") } else { body.to_string() };
        let Ok(request) = Request::parse(text.into()) else {
            // not all that is made up here is a request
            return Ok(());
        };
        let sent = encode(&request, "m", None, Quirks::by_name("mistral").unwrap()).body.to_bytes();
        let sent: Value = serde_json::from_slice(&sent).unwrap();
        let sent = sent["messages"].as_array().unwrap();
        for pair in sent.windows(2) {
            prop_assert!(pair[0]["role"] != "tool" || pair[1]["role"] != "user");
        }
        for message in sent {
            let known = message["role"] == "function" || message.get("x").is_none() && message.get("refusal").is_none();
            prop_assert!(known, "{}", message);
        }
    }

    #[test]
    fn every_host_gets_valid_json(
        host in 0..Quirks::all().len(),
        model in "gpt-5\\.6|kimi-k3|glm-5\\.3|grok-4|m",
        effort in "none|minimal|low|medium|high|xhigh|max",
        choice in "auto|required|none",
        roles in prop::collection::vec("system|developer|user|assistant|tool", 1..6),
        cap in prop::option::of(1..9_u64),
    ) {
        let messages: Vec<Value> = roles.iter().enumerate().map(|(at, role)| json!({
            "name": null, "role": role, "tool_call_id": "call_x", "tool_calls": [{"id": "call_x"}],
            "content": if at % 2 == 0 { json!("a") } else { json!([{"type": "text", "text": "b"}]) },
        })).collect();
        let body = json!({"model": "auto", "messages": messages, "reasoning_effort": effort,
            "tools": [tool(Some(true)), tool(None)], "tool_choice": choice, "stream": true, "seed": 1,
            "max_tokens": 5, "max_completion_tokens": 6, "temperature": 1.5, "stop": "x",
            "logprobs": true, "store": true});
        let request = Request::parse(body.to_string().into()).unwrap();
        let sent = encode(&request, &model, cap, &Quirks::all()[host]).body.to_bytes();
        let names: Vec<_> = members(&sent);
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        prop_assert_eq!(unique.len(), names.len(), "{:?}", names);
        let again = Request::parse(sent.clone());
        prop_assert!(again.is_ok(), "{:?} {}", again.err(), String::from_utf8_lossy(&sent));
        let first: Value = serde_json::from_slice(&sent).unwrap();
        prop_assert!(first["messages"].as_array().unwrap().iter().all(Value::is_object));
    }
}

#[test]
fn a_choice_among_some_tools_leaves_the_others_out() {
    let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object"}}});
    let allowed = |mode: &str, names: &[&str]| {
        let tools = names
            .iter()
            .map(|name| json!({"type": "function", "function": {"name": name}}));
        json!({"type": "allowed_tools",
            "allowed_tools": {"mode": mode, "tools": tools.collect::<Vec<_>>()}})
    };
    let asked = |mode: &str| json!({"tools": [tool("a"), tool("b"), tool("c")], "tool_choice": allowed(mode, &["a", "c"])});
    let left = |choice: &str| json!({"tools": [tool("a"), tool("c")], "tool_choice": choice});
    for host in ["groq", "xai", "openrouter", "vllm", "together", "zai"] {
        check(host, "m", asked("auto"), left("auto"));
        check(host, "m", asked("required"), left("required"));
    }
    check("mistral", "m", asked("required"), left("any"));
    check("mistral", "m", asked("auto"), left("auto"));
    check("moonshot", "m", asked("auto"), left("auto"));
    let request = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}],
        "tools": [tool("a"), tool("b")], "tool_choice": allowed("required", &["b"])});
    let body = encoded("moonshot", "m", None, &request).body.to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["tools"], json!([tool("b")]));
    assert!(body.get("tool_choice").is_none() && body["messages"].as_array().unwrap().len() == 2);
    check(
        "deepseek",
        "m",
        asked("auto"),
        json!({"tools": [tool("a"), tool("c")]}),
    );
    let mut forced = left("required");
    forced["thinking"] = json!({"type": "disabled"});
    check("deepseek", "m", asked("required"), forced);
    // whoever knows it, or may know it, gets it as it came
    for host in ["openai", "compatible"] {
        check(host, "gpt-4o", asked("required"), asked("required"));
    }
    // a name that no tool has is for the host to refuse
    let wrong = || json!({"tools": [tool("a")], "tool_choice": allowed("auto", &["x"])});
    check("groq", "m", wrong(), wrong());
}
