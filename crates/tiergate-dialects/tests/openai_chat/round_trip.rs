//! OpenAI to the inner form and back says the same.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tiergate_dialects::Target;
use tiergate_dialects::inner::Request;
use tiergate_dialects::openai::chat::{decode, encode};

fn words() -> impl Strategy<Value = String> {
    "[a-c\"\\\\\n\u{e9}\u{1F600}]{0,6}"
}

fn hinted(mut part: Value, cache: u8) -> Value {
    match cache {
        0 => part["cache_control"] = json!({"type": "ephemeral"}),
        1 => part["cache_control"] = json!({"type": "ephemeral", "ttl": "1h"}),
        2 => part["prompt_cache_breakpoint"] = json!({"mode": "explicit"}),
        _ => {}
    }
    part
}

fn text_part() -> impl Strategy<Value = Value> {
    (words(), any::<u8>())
        .prop_map(|(text, cache)| hinted(json!({"type": "text", "text": text}), cache % 8))
}

fn texts() -> impl Strategy<Value = Value> {
    prop_oneof![
        words().prop_map(Value::from),
        prop::collection::vec(text_part(), 1..3).prop_map(Value::from)
    ]
}

fn content() -> impl Strategy<Value = Value> {
    let url = prop_oneof![
        "https://[a-z]{1,4}",
        "data:image/png;base64,[A-Za-z0-9+/]{0,8}"
    ];
    let image = (url, any::<u8>(), any::<bool>()).prop_map(|(url, cache, low)| {
        let detail = if low { json!("low") } else { Value::Null };
        hinted(
            json!({"type": "image_url", "image_url": {"url": url, "detail": detail}}),
            cache % 8,
        )
    });
    let sound =
        Just(json!({"type": "input_audio", "input_audio": {"data": "QQ==", "format": "mp3"}}));
    let file = prop_oneof![
        Just(json!({"file_id": "file-1"})),
        Just(json!({"file_data": "data:application/pdf;base64,QQ==", "filename": "\u{e9}.pdf"})),
        Just(json!({"file_data": "QQ=="})),
    ];
    let file = file.prop_map(|file| json!({"type": "file", "file": file}));
    let parts = prop::collection::vec(
        prop_oneof![3 => text_part(), 1 => image, 1 => sound, 1 => file],
        1..4,
    );
    prop_oneof![words().prop_map(Value::from), parts.prop_map(Value::from)]
}

fn reasoning() -> impl Strategy<Value = Value> {
    let detail = prop_oneof![
        (words(), prop::option::of(words())).prop_map(|(text, signature)| {
            json!({"type": "reasoning.text", "text": text, "signature": signature})
        }),
        words().prop_map(|data| json!({"type": "reasoning.encrypted", "data": data, "id": "r"})),
        words().prop_map(|text| json!({"type": "reasoning.summary", "summary": text})),
        words().prop_map(|signature| json!({"type": "reasoning.text", "signature": signature})),
    ];
    let details = prop::collection::vec(detail, 0..3);
    (prop::option::of(words()), prop::option::of(words()), details).prop_map(|(content, plain, details)| {
        json!({"reasoning_content": content, "reasoning": plain, "reasoning_details": details})
    })
}

/// An assistant's message and what the tools that it calls gave.
fn step() -> impl Strategy<Value = Vec<Value>> {
    let call = (words(), prop::option::of(words()), texts());
    let calls = prop::collection::vec(call, 0..3);
    let said = prop_oneof![Just(Value::Null), texts()];
    (said, reasoning(), calls, any::<bool>()).prop_map(|(said, mut message, calls, refuses)| {
        message["role"] = "assistant".into();
        message["content"] = said;
        if refuses {
            message["refusal"] = "no".into();
        }
        let mut results = Vec::new();
        let mut told = Vec::new();
        for (at, (arguments, signature, result)) in calls.into_iter().enumerate() {
            let id = format!("call_{at}");
            results.push(json!({"role": "tool", "tool_call_id": id, "content": result}));
            let mut call = json!({"id": id, "type": "function", "function": {"name": "f", "arguments": arguments}});
            if let Some(signature) = signature {
                call["extra_content"] = json!({"google": {"thought_signature": signature}});
            }
            told.push(call);
        }
        if !told.is_empty() {
            message["tool_calls"] = told.into();
        }
        let mut step = vec![message];
        step.extend(results);
        step
    })
}

