//! Cohere's chat, both ways.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::cohere::{Stream, answer, encode, fault};
use tiergate_dialects::inner::{
    Arguments, Effort, Event, Format, Json, Media, Part, Reasoning, Request, Role, Sampling, Stop,
    Text, Tool, ToolCall, ToolChoice, ToolResult, Turn, Undo,
};
use tiergate_dialects::{Cause, Fault, Target};
use tiergate_wire::sse::Decoder;
use tiergate_wire::usage::Usage;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cohere");
    std::fs::read(folder.join(name)).unwrap()
}

fn text(text: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(text),
        cache: None,
    }
}

fn thought(text: &str) -> Part<'static> {
    Part::Thinking {
        text: Text::new(text),
        signature: None,
        id: None,
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
        description: Some(Text::new("Looks up.")),
        parameters: Some(Json::of(&schema())),
        strict: None,
        cache: None,
        foreign: None,
    }
}

fn schema() -> Value {
    json!({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]})
}

fn call(id: &str, arguments: &str) -> Part<'static> {
    Part::ToolCall(ToolCall {
        id: Text::new(id),
        name: Text::new("lookup"),
        arguments: Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    })
}

fn result(id: &str, parts: Vec<Part<'static>>) -> Part<'static> {
    Part::ToolResult(ToolResult {
        id: Text::new(id),
        parts,
        ..ToolResult::default()
    })
}

fn image(source: Media<'static>) -> Part<'static> {
    Part::Image {
        source,
        detail: Some(Text::new("low")),
        cache: None,
    }
}

const COMMAND: Target<'_> = Target {
    model: "command-a-plus-05-2026",
    max_output: Some(64_000),
    cap: None,
};

/// What is sent, and the edits.
#[track_caller]
fn sent(request: &Request<'_>) -> (Value, Vec<String>) {
    let told = encode(request, &COMMAND).unwrap();
    let edits = told.edits.iter().map(ToString::to_string);
    (serde_json::from_slice(&told.body).unwrap(), edits.collect())
}

#[track_caller]
fn unfit(request: &Request<'_>, param: &str) {
    assert_eq!(encode(request, &COMMAND).unwrap_err().param, param);
}

fn rest(name: &'static str, value: &Value) -> Request<'static> {
    Request {
        rest: vec![(name.into(), Json::of(value))],
        ..asking("Hi")
    }
}

#[test]
fn a_plain_request() {
    let request = Request {
        system: vec![text("Be brief.")],
        max_output: Some(9),
        stop: vec![Text::new("END")],
        sampling: Sampling {
            temperature: Some(Json::of(&0.5)),
            top_p: Some(Json::of(&1)),
            top_k: Some(Json::of(&40)),
            frequency_penalty: Some(Json::of(&-0.5)),
            presence_penalty: Some(Json::of(&0.25)),
            seed: Some(Json::of(&7)),
        },
        stream: true,
        ..asking("Hi \u{1f600}")
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body,
        json!({
            "model": "command-a-plus-05-2026",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Hi \u{1f600}"},
            ],
            "max_tokens": 9, "temperature": 0.5, "p": 0.99, "k": 40, "seed": 7, "stop_sequences": ["END"],
            "frequency_penalty": 0, "presence_penalty": 0.25, "stream": true,
        })
    );
    assert_eq!(
        edits,
        ["lowered top_p to 0.99", "raised frequency_penalty to 0"]
    );
}

#[test]
fn calls_and_their_results() {
    let request = Request {
        turns: vec![
            turn(Role::User, vec![text("Which?")]),
            turn(
                Role::Assistant,
                vec![
                    thought("I will look."),
                    call("a", r#"{"id":"7"}"#),
                    call("b", "{}"),
                ],
            ),
            turn(
                Role::User,
                vec![
                    result("a", vec![text("blue")]),
                    result("b", vec![text("red"), text("green")]),
                    text("Well?"),
                ],
            ),
            turn(Role::Assistant, vec![thought("Hm."), text("Blue.")]),
        ],
        tools: vec![tool("lookup")],
        ..Request::default()
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body["messages"],
        json!([
            {"role": "user", "content": "Which?"},
            {"role": "assistant", "tool_plan": "I will look.", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "lookup", "arguments": r#"{"id":"7"}"#}},
                {"id": "b", "type": "function", "function": {"name": "lookup", "arguments": "{}"}},
            ]},
            {"role": "tool", "tool_call_id": "a", "content": "blue"},
            {"role": "tool", "tool_call_id": "b", "content": [
                {"type": "text", "text": "red"}, {"type": "text", "text": "green"},
            ]},
            {"role": "user", "content": "Well?"},
            {"role": "assistant", "content": "Blue."},
        ])
    );
    assert_eq!(
        body["tools"],
        json!([{"type": "function", "function": {
            "name": "lookup", "description": "Looks up.", "parameters": schema(),
        }}])
    );
    assert_eq!(edits, ["removed reasoning_content"]);
}

#[test]
fn pictures_and_documents() {
    let picture = |data: &'static str| Media::Base64 {
        media_type: "".into(),
        data: data.into(),
    };
    let document = |media_type: &'static str, data: &'static str| Part::File {
        source: Media::Base64 {
            media_type: media_type.into(),
            data: data.into(),
        },
        name: Some(Text::new("a.txt")),
        cache: None,
    };
    let mut request = Request {
        turns: vec![turn(
            Role::User,
            vec![
                result("a", vec![image(picture("/9j/4A=="))]),
                image(Media::Url(Text::new("https://x.test/a.png"))),
                document("text/plain", "Ymx1ZQ=="),
            ],
        )],
        ..Request::default()
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body["messages"],
        json!([
            {"role": "tool", "tool_call_id": "a", "content": ""},
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/4A==", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "https://x.test/a.png", "detail": "low"}},
                {"type": "text", "text": "a.txt\n\nblue"},
            ]},
        ])
    );
    assert_eq!(
        edits,
        ["pictures of a tool as the user's", "documents as text"]
    );
    request.turns[0]
        .parts
        .push(document("application/pdf", "Ymx1ZQ=="));
    unfit(&request, "messages");
}

