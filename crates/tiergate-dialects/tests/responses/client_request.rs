//! What clients ask.

use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::inner::{
    Arguments, Cache, Effort, Format, Media, Part, Reasoning, Request, Role, ToolCall, ToolChoice,
    ToolResult, Turn,
};
use tiergate_dialects::responses::{Echo, decode, decode_count, extras};
use tiergate_dialects::{BadRequest, Target};

use crate::support::{said, text, value};

const REQUEST: &[u8] = include_bytes!("../fixtures/responses/request.json");

#[test]
fn a_whole_request_is_read() {
    let request = decode(REQUEST).unwrap();
    assert_eq!(request.model, "auto");
    assert_eq!(request.system, [said("Be terse."), said("Use tools.")]);
    assert_eq!(request.turns, turns());
    let [row, search] = &request.tools[..] else {
        panic!("two tools");
    };
    assert!(row.name.is("row") && row.foreign.is_none() && row.strict == Some(true));
    assert_eq!(
        value(row.parameters.as_ref().unwrap())["required"],
        json!(["n"])
    );
    assert!(search.name.is("web_search"));
    assert_eq!(
        value(search.foreign.as_ref().unwrap()),
        json!({"type": "web_search"})
    );
    assert_eq!(request.tool_choice, Some(ToolChoice::Named(text("row"))));
    assert_eq!(request.parallel_tools, Some(false));
    let Format::JsonSchema { name, strict, .. } = &request.format else {
        panic!("a schema");
    };
    assert!(name.is("colour") && *strict == Some(true));
    let reasoning = Reasoning {
        effort: Some(Effort::Low),
        budget: None,
        shown: Some(true),
    };
    assert_eq!(request.reasoning, Some(reasoning));
    assert_eq!(request.max_output, Some(512));
    assert!(request.stream);
    assert_eq!(request.user, Some(text("u-1")));
    assert_eq!(request.service_tier, Some(text("flex")));
    let rest: Vec<_> = request
        .rest
        .iter()
        .map(|(name, json)| (&**name, json.get()))
        .collect();
    let expected = [
        ("verbosity", r#""low""#),
        ("metadata", r#"{"team": "a"}"#),
        ("prompt_cache_key", r#""k""#),
        ("prefer", r#""cheap""#),
    ];
    assert_eq!(rest, expected);
}

fn turns() -> Vec<Turn<'static>> {
    let turn = |role, parts| Turn {
        role,
        parts,
        name: None,
    };
    let call = |id, arguments| {
        Part::ToolCall(ToolCall {
            id: text(id),
            name: text("row"),
            arguments: Arguments::Text(text(arguments)),
            ..ToolCall::default()
        })
    };
    let result = |id, parts| {
        Part::ToolResult(ToolResult {
            id: text(id),
            parts,
            ..ToolResult::default()
        })
    };
    let image = |source, detail: Option<&str>| Part::Image {
        source,
        detail: detail.map(text),
        cache: None,
    };
    let bytes = |media_type, data| Media::Base64 { media_type, data };
    vec![
        turn(
            Role::User,
            vec![
                said("What is on \"row 7\"?\n"),
                image(
                    bytes("image/png".into(), "iVBORw0KGgo=".into()),
                    Some("low"),
                ),
                image(Media::Url(text("https://example.test/a.png")), None),
                Part::File {
                    source: bytes("application/pdf".into(), "JVBERi0=".into()),
                    name: Some(text("a.pdf")),
                    context: None,
                    cited: false,
                    cache: None,
                },
            ],
        ),
        turn(
            Role::Assistant,
            vec![
                Part::Thinking {
                    text: text("Look\n\nit up"),
                    signature: Some(text("tgr1:rs_1:gAAAAB==")),
                    id: Some(text("rs_1")),
                },
                said("Let me see."),
                call("call_1", r#"{"n":7}"#),
                call("call_2", r#"{"n":8}"#),
            ],
        ),
        turn(
            Role::User,
            vec![
                result("call_1", vec![said("blue")]),
                result(
                    "call_2",
                    vec![said("red"), image(Media::Id(text("file_1")), Some("auto"))],
                ),
                said("And now?"),
            ],
        ),
    ]
}

#[test]
fn plain_text_is_a_request_too() {
    let body = br#"{"model":"auto","input":"Hi \u00e9"}"#;
    let request = decode(body).unwrap();
    assert_eq!(request.turns[0].parts, [said("Hi é")]);
    assert!(matches!(request.format, Format::Text) && request.reasoning.is_none());
}

fn read(body: &Value, check: impl FnOnce(Request<'_>)) {
    check(decode(body.to_string().as_bytes()).unwrap());
}

#[test]
fn instructions_in_the_middle_stay_there() {
    let body = json!({"model": "m", "input": [
        {"role": "system", "content": "a"},
        {"role": "user", "content": "b"},
        {"role": "developer", "content": "c"},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "d"}]},
        {"role": "user", "content": [{"type": "input_text", "text": "e", "prompt_cache_breakpoint": {"mode": "explicit", "ttl": "12h"}}]},
        {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}}]},
    ]});
    read(&body, |request| {
        assert_eq!(request.system, [said("a")]);
        let roles: Vec<_> = request.turns.iter().map(|turn| turn.role).collect();
        assert_eq!(
            roles,
            [Role::User, Role::System, Role::Assistant, Role::User]
        );
        assert_eq!(request.turns[2].parts, [Part::Refusal(text("d"))]);
        let Part::Text { cache, .. } = &request.turns[3].parts[0] else {
            panic!("text");
        };
        assert_eq!(*cache, Some(Cache::Long));
        assert!(
            matches!(&request.turns[3].parts[1], Part::Audio { format, .. } if format == "wav")
        );
    });
}

