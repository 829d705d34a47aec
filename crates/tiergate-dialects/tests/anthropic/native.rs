//! A client's own body for this vendor.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::{Target, anthropic};

/// What of a body is sent to a model, as text, and the edits beyond the model's name.
fn passed(body: &str, model: &str, cap: Option<u64>) -> (String, Vec<String>) {
    let target = Target {
        model,
        max_output: None,
        cap,
    };
    let passed = anthropic::native(&Bytes::copy_from_slice(body.as_bytes()), &target).unwrap();
    let edits = passed.edits.iter().map(ToString::to_string);
    (
        String::from_utf8(passed.body.to_vec()).unwrap(),
        edits.filter(|edit| edit != "model").collect(),
    )
}

/// The same for a body that is given as a value.
fn sent(body: &Value, model: &str) -> (Value, Vec<String>) {
    let (text, edits) = passed(&body.to_string(), model, None);
    (serde_json::from_str(&text).unwrap(), edits)
}

fn ask(more: &Value) -> Value {
    let mut body = json!({"model": "auto", "max_tokens": 9000, "messages": [{"role": "user", "content": "Hi"}]});
    let members = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(members);
    body
}

#[test]
fn what_no_vendor_refuses_stays_as_it_was() {
    let body = r#"{ "model":"auto", "max_tokens":9000 ,"thinking" : {"type":"adaptive"}, "temperature":null,
        "messages":[{"role":"assistant","content":[ {"type":"thinking","thinking":"","signature":"any-thing"},
        {"type":"redacted_thinking","data":"Zg=="},{"type":"tool_use","id":"toolu_1","name":"f","input":{"n":1e400}},
        {"type":"new_block","cache_control":{"type":"ephemeral"}}]}, {"role":"user","content":"x"}], "x":[1.0] }"#;
    let (text, edits) = passed(body, "claude-opus-4-6", None);
    assert_eq!(text, body.replace("\"auto\"", "\"claude-opus-4-6\""));
    assert_eq!(edits, [""; 0]);
}

#[test]
fn reasoning_that_no_claude_has_signed_goes() {
    let thought =
        |signature: &str| json!({"type": "thinking", "thinking": "hm", "signature": signature});
    let text = json!({"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}});
    let body = ask(&json!({"messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [thought(""), text, thought("gemini:x")]},
        {"role": "user", "content": "and?"},
        {"role": "assistant", "content": [thought("c2ln"), {"type": "redacted_thinking", "data": "tgr1:x"}, text]},
        {"role": "user", "content": "and?"},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "no signature at all"}]},
        {"role": "user", "content": "and?"},
    ]}));
    let (body, edits) = sent(&body, "claude-opus-4-6");
    assert_eq!(edits, ["removed reasoning of another vendor"]);
    let content: Vec<_> = [1, 3, 5].map(|at| &body["messages"][at]["content"]).into();
    assert_eq!(content[0], &json!([text]));
    assert_eq!(content[1], &json!([thought("c2ln"), text]));
    assert_eq!(content[2], &json!([{"type": "text", "text": "."}]));
}

#[test]
fn ids_of_other_vendors_are_written_as_this_one_takes_them() {
    let call = |id: &str| json!({"type": "tool_use", "id": id, "name": "f", "input": {}});
    let result = |id: &str| json!({"type": "tool_result", "tool_use_id": id, "content": "r"});
    let exchange = |one: &str, two: &str| {
        ask(&json!({"messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": [call(one), call(two)]},
            {"role": "user", "content": [result(two), result(one)]},
        ]}))
    };
    let (body, edits) = sent(
        &exchange("functions.f:0", "functions.f_0"),
        "claude-opus-4-6",
    );
    let mut expected = exchange("functions_f_0", "functions_f_0_2");
    expected["model"] = json!("claude-opus-4-6");
    assert_eq!(body, expected);
    assert_eq!(edits, ["changed ids of calls"]);
}