#[test]
fn choices_of_tools() {
    let choosing = |choice| Request {
        tools: vec![tool("lookup"), tool("other")],
        tool_choice: Some(choice),
        ..asking("Hi")
    };
    let named = |name| ToolChoice::Named(Text::new(name));
    let allowed = |required| ToolChoice::Allowed {
        names: vec![Text::new("other")],
        required,
    };
    for (choice, told, offered) in [
        (ToolChoice::Auto, Value::Null, 2),
        (ToolChoice::None, json!("NONE"), 2),
        (ToolChoice::Required, json!("REQUIRED"), 2),
        (named("other"), json!("REQUIRED"), 1),
        (allowed(true), json!("REQUIRED"), 1),
        (allowed(false), Value::Null, 1),
    ] {
        let (body, _) = sent(&choosing(choice));
        assert_eq!(body["tool_choice"], told);
        assert_eq!(body["tools"].as_array().unwrap().len(), offered);
    }
    unfit(&choosing(named("unknown")), "tool_choice");
}

#[test]
fn strictness_is_for_all_tools_or_none() {
    let strict = |strict| Tool {
        strict,
        ..tool("lookup")
    };
    let with = |tools| Request {
        tools,
        ..asking("Hi")
    };
    let (body, edits) = sent(&with(vec![strict(Some(true))]));
    assert_eq!((&body["strict_tools"], edits.len()), (&json!(true), 0));
    let (body, edits) = sent(&with(vec![strict(Some(true)), strict(None)]));
    assert_eq!(body["strict_tools"], Value::Null);
    assert_eq!(edits, ["removed strict"]);
}

#[test]
fn json_by_schema() {
    let mut request = Request {
        format: Format::JsonSchema {
            name: Text::new("found"),
            description: None,
            schema: Json::of(&schema()),
            strict: Some(true),
        },
        ..asking("Hi")
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body["response_format"],
        json!({"type": "json_object", "json_schema": schema()})
    );
    assert!(edits.is_empty());
    request.format = Format::JsonObject;
    let (body, _) = sent(&request);
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    request.tools = vec![tool("lookup")];
    unfit(&request, "response_format");
}

