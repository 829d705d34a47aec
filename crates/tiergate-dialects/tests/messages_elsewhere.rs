//! What clients of Messages ask, at vendors of other dialects.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use serde_json::{Value, json};
use tiergate_dialects::inner::{Request, Unfit};
use tiergate_dialects::{
    Target, Translated, anthropic, bedrock, cohere, gemini, ollama, openai, responses,
};

type Encode = fn(&Request<'_>, &Target<'_>) -> Result<Translated, Unfit>;

/// Every vendor but Anthropic, with a model that takes documents where there are such.
const VENDORS: [(&str, &str, Encode); 6] = [
    (
        "bedrock",
        "us.anthropic.claude-sonnet-4-5-v1:0",
        bedrock::encode,
    ),
    ("chat", "gpt-4o", openai::chat::encode),
    ("cohere", "command-a-03-2025", cohere::encode),
    ("gemini", "gemini-3.8-flash", |request, target| {
        gemini::encode(request, target, gemini::Surface::Gemini)
    }),
    ("ollama", "llama3.2:3b", |request, target| {
        ollama::encode(request, target, None)
    }),
    ("responses", "gpt-6-sol", responses::encode),
];

/// A body and its edits.
type Sent = Result<(Value, Vec<String>), Unfit>;

/// What each vendor is sent for a body, or why not.
fn sent(body: &Value) -> Vec<(&'static str, Sent)> {
    let body = body.to_string();
    let request = anthropic::decode(body.as_bytes()).unwrap();
    let of = |(name, model, encode): (&'static str, &str, Encode)| {
        let target = Target {
            model,
            ..Target::default()
        };
        let sent = encode(&request, &target).map(|sent| {
            let body = serde_json::from_slice(&sent.body).unwrap();
            (body, sent.edits.iter().map(ToString::to_string).collect())
        });
        (name, sent)
    };
    VENDORS.map(of).into()
}

fn asking(parts: &Value) -> Value {
    json!({"model": "m", "max_tokens": 500, "messages": [{"role": "user", "content": parts}]})
}

/// All strings of a value, one a line, in order.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(all) => all.iter().map(words).collect(),
        Value::Object(all) => all.values().map(words).collect(),
        _ => String::new(),
    }
}

fn found() -> Value {
    json!({"type": "search_result", "source": "https://e.x/tides", "title": "Tides",
        "content": [{"type": "text", "text": "Twice"}, {"type": "text", "text": "a day"}],
        "citations": {"enabled": true}})
}

#[test]
fn documents_of_text_and_search_results_are_told_in_words() {
    let document = json!({"type": "document", "title": "Moon", "context": "A lecture",
        "source": {"type": "text", "media_type": "text/plain", "data": "It pulls"},
        "citations": {"enabled": true}});
    for (name, sent) in sent(&asking(&json!([document, found()]))) {
        let (body, edits) = sent.unwrap();
        let words = words(&body);
        for said in [
            "Moon\n\nA lecture\n\nIt pulls",
            "Tides\nhttps://e.x/tides\n\nTwice\n\na day",
        ] {
            assert!(words.contains(said), "{name}: {body}");
        }
        assert!(
            edits.contains(&"removed citations".into()),
            "{name}: {edits:?}"
        );
    }
}

#[test]
fn what_is_said_about_a_pdf_stands_before_it() {
    let document = json!({"type": "document", "title": "Moon", "context": "A lecture",
        "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQK"}});
    for (name, sent) in sent(&asking(&json!([document]))) {
        if ["cohere", "ollama"].contains(&name) {
            assert_eq!(sent.unwrap_err().param, "messages");
            continue;
        }
        let (body, _) = sent.unwrap();
        let body = body.to_string();
        let (context, data) = (body.find("A lecture"), body.find("JVBERi0"));
        assert!(context.is_some() && context < data, "{name}: {body}");
    }
}

#[test]
fn search_results_in_a_tools_result_stay_there() {
    let body = json!({"model": "m", "max_tokens": 500,
        "tools": [{"name": "find", "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}}}],
        "messages": [{"role": "user", "content": "?"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "find", "input": {"q": "x"}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [found()]}]}]});
    for (name, sent) in sent(&body) {
        let (body, edits) = sent.unwrap();
        assert!(
            words(&body).contains("Tides\nhttps://e.x/tides\n\nTwice"),
            "{name}: {body}"
        );
        assert_eq!(
            edits
                .iter()
                .filter(|edit| edit.contains("picture") || edit.contains("image"))
                .count(),
            0,
            "{name}"
        );
    }
}

#[test]
fn what_no_other_vendor_can_read_is_refused() {
    for part in [
        json!({"type": "document", "source": {"type": "content", "content": [{"type": "image"}]}}),
        json!({"type": "container_upload", "file_id": "file_1"}),
        json!({"type": "compaction", "content": "So far", "encrypted_content": "x"}),
        json!({"type": "brand_new", "x": 1}),
    ] {
        for (name, sent) in sent(&asking(&json!([{"type": "text", "text": "?"}, part]))) {
            assert_eq!(sent.unwrap_err().param, "messages", "{name} {part}");
        }
    }
}

