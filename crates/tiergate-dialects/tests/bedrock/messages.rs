use serde_json::{Value, json};
use tiergate_dialects::inner::{
    Arguments, Cache, Media, Part, Request, Role, Text, ToolCall, ToolChoice, ToolResult, Turn,
};

use super::encode::{ADAPTIVE, CLAUDE, LLAMA, NOVA, lookup, request, sent, text, translate, turn};

fn call(id: &str, arguments: &str) -> Part<'static> {
    Part::ToolCall(ToolCall {
        id: Text::new(id),
        name: Text::new("lookup"),
        arguments: Arguments::Text(Text::new(arguments)),
        ..ToolCall::default()
    })
}

fn result(id: &str, words: &[&str]) -> Part<'static> {
    Part::ToolResult(ToolResult {
        id: Text::new(id),
        parts: words.iter().map(|words| text(words)).collect(),
        ..ToolResult::default()
    })
}

fn thought(signature: Option<&str>) -> Part<'static> {
    Part::Thinking {
        text: Text::new("hm"),
        signature: signature.map(Text::new),
        id: None,
    }
}

fn talk(turns: Vec<Turn<'static>>) -> Request<'static> {
    Request {
        turns,
        tools: vec![lookup()],
        ..Request::default()
    }
}

fn user(words: &str) -> Turn<'static> {
    turn(Role::User, vec![text(words)])
}

#[track_caller]
fn check(request: &Request<'_>, model: &str, expected: impl Into<Value>, edits: &[&str]) {
    let expected = expected.into();
    let (body, made) = sent(request, model);
    assert_eq!(body["messages"], expected, "{:#}", body["messages"]);
    assert_eq!(made, edits);
}

const NOTHING: &[&str] = &[];

#[test]
fn calls_and_results_are_put_in_order() {
    let turns = vec![
        user("row 7 and 8?"),
        turn(
            Role::Assistant,
            vec![thought(Some("EqQB")), call("a 1", r#"{"id":"7"}"#)],
        ),
        turn(Role::Assistant, vec![call("b", ""), text("One moment.")]),
        user("And?"),
        turn(Role::User, vec![result("b", &["red"])]),
        turn(
            Role::User,
            vec![result("a 1", &["blue", "ish"]), text("Well?")],
        ),
    ];
    let expected = json!([
        {"role": "user", "content": [{"text": "row 7 and 8?"}]},
        {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "EqQB"}}},
            {"text": "One moment."},
            {"toolUse": {"toolUseId": "a_1", "name": "lookup", "input": {"id": "7"}}},
            {"toolUse": {"toolUseId": "b", "name": "lookup", "input": {}}},
        ]},
        {"role": "user", "content": [
            {"toolResult": {"toolUseId": "b", "content": [{"text": "red"}], "status": "success"}},
            {"toolResult": {"toolUseId": "a_1", "content": [{"text": "blue"}, {"text": "ish"}], "status": "success"}},
            {"text": "And?"},
            {"text": "Well?"},
        ]},
    ]);
    check(&talk(turns.clone()), CLAUDE, expected, NOTHING);
    let (body, edits) = sent(&talk(turns), LLAMA);
    assert_eq!(body["messages"][1]["content"].as_array().unwrap().len(), 3);
    assert_eq!(
        body["messages"][2]["content"][0]["toolResult"].get("status"),
        None
    );
    assert_eq!(edits, ["removed reasoning_content"]);
}

#[test]
fn gaps_between_calls_and_results_are_filled() {
    let turns = vec![
        turn(
            Role::Assistant,
            vec![call("a", "not json"), call("a", "null")],
        ),
        turn(Role::User, vec![result("a", &[]), result("x", &["lost"])]),
    ];
    let expected = json!([
        {"role": "user", "content": [{"text": "(go on)"}]},
        {"role": "assistant", "content": [
            {"toolUse": {"toolUseId": "a", "name": "lookup", "input": {}}},
            {"toolUse": {"toolUseId": "a_2", "name": "lookup", "input": {}}},
        ]},
        {"role": "user", "content": [
            {"toolResult": {"toolUseId": "a", "content": [{"text": "(no output)"}], "status": "success"}},
            {"toolResult": {"toolUseId": "a_2", "content": [{"text": "(no result)"}], "status": "error"}},
            {"text": "lost"},
        ]},
    ]);
    let edits = [
        "invalid tool arguments as {}",
        "added a first user's turn",
        "empty tool result as text",
        "tool result without a call as text",
        "added missing tool results",
    ];
    check(&talk(turns), NOVA, expected, &edits);
}

#[test]
fn a_history_of_tools_needs_a_tool() {
    let turns = vec![
        user("row 7?"),
        turn(Role::Assistant, vec![call("a", "{}")]),
        turn(Role::User, vec![result("a", &["blue"])]),
    ];
    let mut request = talk(turns);
    request.tool_choice = Some(ToolChoice::None);
    let (body, edits) = sent(&request, CLAUDE);
    assert_eq!(
        body["toolConfig"]["tools"][0]["toolSpec"]["name"],
        "unavailable"
    );
    assert_eq!(body["toolConfig"].get("toolChoice"), None);
    let expected = [
        "tools left out, as none may be called",
        "added a tool that is not to be called",
    ];
    assert_eq!(edits, expected);
    request.tools.clear();
    let (body, edits) = sent(&request, CLAUDE);
    assert_eq!(body["toolConfig"]["tools"].as_array().unwrap().len(), 1);
    assert_eq!(edits, ["added a tool that is not to be called"]);
}

