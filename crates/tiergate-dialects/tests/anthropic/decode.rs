//! Requests of clients.

use serde_json::{Value, json};
use tiergate_dialects::anthropic::{decode, encode};
use tiergate_dialects::inner::*;

fn text(said: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(said),
        cache: None,
    }
}

#[test]
fn the_sdks_request_is_read() {
    let request = decode(include_bytes!("../fixtures/anthropic/request.json")).unwrap();
    assert_eq!(request.model, "claude-opus-5-5");
    assert_eq!(request.max_output, Some(512));
    assert_eq!(
        request.system,
        [Part::Text {
            text: Text::new("Be terse."),
            cache: Some(Cache::Short)
        }]
    );
    assert_eq!(
        request.reasoning,
        Some(Reasoning {
            effort: Some(Effort::Low),
            budget: None,
            shown: Some(true)
        })
    );
    assert_eq!(request.tool_choice, Some(ToolChoice::Auto));
    assert!(request.tools[0].name.is("lookup") && request.tools[0].parameters.is_some());
    assert_eq!(request.turns[0].parts, [text("row 7?")]);
    let [Part::Thinking { signature, .. }, Part::ToolCall(call)] = &request.turns[1].parts[..]
    else {
        panic!()
    };
    assert!(signature.as_ref().unwrap().is("c2ln") && call.id.is("toolu_1"));
    let [Part::ToolResult(result)] = &request.turns[2].parts[..] else {
        panic!()
    };
    assert_eq!(
        (&result.parts[..], result.failed),
        (&[text("blue")][..], false)
    );
    assert!(request.rest.is_empty());
}

