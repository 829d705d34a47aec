//! Requests to Cohere.

use serde_json::{Value, json};
use tiergate_dialects::Target;
use tiergate_dialects::cohere::encode;
use tiergate_dialects::inner::{
    Effort, Format, Json, Media, Part, Reasoning, Request, Role, Sampling, Text, Tool, ToolChoice,
};

use super::{asking, base64, call, image, result, text, thought, turn};

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
    let document = |media_type: &'static str, data: &'static str| Part::File {
        source: base64(media_type, data),
        name: Some(Text::new("a.txt")),
        context: None,
        cited: false,
        cache: None,
    };
    let mut request = Request {
        turns: vec![turn(
            Role::User,
            vec![
                result("a", vec![image(base64("", "/9j/4A=="), Some("low"))]),
                image(Media::Url(Text::new("https://x.test/a.png")), Some("low")),
                document("text/plain", "Ymx1ZQ=="),
            ],
        )],
        ..Request::default()
    };
    let (body, edits) = sent(&request);
    assert_eq!(
        body["messages"],
        json!([
            {"role": "tool", "tool_call_id": "a", "content": "(no output)"},
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,/9j/4A==", "detail": "low"}},
                {"type": "image_url", "image_url": {"url": "https://x.test/a.png", "detail": "low"}},
                {"type": "text", "text": "a.txt\n\nblue"},
            ]},
        ])
    );
    assert_eq!(
        edits,
        [
            "pictures of a tool as the user's",
            "empty tool result as text",
            "documents as text"
        ]
    );
    request.turns[0]
        .parts
        .push(document("application/pdf", "Ymx1ZQ=="));
    unfit(&request, "messages");
}

#[test]
fn empty_words_are_not_sent() {
    let request = Request {
        system: vec![text("")],
        turns: vec![
            turn(Role::User, vec![text(""), text("Hi")]),
            turn(Role::Assistant, vec![text(""), call("a", "{}")]),
            turn(Role::User, vec![result("a", vec![text("")])]),
        ],
        ..Request::default()
    };
    let (body, edits) = sent(&request);
    let called =
        json!([{"id": "a", "type": "function", "function": {"name": "lookup", "arguments": "{}"}}]);
    assert_eq!(
        body["messages"],
        json!([
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "tool_calls": called},
            {"role": "tool", "tool_call_id": "a", "content": "(no output)"},
        ])
    );
    assert_eq!(edits, ["empty tool result as text"]);
}

#[test]
fn pictures_are_what_they_are() {
    let source = base64("image/jpeg", "iVBORw0KGgoAAAA=");
    let request = Request {
        turns: vec![turn(Role::User, vec![image(source, None)])],
        ..Request::default()
    };
    let (body, _) = sent(&request);
    let url = &body["messages"][0]["content"][0]["image_url"]["url"];
    assert_eq!(url, "data:image/png;base64,iVBORw0KGgoAAAA=");
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