#[test]
fn a_prompt_to_be_cached_without_an_answer_is_anthropics_alone() {
    let mut body = asking(&json!("Hi"));
    body["max_tokens"] = 0.into();
    for (name, sent) in sent(&body) {
        assert_eq!(sent.unwrap_err().param, "max_tokens", "{name}");
    }
    let body = body.to_string();
    let mut request = anthropic::decode(body.as_bytes()).unwrap();
    let target = Target {
        model: "claude-sonnet-4-5",
        max_output: Some(64_000),
        cap: Some(64_000),
    };
    let sent = anthropic::encode(&request, &target).unwrap();
    assert!(
        sent.body
            .starts_with(br#"{"model":"claude-sonnet-4-5","max_tokens":0,"#)
    );
    // what is scored is the same request without it
    openai::chat::spare(&mut request);
    assert!(openai::chat::encode(&request, &target).is_ok());
}

#[test]
fn context_management_is_each_vendors_own() {
    let mut body = asking(&json!("Hi"));
    body["context_management"] = json!({"edits": []});
    for (name, sent) in sent(&body) {
        let (body, edits) = sent.unwrap();
        assert!(body.get("context_management").is_none(), "{name}");
        assert!(
            edits.contains(&"removed context_management".into()),
            "{name}"
        );
    }
    let asked = json!({"model": "m", "input": "Hi",
        "context_management": [{"type": "compaction", "compact_threshold": 9}]})
    .to_string();
    let request = responses::decode(asked.as_bytes()).unwrap();
    let target = Target {
        model: "claude-sonnet-4-5",
        ..Target::default()
    };
    let sent = anthropic::encode(&request, &target).unwrap();
    assert!(sent.edits.contains(&"removed context_management".into()));
    assert!(!String::from_utf8_lossy(&sent.body).contains("compact"));
}

#[test]
fn what_responses_has_compacted_goes_to_nobody_else() {
    let asked =
        json!({"model": "m", "input": [{"type": "message", "role": "user", "content": "Hi"},
        {"type": "compaction", "id": "c", "encrypted_content": "x"}]})
        .to_string();
    let request = responses::decode(asked.as_bytes()).unwrap();
    let target = Target {
        model: "claude-sonnet-4-5",
        ..Target::default()
    };
    assert_eq!(
        anthropic::encode(&request, &target).unwrap_err().param,
        "messages"
    );
    for (name, model, encode) in VENDORS {
        let target = Target {
            model,
            ..Target::default()
        };
        assert_eq!(
            encode(&request, &target).is_ok(),
            name == "responses",
            "{name}"
        );
    }
}

#[test]
fn probabilities_that_responses_includes_are_refused_elsewhere() {
    let asked = json!({"model": "m", "input": "Hi", "include": ["message.output_text.logprobs"]});
    let asked = asked.to_string();
    let mut request = responses::decode(asked.as_bytes()).unwrap();
    for (name, model, encode) in VENDORS {
        let target = Target {
            model,
            ..Target::default()
        };
        assert_eq!(
            encode(&request, &target).unwrap_err().param,
            "include",
            "{name}"
        );
    }
    openai::chat::spare(&mut request);
    assert!(openai::chat::encode(&request, &Target::default()).is_ok());
}

#[test]
fn a_call_without_a_result_gets_one_where_each_must_have_one() {
    let body = json!({"model": "m", "max_tokens": 500,
        "tools": [{"name": "find", "input_schema": {"type": "object", "properties": {"q": {"type": "string"}}}}],
        "messages": [{"role": "user", "content": "?"},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "t1", "name": "find", "input": {"q": "x"}},
                {"type": "tool_use", "id": "t2", "name": "find", "input": {"q": "y"}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "t2", "content": "Here"}, {"type": "text", "text": "And?"}]}]});
    for (name, sent) in sent(&body) {
        let (body, edits) = sent.unwrap();
        let completed = edits.contains(&"added missing tool results".into());
        let whole = words(&body).contains("(no result)");
        let wanted = !["chat", "ollama"].contains(&name);
        assert_eq!(
            (completed, whole),
            (wanted, wanted),
            "{name}: {body} {edits:?}"
        );
        if name == "gemini" {
            let answers = body["contents"][2]["parts"].as_array().unwrap();
            let ids = answers
                .iter()
                .map(|part| part["functionResponse"]["id"].as_str());
            assert_eq!(ids.collect::<Vec<_>>(), [Some("t1"), Some("t2"), None]);
        }
    }
}

#[test]
fn calls_of_custom_tools_of_chat_completions_are_told_to_responses() {
    let asked = json!({"model": "m", "messages": [{"role": "user", "content": "?"},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "So"}],
            "tool_calls": [{"id": "c1", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "1"}]})
    .to_string();
    let request = openai::chat::decode(asked.as_bytes()).unwrap();
    let target = Target {
        model: "gpt-6-sol",
        ..Target::default()
    };
    let sent = responses::encode(&request, &target).unwrap();
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    assert_eq!(
        body["input"].as_array().unwrap()[2..],
        [
            json!({"type": "custom_tool_call", "call_id": "c1", "name": "sql", "input": "select 1"}),
            json!({"type": "custom_tool_call_output", "call_id": "c1", "output": "1"}),
        ]
    );
    assert_eq!(sent.edits[..], ["removed reasoning of another vendor"]);
}
