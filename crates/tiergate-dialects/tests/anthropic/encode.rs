//! Requests for the vendor.

use serde_json::{Value, json};
use tiergate_dialects::inner::*;
use tiergate_dialects::{Target, anthropic};

use super::{body, encoded, json as raw, target};

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

fn ask(parts: Vec<Part<'static>>) -> Request<'static> {
    Request {
        turns: vec![turn(Role::User, parts)],
        ..Request::default()
    }
}

fn call(id: &str, name: &str, arguments: &str) -> Part<'static> {
    Part::ToolCall(ToolCall {
        id: Text::new(id),
        name: Text::new(name),
        arguments: Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    })
}

fn result(id: &str, said: &str) -> Part<'static> {
    Part::ToolResult(ToolResult {
        id: Text::new(id),
        parts: vec![text(said)],
        ..ToolResult::default()
    })
}

fn tool(name: &str) -> Tool<'static> {
    Tool {
        name: Text::new(name),
        description: None,
        parameters: None,
        strict: None,
        cache: None,
        foreign: None,
    }
}

fn schema(schema: &Value) -> Format<'static> {
    Format::JsonSchema {
        name: Text::new("row"),
        description: None,
        schema: raw(schema),
        strict: Some(true),
    }
}

fn thinking(effort: Effort) -> Reasoning {
    Reasoning {
        effort: Some(effort),
        ..Reasoning::default()
    }
}

#[track_caller]
fn unfit(request: &Request<'_>, model: &str, param: &str) {
    let refused = anthropic::encode(request, &target(model)).unwrap_err();
    assert_eq!(refused.param, param, "{refused}");
}

fn empty() -> Value {
    json!({"type": "object", "properties": {}})
}

#[test]
fn a_text_is_asked_with_a_cap() {
    let (body, edits) = encoded(&ask(vec![text("Hi")]), "claude-haiku-4-5");
    assert_eq!(
        body,
        json!({"model": "claude-haiku-4-5", "max_tokens": 4096,
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]})
    );
    assert_eq!(edits, ["added max_tokens"]);
}

#[test]
fn the_cap_is_only_lowered() {
    let mut request = ask(vec![text("Hi")]);
    let mut check = |asked, cap, most, expected: u64, edits: &[&str]| {
        request.max_output = asked;
        let target = Target {
            model: "m",
            max_output: most,
            cap,
        };
        let translated = anthropic::encode(&request, &target).unwrap();
        assert_eq!(body(&translated)["max_tokens"], expected);
        assert_eq!(translated.edits[..], *edits);
    };
    check(Some(9), None, None, 9, &[]);
    check(Some(9), Some(5), Some(7), 5, &["lowered max_tokens to 5"]);
    check(Some(9), None, Some(7), 7, &["lowered max_tokens to 7"]);
    check(None, None, Some(7), 7, &["added max_tokens"]);
    check(None, Some(5), Some(7), 5, &["added max_tokens"]);
}