#[test]
fn everything_else_that_clients_send_is_read() {
    let body = json!({"model": "m", "max_tokens": 0, "system": "S", "stream": true, "stop_sequences": ["E"],
        "temperature": 0.5, "top_p": 0.9, "top_k": 5, "metadata": {"user_id": "u"},
        "service_tier": "standard_only", "cache_control": {"type": "ephemeral", "ttl": "1h"},
        "thinking": {"type": "enabled", "budget_tokens": 2000, "block_binding": {"x": 1}},
        "output_config": {"effort": "ultra", "task_budget": {"total": 9},
            "format": {"type": "json_schema", "schema": {"type": "object"}}},
        "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
        "tools": [{"type": "custom", "name": "f", "input_schema": {"type": "object"}, "defer_loading": true},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}],
        "context_management": {"edits": []}, "inference_geo": null,
        "messages": [{"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO/"}},
            {"type": "image", "source": {"type": "url", "url": "https://e.x"}, "cache_control": {"type": "ephemeral"}},
            {"type": "document", "title": "T", "source": {"type": "text", "media_type": "text/plain", "data": "d"}},
            {"type": "document", "source": {"type": "url", "url": "u"}, "citations": {"enabled": true}},
            {"type": "tool_result", "tool_use_id": "t", "is_error": true, "content": [
                {"type": "text", "text": "x"}, {"type": "tool_reference", "tool_name": "f"}]}]},
            {"role": "system", "content": "S2"}]})
    .to_string()
    .replace("iVBO/", "iVBO\\/");
    let request = decode(body.as_bytes()).unwrap();
    assert!(request.stream);
    assert_eq!(request.max_output, Some(0));
    assert_eq!(request.system, [text("S")]);
    assert_eq!(request.stop, [Text::new("E")]);
    assert_eq!(request.sampling.top_k, Some(Json::of(&5)));
    assert!(request.user.unwrap().is("u"));
    assert!(request.service_tier.unwrap().is("standard_only"));
    assert_eq!(request.cache, Some(Cache::Long));
    let reasoning = request.reasoning.unwrap();
    assert_eq!((reasoning.effort, reasoning.budget), (None, Some(2000)));
    assert!(matches!(request.format, Format::JsonSchema { .. }));
    assert_eq!(request.parallel_tools, Some(false));
    assert_eq!(request.tool_choice, Some(ToolChoice::Named(Text::new("f"))));
    assert!(request.tools[0].foreign.is_none() && request.tools[1].foreign.is_some());
    let mut rest: Vec<_> = request
        .rest
        .iter()
        .map(|(name, value)| (&**name, value.get()))
        .collect();
    rest.sort_unstable();
    assert_eq!(
        rest,
        [
            ("context_management", r#"{"edits":[]}"#),
            (
                "output_config",
                r#"{"effort":"ultra","task_budget":{"total":9}}"#
            ),
            ("thinking", r#"{"block_binding":{"x":1}}"#),
            ("tools.f.defer_loading", "true"),
        ]
    );
    let [
        Part::Image {
            source: Media::Base64 { data, .. },
            ..
        },
        Part::Image {
            source: Media::Url(_),
            cache: Some(Cache::Short),
            ..
        },
        Part::File {
            source: Media::Plain(_),
            name: Some(_),
            cited: false,
            ..
        },
        Part::File { cited: true, .. },
        Part::ToolResult(result),
    ] = &request.turns[0].parts[..]
    else {
        panic!("{:?}", request.turns)
    };
    assert_eq!(data, "iVBO/");
    assert!(result.failed && matches!(result.parts[..], [Part::Text { .. }, Part::Foreign(_)]));
    assert_eq!(request.turns[1].role, Role::System);
}

#[test]
fn thinking_is_read_in_all_its_forms() {
    let check = |more: Value, expected| {
        let mut body = json!({"model": "m", "max_tokens": 1, "messages": []});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let body = body.to_string();
        assert_eq!(decode(body.as_bytes()).unwrap().reasoning, expected);
    };
    let reasoning = |effort, budget, shown| {
        Some(Reasoning {
            effort,
            budget,
            shown,
        })
    };
    check(json!({}), None);
    check(
        json!({"thinking": {"type": "adaptive"}}),
        reasoning(None, None, None),
    );
    check(
        json!({"thinking": {"type": "adaptive", "display": "omitted"}, "output_config": {"effort": "max"}}),
        reasoning(Some(Effort::Max), None, Some(false)),
    );
    check(
        json!({"thinking": {"type": "disabled"}}),
        reasoning(Some(Effort::None), None, None),
    );
    check(
        json!({"thinking": {"type": "disabled"}, "output_config": {"effort": "low"}}),
        reasoning(Some(Effort::Low), Some(0), None),
    );
    check(
        json!({"output_config": {"effort": "low"}}),
        reasoning(Some(Effort::Low), None, None),
    );
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let check = |body: Value, param: &str, message: &str| {
        let bad = decode(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(
            (bad.param.as_deref(), &*bad.message),
            (Some(param), message)
        );
    };
    let with = |name: &str, value: Value| {
        let mut body = json!({"model": "m", "max_tokens": 1, "messages": []});
        body[name] = value;
        body
    };
    check(json!({}), "model", "model: Field required");
    check(
        json!({"model": "m"}),
        "max_tokens",
        "max_tokens: Field required",
    );
    check(
        json!({"model": "m", "max_tokens": 1}),
        "messages",
        "messages: Field required",
    );
    check(
        with("max_tokens", json!("1")),
        "max_tokens",
        "max_tokens: Input should be a valid integer",
    );
    check(
        with(
            "messages",
            json!([{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text"}]}]),
        ),
        "messages.0.content.1.text",
        "messages.0.content.1.text: Field required",
    );
    check(
        with("messages", json!([{"role": "tool", "content": "a"}])),
        "messages.0.role",
        "messages.0.role: Input should be user or assistant",
    );
    check(
        with("tools", json!([{"name": "f"}])),
        "tools.0.input_schema",
        "tools.0.input_schema: Field required",
    );
    check(
        with("thinking", json!({"type": "enabled"})),
        "thinking.budget_tokens",
        "thinking.budget_tokens: Field required",
    );
    assert_eq!(decode(b"[]").unwrap_err().param, None);
    assert_eq!(decode(b"{\"model\":\"\xff\"}").unwrap_err().param, None);
}

#[test]
fn deep_nesting_is_survived() {
    let result = r#"[{"type":"tool_result","tool_use_id":"a","content":"#;
    let (results, ends) = (result.repeat(50_000), "}]".repeat(50_000));
    let schema = format!(
        "{}{}",
        r#"{"items":"#.repeat(50_000),
        "{}".to_owned() + &"}".repeat(50_000)
    );
    let format = format!(r#"{{"format":{{"type":"json_schema","schema":{schema}}}}}"#);
    for (content, config, param) in [
        (r#""x""#.to_owned(), &*format, "response_format"),
        (format!(r#"{results}"x"{ends}"#), "{}", "messages"),
    ] {
        let body = format!(
            r#"{{"model":"m","max_tokens":1,"messages":[{{"role":"user","content":{content}}}],"output_config":{config}}}"#
        );
        let request = decode(body.as_bytes()).unwrap();
        let refused = encode(&request, &super::target("claude-opus-5-5"));
        assert_eq!(refused.unwrap_err().param, param);
    }
}