#[test]
fn thinking_by_effort_and_budget() {
    let thinking = |effort, budget, model: &'static str| {
        let request = Request {
            reasoning: Some(Reasoning {
                effort,
                budget,
                shown: None,
            }),
            ..asking("Hi")
        };
        let told = encode(&request, &Target { model, ..COMMAND }).unwrap();
        let body: Value = serde_json::from_slice(&told.body).unwrap();
        (body["thinking"].clone(), told.edits.join(", "))
    };
    let check = |effort, budget, told: Value, edit: &str| {
        assert_eq!(
            thinking(effort, budget, COMMAND.model),
            (told, edit.to_owned())
        );
    };
    check(Some(Effort::None), None, json!({"type": "disabled"}), "");
    check(
        Some(Effort::Low),
        None,
        json!({"type": "enabled", "token_budget": 1024}),
        "reasoning_effort low as 1024 tokens",
    );
    check(Some(Effort::High), None, json!({"type": "enabled"}), "");
    check(
        None,
        Some(99),
        json!({"type": "enabled", "token_budget": 99}),
        "",
    );
    let unthinking = thinking(Some(Effort::High), None, "command-r-08-2024");
    assert_eq!(
        unthinking,
        (Value::Null, "removed reasoning_effort".to_owned())
    );
}

#[test]
fn what_has_no_place_is_listed_or_refused() {
    let request = Request {
        user: Some(Text::new("u1")),
        service_tier: Some(Text::new("flex")),
        parallel_tools: Some(false),
        rest: vec![
            ("prefer".into(), Json::of("cheap")),
            ("logit_bias".into(), Json::of(&json!({"1": 2}))),
            ("stream_options".into(), Json::of(&json!({}))),
            ("safety_mode".into(), Json::of("OFF")),
        ],
        ..asking("Hi")
    };
    let (body, edits) = sent(&request);
    assert_eq!(body["safety_mode"], "OFF");
    assert_eq!(
        edits,
        [
            "removed logit_bias",
            "removed user",
            "removed service_tier",
            "removed parallel_tool_calls"
        ]
    );
    unfit(&rest("n", &json!(2)), "n");
    unfit(&rest("logprobs", &json!(true)), "logprobs");
    unfit(&rest("modalities", &json!(["text", "audio"])), "modalities");
    unfit(&rest("audio", &json!({"voice": "x"})), "audio");
    assert!(sent(&rest("n", &json!(1))).1.is_empty());
}

#[test]
fn a_whole_answer() {
    let body = json!({
        "id": "c1", "finish_reason": "TOOL_CALL",
        "message": {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "Blue."},
        ], "tool_plan": "I will look.", "citations": [{"start": 0}], "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "lookup", "arguments": "{\"id\":\"7\"}"}},
            {"type": "function", "function": {"name": "renamed", "arguments": null}},
        ]},
        "usage": {
            "billed_units": {"input_tokens": 20.0, "output_tokens": 3.0},
            "tokens": {"input_tokens": 88.0, "output_tokens": 5.0}, "cached_tokens": 64,
        },
    })
    .to_string();
    let undo = Undo {
        names: vec![("renamed".to_owned(), "own".to_owned())],
        json_tool: None,
        ..Undo::default()
    };
    let told = answer(body.as_bytes(), &undo).unwrap();
    let second = Part::ToolCall(ToolCall {
        id: Text::new("call_1c1"),
        name: Text::new("own"),
        ..ToolCall::default()
    });
    assert_eq!(
        told.parts,
        [
            thought("Hm."),
            text("Blue."),
            thought("I will look."),
            call("a", r#"{"id":"7"}"#),
            second
        ]
    );
    assert_eq!(
        (told.id, told.stop),
        (Some(Text::new("c1")), Stop::ToolCalls)
    );
    let usage = Usage {
        prompt_tokens: 88,
        cached_tokens: 64,
        completion_tokens: 5,
        ..Usage::default()
    };
    assert_eq!(told.usage, Some(usage));
}

#[test]
fn ends_of_answers() {
    let end = |reason: &str| {
        let body = json!({"finish_reason": reason, "message": {"content": []},
            "usage": {"billed_units": {"input_tokens": 2, "output_tokens": 3}}});
        let body = body.to_string();
        let told = answer(body.as_bytes(), &Undo::default());
        told.map(|told| (told.stop, told.usage.unwrap().completion_tokens))
            .map_err(|fault| fault.cause)
    };
    for (reason, stop) in [
        ("COMPLETE", Stop::End),
        ("STOP_SEQUENCE", Stop::Sequence),
        ("MAX_TOKENS", Stop::Length),
        ("ERROR_TOXIC", Stop::ContentFilter),
        ("SOMETHING_NEW", Stop::End),
    ] {
        assert_eq!(end(reason), Ok((stop, 3)), "{reason}");
    }
    assert_eq!(end("ERROR"), Err(Cause::Server));
    assert_eq!(end("TIMEOUT"), Err(Cause::Overloaded));
}