#[test]
fn systems_lead_or_become_marked_words() {
    let request = Request {
        system: vec![
            Part::Text {
                text: Text::new("Be terse."),
                cache: Some(Cache::Long),
            },
            text("Be kind."),
        ],
        turns: vec![
            turn(Role::System, vec![text("Early.")]),
            turn(Role::User, vec![text("Hi"), text(" \n")]),
            turn(Role::System, vec![text("Late.")]),
        ],
        max_output: Some(9),
        ..Request::default()
    };
    let (body, edits) = encoded(&request, "claude-haiku-4-5");
    assert_eq!(
        body["system"],
        json!([
            {"type": "text", "text": "Be terse.", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
            {"type": "text", "text": "Be kind."},
            {"type": "text", "text": "Early."},
        ])
    );
    assert_eq!(
        body["messages"],
        json!([{"role": "user", "content": [
            {"type": "text", "text": "Hi"},
            {"type": "text", "text": "<system>\nLate.\n</system>"},
        ]}])
    );
    assert_eq!(edits, ["a system turn as a user's"]);
}

#[test]
fn results_follow_their_calls_at_once() {
    let request = Request {
        turns: vec![
            turn(
                Role::Assistant,
                vec![
                    text("Both."),
                    call("call.1", "look up", r#"{"id":7}"#),
                    call("call_1", "b", "not json"),
                    call("c3", "b", ""),
                ],
            ),
            turn(Role::User, vec![text("and?")]),
            turn(
                Role::User,
                vec![result("call_1", "red"), result("lost", "odd")],
            ),
            turn(Role::User, vec![result("call.1", "blue")]),
        ],
        tools: vec![tool("look up"), tool("b")],
        max_output: Some(9),
        ..Request::default()
    };
    let translated = anthropic::encode(&request, &target("claude-haiku-4-5")).unwrap();
    let body = body(&translated);
    assert_eq!(
        body["messages"],
        json!([
            {"role": "user", "content": [{"type": "text", "text": "."}]},
            {"role": "assistant", "content": [
                {"type": "text", "text": "Both."},
                {"type": "tool_use", "id": "call_1", "name": "look_up", "input": {"id": 7}},
                {"type": "tool_use", "id": "call_1_2", "name": "b", "input": {}},
                {"type": "tool_use", "id": "c3", "name": "b", "input": {}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": [{"type": "text", "text": "blue"}]},
                {"type": "tool_result", "tool_use_id": "call_1_2", "content": [{"type": "text", "text": "red"}]},
                {"type": "tool_result", "tool_use_id": "c3", "content": [{"type": "text", "text": "No result."}]},
                {"type": "text", "text": "odd"},
                {"type": "text", "text": "and?"},
            ]},
        ])
    );
    assert_eq!(body["tools"][0]["name"], "look_up");
    assert_eq!(
        translated.undo.names,
        [("look_up".to_owned(), "look up".to_owned())]
    );
    assert_eq!(
        translated.edits[..],
        [
            "arguments that are no JSON object as {}",
            "added a result for a call without one",
            "a tool's result without its call as text",
            "added a user turn at the start",
            "renamed tool look up",
        ]
    );
}

#[test]
fn a_last_turn_of_the_assistant_is_gone_on_from_where_that_is_possible() {
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9);
    request
        .turns
        .push(turn(Role::Assistant, vec![text("It is \n")]));
    let (body, edits) = encoded(&request, "claude-sonnet-4-5");
    assert_eq!(body["messages"][1]["content"][0]["text"], "It is");
    assert_eq!(edits, ["stripped white space at the end of the last turn"]);
    let (body, edits) = encoded(&request, "claude-sonnet-5-5");
    assert_eq!(body["messages"][2]["role"], "user");
    assert_eq!(edits[1], "added a user turn at the end");
}

#[test]
fn media_are_sources() {
    let media = |media_type: &str, data: &str| Media::Base64 {
        media_type: media_type.to_owned().into(),
        data: data.to_owned().into(),
    };
    let image = |source| Part::Image {
        source,
        detail: None,
        cache: None,
    };
    let file = |source| Part::File {
        source,
        name: Some(Text::new("f")),
        context: None,
        cited: false,
        cache: None,
    };
    let (body, _) = encoded(
        &ask(vec![
            image(media("image/png", "/9j/AA")),
            image(Media::Url(Text::new("https://e.x/a.png"))),
            file(media("", "JVBERi0x")),
            file(media("text/csv", "YSxi")),
            file(Media::Plain(Text::new("words"))),
            file(Media::Id(Text::new("file_01"))),
        ]),
        "claude-haiku-4-5",
    );
    assert_eq!(
        body["messages"][0]["content"],
        json!([
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "/9j/AA"}},
            {"type": "image", "source": {"type": "url", "url": "https://e.x/a.png"}},
            {"type": "document", "title": "f",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0x"}},
            {"type": "document", "title": "f",
                "source": {"type": "text", "media_type": "text/plain", "data": "a,b"}},
            {"type": "document", "title": "f",
                "source": {"type": "text", "media_type": "text/plain", "data": "words"}},
            {"type": "document", "title": "f", "source": {"type": "file", "file_id": "file_01"}},
        ])
    );
    for part in [
        image(media("image/svg+xml", "PHN2")),
        file(media("application/msword", "AA")),
        file(Media::Id(Text::new("file-abc"))),
        Part::Audio {
            data: "AA".into(),
            format: "wav".into(),
        },
    ] {
        unfit(&ask(vec![part]), "claude-haiku-4-5", "messages");
    }
}

#[test]
fn choices_of_tools_are_mapped() {
    let mut request = ask(vec![text("Hi")]);
    request.tools = vec![tool("a"), tool("b")];
    let mut check = |choice, parallel, expected: Value, tools: usize| {
        request.tool_choice = choice;
        request.parallel_tools = parallel;
        let (body, _) = encoded(&request, "claude-sonnet-4-6");
        assert_eq!(body["tool_choice"], expected);
        assert_eq!(body["tools"].as_array().unwrap().len(), tools);
    };
    let allowed = |required| {
        let names = vec![Text::new("b")];
        Some(ToolChoice::Allowed { names, required })
    };
    check(None, None, Value::Null, 2);
    check(
        None,
        Some(false),
        json!({"type": "auto", "disable_parallel_tool_use": true}),
        2,
    );
    check(
        Some(ToolChoice::None),
        Some(false),
        json!({"type": "none"}),
        2,
    );
    check(
        Some(ToolChoice::Required),
        Some(true),
        json!({"type": "any"}),
        2,
    );
    let named = Some(ToolChoice::Named(Text::new("b")));
    check(named, None, json!({"type": "tool", "name": "b"}), 2);
    check(allowed(false), None, json!({"type": "auto"}), 1);
    check(allowed(true), None, json!({"type": "any"}), 1);

    request.tool_choice = Some(ToolChoice::Required);
    unfit(&request, "claude-sonnet-5-5", "tool_choice");
    request.reasoning = Some(thinking(Effort::High));
    request.max_output = Some(9000);
    let (body, edits) = encoded(&request, "claude-haiku-4-5");
    assert_eq!(
        (&body["thinking"], &body["tool_choice"]),
        (&json!({"type": "disabled"}), &json!({"type": "any"}))
    );
    assert_eq!(edits, ["thinking off: a tool must be called"]);
    request.reasoning = Some(Reasoning {
        budget: Some(2000),
        ..Reasoning::default()
    });
    unfit(&request, "claude-haiku-4-5", "tool_choice");
    request.reasoning = Some(thinking(Effort::None));
    encoded(&request, "claude-haiku-4-5");
}

#[test]
fn tools_of_other_vendors_and_strictness_that_is_not_had_are_told() {
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9);
    let mut foreign = tool("web_search");
    foreign.foreign = Some(raw(&json!({"type": "web_search"})));
    foreign.parameters = None;
    let mut native = tool("web_search");
    native.foreign = Some(raw(
        &json!({"type": "web_search_20250305", "name": "web_search"}),
    ));
    let mut strict = tool("s");
    strict.strict = Some(true);
    strict.parameters = Some(raw(
        &json!({"type": "object", "properties": {"a": {"type": "string"}}}),
    ));
    request.tools = vec![foreign, native, strict];
    let (body, edits) = encoded(&request, "claude-sonnet-4");
    assert_eq!(
        body["tools"],
        json!([
            {"type": "web_search_20250305", "name": "web_search"},
            {"name": "s", "input_schema": {"type": "object", "properties": {"a": {"type": "string"}}}},
        ])
    );
    assert_eq!(edits, ["removed tools.web_search", "removed tools.strict"]);
    let (body, _) = encoded(&request, "claude-sonnet-4-5");
    assert_eq!(body["tools"][1]["strict"], true);
    assert_eq!(
        body["tools"][1]["input_schema"]["additionalProperties"],
        false
    );
}

