use serde_json::{Value, json};
use tiergate_dialects::inner::{Format, Json, Request, Text, Tool, ToolChoice, Undo};

use super::encode::{CLAUDE, LLAMA, NOVA, OSS, check, lookup, request, sent, translate};

fn schema(closed: bool) -> Request<'static> {
    let mut schema =
        json!({"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]});
    if closed {
        schema["additionalProperties"] = json!(false);
    }
    Request {
        format: Format::JsonSchema {
            name: Text::new("colour"),
            description: None,
            schema: Json::of(&schema),
            strict: Some(true),
        },
        ..request()
    }
}

#[test]
fn schemas_are_native_or_tools() {
    let (body, edits) = sent(&schema(true), CLAUDE);
    let told = &body["outputConfig"]["textFormat"];
    assert_eq!(told["type"], "json_schema");
    let told = &told["structure"]["jsonSchema"];
    assert_eq!(told["name"], "colour");
    let inside: Value = serde_json::from_str(told["schema"].as_str().unwrap()).unwrap();
    assert_eq!(inside["additionalProperties"], false);
    assert_eq!((edits, body.get("toolConfig")), (vec![], None));

    let tool = ["json_schema as a forced tool"];
    for (closed, model) in [(false, CLAUDE), (true, "anthropic.claude-opus-5")] {
        let request = schema(closed);
        let choice = json!({"type": "tool", "name": "json", "disable_parallel_tool_use": true});
        check(
            &request,
            model,
            "/additionalModelRequestFields/tool_choice",
            choice,
            &tool,
        );
        check(
            &request,
            model,
            "/toolConfig/tools/0/toolSpec/name",
            json!("json"),
            &tool,
        );
        let undo = Undo {
            json_tool: Some("json"),
            ..Undo::default()
        };
        assert_eq!(translate(&request, model).unwrap().undo, undo);
    }
    check(
        &schema(true),
        NOVA,
        "/toolConfig/toolChoice",
        json!({"tool": {"name": "json"}}),
        &tool,
    );
    check(
        &schema(true),
        OSS,
        "/toolConfig/toolChoice",
        json!({"any": {}}),
        &tool,
    );
}

#[test]
fn schemas_beside_tools() {
    let tool = ["json_schema as a forced tool"];
    let beside = Request {
        tools: vec![Tool {
            name: Text::new("json"),
            ..lookup()
        }],
        ..schema(false)
    };
    check(
        &beside,
        CLAUDE,
        "/toolConfig/toolChoice",
        json!({"any": {}}),
        &tool,
    );
    check(
        &beside,
        CLAUDE,
        "/toolConfig/tools/1/toolSpec/name",
        json!("json_answer"),
        &tool,
    );
}

#[test]
fn schemas_where_no_tool_can_be_forced() {
    // a forced tool is refused: native where that is said to work, else not at all
    let (body, _) = sent(&schema(true), "anthropic.claude-sonnet-5-5");
    assert!(body["outputConfig"].is_object());
    for (closed, model) in [
        (false, "anthropic.claude-sonnet-5-5"),
        (true, "us-gov.anthropic.claude-sonnet-5-5"),
        (true, "anthropic.claude-opus-5-5"),
        (true, LLAMA),
    ] {
        assert_eq!(
            translate(&schema(closed), model).unwrap_err(),
            "response_format"
        );
    }
}

#[test]
fn forms_that_are_left_out_or_said_in_words() {
    let forced = Request {
        tools: vec![lookup()],
        tool_choice: Some(ToolChoice::Required),
        ..schema(true)
    };
    check(
        &forced,
        CLAUDE,
        "/outputConfig",
        Value::Null,
        &["removed response_format"],
    );

    let object = Request {
        format: Format::JsonObject,
        ..request()
    };
    let words = json!([{"text": "Answer with one JSON object and nothing else."}]);
    check(
        &object,
        LLAMA,
        "/system",
        words,
        &["json_object as an instruction"],
    );
}