#[test]
fn errors() {
    let check = |status, body: &str, cause| {
        let told = fault(status, None, body.as_bytes());
        assert_eq!((told.cause, told.status), (cause, status), "{body}");
    };
    let token = String::from_utf8(fixture("error_401.json")).unwrap();
    assert_eq!(
        fault(401, None, token.as_bytes()).message,
        "invalid api token"
    );
    check(401, &token, Cause::Auth);
    check(498, "{}", Cause::Auth);
    check(
        429,
        r#"{"message":"limited to 1000 API calls / month"}"#,
        Cause::Billing,
    );
    check(
        429,
        r#"{"message":"limited to 20 API calls / minute"}"#,
        Cause::RateLimited,
    );
    check(
        400,
        r#"{"message":"too many tokens: 9000"}"#,
        Cause::ContextTooLong,
    );
    check(404, r#"{"message":"model 'x' not found"}"#, Cause::NotFound);
    check(502, "<html>", Cause::Server);
    let in_success = answer(token.as_bytes(), &Undo::default()).unwrap_err();
    assert_eq!(in_success.cause, Cause::Auth);
    for body in ["", "{}", "[]", r#"{"message":{"content":[{"text":7}]}}"#] {
        let told = answer(body.as_bytes(), &Undo::default()).unwrap_err();
        assert_eq!(told.cause, Cause::Invalid, "{body}");
    }
}

/// Feeds frames and gives the events as they print.
fn stream(frames: &[(String, Vec<u8>)]) -> Result<Vec<String>, Fault> {
    let mut stream = Stream::new(Undo::default());
    let mut told = Vec::new();
    for (name, data) in frames {
        let mut out = Vec::new();
        stream.event(name, data, &mut out)?;
        told.extend(out.iter().map(plain));
    }
    Ok(told)
}

fn frames(list: &[Value]) -> Vec<(String, Vec<u8>)> {
    let frame = |data: &Value| (String::new(), data.to_string().into_bytes());
    list.iter().map(frame).collect()
}

/// An event in few words.
fn plain(event: &Event<'_>) -> String {
    match event {
        Event::Start { id, .. } => format!("start {}", id.clone().unwrap_or_default().value()),
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
fn a_stream_with_a_plan_and_a_call() {
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(Bytes::from(fixture("stream_tools.sse")));
    let mut frames = Vec::new();
    while let Some(next) = decoder.next().unwrap() {
        if let Some(data) = next.data {
            frames.push((String::new(), data.to_vec()));
        }
    }
    assert_eq!(
        stream(&frames).unwrap(),
        [
            "start c1",
            "0 thinking I will look.",
            "0 stop",
            "1 call lookup_a lookup",
            r#"1 arguments {"id":"7"}"#,
            "1 stop",
            "usage 900 30",
            "finish ToolCalls",
        ]
    );
}

#[test]
fn a_stream_with_words_and_parallel_calls_without_arguments() {
    let content = |kind: &str, index: u32, words: &str| json!({"type": "content-delta", "index": index, "delta": {"message": {"content": {kind: words}}}});
    let start = |index: u32| {
        json!({"type": "tool-call-start", "index": index, "delta": {"message": {"tool_calls": {
            "type": "function", "function": {"name": "now", "arguments": ""}}}}})
    };
    let more = |index: u32, arguments: Value| {
        json!({"type": "tool-call-delta", "index": index, "delta": {"message": {"tool_calls": {
            "function": {"arguments": arguments}}}}})
    };
    let list = [
        json!({"type": "message-start", "id": "c-2", "delta": {"message": {"content": [], "tool_calls": []}}}),
        json!({"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "thinking", "thinking": ""}}}}),
        content("thinking", 0, "Hm."),
        json!({"type": "content-end", "index": 0}),
        content("text", 1, "Bl"),
        json!({"type": "citation-start", "index": 0, "delta": {"message": {"citations": {"start": 0}}}}),
        json!({"type": "something-new", "delta": 7}),
        content("text", 1, "ue."),
        json!({"type": "content-end", "index": 1}),
        start(0),
        start(1),
        start(2),
        more(0, json!("nu")),
        more(1, json!("nu")),
        more(1, json!("t")),
        more(2, Value::Null),
        more(0, json!("ll")),
        json!({"type": "tool-call-end", "index": 0}),
        json!({"type": "message-end", "delta": {"finish_reason": "TOOL_CALL"}}),
        content("text", 3, "late"),
    ];
    assert_eq!(
        stream(&frames(&list)).unwrap(),
        [
            "start c-2",
            "0 thinking Hm.",
            "0 stop",
            "1 text Bl",
            "1 text ue.",
            "1 stop",
            "2 call call_0c2 now",
            "3 call call_1c2 now",
            "4 call call_2c2 now",
            "3 arguments nu",
            "3 arguments t",
            "2 arguments {}",
            "2 stop",
            "3 stop",
            "4 arguments {}",
            "4 stop",
            "finish ToolCalls",
        ]
    );
}

#[test]
fn a_stream_that_breaks() {
    let end = json!({"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "out of memory"}});
    let told = stream(&frames(&[end])).unwrap_err();
    assert_eq!(told.cause, Cause::Server);
    assert!(told.message.contains("out of memory"));
    let error = json!({"id": "e", "message": "invalid api token"});
    assert_eq!(stream(&frames(&[error])).unwrap_err().cause, Cause::Auth);
    let cut = stream(&frames(&[json!({"type": "message-start", "id": "c"})])).unwrap();
    assert_eq!(cut, ["start c"]);
}

fn any_frame() -> impl Strategy<Value = Value> {
    let kinds = [
        "message-start",
        "content-delta",
        "content-end",
        "tool-plan-delta",
        "tool-call-start",
        "tool-call-delta",
        "tool-call-end",
        "message-end",
    ];
    let words = prop::sample::select(vec!["", "nu", "ll", "null", "{", "\"x\"", "é\n"]);
    (prop::sample::select(kinds.to_vec()), 0..3_u8, words).prop_map(|(kind, index, words)| {
        json!({"type": kind, "index": index, "delta": {"finish_reason": "COMPLETE", "message": {
            "content": if index == 0 { json!({"text": words}) } else { json!({"thinking": words}) },
            "tool_plan": words,
            "tool_calls": {"function": {"name": "f", "arguments": words}},
        }}})
    })
}

proptest! {
    #[test]
    fn blocks_are_dense_and_each_ends_once(list in prop::collection::vec(any_frame(), 0..30)) {
        let mut stream = Stream::new(Undo::default());
        let (mut began, mut ended, mut finished, mut started) = (0, Vec::new(), 0, 0);
        for data in list {
            let data = data.to_string();
            let mut out = Vec::new();
            if stream.event("", data.as_bytes(), &mut out).is_err() {
                break;
            }
            for event in &out {
                prop_assert_eq!(finished, 0);
                match event {
                    Event::Start { .. } => started += 1,
                    Event::Finish { .. } => finished += 1,
                    Event::Text { block, .. } | Event::Thinking { block, .. }
                    | Event::ToolCall { block, .. } | Event::Arguments { block, .. } => {
                        prop_assert!(*block <= began && !ended.contains(block));
                        began = began.max(block + 1);
                    }
                    Event::BlockStop { block } => {
                        prop_assert!(*block < began && !ended.contains(block));
                        ended.push(*block);
                    }
                    _ => {}
                }
                prop_assert_eq!(started, 1);
            }
        }
        if finished == 1 {
            prop_assert_eq!(ended.len(), began as usize);
        }
    }

    #[test]
    fn any_bytes_are_survived(
        raw in prop::collection::vec(any::<u8>(), 0..80),
        near in "\\{\"(type|message|delta|id|index)\":[\\[\\]{}\":,a-z0-9-]{0,40}\\}?",
        status in 100..600_u16,
    ) {
        for data in [raw.as_slice(), near.as_bytes()] {
            let mut out = Vec::new();
            let mut stream = Stream::new(Undo::default());
            let _ = stream.event("content-delta", data, &mut out);
            let _ = stream.event("message-end", data, &mut out);
            let _ = answer(data, &Undo::default());
            let _ = fault(status, None, data);
        }
    }
}
