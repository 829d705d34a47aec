//! What vendors are asked.

use serde_json::{Value, json};
use tiergate_dialects::inner::{
    Arguments, Cache, Effort, Json, Part, Reasoning, Request, Role, Tool, ToolCall, ToolChoice,
    ToolResult, Turn,
};
use tiergate_dialects::responses::{decode, encode};
use tiergate_dialects::{Target, Translated};

use crate::support::{said, target, text};

fn asked(request: &Request<'_>, model: &str) -> (Value, Translated) {
    let sent = encode(request, &target(model)).unwrap();
    (serde_json::from_slice(&sent.body).unwrap(), sent)
}

fn hello<'a>() -> Request<'a> {
    Request {
        turns: vec![Turn {
            role: Role::User,
            parts: vec![said("Hi")],
            name: None,
        }],
        ..Request::default()
    }
}

#[test]
fn a_whole_request_is_sent() {
    let request = decode(include_bytes!("../fixtures/responses/request.json")).unwrap();
    let (body, sent) = asked(&request, "gpt-6-sol");
    let expected = json!({
        "model": "gpt-6-sol",
        "input": [
            {"type": "message", "role": "developer", "content": [
                {"type": "input_text", "text": "Be terse."},
                {"type": "input_text", "text": "Use tools."},
            ]},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "What is on \"row 7\"?\n"},
                {"type": "input_image", "detail": "low", "image_url": "data:image/png;base64,iVBORw0KGgo="},
                {"type": "input_image", "detail": "auto", "image_url": "https://example.test/a.png"},
                {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="},
            ]},
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Look\n\nit up"}], "encrypted_content": "gAAAAB=="},
            {"type": "message", "role": "assistant", "content": "Let me see."},
            {"type": "function_call", "call_id": "call_1", "name": "row", "arguments": "{\"n\":7}"},
            {"type": "function_call", "call_id": "call_2", "name": "row", "arguments": "{\"n\":8}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "blue"},
            {"type": "function_call_output", "call_id": "call_2", "output": [
                {"type": "input_text", "text": "red"},
                {"type": "input_image", "detail": "auto", "file_id": "file_1"},
            ]},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "And now?"}]},
        ],
        "tools": [
            {"type": "function", "name": "row", "description": "A row", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}, "strict": true},
            {"type": "web_search"},
        ],
        "tool_choice": {"type": "function", "name": "row"},
        "parallel_tool_calls": false,
        "text": {"format": {"type": "json_schema", "name": "colour", "schema": {"type": "object"}, "strict": true}, "verbosity": "low"},
        "reasoning": {"effort": "low", "summary": "auto"},
        "max_output_tokens": 512,
        "service_tier": "flex",
        "user": "u-1",
        "include": ["reasoning.encrypted_content"],
        "store": false,
        "stream": true,
        "metadata": {"team": "a"},
        "prompt_cache_key": "k",
    });
    assert_eq!(body, expected);
    assert!(
        sent.edits.is_empty() && sent.undo.is_empty(),
        "{:?}",
        sent.edits
    );
}

#[test]
fn what_has_no_place_is_named() {
    let mut request = hello();
    request.sampling.seed = Some(Json::of(&7));
    request.sampling.top_p = Some(Json::of(&0.5));
    request.cache = Some(Cache::Short);
    request.turns[0].name = Some(text("Ann"));
    request.reasoning = Some(Reasoning {
        effort: Some(Effort::Max),
        ..Reasoning::default()
    });
    for (name, value) in [
        ("logit_bias", "{}"),
        ("n", "1"),
        ("top_logprobs", "null"),
        ("store", "true"),
        ("tags", "[]"),
    ] {
        let value = serde_json::from_str(value).unwrap();
        request.rest.push((name.into(), value));
    }
    let (body, sent) = asked(&request, "o3");
    let expected = [
        "removed logit_bias",
        "removed store",
        "removed name",
        "reasoning_effort max as high",
        "removed seed",
        "removed top_p",
        "removed cache_control",
    ];
    assert_eq!(sent.edits[..], expected);
    assert_eq!(body["reasoning"], json!({"effort": "high"}));
    assert!(body.get("top_p").is_none() && body.get("seed").is_none());
}

#[test]
fn models_are_asked_for_what_they_can() {
    let mut request = hello();
    request.sampling.temperature = Some(Json::of(&0.5));
    let (plain, sent) = asked(&request, "gpt-4o");
    assert!(sent.edits.is_empty());
    assert_eq!(plain["temperature"], 0.5);
    assert!(plain.get("include").is_none() && plain.get("reasoning").is_none());
    request.reasoning = Some(Reasoning {
        effort: Some(Effort::None),
        shown: Some(true),
        budget: None,
    });
    let (off, sent) = asked(&request, "gpt-5.6");
    assert!(sent.edits.is_empty());
    assert_eq!(
        (&off["temperature"], &off["reasoning"]),
        (&json!(0.5), &json!({"effort": "none"}))
    );
    let (unknown, _) = asked(&request, "grok-4.7");
    assert_eq!(unknown["temperature"], 0.5);
    request.reasoning = Some(Reasoning {
        budget: Some(4096),
        ..Reasoning::default()
    });
    let (thinking, sent) = asked(&request, "gpt-5.6");
    assert_eq!(thinking["reasoning"], json!({"effort": "medium"}));
    let expected = [
        "4096 tokens of reasoning as effort medium",
        "removed temperature",
    ];
    assert_eq!(sent.edits[..], expected);
}

fn rest(request: &mut Request<'_>, name: &'static str, value: &'static str) {
    request
        .rest
        .push((name.into(), serde_json::from_str(value).unwrap()));
}