#[test]
fn calls_in_the_history_need_a_tool() {
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9);
    request
        .turns
        .push(turn(Role::Assistant, vec![call("c", "f", "{}")]));
    request.turns.push(turn(Role::User, vec![result("c", "r")]));
    let (body, edits) = encoded(&request, "claude-haiku-4-5");
    assert_eq!(body["tool_choice"], json!({"type": "none"}));
    assert_eq!(body["tools"][0]["input_schema"], empty());
    assert_eq!(edits, ["added a tool that is not to be called"]);
}

#[test]
fn schemas_are_native_else_a_tool_else_refused() {
    let row = json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9);
    request.format = schema(&row);
    let (body, edits) = encoded(&request, "claude-sonnet-5-5");
    assert_eq!(
        body["output_config"],
        json!({"format": {"type": "json_schema", "schema": {"type": "object",
            "properties": {"a": {"type": "string"}}, "required": ["a"],
            "additionalProperties": false}}})
    );
    assert!(edits.is_empty());

    let translated = anthropic::encode(&request, &target("claude-sonnet-4")).unwrap();
    assert_eq!(translated.undo.json_tool, Some("json"));
    let sent = super::body(&translated);
    assert_eq!(sent["tools"][0]["input_schema"], row);
    assert_eq!(
        sent["tool_choice"],
        json!({"type": "tool", "name": "json", "disable_parallel_tool_use": true})
    );
    assert_eq!(
        translated.edits[..],
        ["response_format json_schema as a tool call"]
    );

    request.tools = vec![tool("json")];
    let translated = anthropic::encode(&request, &target("claude-sonnet-4")).unwrap();
    assert_eq!(translated.undo.json_tool, Some("json_answer"));
    assert_eq!(super::body(&translated)["tool_choice"]["type"], "any");
    request.tools.clear();

    request.format = schema(&json!({"type": "object"}));
    assert_eq!(
        encoded(&request, "claude-haiku-5-5").0["tool_choice"]["name"],
        "json"
    );
    unfit(&request, "claude-sonnet-5-5", "response_format");
    request.reasoning = Some(thinking(Effort::Low));
    request.max_output = Some(9000);
    let (body, edits) = encoded(&request, "claude-haiku-5-5");
    assert_eq!(body["thinking"], json!({"type": "disabled"}));
    assert_eq!(body["output_config"], json!({"effort": "low"}));
    assert!(edits.contains(&"thinking off: a tool must be called".to_owned()));

    request.format = Format::JsonObject;
    let (body, edits) = encoded(&request, "claude-haiku-5-5");
    assert!(
        body["system"][0]["text"]
            .as_str()
            .unwrap()
            .contains("JSON object")
    );
    assert_eq!(edits, ["response_format json_object as an instruction"]);
}

