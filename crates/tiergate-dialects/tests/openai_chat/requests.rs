//! Requests of clients, and requests to hosts.

use serde_json::{Value, json};
use tiergate_dialects::Target;
use tiergate_dialects::inner::{
    Cache, Effort, Format, Json, Media, Part, Reasoning, Request, Role, Text, Tool, ToolCall,
    ToolChoice, ToolResult, Turn,
};
use tiergate_dialects::openai::chat::{decode, encode};

use crate::collect::{call, redacted, text, thought};

const TARGET: Target<'_> = Target {
    model: "m",
    max_output: None,
    cap: None,
};

fn read(body: &Value) -> Request<'static> {
    decode(body.to_string().into_bytes().leak()).unwrap()
}

/// A request of these messages.
fn talk(messages: &Value) -> Request<'static> {
    read(&json!({"model": "auto", "messages": messages}))
}

/// A request with one more member.
fn with(name: &str, value: &Value) -> Request<'static> {
    read(&json!({"model": "auto", "messages": [{"role": "user", "content": "a"}], name: value}))
}

fn sent(request: &Request<'_>) -> (Value, Vec<String>) {
    let sent = encode(request, &TARGET).unwrap();
    let edits = sent.edits.iter().map(ToString::to_string).collect();
    (serde_json::from_slice(&sent.body).unwrap(), edits)
}

fn user(parts: Vec<Part<'static>>) -> Turn<'static> {
    Turn {
        role: Role::User,
        parts,
        name: None,
    }
}

fn result(id: &str, parts: Vec<Part<'static>>) -> Part<'static> {
    Part::ToolResult(ToolResult {
        id: Text::new(id),
        parts,
        ..ToolResult::default()
    })
}

#[test]
fn instructions_at_the_start_are_the_system() {
    let request = talk(&json!([
        {"role": "developer", "content": "a"},
        {"role": "system", "content": [{"type": "text", "text": "b", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
        {"role": "user", "name": "Ann", "content": "c"},
        {"role": "system", "content": "d"},
    ]));
    let cached = Part::Text {
        text: Text::new("b"),
        cache: Some(Cache::Long),
    };
    assert_eq!(request.system, [text("a"), cached]);
    let named = Turn {
        name: Some(Text::new("Ann")),
        ..user(vec![text("c")])
    };
    assert_eq!(
        request.turns,
        [
            named,
            Turn {
                role: Role::System,
                parts: vec![text("d")],
                name: None
            }
        ]
    );
}

#[test]
fn parts_of_all_kinds_are_read() {
    let request = talk(&json!([{"role": "user", "content": [
        {"type": "text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUI=", "detail": "low"}},
        {"type": "image_url", "image_url": "https://x/y"},
        {"type": "input_audio", "input_audio": {"data": "QQ==", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;name=x;base64,QQ==", "filename": "f.pdf"}},
        {"type": "file", "file": {"file_id": "file-1"}, "cache_control": {"type": "ephemeral"}},
        {"type": "video_url", "video_url": {"url": "https://x/z"}},
        {"type": "refusal", "refusal": "no"},
    ]}]));
    let base64 = |kind: &str, data: &str| Media::Base64 {
        media_type: kind.to_owned().into(),
        data: data.to_owned().into(),
    };
    let low = Some(Text::new("low"));
    let expected = vec![
        Part::Text {
            text: Text::new("a"),
            cache: Some(Cache::Short),
        },
        Part::Image {
            source: base64("image/png", "QUI="),
            detail: low,
            cache: None,
        },
        Part::Image {
            source: Media::Url(Text::new("https://x/y")),
            detail: None,
            cache: None,
        },
        Part::Audio {
            data: "QQ==".into(),
            format: "wav".into(),
        },
        Part::File {
            source: base64("application/pdf", "QQ=="),
            name: Some(Text::new("f.pdf")),
            context: None,
            cited: false,
            cache: None,
        },
        Part::File {
            source: Media::Id(Text::new("file-1")),
            name: None,
            context: None,
            cited: false,
            cache: Some(Cache::Short),
        },
        Part::Foreign(Json::of(
            &json!({"type": "video_url", "video_url": {"url": "https://x/z"}}),
        )),
        Part::Refusal(Text::new("no")),
    ];
    assert_eq!(request.turns, [user(expected)]);
    assert_eq!(encode(&request, &TARGET).unwrap_err().param, "messages");
}

#[test]
fn a_step_of_an_agent_is_read() {
    let request = talk(&json!([
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "", "reasoning_content": "not this",
            "reasoning_details": [
                {"type": "reasoning.text", "text": "x", "signature": "s", "id": null},
                {"type": "reasoning.encrypted", "data": "d"},
            ],
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"},
                    "extra_content": {"google": {"thought_signature": "t"}}},
                {"id": "b", "type": "function", "function": {"name": "g", "arguments": "{"}},
            ]},
        {"role": "tool", "tool_call_id": "a", "content": "1"},
        {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "2", "cache_control": {}}]},
        {"role": "user", "content": "b"},
    ]));
    let signed = Part::ToolCall(ToolCall {
        id: Text::new("a"),
        name: Text::new("f"),
        signature: Some(Text::new("t")),
        ..ToolCall::default()
    });
    let parts = vec![
        thought("x", Some("s")),
        redacted("d"),
        signed,
        call("b", "g", "{"),
    ];
    let cached = Part::ToolResult(ToolResult {
        id: Text::new("b"),
        parts: vec![text("2")],
        cache: Some(Cache::Short),
        ..ToolResult::default()
    });
    let expected = [
        user(vec![text("a")]),
        Turn {
            role: Role::Assistant,
            parts,
            name: None,
        },
        user(vec![result("a", vec![text("1")]), cached]),
        user(vec![text("b")]),
    ];
    assert_eq!(request.turns, expected);
}

#[test]
fn functions_are_tools() {
    let request = read(&json!({
        "model": "auto",
        "functions": [{"name": "f", "parameters": {"type": "object"}}],
        "function_call": {"name": "f"},
        "messages": [
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "1"},
        ],
    }));
    assert_eq!(request.tools[0].name, Text::new("f"));
    assert_eq!(request.tool_choice, Some(ToolChoice::Named(Text::new("f"))));
    assert_eq!(request.turns[1].parts, [call("call_1", "f", "{}")]);
    let named = Part::ToolResult(ToolResult {
        id: Text::new("call_1"),
        name: Some(Text::new("f")),
        parts: vec![text("1")],
        ..ToolResult::default()
    });
    assert_eq!(request.turns[2], user(vec![named]));
}

