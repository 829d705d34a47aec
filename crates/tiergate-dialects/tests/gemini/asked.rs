//! Turns, media and tools on their way to Gemini.

use serde_json::{Value, json};
use tiergate_dialects::gemini::Surface;
use tiergate_dialects::inner::{
    Effort, Format, Json, Media, Part, Reasoning, Request, Role, Text, Tool, ToolCall, ToolChoice,
    ToolResult,
};

use crate::*;

const OLD: &str = "gemini-2.5-flash";
const NEW: &str = "gemini-3.8-flash";

fn tool(name: &str, schema: &Value) -> Tool<'static> {
    Tool {
        name: Text::new(name),
        description: Some(Text::new("Find a row")),
        parameters: Some(Json::of(schema)),
        strict: None,
        cache: None,
        foreign: None,
    }
}

fn lookup() -> Tool<'static> {
    let schema =
        json!({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]});
    tool("lookup", &schema)
}

#[test]
fn a_conversation_with_a_tool_is_what_google_documents() {
    let signed = ToolCall {
        signature: Some(Text::new("c2ln")),
        ..call("c1", "lookup", r#"{"id":"7"}"#)
    };
    let request = Request {
        system: vec![text("Be terse.")],
        turns: vec![
            user(vec![text("row 7?")]),
            model(vec![Part::ToolCall(signed)]),
            user(vec![result("c1", vec![text("blue")])]),
        ],
        tools: vec![lookup()],
        tool_choice: Some(ToolChoice::Auto),
        max_output: Some(256),
        reasoning: Some(Reasoning {
            effort: Some(Effort::Low),
            ..Reasoning::default()
        }),
        ..Request::default()
    };
    let (said, edits) = vertex(&request, NEW);
    let expected: Value = serde_json::from_slice(&fixture("request.json")).unwrap();
    assert_eq!(said, expected);
    assert!(edits.is_empty(), "{edits:?}");

    let (said, _) = body(&request, NEW);
    assert_eq!(said["contents"][1]["parts"][0]["functionCall"]["id"], "c1");
    assert_eq!(
        said["contents"][2]["parts"][0]["functionResponse"]["id"],
        "c1"
    );
}

#[test]
fn neighbours_merge_and_later_instructions_become_the_users() {
    let request = Request {
        turns: vec![
            user(vec![text("a")]),
            turn(Role::System, vec![text("be brief")]),
            user(vec![text(""), text("b")]),
            model(vec![text("c")]),
            model(vec![Part::Refusal(Text::new("no"))]),
        ],
        ..Request::default()
    };
    let (said, edits) = body(&request, NEW);
    assert_eq!(
        said["contents"],
        json!([
            {"role": "user", "parts": [{"text": "a"}, {"text": "<system>be brief</system>"}, {"text": "b"}]},
            {"role": "model", "parts": [{"text": "c"}, {"text": "no"}]},
        ])
    );
    assert_eq!(edits, ["moved a system message into a user turn"]);
}

#[test]
fn a_conversation_begins_with_the_user() {
    let request = Request {
        turns: vec![model(vec![text("Hello!")]), user(vec![text("Hi")])],
        ..Request::default()
    };
    let (said, edits) = body(&request, NEW);
    assert_eq!(
        said["contents"][0],
        json!({"role": "user", "parts": [{"text": " "}]})
    );
    assert_eq!(edits, ["added an empty user turn"]);
}

#[test]
fn gemma_reads_instructions_in_the_first_turn() {
    let mut request = hello();
    request.system = vec![text("Be terse.")];
    let (said, edits) = body(&request, "gemma-3-27b-it");
    assert_eq!(
        said,
        json!({"contents": [{"role": "user", "parts": [{"text": "Be terse."}, {"text": "Hi"}]}]})
    );
    assert_eq!(edits, ["moved the system prompt into the first user turn"]);
}

fn picture(source: Media<'static>) -> Part<'static> {
    Part::Image {
        source,
        detail: Some(Text::new("high")),
        cache: None,
    }
}

fn png() -> Part<'static> {
    picture(Media::Base64 {
        media_type: "image/png".into(),
        data: "iVBORw0KGgo=".into(),
    })
}

#[test]
fn media_is_sent_inline_or_by_googles_own_addresses() {
    let file = |source| Part::File {
        source,
        name: None,
        context: None,
        cited: false,
        cache: None,
    };
    let unnamed = Media::Base64 {
        media_type: "".into(),
        data: "JVBERi0=".into(),
    };
    let uri = "https://generativelanguage.googleapis.com/v1beta/files/abc";
    let request = Request {
        turns: vec![user(vec![
            png(),
            Part::Audio {
                data: "UklGRg==".into(),
                format: "wav".into(),
            },
            file(unnamed),
            file(Media::Id(Text::new("files/abc"))),
            file(Media::Url(Text::new(uri))),
            file(Media::Plain(Text::new("plain"))),
        ])],
        ..Request::default()
    };
    let (said, edits) = body(&request, NEW);
    assert_eq!(
        said["contents"][0]["parts"],
        json!([
            {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
            {"inlineData": {"mimeType": "audio/wav", "data": "UklGRg=="}},
            {"inlineData": {"mimeType": "application/pdf", "data": "JVBERi0="}},
            {"fileData": {"fileUri": uri}},
            {"fileData": {"fileUri": uri}},
            {"text": "plain"},
        ])
    );
    assert_eq!(edits, ["removed detail"]);
}

#[test]
fn addresses_of_the_open_web_do_not_fit() {
    let at = |address: &str| Request {
        turns: vec![user(vec![picture(Media::Url(Text::new(address)))])],
        ..Request::default()
    };
    let web = at("https://example.com/a.png?sig=x.y#z");
    let unfit = translate(&web, "gemini-2.0-flash").unwrap_err();
    assert_eq!(unfit.param, "messages");
    assert!(unfit.message.contains("does not fetch"), "{unfit}");
    for address in [
        "gs://bucket/a.png",
        "http://example.com/a.png",
        "ftp://h/a.png",
        "file-7a",
    ] {
        assert!(translate(&at(address), NEW).is_err(), "{address}");
    }
    // from Gemini 2.5 on Google fetches them itself
    let fetched = json!({"fileData": {"mimeType": "image/png", "fileUri": "https://example.com/a.png?sig=x.y#z"}});
    for (said, _) in [body(&web, OLD), body(&web, NEW), vertex(&web, NEW)] {
        assert_eq!(said["contents"][0]["parts"][0], fetched);
    }
    let untold = at("https://example.com/picture");
    let (said, _) = body(&untold, NEW);
    let file = &said["contents"][0]["parts"][0]["fileData"];
    assert_eq!(file, &json!({"fileUri": "https://example.com/picture"}));
    let refused = encode(
        &untold,
        &Target {
            model: NEW,
            ..Target::default()
        },
        Surface::Vertex,
    );
    assert!(refused.unwrap_err().message.contains("type"));
    let (said, _) = vertex(&at("gs://bucket/a.png"), NEW);
    assert_eq!(
        said["contents"][0]["parts"][0],
        json!({"fileData": {"mimeType": "image/png", "fileUri": "gs://bucket/a.png"}})
    );
}

fn called(results: Vec<Part<'static>>) -> Request<'static> {
    Request {
        turns: vec![
            user(vec![text("?")]),
            model(vec![
                Part::ToolCall(call("c1", "one", "{}")),
                Part::ToolCall(call("c2", "two", "not json")),
            ]),
            user(results),
        ],
        ..Request::default()
    }
}

#[test]
fn parallel_results_are_named_after_their_calls() {
    let failed = Part::ToolResult(ToolResult {
        id: Text::new("c1"),
        parts: vec![text("broken")],
        failed: true,
        ..ToolResult::default()
    });
    let object = result("c2", vec![text("{\"rows\": [1]}")]);
    let (said, edits) = vertex(&called(vec![object, failed]), OLD);
    assert_eq!(
        said["contents"][2]["parts"],
        json!([
            {"functionResponse": {"name": "one", "response": {"error": "broken"}}},
            {"functionResponse": {"name": "two", "response": {"rows": [1]}}},
        ])
    );
    assert_eq!(
        said["contents"][1]["parts"][1]["functionCall"]["args"],
        json!({})
    );
    assert_eq!(edits, ["replaced invalid tool arguments by {}"]);

    let unknown = called(vec![result("c3", vec![])]);
    let unfit = translate(&unknown, OLD).unwrap_err();
    assert!(unfit.message.contains("c3"));
}

#[test]
fn results_stand_in_the_order_of_their_calls() {
    let calls = ["a", "b", "c"].map(|id| Part::ToolCall(call(id, "lookup", "{}")));
    let results = ["c", "a", "b"].map(|id| user(vec![result(id, vec![text(id)])]));
    let again = model(vec![Part::ToolCall(call("a", "lookup", "{}"))]);
    let mut turns = vec![user(vec![text("?")]), model(calls.into())];
    turns.extend(results);
    turns.extend([
        user(vec![text("and?")]),
        again,
        user(vec![result("a", vec![text("d")])]),
    ]);
    let request = Request {
        turns,
        ..Request::default()
    };
    let (said, _) = vertex(&request, NEW);
    let of =
        |text: &str| json!({"functionResponse": {"name": "lookup", "response": {"result": text}}});
    assert_eq!(
        said["contents"][2]["parts"],
        json!([of("a"), of("b"), of("c"), {"text": "and?"}])
    );
    assert_eq!(said["contents"][4]["parts"], json!([of("d")]));
}

#[test]
fn pictures_in_results_stay_inside_from_gemini_3_on() {
    let results = || {
        called(vec![
            result("c1", vec![text("a"), text("b\n"), png()]),
            result("c2", vec![text("c")]),
        ])
    };
    let inline = json!({"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}});
    let (said, _) = vertex(&results(), NEW);
    let first = json!({"name": "one", "response": {"result": "a\nb\n"}, "parts": [inline]});
    let second = json!({"functionResponse": {"name": "two", "response": {"result": "c"}}});
    assert_eq!(
        said["contents"][2]["parts"],
        json!([{"functionResponse": first}, second])
    );

    let (said, edits) = vertex(&results(), OLD);
    let first = json!({"name": "one", "response": {"result": "a\nb\n"}});
    assert_eq!(
        said["contents"][2]["parts"],
        json!([{"functionResponse": first}, second, inline])
    );
    assert!(edits.contains(&"moved media of a tool's result behind it".to_owned()));
}

fn with_tools(
    tools: Vec<Tool<'static>>,
    tool_choice: Option<ToolChoice<'static>>,
) -> Request<'static> {
    Request {
        tools,
        tool_choice,
        ..hello()
    }
}

#[test]
fn choices_have_modes() {
    let strict = Tool {
        strict: Some(true),
        ..lookup()
    };
    let named = |name| ToolChoice::Named(Text::new(name));
    let allowed = |required| ToolChoice::Allowed {
        names: vec![Text::new("lookup")],
        required,
    };
    let check = |tools, choice, expected: Value| {
        let (said, edits) = body(&with_tools(tools, choice), NEW);
        let config = said
            .get("toolConfig")
            .map(|config| &config["functionCallingConfig"]);
        assert_eq!(config.unwrap_or(&Value::Null), &expected);
        assert!(edits.is_empty(), "{edits:?}");
    };
    let plain = || vec![lookup()];
    let just_lookup = |mode: &str| json!({"mode": mode, "allowedFunctionNames": ["lookup"]});
    check(plain(), None, Value::Null);
    check(plain(), Some(ToolChoice::Auto), json!({"mode": "AUTO"}));
    check(vec![strict.clone()], None, json!({"mode": "VALIDATED"}));
    check(
        vec![strict],
        Some(ToolChoice::Auto),
        json!({"mode": "VALIDATED"}),
    );
    check(plain(), Some(ToolChoice::None), json!({"mode": "NONE"}));
    check(plain(), Some(ToolChoice::Required), json!({"mode": "ANY"}));
    check(plain(), Some(named("lookup")), just_lookup("ANY"));
    check(plain(), Some(allowed(true)), just_lookup("ANY"));
    check(plain(), Some(allowed(false)), just_lookup("VALIDATED"));
}

#[test]
fn a_tool_without_arguments_has_no_schema() {
    let empty = json!({"type": "object", "properties": {}, "additionalProperties": false});
    let open = json!({"type": "object", "additionalProperties": true});
    let request = with_tools(vec![tool("a", &empty), tool("b", &open)], None);
    let (said, _) = body(&request, NEW);
    assert_eq!(
        said["tools"],
        json!([{"functionDeclarations": [
            {"name": "a", "description": "Find a row"},
            {"name": "b", "description": "Find a row", "parametersJsonSchema": open},
        ]}])
    );
}

#[test]
fn odd_names_are_told_otherwise_and_undone() {
    let mut request = with_tools(
        vec![
            lookup(),
            tool("7 look/up", &json!({})),
            tool("7_look/up", &json!({})),
        ],
        Some(ToolChoice::Named(Text::new("7 look/up"))),
    );
    request
        .turns
        .push(model(vec![Part::ToolCall(call("c", "7_look/up", "{}"))]));
    let translated = translate(&request, NEW).unwrap();
    let undo = &translated.undo;
    let (said, edits) = read(&translated);
    let declared = &said["tools"][0]["functionDeclarations"];
    assert_eq!(declared[1]["name"], "_7_look_up");
    assert_eq!(declared[2]["name"], "_7_look_up_2");
    let chosen = &said["toolConfig"]["functionCallingConfig"]["allowedFunctionNames"];
    assert_eq!(chosen, &json!(["_7_look_up"]));
    let call = &said["contents"][1]["parts"][0]["functionCall"];
    assert_eq!(call["name"], "_7_look_up_2");
    assert_eq!(undo.name("_7_look_up"), "7 look/up");
    assert_eq!(undo.name("_7_look_up_2"), "7_look/up");
    assert!(edits.contains(&"renamed tool 7 look/up".to_owned()));
}

#[test]
fn json_and_tools_go_together_where_the_model_is_new_and_free() {
    let with = |choice| Request {
        format: Format::JsonObject,
        ..with_tools(vec![lookup()], choice)
    };
    assert!(translate(&with(None), OLD).is_err());
    let (said, edits) = body(&with(Some(ToolChoice::None)), OLD);
    assert!(said.get("tools").is_none() && said.get("toolConfig").is_none());
    assert_eq!(edits, ["removed tools"]);
    let mut strict = with(None);
    strict.tools[0].strict = Some(true);
    let (said, edits) = body(&strict, NEW);
    assert!(said.get("toolConfig").is_none());
    assert_eq!(edits, ["removed strict"]);
    assert!(translate(&with(Some(ToolChoice::Required)), NEW).is_err());
    let (said, _) = body(&with(None), NEW);
    assert_eq!(
        said["generationConfig"]["responseMimeType"],
        "application/json"
    );
}

#[test]
fn other_vendors_models_on_vertex_do_not_fit() {
    let at = |model| {
        encode(
            &hello(),
            &Target {
                model,
                ..Target::default()
            },
            Surface::Vertex,
        )
    };
    for model in [
        "claude-opus-5-5@default",
        "publishers/anthropic/models/claude-opus-5-5",
        "meta/llama-4-maverick-17b-128e-instruct-maas",
        "xai/grok-4.20-reasoning",
    ] {
        assert_eq!(at(model).unwrap_err().param, "model", "{model}");
    }
    for model in [
        NEW,
        "vertex_ai/gemini-3.5-flash-lite",
        "publishers/google/models/gemini-3.8-flash",
    ] {
        at(model).unwrap();
    }
}

#[test]
fn a_tool_of_another_vendor_does_not_fit() {
    let mut request = with_tools(vec![lookup()], None);
    request.tools[0].foreign = Some(Json::of(&json!({"type": "web_search"})));
    request.tools[0].parameters = None;
    let target = Target::default();
    let unfit = encode(&request, &target, Surface::Gemini).unwrap_err();
    assert_eq!(unfit.param, "tools");
}