#[test]
fn efforts_are_mapped_by_family() {
    use Effort::{High, Max, Medium, Minimal, None as Off, XHigh};

    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(20_000);
    let mut check = |effort, model: &str, thought: &Value, sent: Option<&str>, edit: &str| {
        request.reasoning = Some(thinking(effort));
        let (body, told) = encoded(&request, model);
        assert_eq!(body["thinking"], *thought, "{model}");
        assert_eq!(body["output_config"]["effort"].as_str(), sent, "{model}");
        assert_eq!(told.join(", "), edit, "{model}");
    };
    let adaptive = &json!({"type": "adaptive", "display": "summarized"});
    let budget = |tokens: u64| json!({"type": "enabled", "budget_tokens": tokens});
    let off = &json!({"type": "disabled"});
    check(High, "claude-opus-5-5", adaptive, Some("high"), "");
    check(XHigh, "claude-opus-5-5", adaptive, Some("xhigh"), "");
    let edit = "changed reasoning_effort from xhigh to high";
    check(XHigh, "claude-opus-4-6", adaptive, Some("high"), edit);
    let edit = "changed reasoning_effort from minimal to low";
    check(Minimal, "claude-sonnet-5", adaptive, Some("low"), edit);
    check(Medium, "claude-sonnet-4-5", &budget(2048), None, "");
    check(Max, "claude-opus-4-1", &budget(16_384), None, "");
    check(Off, "claude-sonnet-5", off, None, "");
    check(Off, "claude-sonnet-4-5", off, None, "");
    let edit = "thinking only between tools: it cannot be switched off";
    check(
        Off,
        "claude-sonnet-5-5",
        &json!({"type": "between_tools"}),
        None,
        edit,
    );
    let edit = "changed reasoning_effort from none to low";
    check(Off, "claude-fable-5-1", adaptive, Some("low"), edit);
    let edit = "removed reasoning_effort";
    check(High, "claude-3-5-haiku-latest", &Value::Null, None, edit);
}

