use serde_json::{Value, json};
use tiergate_dialects::bedrock::encode;
use tiergate_dialects::inner::{Cache, Json, Part, Request, Role, Text, Tool, ToolChoice, Turn};
use tiergate_dialects::{Target, Translated};

use crate::fixture;

pub(crate) const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
pub(crate) const ADAPTIVE: &str = "anthropic.claude-opus-4-6-v1";
pub(crate) const NOVA: &str = "us.amazon.nova-2-lite-v1:0";
pub(crate) const LLAMA: &str = "meta.llama3-3-70b-instruct-v1:0";
pub(crate) const OSS: &str = "openai.gpt-oss-120b-1:0";

pub(crate) fn text(words: &str) -> Part<'static> {
    Part::Text {
        text: Text::new(words),
        cache: None,
    }
}

pub(crate) fn turn(role: Role, parts: Vec<Part<'static>>) -> Turn<'static> {
    Turn {
        role,
        parts,
        name: None,
    }
}

pub(crate) fn request() -> Request<'static> {
    Request {
        turns: vec![turn(Role::User, vec![text("row 7?")])],
        ..Request::default()
    }
}

pub(crate) fn lookup() -> Tool<'static> {
    Tool {
        name: Text::new("lookup"),
        description: Some(Text::new("Find a row")),
        parameters: Some(Json::of(&json!({
            "type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"],
        }))),
        strict: None,
        cache: None,
        foreign: None,
    }
}