#[test]
fn tools_of_codex_are_kept() {
    let body = json!({
        "model": "m",
        "input": [
            {"role": "user", "content": "Patch it."},
            {"type": "custom_tool_call", "call_id": "c1", "name": "apply_patch", "input": "*** \"Begin\"\n"},
            {"type": "custom_tool_call_output", "call_id": "c1", "output": "ok"},
            {"type": "function_call", "call_id": "c2", "namespace": "mcp", "name": "find", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c2", "output": "none"},
            {"type": "local_shell_call", "id": "l", "call_id": "c3", "status": "completed", "action": {"type": "exec", "command": ["ls"], "env": {}}},
            {"type": "local_shell_call_output", "id": "c3", "output": "a"},
        ],
        "tools": [
            {"type": "custom", "name": "apply_patch", "description": "Edits", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
            {"type": "namespace", "name": "mcp", "description": "d", "tools": [{"type": "function", "name": "find", "parameters": {}}]},
            {"type": "local_shell"},
        ],
        "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "custom", "name": "apply_patch"}, {"type": "local_shell"}]},
    });
    read(&body, |request| {
        let names: Vec<_> = request.tools.iter().map(|tool| tool.name.value()).collect();
        assert_eq!(names, ["apply_patch", "mcp", "local_shell"]);
        assert!(request.tools.iter().all(|tool| tool.foreign.is_some()));
        let schema = value(request.tools[0].parameters.as_ref().unwrap());
        assert_eq!(schema["required"], json!(["input"]));
        let expected = ToolChoice::Allowed {
            names: vec![text("apply_patch"), text("local_shell")],
            required: true,
        };
        assert_eq!(request.tool_choice, Some(expected));
        let Part::ToolCall(patch) = &request.turns[1].parts[0] else {
            panic!("a call");
        };
        let input = json!({"input": "*** \"Begin\"\n"}).to_string();
        assert_eq!(patch.arguments, Arguments::Text(text(&input)));
        let Part::ToolCall(find) = &request.turns[3].parts[0] else {
            panic!("a call");
        };
        assert!(find.name.is("mcp.find"));
        let foreign = |at: usize| matches!(&request.turns[at].parts[..], [Part::Foreign(_)]);
        assert!(foreign(5) && request.turns[5].role == Role::Assistant);
        assert!(foreign(6) && request.turns[6].role == Role::User);
    });
}

#[test]
fn a_custom_tool_can_be_a_function_of_one_text() {
    let body = json!({"model": "m", "input": "a", "parallel_tool_calls": true, "tool_choice": {"type": "custom", "name": "patch"},
        "tools": [{"type": "custom", "name": "patch", "description": "Edits",
            "format": {"type": "grammar", "syntax": "lark", "definition": "start: \"x\""}}]});
    read(&body, |request| {
        let sent = tiergate_dialects::openai::chat::encode(&request, &Target::default()).unwrap();
        let told: Value = serde_json::from_slice(&sent.body).unwrap();
        let function = &told["tools"][0]["function"];
        assert_eq!(function["name"], "patch");
        assert_eq!(function["parameters"]["required"], json!(["input"]));
        let description = function["description"].as_str().unwrap();
        assert!(
            description.starts_with("Edits\n\n") && description.ends_with("(lark):\nstart: \"x\""),
            "{description}"
        );
        assert_eq!(
            told["tool_choice"],
            json!({"type": "function", "function": {"name": "patch"}})
        );
        assert_eq!(sent.edits[..], ["removed tools.format"]);
    });
}

#[test]
fn counting_needs_no_model() {
    assert!(decode(br#"{"input":"a"}"#).is_err());
    assert_eq!(decode_count(br#"{"input":"a"}"#).unwrap().turns.len(), 1);
    assert_eq!(
        decode_count(br#"{"model":"m"}"#)
            .unwrap_err()
            .param
            .as_deref(),
        Some("input")
    );
}

#[test]
fn reasoning_of_other_vendors_comes_back_as_it_was() {
    let reasoning = |summary: Value, encrypted: &str| json!({"type": "reasoning", "id": "rs_x", "summary": summary, "encrypted_content": encrypted});
    let summary = json!([{"type": "summary_text", "text": "Hm"}]);
    let body = json!({"model": "m", "input": [
        {"role": "user", "content": "a"},
        reasoning(summary.clone(), r#"tg1:{"signature":"EqQB"}"#),
        reasoning(json!([]), r#"tg1:{"redacted":"cipher"}"#),
        reasoning(json!([]), r#"tg1:{"call":"c1","signature":"thought"}"#),
        reasoning(json!([]), "gAAA"),
        reasoning(json!([]), "tg1:{cut off"),
        {"type": "reasoning", "id": "rs_y", "summary": [], "content": [{"type": "reasoning_text", "text": "In full"}], "encrypted_content": null},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": ""},
    ]});
    read(&body, |request| {
        let thinking = |words, signature: Option<&str>, id: Option<&str>| Part::Thinking {
            text: text(words),
            signature: signature.map(text),
            id: id.map(text),
        };
        let redacted = |data, id: Option<&str>| Part::Redacted {
            data: text(data),
            id: id.map(text),
        };
        let expected = [
            thinking("Hm", Some("EqQB"), None),
            redacted("cipher", None),
            redacted("tgr1:rs_x:gAAA", Some("rs_x")),
            thinking("In full", None, Some("rs_y")),
            Part::ToolCall(ToolCall {
                id: text("c1"),
                name: text("f"),
                arguments: Arguments::Text(text("")),
                signature: Some(text("thought")),
                cache: None,
            }),
        ];
        assert_eq!(request.turns[1].parts, expected);
    });
}

#[test]
fn what_cannot_be_read_is_named() {
    let check = |body: Value, param: &str| {
        let body = body.to_string();
        let refused = decode(body.as_bytes());
        let BadRequest {
            param: named,
            message,
        } = refused.map(drop).unwrap_err();
        assert_eq!(named.as_deref(), Some(param), "{message}");
    };
    let item = |item: Value| json!({"model": "m", "input": [item]});
    let with = |name: &str, value: Value| {
        let mut body = json!({"model": "m", "input": "a"});
        body[name] = value;
        body
    };
    check(json!({"input": "a"}), "model");
    check(json!({"model": "m"}), "input");
    check(with("input", json!(7)), "input");
    check(with("background", json!(true)), "background");
    check(with("prompt", json!({"id": "p"})), "prompt");
    check(with("temperature", json!("hot")), "temperature");
    check(with("max_output_tokens", json!(-1)), "max_output_tokens");
    check(
        with(
            "tools",
            json!([{"type": "function", "function": {"name": "f"}}]),
        ),
        "tools[0].name",
    );
    check(with("tool_choice", json!("any")), "tool_choice");
    check(
        with("text", json!({"format": {"type": "xml"}})),
        "text.format.type",
    );
    check(
        with("reasoning", json!({"effort": "much"})),
        "reasoning.effort",
    );
    check(
        item(json!({"type": "item_reference", "id": "msg_1"})),
        "input[0]",
    );
    check(item(json!({"id": "msg_1"})), "input[0]");
    check(
        item(json!({"role": "robot", "content": "a"})),
        "input[0].role",
    );
    check(item(json!({"role": "user"})), "input[0].content");
    check(
        item(json!({"role": "user", "content": [{"type": "input_image"}]})),
        "input[0]",
    );
    check(
        item(json!({"type": "function_call", "name": "f"})),
        "input[0].call_id",
    );
    assert_eq!(decode(b"[]").unwrap_err().param, None);
    assert_eq!(decode(b"{").unwrap_err().param, None);
}

#[test]
fn what_concerns_the_server_is_told_apart() {
    let told = extras(REQUEST).unwrap();
    assert_eq!(told.store, Some(false));
    assert!(told.wants_encrypted && !told.background && !told.conversation);
    assert_eq!(value(&told.metadata.unwrap()), json!({"team": "a"}));
    let body = br#"{"model":"m","previous_response_id":"resp_1","conversation":"conv_1"}"#;
    let told = extras(body).unwrap();
    assert_eq!(told.previous_response_id.as_deref(), Some("resp_1"));
    assert!(told.conversation && told.store.is_none());
    assert!(decode(body).unwrap().turns.is_empty());
}

proptest! {
    #[test]
    fn any_body_is_survived(body in prop::collection::vec(any::<u8>(), 0..60)) {
        let _ = (decode(&body), extras(&body), Echo::read(&body, false));
    }

    #[test]
    fn any_items_are_survived(
        kind in "message|reasoning|function_call|custom_tool_call_output|x",
        member in "content|summary|output|input|arguments|role|call_id|encrypted_content",
        value in "null|7|\"tg1:\"|\"a\"|\\[\\]|\\[\\{\\}\\]|\\{\\}|\\[7\\]|\"user\"|\\[\\{\"type\":\"input_file\"\\}\\]",
    ) {
        let body = format!(
            r#"{{"model":"m","input":[{{"type":"{kind}","{member}":{value}}}],"tools":{value},"text":{value}}}"#
        );
        let _ = decode(body.as_bytes());
        let _ = Echo::read(body.as_bytes(), true);
    }
}