#[test]
fn mistral_has_short_ids() {
    let turns = vec![
        user("row 7?"),
        turn(
            Role::Assistant,
            vec![call("call_abc", "{}"), call("", "{}")],
        ),
        turn(
            Role::User,
            vec![result("call_abc", &["blue"]), result("", &["red"])],
        ),
    ];
    let (body, edits) = sent(&talk(turns), "mistral.mistral-large-2407-v1:0");
    for at in 0..2 {
        let id = &body["messages"][1]["content"][at]["toolUse"]["toolUseId"];
        assert_eq!(id.as_str().unwrap().len(), 9);
        assert_eq!(
            &body["messages"][2]["content"][at]["toolResult"]["toolUseId"],
            id
        );
    }
    assert_eq!(edits, NOTHING);
}

#[test]
fn thoughts_go_back_to_claude_only_when_signed() {
    let turns = |signature| {
        vec![
            user("row 7?"),
            turn(Role::Assistant, vec![thought(signature), call("a", "{}")]),
            turn(Role::User, vec![result("a", &["blue"])]),
        ]
    };
    let thinking = |signature| Request {
        reasoning: Some(tiergate_dialects::inner::Reasoning::default()),
        ..talk(turns(signature))
    };
    let (body, edits) = sent(&thinking(Some("EqQB")), CLAUDE);
    assert_eq!(
        body["additionalModelRequestFields"]["thinking"]["type"],
        "enabled"
    );
    assert_eq!(edits, NOTHING);
    let (body, edits) = sent(&thinking(None), CLAUDE);
    assert_eq!(body.get("additionalModelRequestFields"), None);
    assert_eq!(
        edits,
        ["removed reasoning_content", "removed reasoning_effort"]
    );
    let (body, _) = sent(&thinking(None), ADAPTIVE);
    assert_eq!(
        body["additionalModelRequestFields"]["thinking"]["type"],
        "adaptive"
    );

    let redacted = Part::Redacted {
        data: Text::new("c2Vj"),
        id: None,
    };
    let request = talk(vec![
        user("a"),
        turn(Role::Assistant, vec![redacted, text("b")]),
        user("c"),
    ]);
    let block = json!({"reasoningContent": {"redactedContent": "c2Vj"}});
    let (body, _) = sent(&request, CLAUDE);
    assert_eq!(body["messages"][1]["content"][0], block);
    assert_eq!(sent(&request, NOVA).1, ["removed reasoning_content"]);
}

#[test]
fn caches_are_marked_where_they_are_known() {
    let hinted = |cache| Part::Text {
        text: Text::new("long"),
        cache,
    };
    let request = Request {
        cache: Some(Cache::Short),
        turns: vec![turn(
            Role::User,
            vec![hinted(Some(Cache::Long)), text("short")],
        )],
        ..Request::default()
    };
    let point = json!({"cachePoint": {"type": "default"}});
    let long = json!({"cachePoint": {"type": "default", "ttl": "1h"}});
    let content = |first: &Value| json!([{"role": "user", "content": [{"text": "long"}, first, {"text": "short"}, point]}]);
    check(&request, CLAUDE, content(&long), NOTHING);
    check(
        &request,
        NOVA,
        content(&point),
        &["cache of an hour shortened"],
    );
    let plain = json!([{"role": "user", "content": [{"text": "long"}, {"text": "short"}]}]);
    check(&request, LLAMA, plain, &["removed cache_control"]);
}

#[test]
fn the_last_four_cache_points_count() {
    let hinted = |words: &str| Part::Text {
        text: Text::new(words),
        cache: Some(Cache::Short),
    };
    let mut tool = lookup();
    tool.cache = Some(Cache::Short);
    let request = Request {
        system: vec![hinted("be")],
        turns: vec![
            turn(Role::User, vec![hinted("a"), hinted("b")]),
            turn(Role::Assistant, vec![hinted("c")]),
            turn(Role::User, vec![hinted("d")]),
        ],
        tools: vec![tool],
        ..Request::default()
    };
    let (body, edits) = sent(&request, CLAUDE);
    assert_eq!(edits, ["removed cache points beyond four"]);
    assert_eq!(body.to_string().matches("cachePoint").count(), 4);
    assert_eq!(body["system"], json!([{"text": "be"}]));
    assert_eq!(body["toolConfig"]["tools"].as_array().unwrap().len(), 1);
}