pub(crate) fn translate(request: &Request<'_>, model: &str) -> Result<Translated, &'static str> {
    let target = Target {
        model,
        ..Target::default()
    };
    encode(request, &target).map_err(|unfit| unfit.param)
}

/// The body and the edits.
pub(crate) fn sent(request: &Request<'_>, model: &str) -> (Value, Vec<String>) {
    let translated = translate(request, model).unwrap();
    let edits = translated.edits.iter().map(ToString::to_string).collect();
    (serde_json::from_slice(&translated.body).unwrap(), edits)
}

#[track_caller]
pub(crate) fn check(
    request: &Request<'_>,
    model: &str,
    member: &str,
    expected: impl Into<Value>,
    edits: &[&str],
) {
    let expected = expected.into();
    let (body, made) = sent(request, model);
    assert_eq!(
        body.pointer(member).unwrap_or(&Value::Null),
        &expected,
        "{body}"
    );
    assert_eq!(made, edits);
}

pub(crate) const NOTHING: &[&str] = &[];

#[test]
fn the_fixture_is_written() {
    let request = Request {
        system: vec![Part::Text {
            text: Text::new("Be terse."),
            cache: Some(Cache::Short),
        }],
        tools: vec![lookup()],
        tool_choice: Some(ToolChoice::Auto),
        max_output: Some(256),
        ..request()
    };
    let expected: Value = serde_json::from_slice(&fixture("bedrock/request.json")).unwrap();
    assert_eq!(sent(&request, CLAUDE), (expected, vec![]));
}

#[test]
fn limits_and_sampling() {
    let mut request = request();
    request.max_output = Some(100);
    request.stop = vec![Text::new("END"), Text::new("\n")];
    request.sampling.temperature = Some(Json::of(&1.5));
    request.sampling.top_k = Some(Json::of(&40));
    let fields = ["frequency_penalty", "presence_penalty", "seed"];
    request.sampling.frequency_penalty = Some(Json::of(&0.5));
    request.sampling.presence_penalty = Some(Json::of(&0.5));
    request.sampling.seed = Some(Json::of(&7));
    let removed: Vec<String> = fields
        .iter()
        .map(|name| format!("removed {name}"))
        .collect();
    let common = [
        "temperature clamped to 1",
        &removed[0],
        &removed[1],
        &removed[2],
        "removed stop",
    ];
    let config = json!({"maxTokens": 100, "temperature": 1, "stopSequences": ["END"]});
    check(&request, NOVA, "/inferenceConfig", config.clone(), &common);
    let top_k = json!({"inferenceConfig": {"topK": 40}});
    check(
        &request,
        NOVA,
        "/additionalModelRequestFields",
        top_k,
        &common,
    );
    check(
        &request,
        CLAUDE,
        "/additionalModelRequestFields",
        json!({"top_k": 40}),
        &common,
    );
    let paths = json!(["/stop_sequence", "/delta/stop_sequence"]);
    check(
        &request,
        CLAUDE,
        "/additionalModelResponseFieldPaths",
        paths,
        &common,
    );
    let config = json!({"maxTokens": 100, "temperature": 1});
    check(
        &request,
        OSS,
        "/inferenceConfig",
        config,
        &[&common[..], &["removed top_k"]].concat(),
    );
}

#[test]
fn caps_and_limits_of_sampling() {
    let capped = Target {
        model: NOVA,
        cap: Some(50),
        ..Target::default()
    };
    let body: Value = serde_json::from_slice(&encode(&request(), &capped).unwrap().body).unwrap();
    assert_eq!(body["inferenceConfig"]["maxTokens"], 50);

    let mut both = request();
    both.sampling.temperature = Some(Json::of(&0.5));
    both.sampling.top_p = Some(Json::of(&0.9));
    check(
        &both,
        CLAUDE,
        "/inferenceConfig",
        json!({"temperature": 0.5}),
        &["removed top_p"],
    );
    let gone = ["removed temperature", "removed top_p"];
    check(
        &both,
        "anthropic.claude-opus-5-5",
        "/inferenceConfig",
        Value::Null,
        &gone,
    );
    check(
        &both,
        LLAMA,
        "/inferenceConfig",
        json!({"temperature": 0.5, "topP": 0.9}),
        NOTHING,
    );
}

#[test]
fn choices_of_tools() {
    let choose = |choice| Request {
        tools: vec![
            lookup(),
            Tool {
                name: Text::new("b.c"),
                ..lookup()
            },
        ],
        tool_choice: Some(choice),
        ..request()
    };
    let any = choose(ToolChoice::Required);
    check(
        &any,
        CLAUDE,
        "/toolConfig/toolChoice",
        json!({"any": {}}),
        &["renamed tool b.c"],
    );
    let named = choose(ToolChoice::Named(Text::new("b.c")));
    check(
        &named,
        CLAUDE,
        "/toolConfig/toolChoice",
        json!({"tool": {"name": "b_c"}}),
        &["renamed tool b.c"],
    );
    let undo = translate(&named, CLAUDE).unwrap().undo;
    assert_eq!(undo.names, [("b_c".to_owned(), "b.c".to_owned())]);
    let (body, _) = sent(&named, OSS);
    assert_eq!(body["toolConfig"]["toolChoice"], json!({"any": {}}));
    assert_eq!(body["toolConfig"]["tools"].as_array().unwrap().len(), 1);
    for model in [LLAMA, "anthropic.claude-opus-5-5"] {
        assert_eq!(translate(&any, model).unwrap_err(), "tool_choice");
    }
    let auto = choose(ToolChoice::Auto);
    check(
        &auto,
        LLAMA,
        "/toolConfig/toolChoice",
        Value::Null,
        &["renamed tool b.c"],
    );
    let allowed = choose(ToolChoice::Allowed {
        names: vec![Text::new("lookup")],
        required: false,
    });
    let (body, _) = sent(&allowed, NOVA);
    assert_eq!(body["toolConfig"]["tools"].as_array().unwrap().len(), 1);
    let none = choose(ToolChoice::None);
    check(
        &none,
        NOVA,
        "/toolConfig",
        Value::Null,
        &["tools left out, as none may be called"],
    );
}

#[test]
fn definitions_of_tools() {
    let bare = Tool {
        description: Some(Text::new(" ")),
        parameters: None,
        strict: Some(true),
        cache: Some(Cache::Long),
        ..lookup()
    };
    let untyped = Tool {
        name: Text::new("untyped"),
        parameters: Some(Json::of(&json!({"properties": {}}))),
        description: None,
        ..lookup()
    };
    let request = Request {
        tools: vec![bare, untyped],
        ..request()
    };
    let mut expected = json!([
        {"toolSpec": {"name": "lookup", "inputSchema": {"json": {"type": "object", "properties": {}}}, "strict": true}},
        {"cachePoint": {"type": "default", "ttl": "1h"}},
        {"toolSpec": {"name": "untyped", "inputSchema": {"json": {"type": "object", "properties": {}}}}},
    ]);
    check(
        &request,
        CLAUDE,
        "/toolConfig/tools",
        expected.clone(),
        NOTHING,
    );
    expected.as_array_mut().unwrap().remove(1);
    expected[0]["toolSpec"]
        .as_object_mut()
        .unwrap()
        .remove("strict");
    check(
        &request,
        LLAMA,
        "/toolConfig/tools",
        expected,
        &["removed strict", "removed cache_control"],
    );

    let foreign = Tool {
        foreign: Some(Json::of(&json!({"type": "web_search"}))),
        parameters: None,
        ..lookup()
    };
    let request = Request {
        tools: vec![foreign],
        ..self::request()
    };
    assert_eq!(translate(&request, CLAUDE).unwrap_err(), "tools");
}

#[test]
fn nova_knows_few_keywords_at_the_top() {
    let mut request = request();
    let mut tool = lookup();
    tool.parameters = Some(Json::of(&json!({
        "$schema": "x", "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": {"id": {"type": "object", "additionalProperties": false}},
    })));
    request.tools = vec![tool];
    let expected = json!({
        "type": "object", "required": ["id"],
        "properties": {"id": {"type": "object", "additionalProperties": false}},
    });
    let edits = ["left out keywords at the top of tools' schemas"];
    let place = "/toolConfig/tools/0/toolSpec/inputSchema/json";
    check(&request, NOVA, place, expected, &edits);
    let (body, edits) = sent(&request, CLAUDE);
    assert_eq!(body.pointer(place).unwrap()["$schema"], "x");
    assert!(edits.is_empty());
}

#[test]
fn one_call_at_a_time() {
    let mut request = Request {
        tools: vec![lookup()],
        tool_choice: Some(ToolChoice::Required),
        parallel_tools: Some(false),
        ..request()
    };
    let (body, edits) = sent(&request, CLAUDE);
    let choice = json!({"tool_choice": {"type": "any", "disable_parallel_tool_use": true}});
    assert_eq!(body["additionalModelRequestFields"], choice);
    assert_eq!(body["toolConfig"].get("toolChoice"), None);
    assert_eq!(edits, NOTHING);
    request.tool_choice = None;
    let choice = json!({"type": "auto", "disable_parallel_tool_use": true});
    check(
        &request,
        CLAUDE,
        "/additionalModelRequestFields/tool_choice",
        choice,
        NOTHING,
    );
    let removed = ["removed parallel_tool_calls"];
    check(
        &request,
        NOVA,
        "/additionalModelRequestFields",
        Value::Null,
        &removed,
    );
}

#[test]
fn the_rest_is_sent_or_noted() {
    let mut request = request();
    request.user = Some(Text::new("user-7"));
    request.service_tier = Some(Text::new("flex"));
    let members = json!({
        "metadata": {"team": "a b", "bad": "ä", "number": 7},
        "anthropic_beta": ["x-2026"],
        "prefer": "cheap", "max_tier": "small", "tags": [], "session_id": "s", "stream": true,
        "stream_options": {}, "n": 1, "logprobs": false, "top_logprobs": null, "modalities": ["text"],
        "logit_bias": {"1": 2}, "store": true, "prediction": null,
        "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1"},
    });
    for (name, value) in members.as_object().unwrap() {
        request.rest.push((name.clone().into(), Json::of(value)));
    }
    let (body, edits) = sent(&request, CLAUDE);
    assert_eq!(
        body["requestMetadata"],
        json!({"user": "user-7", "team": "a b"})
    );
    assert_eq!(body["serviceTier"], json!({"type": "flex"}));
    assert_eq!(
        body["guardrailConfig"],
        json!({"guardrailIdentifier": "g", "guardrailVersion": "1"})
    );
    assert_eq!(
        body["additionalModelRequestFields"],
        json!({"anthropic_beta": ["x-2026"]})
    );
    let mut edits: Vec<&str> = edits.iter().map(String::as_str).collect();
    edits.sort_unstable();
    assert_eq!(
        edits,
        [
            "removed logit_bias",
            "removed metadata.bad",
            "removed metadata.number",
            "removed store"
        ]
    );
    let (_, edits) = sent(&request, NOVA);
    assert!(edits.contains(&"removed anthropic_beta".to_owned()));
}

#[test]
fn what_cannot_be_left_out_does_not_fit() {
    for (name, value) in [
        ("n", json!(2)),
        ("logprobs", json!(true)),
        ("top_logprobs", json!(3)),
        ("audio", json!({"voice": "x"})),
        ("modalities", json!(["text", "audio"])),
    ] {
        let request = Request {
            rest: vec![(name.into(), Json::of(&value))],
            ..request()
        };
        assert_eq!(translate(&request, CLAUDE).unwrap_err(), name);
    }
}
