//! Requests to Ollama.

use serde_json::{Value, json};
use tiergate_dialects::Target;
use tiergate_dialects::inner::{
    Effort, Format, Json, Media, Part, Reasoning, Request, Role, Sampling, Text, Tool, ToolChoice,
    ToolResult,
};
use tiergate_dialects::ollama::encode;

use super::{asking, base64, call, image, text, turn};

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
            turn(
                Role::User,
                vec![text("Which?"), image(base64("image/png", "iVBO"), None)],
            ),
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
                    parts: vec![text("blue"), image(base64("image/png", "/9j/"), None)],
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
    let url = image(Media::Url(Text::new("https://x.test/a.png")), None);
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
