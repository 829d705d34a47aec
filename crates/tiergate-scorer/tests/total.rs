//! The scorer has an answer for every request, and the way of writing JSON does not change it.

use std::fmt::Write;

use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_scorer::{Estimate, Learnt, Scorer, TokenCounter};
use tiergate_wire::chat::Request;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        "[\u{0}-\u{10ffff}]{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,12}", inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

fn any_message() -> impl Strategy<Value = Value> {
    let role = prop::sample::select(vec![
        "system",
        "developer",
        "user",
        "assistant",
        "tool",
        "function",
        "critic",
    ]);
    let text = prop_oneof![
        "\\PC{0,200}",
        "[\u{0}-\u{10ffff}]{0,80}",
        "[ -~]{0,300}",
        Just("```".repeat(50)),
        Just("\\".repeat(301)),
        Just("a".repeat(5000)),
        Just("設計".repeat(3000)),
        Just("\u{301}".repeat(900)),
    ];
    (role, text, any_json()).prop_map(|(role, text, extra)| {
        json!({"role": role, "content": text, "reasoning_content": extra.as_str(), "extra": extra})
    })
}

fn any_request() -> impl Strategy<Value = Value> {
    let messages = prop::collection::vec(any_message(), 1..8);
    (messages, any_json(), prop::option::of("[a-z]{0,8}")).prop_map(|(messages, extra, effort)| {
        json!({"model": "auto", "messages": messages, "extra": extra, "reasoning_effort": effort})
    })
}

/// The same JSON with every sign of its strings as an escape.
fn escaped(text: &str) -> String {
    text.encode_utf16()
        .fold(String::new(), |mut escaped, unit| {
            let _ = write!(escaped, "\\u{unit:04x}");
            escaped
        })
}

proptest! {
    #[test]
    fn any_request_has_a_score(body in any_request()) {
        let request = Request::parse(body.to_string().into()).unwrap();
        let found = Learnt::new().assess(&request);
        prop_assert!(found.score.number() <= 100);
        prop_assert!(found.confidence <= 1000);
        prop_assert!(found.success.is_sorted());
        prop_assert_eq!(&found, &Learnt::new().assess(&request));
        let tokens = Estimate::new().count(&request);
        prop_assert!(tokens.likely <= tokens.upper);
    }

    #[test]
    fn escapes_do_not_move_the_score(text in "[ -~\n\t\u{e0}-\u{17f}\u{410}-\u{44f}\u{4e00}-\u{4fff}\u{1f600}-\u{1f64f}]{1,400}") {
        let raw = r#"{"model":"auto","messages":[{"role":"user","content":"@"}]}"#;
        let plain = json!({"model": "auto", "messages": [{"role": "user", "content": &text}]});
        let scorer = Learnt::new();
        let score = |body: String| scorer.assess(&Request::parse(body.into()).unwrap());
        prop_assert_eq!(score(plain.to_string()), score(raw.replace('@', &escaped(&text))));
    }
}

#[test]
fn escapes_do_not_move_the_score_of_code_and_lists() {
    let text = "Please fix src/main.rs and lib/app.py:\n1. the `parse_all()` loop\n- keep x_y = 2\n\
        ```rust\nfn parseAll(x: &str) -> u32 { x.len() as u32 }\n```\nA) yes\nB) no\nC) $\\frac{1}{2}$?";
    let raw = r#"{"model":"auto","messages":[{"role":"user","content":"@"}]}"#;
    let scorer = Learnt::new();
    let plain = scorer.assess(&Request::user("auto", text));
    let body = raw.replace('@', &escaped(text));
    assert_eq!(plain, scorer.assess(&Request::parse(body.into()).unwrap()));
    for name in ["files", "list_items", "options", "formulas", "code"] {
        assert!(
            plain.signals.iter().any(|signal| signal.name == name),
            "{name}"
        );
    }
}

#[test]
fn long_escaped_text_scores_within_two_points() {
    let text =
        "Review the design of the payment ledger and prove that it never loses money. ".repeat(900);
    let raw = r#"{"model":"auto","messages":[{"role":"user","content":"@"}]}"#;
    let scorer = Learnt::new();
    let plain = scorer.assess(&Request::user("auto", &text)).score.number();
    let body = raw.replace('@', &escaped(&text));
    let other = scorer
        .assess(&Request::parse(body.into()).unwrap())
        .score
        .number();
    assert!(plain.abs_diff(other) <= 2, "{plain} {other}");
}