/// What becomes of a thinking and an effort; of members beside the effort nothing is lost.
fn thinks(thinking: &Value, effort: Option<&str>, model: &str) -> (Value, Value) {
    let mut body = ask(&json!({"thinking": thinking}));
    if let Some(effort) = effort {
        body["output_config"] = json!({"effort": effort, "task_budget": 7});
    }
    let (body, _) = sent(&body, model);
    let config = &body["output_config"];
    assert_eq!(config["task_budget"].is_null(), effort.is_none());
    (body["thinking"].clone(), config["effort"].clone())
}

#[test]
fn thinking_is_asked_for_in_the_way_of_the_model_that_answers() {
    let none = || Value::Null;
    let adaptive = json!({"type": "adaptive"});
    let shown = json!({"type": "adaptive", "display": "summarized"});
    let budget = |tokens: u64| json!({"type": "enabled", "budget_tokens": tokens});
    let off = json!({"type": "disabled"});
    let between = json!({"type": "between_tools"});
    let high = || json!("high");
    let (opus, haiku) = ("claude-opus-4-6", "claude-haiku-4-5");
    assert_eq!(
        thinks(&adaptive, Some("high"), "claude-opus-5-5"),
        (adaptive.clone(), high())
    );
    assert_eq!(thinks(&adaptive, None, haiku), (budget(4096), none()));
    assert_eq!(
        thinks(&adaptive, Some("medium"), "claude-3-5-haiku-latest"),
        (none(), none())
    );
    assert_eq!(
        thinks(&adaptive, Some("xhigh"), opus),
        (shown.clone(), high())
    );
    assert_eq!(thinks(&budget(2000), None, haiku), (budget(2000), none()));
    assert_eq!(
        thinks(&budget(2000), None, "claude-haiku-5-5"),
        (shown, none())
    );
    assert_eq!(thinks(&off, None, haiku), (off.clone(), none()));
    assert_eq!(thinks(&off, None, "claude-sonnet-5-5"), (between, none()));
    assert_eq!(
        thinks(&off, Some("high"), "claude-sonnet-5"),
        (off.clone(), high())
    );
    // who is not known is asked as the client has asked
    assert_eq!(
        thinks(&adaptive, Some("max"), "kimi-k3"),
        (adaptive.clone(), json!("max"))
    );
    assert_eq!(
        thinks(&budget(2000), None, "claude-opus-9"),
        (budget(2000), none())
    );
}

#[test]
fn a_client_that_names_the_model_is_taken_at_its_word() {
    let body = ask(
        &json!({"model": "anthropic/claude-haiku-4-5", "thinking": {"type": "adaptive"}, "top_k": 5,
        "temperature": 0.5, "top_p": 0.5}),
    );
    let (sent, edits) = sent(&body, "claude-haiku-4-5-20251001");
    let mut expected = body;
    expected["model"] = json!("claude-haiku-4-5-20251001");
    assert_eq!((sent, edits), (expected, vec![]));
}

#[test]
fn a_budget_fits_the_cap_that_was_lowered() {
    let body = ask(
        &json!({"model": "claude-haiku-4-5", "thinking": {"type": "enabled", "budget_tokens": 8000}}),
    );
    let (text, edits) = passed(&body.to_string(), "claude-haiku-4-5", Some(4000));
    let sent: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sent["max_tokens"], 4000);
    assert_eq!(sent["thinking"]["budget_tokens"], 3999);
    assert_eq!(edits.len(), 2);
}