#[test]
fn what_cannot_be_honoured_is_unfit() {
    let check = |change: fn(&mut Request<'_>), param: &str| {
        let mut request = hello();
        change(&mut request);
        assert_eq!(
            encode(&request, &target("gpt-6-sol")).unwrap_err().param,
            param
        );
    };
    check(|request| request.stop.push(text("END")), "stop");
    check(
        |request| request.tool_choice = Some(ToolChoice::Required),
        "tool_choice",
    );
    check(|request| rest(request, "n", "2"), "n");
    check(|request| rest(request, "logprobs", "true"), "logprobs");
    check(
        |request| rest(request, "include", r#"["message.output_text.logprobs"]"#),
        "include",
    );
    check(
        |request| rest(request, "modalities", r#"["text","audio"]"#),
        "modalities",
    );
    check(
        |request| {
            request.turns[0].parts.push(Part::Audio {
                data: "UklG".into(),
                format: "wav".into(),
            });
        },
        "messages",
    );
}

#[test]
fn caps_are_lowered_and_never_too_low() {
    let mut request = hello();
    request.max_output = Some(4096);
    let cap = |request: &Request<'_>, cap| {
        let target = Target {
            model: "gpt-6-sol",
            max_output: None,
            cap,
        };
        let sent = encode(request, &target).unwrap();
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        (body["max_output_tokens"].as_u64(), sent.edits.join("; "))
    };
    assert_eq!(cap(&request, None), (Some(4096), String::new()));
    assert_eq!(
        cap(&request, Some(512)),
        (Some(512), "set the output cap to 512".into())
    );
    request.max_output = Some(1);
    assert_eq!(
        cap(&request, None),
        (Some(16), "raised the output cap to 16".into())
    );
    request.max_output = None;
    assert_eq!(cap(&request, None), (None, String::new()));
}

#[test]
fn names_and_ids_become_what_the_vendor_takes() {
    let long = "x".repeat(80);
    let tool = |name| Tool {
        name: text(name),
        description: None,
        parameters: None,
        strict: None,
        cache: None,
        foreign: None,
    };
    let mut request = hello();
    request.tools = vec![tool("a_b"), tool("a.b")];
    request.turns.push(Turn {
        role: Role::Assistant,
        parts: vec![Part::ToolCall(ToolCall {
            id: text(&long),
            name: text("a.b"),
            arguments: Arguments::default(),
            signature: Some(text("gemini's")),
            cache: None,
        })],
        name: None,
    });
    request.turns.push(Turn {
        role: Role::User,
        parts: vec![Part::ToolResult(ToolResult {
            id: text(&long),
            failed: true,
            ..ToolResult::default()
        })],
        name: None,
    });
    let (body, sent) = asked(&request, "gpt-6-sol");
    assert_eq!(body["tools"][1]["name"], "a_b_2");
    assert_eq!(body["tools"][0]["strict"], false);
    assert_eq!(body["input"][1]["name"], "a_b_2");
    let id = body["input"][1]["call_id"].as_str().unwrap();
    assert!(id.len() <= 64 && body["input"][2]["call_id"] == id);
    assert_eq!(sent.undo.name("a_b_2"), "a.b");
    assert_eq!(
        sent.edits[..],
        [
            "removed reasoning of another vendor",
            "removed is_error",
            "renamed tool a.b"
        ]
    );
}

#[test]
fn what_only_another_dialect_knows_is_left_out() {
    let mut request = hello();
    let foreign = |json: &'static str| serde_json::from_str(json).unwrap();
    request.tools.push(Tool {
        name: text("web_search"),
        description: None,
        parameters: None,
        strict: None,
        cache: None,
        foreign: Some(foreign(
            r#"{"type":"web_search_20250305","name":"web_search"}"#,
        )),
    });
    request.tools.push(Tool {
        name: text("sql"),
        description: None,
        parameters: None,
        strict: None,
        cache: None,
        foreign: Some(foreign(r#"{"type":"custom","custom":{"name":"sql"}}"#)),
    });
    request.tool_choice = Some(ToolChoice::Named(text("sql")));
    request.turns.push(Turn {
        role: Role::Assistant,
        parts: vec![
            Part::Thinking {
                text: text("Hm"),
                signature: Some(text("EqQB")),
                id: None,
            },
            said("Yes"),
        ],
        name: None,
    });
    let (body, sent) = asked(&request, "gpt-6-sol");
    assert_eq!(body["tools"], json!([{"type": "custom", "name": "sql"}]));
    assert_eq!(
        body["tool_choice"],
        json!({"type": "custom", "name": "sql"})
    );
    assert_eq!(body["input"].as_array().unwrap().len(), 2);
    let expected = [
        "removed tools.web_search_20250305",
        "removed reasoning of another vendor",
    ];
    assert_eq!(sent.edits[..], expected);
    // what was said is never left out
    for part in [
        r#"{"type":"server_tool_use","id":"s"}"#,
        r#"{"type":"compaction","content":"What was said.","encrypted_content":"x"}"#,
    ] {
        request.turns[1].parts.push(Part::Foreign(foreign(part)));
        let refused = encode(&request, &target("gpt-6-sol")).unwrap_err();
        assert_eq!(refused.param, "messages");
        request.turns[1].parts.pop();
    }
    let own = r#"{"type":"compaction","id":"c","encrypted_content":"x"}"#;
    request.turns[1].parts.push(Part::Foreign(foreign(own)));
    let (body, _) = asked(&request, "gpt-6-sol");
    assert_eq!(body["input"][2]["type"], "compaction");
}