#[test]
fn pictures_are_what_they_are() {
    let png = Media::Base64 {
        media_type: "image/jpeg".into(),
        data: "iVBORw0KGgoAAAA=".into(),
    };
    let pdf = Media::Base64 {
        media_type: "".into(),
        data: "JVBERi0x".into(),
    };
    let parts = vec![image(png), file(pdf, "x")];
    let (body, _) = sent(&talk(vec![turn(Role::User, parts)]), CLAUDE);
    let content = &body["messages"][0]["content"];
    assert_eq!(content[0]["image"]["format"], "png");
    assert_eq!(content[1]["document"]["format"], "pdf");
}

fn base64(media_type: &'static str) -> Media<'static> {
    Media::Base64 {
        media_type: media_type.into(),
        data: "aGk=".into(),
    }
}

fn image(source: Media<'static>) -> Part<'static> {
    Part::Image {
        source,
        detail: Some(Text::new("high")),
        cache: None,
    }
}

fn file(source: Media<'static>, name: &str) -> Part<'static> {
    Part::File {
        source,
        name: Some(Text::new(name)),
        context: None,
        cited: false,
        cache: None,
    }
}

#[test]
fn pictures_and_documents() {
    let request = Request {
        turns: vec![turn(
            Role::User,
            vec![
                image(base64("image/jpg")),
                image(Media::Url(Text::new("s3://bucket/x.png"))),
                file(base64("application/pdf"), "Q3 report"),
                file(base64(""), "Q3_report.csv"),
                file(base64("text/plain"), "Q3 report"),
            ],
        )],
        ..Request::default()
    };
    let bytes = json!({"bytes": "aGk="});
    let expected = json!([{"role": "user", "content": [
        {"image": {"format": "jpeg", "source": bytes}},
        {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://bucket/x.png"}}}},
        {"document": {"format": "pdf", "name": "Q3 report", "source": bytes}},
        {"document": {"format": "csv", "name": "Q3 report csv", "source": bytes}},
        {"document": {"format": "txt", "name": "Q3 report 2", "source": bytes}},
        {"text": "(see the document)"},
    ]}]);
    let edits = [
        "removed detail",
        "renamed a document",
        "added a text beside a document",
    ];
    check(&request, NOVA, expected, &edits);

    let refused = [
        image(Media::Url(Text::new("https://example.com/x.png"))),
        image(base64("image/tiff")),
        image(Media::Id(Text::new("file-1"))),
        file(base64("application/zip"), "x.zip"),
        file(Media::Id(Text::new("file-1")), "x.pdf"),
        Part::Audio {
            data: "aGk=".into(),
            format: "wav".into(),
        },
        Part::Foreign(tiergate_dialects::inner::Json::of(&json!({}))),
    ];
    for part in refused {
        let request = Request {
            turns: vec![turn(Role::User, vec![part])],
            ..Request::default()
        };
        assert_eq!(translate(&request, CLAUDE).unwrap_err(), "messages");
    }
    let plain = Request {
        turns: vec![turn(
            Role::User,
            vec![file(Media::Plain(Text::new("words")), "x")],
        )],
        ..Request::default()
    };
    check(
        &plain,
        NOVA,
        json!([{"role": "user", "content": [{"text": "x\n\nwords"}]}]),
        &["document as text"],
    );

    let picture = Part::ToolResult(ToolResult {
        id: Text::new("a"),
        parts: vec![text("look"), image(base64("image/png"))],
        failed: true,
        ..ToolResult::default()
    });
    let turns = vec![
        user("?"),
        turn(Role::Assistant, vec![call("a", "{}")]),
        turn(Role::User, vec![picture]),
    ];
    let (body, _) = sent(&talk(turns), CLAUDE);
    let told = json!({"toolUseId": "a", "status": "error", "content": [
        {"text": "look"}, {"image": {"format": "png", "source": bytes}},
    ]});
    assert_eq!(body["messages"][2]["content"][0]["toolResult"], told);
}

#[test]
fn instructions_may_come_late() {
    let mut named = user("Hi");
    named.name = Some(Text::new("Ann"));
    let turns = vec![
        turn(Role::System, vec![text("Be terse.")]),
        named,
        turn(Role::System, vec![text("Be kind.")]),
        turn(Role::User, vec![text(" "), text("")]),
    ];
    let request = Request {
        turns,
        ..Request::default()
    };
    let (body, edits) = sent(&request, LLAMA);
    assert_eq!(body["system"], json!([{"text": "Be terse."}]));
    let content = json!([{"text": "Hi"}, {"text": "<system>Be kind.</system>"}]);
    assert_eq!(
        body["messages"],
        json!([{"role": "user", "content": content}])
    );
    let expected = [
        "removed name",
        "instructions in mid-conversation as a user's words",
        "removed blank text",
    ];
    assert_eq!(edits, expected);
}

#[test]
fn a_begun_answer_is_gone_on_with_or_refused() {
    let mut begun = request();
    begun
        .turns
        .push(turn(Role::Assistant, vec![text("Row 7 is ")]));
    let (body, _) = sent(&begun, CLAUDE);
    assert_eq!(
        body["messages"][1]["content"],
        json!([{"text": "Row 7 is"}])
    );
    assert_eq!(translate(&begun, ADAPTIVE).unwrap_err(), "messages");
    assert_eq!(
        translate(&Request::default(), CLAUDE).unwrap_err(),
        "messages"
    );
}