#[test]
fn calls_without_thinking_switch_a_budget_off() {
    let conversation = |first: Value| {
        ask(
            &json!({"model": "claude-haiku-4-5", "thinking": {"type": "enabled", "budget_tokens": 2000}, "messages": [
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": [first, {"type": "tool_use", "id": "t", "name": "f", "input": {}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t"}]},
            ]}),
        )
    };
    let (body, _) = sent(
        &conversation(json!({"type": "thinking", "thinking": "", "signature": "c2ln"})),
        "claude-haiku-4-5",
    );
    assert_eq!(body["thinking"]["type"], "enabled");
    for first in [
        json!({"type": "text", "text": "a"}),
        json!({"type": "thinking", "thinking": "a", "signature": ""}),
    ] {
        let (body, edits) = sent(&conversation(first), "claude-haiku-4-5");
        assert_eq!(body["thinking"], json!({"type": "disabled"}), "{edits:?}");
    }
}

#[test]
fn what_the_model_that_answers_does_not_take_goes_or_is_translated() {
    let body = ask(
        &json!({"temperature": 0.5, "thinking": {"type": "disabled"}, "top_p": 0.5, "top_k": 3,
        "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "{"}]}),
    );
    let (sent, edits) = sent(&body, "claude-opus-5-5");
    assert_eq!(
        sent.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["max_tokens", "messages", "model", "thinking"]
    );
    assert_eq!(
        sent["messages"][2],
        json!({"role": "user", "content": "Continue."})
    );
    for edit in [
        "removed temperature",
        "removed top_p",
        "removed top_k",
        "added a user turn at the end",
    ] {
        assert!(edits.contains(&edit.to_owned()), "{edits:?}");
    }
    let both = ask(&json!({"temperature": 0.5, "top_p": 0.5}));
    let (sent, _) = self::sent(&both, "claude-haiku-4-5");
    assert_eq!(
        (&sent["temperature"], &sent["top_p"]),
        (&json!(0.5), &Value::Null)
    );

    let tools = json!([{"name": "f", "input_schema": {"type": "object"}}]);
    let forced = ask(&json!({"tools": tools, "tool_choice": {"type": "any"}}));
    let structured =
        ask(&json!({"output_config": {"format": {"type": "json_schema", "schema": {}}}}));
    let refused = |body: &Value, model| {
        let target = Target {
            model,
            ..Target::default()
        };
        anthropic::native(&body.to_string().into(), &target).is_none()
    };
    assert!(refused(&forced, "claude-opus-5-5") && !refused(&forced, "claude-opus-5"));
    assert!(refused(&structured, "claude-sonnet-4") && !refused(&structured, "claude-opus-5-5"));
}

proptest! {
    #[test]
    fn any_conversation_stays_valid_json(
        blocks in prop::collection::vec((0..5_usize, "[a-z.:]{0,3}"), 0..6),
        model in prop::sample::select(vec!["claude-opus-5-5", "claude-haiku-4-5", "claude-3-haiku", "other"]),
        more in prop::sample::subsequence(vec!["temperature", "thinking", "top_p", "top_k", "output_config"], 0..5),
    ) {
        let block = |(kind, word): (usize, String)| match kind {
            0 => json!({"type": "thinking", "thinking": "", "signature": word}),
            1 => json!({"type": "redacted_thinking", "data": format!("tgr1:{word}")}),
            2 => json!({"type": "tool_use", "id": word, "name": "f", "input": {}}),
            3 => json!({"type": "tool_result", "tool_use_id": word}),
            _ => json!({"type": "text", "text": word}),
        };
        let blocks: Vec<_> = blocks.into_iter().map(block).collect();
        let mut body = ask(&json!({"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": blocks}]}));
        for name in more {
            body[name] = match name {
                "thinking" => json!({"type": "enabled", "budget_tokens": 20000}),
                "output_config" => json!({"effort": "xhigh"}),
                _ => json!(0.5),
            };
        }
        let target = Target { model, ..Target::default() };
        let passed = anthropic::native(&body.to_string().into(), &target).unwrap();
        let sent: Value = serde_json::from_slice(&passed.body).unwrap();
        prop_assert_eq!(sent["messages"][1]["content"].as_array().unwrap().is_empty(), blocks.is_empty());
    }
}