#[test]
fn a_budget_is_less_than_the_output() {
    let mut request = ask(vec![text("Hi")]);
    let mut check = |room, budget, expected: Value| {
        request.max_output = Some(room);
        request.reasoning = Some(Reasoning {
            budget: Some(budget),
            ..Reasoning::default()
        });
        let (body, edits) = encoded(&request, "claude-sonnet-4-5");
        assert_eq!(body["thinking"], expected);
        edits
    };
    let on = |tokens: u64| json!({"type": "enabled", "budget_tokens": tokens});
    assert!(check(5000, 3000, on(3000)).is_empty());
    let lowered = check(2000, 3000, on(1999));
    assert_eq!(lowered, ["changed thinking budget from 3000 to 1999"]);
    let off = check(1024, 3000, json!({"type": "disabled"}));
    assert_eq!(off, ["thinking off: the output cap leaves no room for it"]);
}

#[test]
fn signed_thinking_comes_back_first_and_other_thinking_does_not() {
    let thought = |signature: Option<&str>, id: Option<&str>| Part::Thinking {
        text: Text::new("hm"),
        signature: signature.map(Text::new),
        id: id.map(Text::new),
    };
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9000);
    request.reasoning = Some(thinking(Effort::Low));
    request.tools = vec![tool("f")];
    request.turns.push(turn(
        Role::Assistant,
        vec![
            text("So."),
            thought(Some("c2ln"), None),
            thought(None, None),
            thought(Some("x"), Some("rs_1")),
            Part::Redacted {
                data: Text::new("Zg"),
                id: None,
            },
            call("c", "f", "{}"),
        ],
    ));
    request.turns.push(turn(Role::User, vec![result("c", "r")]));
    let (body, edits) = encoded(&request, "claude-sonnet-4-5");
    assert_eq!(
        body["messages"][1]["content"],
        json!([
            {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
            {"type": "redacted_thinking", "data": "Zg"},
            {"type": "text", "text": "So."},
            {"type": "tool_use", "id": "c", "name": "f", "input": {}},
        ])
    );
    assert_eq!(body["thinking"]["type"], "enabled");
    assert_eq!(
        edits,
        ["removed reasoning that is not signed for this model"]
    );

    request.turns[1]
        .parts
        .retain(|part| matches!(part, Part::ToolCall(_)));
    let (body, edits) = encoded(&request, "claude-sonnet-4-5");
    assert_eq!(body["thinking"], json!({"type": "disabled"}));
    assert_eq!(edits, ["thinking off: its last calls lack signed thinking"]);
    let (body, _) = encoded(&request, "claude-sonnet-5-5");
    assert_eq!(body["thinking"]["type"], "adaptive");
}

