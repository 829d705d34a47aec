//! Ollama's own chat, both ways.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::inner::{
    Arguments, Effort, Event, Format, Json, Media, Part, Reasoning, Request, Role, Sampling, Stop,
    Text, Tool, ToolCall, ToolChoice, ToolResult, Turn, Undo,
};
use tiergate_dialects::ollama::{Stream, answer, encode, fault};
use tiergate_dialects::{Cause, Fault, Target};
use tiergate_wire::usage::Usage;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ollama");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn text(text: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(text),
        cache: None,
    }
}

fn turn(role: Role, parts: Vec<Part<'static>>) -> Turn<'static> {
    Turn {
        role,
        parts,
        name: None,
    }
}

fn asking(words: &str) -> Request<'static> {
    Request {
        turns: vec![turn(Role::User, vec![text(words)])],
        ..Request::default()
    }
}

fn tool(name: &str) -> Tool<'static> {
    Tool {
        name: Text::new(name),
        description: None,
        parameters: None,
        strict: Some(true),
        cache: None,
        foreign: None,
    }
}

fn call(id: &str, arguments: &str) -> Part<'static> {
    Part::ToolCall(ToolCall {
        id: Text::new(id),
        name: Text::new("lookup"),
        arguments: Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    })
}

fn image(source: Media<'static>) -> Part<'static> {
    Part::Image {
        source,
        detail: None,
        cache: None,
    }
}

fn base64(data: &'static str) -> Media<'static> {
    Media::Base64 {
        media_type: "image/png".into(),
        data: data.into(),
    }
}

/// What is sent, and the edits.
#[track_caller]
fn sent_to(model: &str, request: &Request<'_>) -> (Value, Vec<String>) {
    let target = Target {
        model,
        ..Target::default()
    };
    let told = encode(request, &target, Some(8_192)).unwrap();
    let edits = told.edits.iter().map(ToString::to_string);
    (serde_json::from_slice(&told.body).unwrap(), edits.collect())
}

#[track_caller]
fn sent(request: &Request<'_>) -> (Value, Vec<String>) {
    sent_to("qwen3:8b", request)
}

#[track_caller]
fn unfit(request: &Request<'_>, param: &str) {
    let refused = encode(request, &Target::default(), None).unwrap_err();
    assert_eq!(refused.param, param);
}

#[test]
fn a_plain_request() {
    let request = Request {
        system: vec![text("Be brief."), text("Be \"kind\".")],
        max_output: Some(9),
        stop: vec![Text::new("END")],
        sampling: Sampling {
            temperature: Some(Json::of(&0.5)),
            top_p: Some(Json::of(&1)),
            top_k: Some(Json::of(&40)),
            seed: Some(Json::of(&7)),
            ..Sampling::default()
        },
        rest: vec![
            ("keep_alive".into(), Json::of("5m")),
            ("store".into(), Json::of(&true)),
        ],
        ..asking("Hi")
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body,
        json!({
            "model": "qwen3:8b",
            "messages": [
                {"role": "system", "content": "Be brief.\n\nBe \"kind\"."},
                {"role": "user", "content": "Hi"},
            ],
            "options": {"num_ctx": 8192, "num_predict": 9, "temperature": 0.5, "top_p": 1, "top_k": 40, "seed": 7,
                "stop": ["END"]},
            "keep_alive": "5m",
            "stream": false,
        })
    );
    assert_eq!(edits, ["removed store"]);
}

#[test]
fn calls_results_and_pictures() {
    let request = Request {
        turns: vec![
            turn(Role::User, vec![text("Which?"), image(base64("iVBO"))]),
            turn(
                Role::Assistant,
                vec![
                    Part::Thinking {
                        text: Text::new("Hm."),
                        signature: None,
                        id: None,
                    },
                    call("a", r#"{"id":"7"}"#),
                    call("b", "not JSON"),
                    call("c", "null"),
                ],
            ),
            turn(
                Role::User,
                vec![Part::ToolResult(ToolResult {
                    id: Text::new("a"),
                    parts: vec![text("blue"), image(base64("/9j/"))],
                    ..ToolResult::default()
                })],
            ),
        ],
        tools: vec![tool("lookup")],
        ..Request::default()
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body["messages"],
        json!([
            {"role": "user", "content": "Which?", "images": ["iVBO"]},
            {"role": "assistant", "content": "", "thinking": "Hm.", "tool_calls": [
                {"id": "a", "function": {"name": "lookup", "arguments": {"id": "7"}}},
                {"id": "b", "function": {"name": "lookup", "arguments": {}}},
                {"id": "c", "function": {"name": "lookup", "arguments": {}}},
            ]},
            {"role": "tool", "content": "blue", "tool_name": "lookup", "tool_call_id": "a"},
            {"role": "user", "content": "", "images": ["/9j/"]},
        ])
    );
    assert_eq!(
        body["tools"],
        json!([{"type": "function", "function": {
            "name": "lookup", "parameters": {"type": "object", "properties": {}},
        }}])
    );
    assert_eq!(
        edits,
        [
            "removed strict",
            "arguments of lookup that are no object as {}",
            "pictures of a tool as the user's",
        ]
    );
}

#[test]
fn what_is_refused() {
    let url = image(Media::Url(Text::new("https://x.test/a.png")));
    let request = Request {
        turns: vec![turn(Role::User, vec![url])],
        ..Request::default()
    };
    unfit(&request, "messages");
    let sound = Part::Audio {
        data: "AA==".into(),
        format: "wav".into(),
    };
    let request = Request {
        turns: vec![turn(Role::User, vec![sound])],
        ..Request::default()
    };
    unfit(&request, "messages");
    for choice in [ToolChoice::Required, ToolChoice::Named(Text::new("lookup"))] {
        let request = Request {
            tools: vec![tool("lookup")],
            tool_choice: Some(choice),
            ..asking("Hi")
        };
        unfit(&request, "tool_choice");
    }
    let request = Request {
        tools: vec![Tool {
            foreign: Some(Json::of(&json!({"type": "web_search"}))),
            parameters: None,
            ..tool("web_search")
        }],
        ..asking("Hi")
    };
    unfit(&request, "tools");
}

#[test]
fn tools_that_may_not_be_called_are_not_offered() {
    let choosing = |choice| Request {
        tools: vec![tool("lookup"), tool("other")],
        tool_choice: Some(choice),
        ..asking("Hi")
    };
    let (body, edits) = sent(&choosing(ToolChoice::None));
    assert_eq!(body["tools"], Value::Null);
    assert_eq!(edits, ["tools not offered, as none may be called"]);
    let (body, _) = sent(&choosing(ToolChoice::Allowed {
        names: vec![Text::new("other")],
        required: false,
    }));
    assert_eq!(body["tools"][0]["function"]["name"], "other");
    assert_eq!(body["tools"][1], Value::Null);
}

#[test]
fn json_by_schema() {
    let schema = json!({"type": "object"});
    let mut request = Request {
        format: Format::JsonSchema {
            name: Text::new("found"),
            description: None,
            schema: Json::of(&schema),
            strict: None,
        },
        ..asking("Hi")
    };
    assert_eq!(sent(&request).0["format"], schema);
    request.format = Format::JsonObject;
    assert_eq!(sent(&request).0["format"], "json");
    request.tools = vec![tool("lookup")];
    unfit(&request, "response_format");
}

#[test]
fn thinking_by_effort() {
    let thinking = |model, effort| {
        let request = Request {
            reasoning: Some(Reasoning {
                effort: Some(effort),
                ..Reasoning::default()
            }),
            ..asking("Hi")
        };
        let (body, edits) = sent_to(model, &request);
        (body["think"].clone(), edits.join(", "))
    };
    for (model, effort, think, edit) in [
        ("gpt-oss:20b", Effort::Low, json!("low"), ""),
        (
            "gpt-oss:20b",
            Effort::Max,
            json!("high"),
            "reasoning_effort max as think high",
        ),
        ("hub/gpt-oss", Effort::Medium, json!("medium"), ""),
        (
            "qwen3:8b",
            Effort::High,
            json!(true),
            "reasoning_effort high as think true",
        ),
        ("qwen3:8b", Effort::None, json!(false), ""),
    ] {
        assert_eq!(
            thinking(model, effort),
            (think, edit.to_owned()),
            "{model} {effort:?}"
        );
    }
}

#[test]
fn a_whole_answer() {
    let body = json!({
        "model": "m", "created_at": "2026-11-21T00:00:00.25Z", "done": true, "done_reason": "stop",
        "message": {"role": "assistant", "thinking": "Hm.", "content": "Blue.", "tool_calls": [
            {"function": {"name": "lookup", "arguments": {"id": "7"}}},
            {"id": "given", "function": {"index": 1, "name": "lookup", "arguments": null}},
        ]},
        "prompt_eval_count": 52, "prompt_eval_cached_count": 40, "eval_count": 4, "total_duration": 5,
    })
    .to_string();
    let told = answer(body.as_bytes(), &Undo::default()).unwrap();
    let calls = told.parts.iter().filter_map(|part| match part {
        Part::ToolCall(call) => Some((call.id.value(), call.arguments.text().value().into_owned())),
        _ => None,
    });
    let calls: Vec<_> = calls.collect();
    assert_eq!(
        calls,
        [
            ("call_000000025".into(), r#"{"id":"7"}"#.to_owned()),
            ("given".into(), "{}".to_owned())
        ]
    );
    assert_eq!((told.parts.len(), told.stop), (4, Stop::ToolCalls));
    let usage = Usage {
        prompt_tokens: 52,
        cached_tokens: 40,
        completion_tokens: 4,
        ..Usage::default()
    };
    assert_eq!(told.usage, Some(usage));
}

#[test]
fn usage_is_what_is_told() {
    let usage = |mut body: Value| {
        body["done"] = json!(true);
        body["message"] = json!({"content": "x"});
        let body = body.to_string();
        answer(body.as_bytes(), &Undo::default()).unwrap().usage
    };
    assert_eq!(usage(json!({})), None);
    let cached = Usage {
        completion_tokens: 4,
        ..Usage::default()
    };
    assert_eq!(usage(json!({"eval_count": 4})), Some(cached));
}

#[test]
fn answers_that_are_none() {
    let cause = |body: Value| {
        let body = body.to_string();
        answer(body.as_bytes(), &Undo::default()).unwrap_err().cause
    };
    let silent = |reason| json!({"done": true, "done_reason": reason, "message": {"content": ""}});
    assert_eq!(cause(silent("length")), Cause::ContextTooLong);
    assert_eq!(cause(silent("load")), Cause::Invalid);
    assert_eq!(
        cause(json!({"done": false, "message": {"content": "x"}})),
        Cause::Invalid
    );
    assert_eq!(
        cause(json!({"error": "model runner has stopped"})),
        Cause::Server
    );
    assert_eq!(cause(json!({"error": "x", "message": "y"})), Cause::Server);
    assert_eq!(cause(json!([])), Cause::Invalid);
}

#[test]
fn errors() {
    let check = |status, body: &str, cause, param: Option<&str>| {
        let told = fault(status, None, body.as_bytes());
        assert_eq!(
            (told.cause, told.param.as_deref()),
            (cause, param),
            "{body}"
        );
    };
    check(404, &fixture("error_404.json"), Cause::NotFound, None);
    let error = |text: &str| json!({"error": text}).to_string();
    check(
        503,
        &error("server busy, please try again"),
        Cause::Overloaded,
        None,
    );
    check(
        400,
        &error("\"llama3\" does not support thinking"),
        Cause::Unprocessable,
        Some("reasoning_effort"),
    );
    check(
        400,
        &error("the input length exceeds maximum context length"),
        Cause::ContextTooLong,
        None,
    );
    check(500, "", Cause::Server, None);
    check(
        400,
        r#"{"error":{"message":"odd"}}"#,
        Cause::BadRequest,
        None,
    );
}

fn stream(lines: &str) -> Result<Vec<String>, Fault> {
    let mut stream = Stream::new(Undo::default());
    let mut told = Vec::new();
    for line in lines.lines() {
        let mut out = Vec::new();
        stream.event("", line.as_bytes(), &mut out)?;
        told.extend(out.iter().map(plain));
    }
    Ok(told)
}

/// An event in few words.
fn plain(event: &Event<'_>) -> String {
    match event {
        Event::Start { model, .. } => {
            format!("start {}", model.clone().unwrap_or_default().value())
        }
        Event::Text { block, text } => format!("{block} text {}", text.value()),
        Event::Thinking { block, text } => format!("{block} thinking {}", text.value()),
        Event::ToolCall {
            block, id, name, ..
        } => format!("{block} call {} {}", id.value(), name.value()),
        Event::Arguments { block, fragment } => format!("{block} arguments {}", fragment.value()),
        Event::BlockStop { block } => format!("{block} stop"),
        Event::Usage(usage) => format!("usage {} {}", usage.prompt_tokens, usage.completion_tokens),
        Event::Finish { stop, .. } => format!("finish {stop:?}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_stream_with_thoughts_words_and_a_call() {
    assert_eq!(
        stream(&fixture("stream.ndjson")).unwrap(),
        [
            "start m",
            "0 thinking hm",
            "0 stop",
            "1 text Blue.",
            "1 stop",
            "2 call call_0000000 lookup",
            r#"2 arguments {"id": "7"}"#,
            "2 stop",
            "usage 20 9",
            "finish ToolCalls",
        ]
    );
}

#[test]
fn a_stream_that_breaks() {
    let begun = r#"{"model":"m","message":{"content":"Bl"},"done":false}"#;
    let told = stream(&format!(
        "{begun}\n{{\"error\":\"an error was encountered\"}}"
    ))
    .unwrap_err();
    assert_eq!((told.cause, told.status), (Cause::Server, 200));
    assert_eq!(stream(begun).unwrap(), ["start m", "0 text Bl"]);
    let full = r#"{"message":{"content":""},"done":true,"done_reason":"length"}"#;
    assert_eq!(stream(full).unwrap_err().cause, Cause::ContextTooLong);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        raw in prop::collection::vec(any::<u8>(), 0..80),
        near in "\\{\"(message|done|error|model)\":[\\[\\]{}\":,a-z0-9]{0,40}\\}?",
        status in 100..600_u16,
    ) {
        for data in [raw.as_slice(), near.as_bytes()] {
            let mut out = Vec::new();
            let mut stream = Stream::new(Undo::default());
            let _ = stream.event("", data, &mut out);
            let _ = answer(data, &Undo::default());
            let _ = fault(status, None, data);
        }
    }
}