#[test]
fn choices_of_tools_are_read_in_all_forms() {
    let function = |name: &str| json!({"type": "function", "function": {"name": name}});
    let allowed = json!({"mode": "required", "tools": [function("f"), function("g")]});
    let cases = [
        (json!("auto"), ToolChoice::Auto),
        (json!("none"), ToolChoice::None),
        (json!("required"), ToolChoice::Required),
        (function("f"), ToolChoice::Named(Text::new("f"))),
        (
            json!({"type": "allowed_tools", "allowed_tools": allowed}),
            ToolChoice::Allowed {
                names: vec![Text::new("f"), Text::new("g")],
                required: true,
            },
        ),
    ];
    for (told, choice) in cases {
        let request = with("tool_choice", &told);
        assert_eq!(request.tool_choice, Some(choice));
        assert_eq!(sent(&request).0["tool_choice"], told);
    }
}

#[test]
fn newer_members_win() {
    let request = read(&json!({
        "model": "auto", "messages": [{"role": "user", "content": "a"}],
        "max_tokens": 5, "max_completion_tokens": 7.0, "stop": "x", "reasoning_effort": "low",
        "reasoning": {"max_tokens": 100, "exclude": true}, "safety_identifier": "u", "stream": true,
        "stream_options": {"include_usage": true}, "n": 1, "logit_bias": null, "cache_control": {"type": "ephemeral"},
    }));
    assert_eq!(request.max_output, Some(7));
    assert_eq!(request.stop, [Text::new("x")]);
    assert_eq!(
        request.reasoning,
        Some(Reasoning {
            effort: None,
            budget: Some(100),
            shown: Some(false)
        })
    );
    assert_eq!(request.user, Some(Text::new("u")));
    assert_eq!((request.stream, request.cache), (true, Some(Cache::Short)));
    assert_eq!(request.rest, [("n".into(), Json::of(&1))]);
}

#[test]
fn efforts_and_formats_are_read() {
    let effort = with("reasoning_effort", &json!("xhigh"))
        .reasoning
        .unwrap()
        .effort;
    assert_eq!(effort, Some(Effort::XHigh));
    assert_eq!(
        with("reasoning", &json!({"enabled": false}))
            .reasoning
            .unwrap()
            .effort,
        Some(Effort::None)
    );
    let odd = with("reasoning_effort", &json!("default"));
    assert_eq!((odd.reasoning, odd.rest.len()), (None, 1));
    let told = json!({"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": true}});
    let request = with("response_format", &told);
    assert!(matches!(
        request.format,
        Format::JsonSchema {
            strict: Some(true),
            ..
        }
    ));
    assert_eq!(sent(&request).0["response_format"], told);
}