#[test]
fn sampling_is_what_the_model_takes() {
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9000);
    request.sampling = Sampling {
        temperature: Some(raw(&json!(1.5))),
        top_p: Some(raw(&json!(0.5))),
        top_k: Some(raw(&json!(7))),
        frequency_penalty: Some(raw(&json!(1))),
        presence_penalty: None,
        seed: Some(raw(&json!(3))),
    };
    request.stop = vec![Text::new(" \n"), Text::new("END")];
    let (body, edits) = encoded(&request, "claude-sonnet-4");
    assert_eq!(body["temperature"], 1);
    assert_eq!((&body["top_p"], &body["top_k"]), (&json!(0.5), &json!(7)));
    assert_eq!(body["stop_sequences"], json!(["END"]));
    assert_eq!(
        edits,
        [
            "removed frequency_penalty",
            "removed seed",
            "lowered temperature to 1",
            "removed stop texts of white space"
        ]
    );
    let (body, edits) = encoded(&request, "claude-sonnet-4-5");
    assert!(body["top_p"].is_null() && body["top_k"] == 7);
    assert_eq!(edits[0], "removed top_p");
    for model in ["claude-opus-5-5", "claude-sonnet-4-5"] {
        request.reasoning = Some(thinking(Effort::Low));
        let (body, edits) = encoded(&request, model);
        assert!(body["temperature"].is_null());
        assert_eq!(
            edits[..3],
            ["removed temperature", "removed top_p", "removed top_k"]
        );
    }
}

#[test]
fn no_more_than_four_cache_markers_are_sent() {
    let marked = |said: &str| Part::Text {
        text: Text::new(said),
        cache: Some(Cache::Short),
    };
    let mut request = ask(["a", "b", "c", "d"].map(marked).to_vec());
    request.max_output = Some(9);
    request.system = vec![marked("s")];
    let mut first = tool("f");
    first.cache = Some(Cache::Short);
    request.tools = vec![first];
    let count = |body: &Value| body.to_string().matches("cache_control").count();
    let (body, edits) = encoded(&request, "claude-haiku-4-5");
    assert_eq!(count(&body), 4);
    assert!(body["tools"][0]["cache_control"].is_null());
    assert!(body["system"][0]["cache_control"].is_null());
    assert_eq!(edits, ["removed cache markers beyond four"]);
    request.cache = Some(Cache::Long);
    let (body, _) = encoded(&request, "claude-haiku-4-5");
    assert_eq!(count(&body), 4);
    assert_eq!(
        body["cache_control"],
        json!({"type": "ephemeral", "ttl": "1h"})
    );
}

#[test]
fn who_asks_and_how_urgently_is_told_where_it_fits() {
    let mut request = ask(vec![text("Hi")]);
    let mut check = |user: &str, tier: &str, expected: (Value, Value)| {
        request.user = Some(Text::new(user));
        request.service_tier = Some(Text::new(tier));
        let (body, _) = encoded(&request, "m");
        assert_eq!(
            (
                body["metadata"]["user_id"].clone(),
                body["service_tier"].clone()
            ),
            expected
        );
    };
    check("u-1", "auto", (json!("u-1"), json!("auto")));
    check("a@b.c", "default", (Value::Null, json!("standard_only")));
    check("+49 (30) 1234-567", "flex", (Value::Null, Value::Null));
}

#[test]
fn nothing_of_the_rest_goes_in_silence() {
    let mut request = ask(vec![text("Hi")]);
    request.max_output = Some(9);
    let rest = |rest: Value| -> Vec<_> {
        let Value::Object(rest) = rest else { panic!() };
        rest.into_iter()
            .map(|(name, value)| (name.into(), raw(&value)))
            .collect()
    };
    request.rest = rest(
        json!({"n": 1, "logprobs": false, "logit_bias": {}, "prefer": "cheap",
        "stream_options": {}, "store": true, "speed": "fast", "verbosity": null}),
    );
    let (body, edits) = encoded(&request, "m");
    assert_eq!(edits, ["removed logit_bias", "removed store"]);
    assert_eq!(body["speed"], "fast");
    for (rest_of, param) in [
        (json!({"n": 2}), "n"),
        (json!({"logprobs": true}), "logprobs"),
        (json!({"modalities": ["text", "audio"]}), "modalities"),
    ] {
        request.rest = rest(rest_of);
        unfit(&request, "m", param);
    }
}