fn messages() -> impl Strategy<Value = Value> {
    let said =
        |role: &'static str| move |content: Value| vec![json!({"role": role, "content": content})];
    let named = content()
        .prop_map(|content| vec![json!({"role": "user", "name": "Ann", "content": content})]);
    let legacy = words().prop_map(|arguments| {
        vec![
            json!({"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": arguments}}),
            json!({"role": "function", "name": "f", "content": "1"}),
        ]
    });
    let message = prop_oneof![
        texts().prop_map(said("system")),
        texts().prop_map(said("developer")),
        content().prop_map(said("user")),
        named,
        step(),
        step(),
        legacy,
    ];
    prop::collection::vec(message, 1..6).prop_map(|messages| Value::Array(messages.concat()))
}

/// Some of the members beside the messages.
fn members() -> impl Strategy<Value = Map<String, Value>> {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let tools = json!([
        {"type": "function", "function": {"name": "f", "description": "d", "parameters": schema, "strict": true}},
        {"type": "function", "function": {"name": "g"}, "cache_control": {"type": "ephemeral"}},
        {"type": "custom", "custom": {"name": "c"}},
    ]);
    let named = |name: &str| json!({"type": "function", "function": {"name": name}});
    let allowed =
        json!({"mode": "auto", "tools": [named("f"), {"type": "custom", "custom": {"name": "c"}}]});
    let all = vec![
        ("tools", tools),
        ("functions", json!([{"name": "h", "parameters": schema}])),
        ("tool_choice", json!("required")),
        ("tool_choice", named("f")),
        (
            "tool_choice",
            json!({"type": "allowed_tools", "allowed_tools": allowed}),
        ),
        ("function_call", json!("auto")),
        ("parallel_tool_calls", json!(false)),
        ("response_format", json!({"type": "json_object"})),
        (
            "response_format",
            json!({"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": false}}),
        ),
        ("max_tokens", json!(10)),
        ("max_completion_tokens", json!(20)),
        ("stop", json!("x")),
        ("stop", json!(["x", "\"y\""])),
        ("temperature", json!(0.7)),
        ("top_p", json!(1)),
        ("top_k", json!(40)),
        ("frequency_penalty", json!(-0.5)),
        ("presence_penalty", json!(0.5)),
        ("seed", json!(7)),
        ("reasoning_effort", json!("high")),
        ("reasoning_effort", json!("default")),
        ("reasoning", json!({"effort": "low"})),
        ("reasoning", json!({"max_tokens": 3000, "exclude": true})),
        ("reasoning", json!({"enabled": true})),
        ("verbosity", json!("low")),
        ("stream", json!(true)),
        ("user", json!("u")),
        ("safety_identifier", json!("s")),
        ("service_tier", json!("flex")),
        ("cache_control", json!({"type": "ephemeral", "ttl": "1h"})),
        ("n", json!(2)),
        ("logprobs", json!(true)),
        ("logit_bias", json!({"1": -100})),
        ("metadata", json!({"a": "b"})),
        ("store", json!(false)),
        ("session_id", json!("s")),
    ];
    prop::sample::subsequence(all, 0..12).prop_map(|members| {
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

/// All that a request says, in a form that can be compared.
fn said(request: &Request<'_>) -> String {
    let mut request = request.clone();
    request.rest.sort_by(|one, other| one.0.cmp(&other.0));
    format!("{request:#?}")
}

proptest! {
    #[test]
    fn openai_to_openai_says_the_same(messages in messages(), members in members()) {
        let mut body = members;
        body.insert("model".to_owned(), "auto".into());
        body.insert("messages".to_owned(), messages);
        let body = Value::Object(body).to_string();
        let first = decode(body.as_bytes()).unwrap();
        let target = Target { model: "auto", ..Target::default() };
        let sent = encode(&first, &target).unwrap();
        let second = decode(&sent.body).unwrap();
        prop_assert_eq!(said(&first), said(&second));
        prop_assert!(sent.edits.iter().all(|edit| !edit.starts_with("removed")));
    }

    #[test]
    fn any_request_is_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        text in "\\{\"model\":\"m\",\"messages\":\\[[{}\\[\\]\":,a-z]{0,20}\\]\\}",
    ) {
        let _ = decode(&bytes);
        let _ = decode(text.as_bytes());
    }
}