#[test]
fn what_is_wrong_is_named() {
    let message = |message: Value| json!({"model": "m", "messages": [{"role": "user", "content": "a"}, message]});
    let cases = [
        (
            json!({"messages": [{"role": "user", "content": "a"}]}),
            Some("model"),
        ),
        (json!({"model": "m"}), Some("messages")),
        (json!({"model": "m", "messages": {}}), Some("messages")),
        (
            message(json!({"role": "king", "content": "a"})),
            Some("messages[1].role"),
        ),
        (
            message(json!({"role": "tool", "content": "a"})),
            Some("messages[1].tool_call_id"),
        ),
        (
            message(json!({"role": "user", "content": [{"text": "a"}]})),
            Some("messages[1].content"),
        ),
        (
            message(json!({"role": "user", "content": 7})),
            Some("messages[1].content"),
        ),
        (
            message(json!({"role": "assistant", "tool_calls": [{"function": {"name": "f"}}]})),
            Some("messages[1].tool_calls"),
        ),
        (
            json!({"model": "m", "messages": [], "temperature": "hot"}),
            Some("temperature"),
        ),
        (
            json!({"model": "m", "messages": [], "max_tokens": -1}),
            Some("max_tokens"),
        ),
        (
            json!({"model": "m", "messages": [], "response_format": {"type": "poem"}}),
            Some("response_format"),
        ),
        (
            json!({"model": "m", "messages": [], "tool_choice": "some"}),
            Some("tool_choice"),
        ),
        (json!([]), None),
    ];
    for (body, param) in cases {
        let wrong = decode(body.to_string().as_bytes()).unwrap_err();
        assert_eq!(wrong.param.as_deref(), param, "{body}: {wrong}");
    }
    assert!(decode(b"\xff").is_err());
    assert!(decode(b"{\"model\":\"m\"").is_err());
}

#[test]
fn a_conversation_of_another_dialect_is_sent() {
    let image = Part::Image {
        source: Media::Base64 {
            media_type: "image/png".into(),
            data: "QQ==".into(),
        },
        detail: None,
        cache: None,
    };
    let failed = Part::ToolResult(ToolResult {
        id: Text::new("a"),
        parts: vec![text("1"), image],
        failed: true,
        cache: Some(Cache::Long),
        ..ToolResult::default()
    });
    let plain = Part::File {
        source: Media::Plain(Text::new("doc")),
        name: None,
        context: None,
        cited: false,
        cache: None,
    };
    let assistant = vec![thought("x", Some("s")), text("b"), call("a", "f", "{}")];
    let request = Request {
        system: vec![text("s")],
        turns: vec![
            user(vec![text("a"), plain]),
            Turn {
                role: Role::Assistant,
                parts: assistant,
                name: None,
            },
            user(vec![failed, text("c")]),
        ],
        max_output: Some(9),
        reasoning: Some(Reasoning {
            budget: Some(4000),
            ..Reasoning::default()
        }),
        stream: true,
        rest: vec![
            ("container".into(), Json::of("x")),
            ("metadata".into(), Json::of(&json!({"a": "b"}))),
            ("tags".into(), Json::of(&json!(["t"]))),
        ],
        ..Request::default()
    };
    let expected = json!({
        "model": "m",
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "doc"}]},
            {"role": "assistant", "content": "b", "reasoning_content": "x",
                "reasoning_details": [{"type": "reasoning.text", "text": "x", "signature": "s"}],
                "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "a", "content": [
                {"type": "text", "text": "1", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,QQ=="}},
                {"type": "text", "text": "c"}]},
        ],
        "max_completion_tokens": 9,
        "reasoning_effort": "medium",
        "reasoning": {"max_tokens": 4000},
        "stream": true,
        "stream_options": {"include_usage": true},
        "metadata": {"a": "b"},
        "tags": ["t"],
    });
    let (body, edits) = sent(&request);
    assert_eq!(body, expected);
    let notes = [
        "document as text",
        "failure of a tool told by its text only",
        "images of tool results in a user message",
        "reasoning budget also as an effort",
        "removed container",
    ];
    assert_eq!(edits, notes);
}

#[test]
fn a_cap_is_only_ever_lowered() {
    let target = Target {
        cap: Some(5),
        ..TARGET
    };
    for (asked, sent, edits) in [(Some(9), 5, 1), (Some(3), 3, 0), (None, 5, 1)] {
        let request = Request {
            max_output: asked,
            ..talk(&json!([{"role": "user", "content": "a"}]))
        };
        let translated = encode(&request, &target).unwrap();
        let body: Value = serde_json::from_slice(&translated.body).unwrap();
        assert_eq!(
            (&body["max_completion_tokens"], translated.edits.len()),
            (&json!(sent), edits)
        );
    }
}

#[test]
fn tools_of_another_dialect_do_not_fit() {
    let tool = |json: Value| Tool {
        name: Text::new("w"),
        description: None,
        parameters: None,
        strict: None,
        cache: None,
        foreign: Some(Json::of(&json)),
    };
    let ask = |tool: Tool<'static>| Request {
        tools: vec![tool],
        ..Request::default()
    };
    let search = ask(tool(json!({"type": "web_search_20250305", "name": "w"})));
    assert_eq!(encode(&search, &TARGET).unwrap_err().param, "tools");
    let custom = json!({"type": "custom", "custom": {"name": "w"}});
    let own = Request {
        tool_choice: Some(ToolChoice::Named(Text::new("w"))),
        ..ask(tool(custom.clone()))
    };
    let body = sent(&own).0;
    assert_eq!(
        (&body["tools"][0], &body["tool_choice"]),
        (&custom, &custom)
    );
}
