//! The token estimate against real tokenizers: never below them, and not far above on common text.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tiergate_scorer::{Estimate, TokenCounter};
use tiergate_wire::chat::Request;

/// Requests that the upper count is tried on.
const REQUESTS: u32 = 10_000;

/// Tokens that OpenAI documents for the form of a conversation: 4 a message and 3 for the answer.
const MESSAGE: usize = 4;
const PRIMER: usize = 3;

fn real(count: impl Fn(&str) -> usize, body: &Value) -> u64 {
    let mut tokens = PRIMER;
    for message in body["messages"].as_array().unwrap() {
        tokens += MESSAGE + message["content"].as_str().map_or(0, &count);
        for call in message["tool_calls"].as_array().unwrap_or(&Vec::new()) {
            let function = &call["function"];
            tokens += count(function["name"].as_str().unwrap());
            tokens += count(function["arguments"].as_str().unwrap());
        }
    }
    for part in ["tools", "response_format"] {
        tokens += body.get(part).map_or(0, |json| count(&json.to_string()));
    }
    tokens as u64
}

fn larger(body: &Value) -> u64 {
    real(|text| bpe_openai::o200k_base().count(text), body)
        .max(real(|text| bpe_openai::cl100k_base().count(text), body))
}

fn user(text: &str) -> Value {
    json!({"model": "auto", "messages": [{"role": "user", "content": text}]})
}

fn request(body: &Value) -> Request {
    Request::parse(body.to_string().into()).unwrap()
}

/// Text of every kind that is hard on an estimate.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\u{4e00}-\u{9fff}]{1,60}",
        "[\u{3040}-\u{30ff}。、]{1,60}",
        "[\u{ac00}-\u{d7a3} ]{1,60}",
        "[\u{400}-\u{52f} ]{1,60}",
        "[\u{600}-\u{6ff}\u{900}-\u{97f} ]{1,60}",
        "[\u{c0}-\u{24f} ]{1,60}",
        "[\u{1f300}-\u{1faff}\u{200d}\u{fe0f}]{1,20}",
        "[A-Za-z0-9+/]{20,200}={0,2}",
        "[0-9a-f]{16,128}",
        "[0-9]{1,80}",
        "[ \t\n\r]{1,60}",
        "[ ]{1,200}|\n{1,40}|\t{1,40}",
        "[!-/:-@\\[-`{-~]{1,60}",
        "[a-z]{1,30}( [a-z]{1,14}){0,20}",
        "[bcdfghjkqvwxz]{1,5}( [bcdfghjkqvwxz]{1,5}){0,30}",
        "[A-Z]{1,30}( [A-Z]{1,14}){0,10}",
        "([A-Z][a-z]{1,8}){1,12}",
        "[a-z]{1,8}(_[a-z]{1,8}){0,8}\\([a-z]{1,4}, [0-9]{1,9}\\);\n",
        "\\PC{1,60}",
        "[\u{0}-\u{10ffff}]{1,40}",
        "(\\{\"[a-z]{2,9}\": \\[[0-9]{1,4}, null, \"[A-Za-z ]{1,20}\"\\]\\}, ){1,8}",
        common(),
    ]
}

fn common() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "The",
        "quick",
        "answer",
        "is",
        "that",
        "nobody",
        "knows",
        "it,",
        "because",
        "history",
        "forgets",
        "photosynthesis",
        "regularly.",
        "However,",
        "getUserName()",
        "https://",
        "example.com",
        "don't",
        "well-known",
        "(see",
        "below)",
        "café",
        "naïve",
        "3.14",
    ]);
    prop::collection::vec(words, 1..60).prop_map(|words| words.join(" "))
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 1..5).prop_map(|pieces| pieces.concat())
}

fn body() -> impl Strategy<Value = Value> {
    let roles = prop::sample::select(vec!["system", "user", "assistant", "tool"]);
    let message = (roles, text()).prop_map(|(role, text)| json!({"role": role, "content": text}));
    let call = (text(), "[a-zA-Z_]{1,30}").prop_map(|(text, name)| {
        json!({"role": "assistant", "content": null, "tool_calls": [{
            "id": "call_1", "type": "function",
            "function": {"name": name, "arguments": json!({"value": text}).to_string()},
        }]})
    });
    let messages = prop::collection::vec(prop_oneof![4 => message, 1 => call], 1..5);
    let tool = ("[a-z_]{1,40}", text()).prop_map(|(name, text)| {
        json!({"type": "function", "function": {"name": name, "description": text, "parameters": {
            "type": "object", "properties": {"path": {"type": "string", "enum": [text]}}}}})
    });
    let tools = prop::option::weighted(0.2, prop::collection::vec(tool, 1..3));
    let schema = prop::option::weighted(0.1, text());
    (messages, tools, schema).prop_map(|(messages, tools, schema)| {
        let mut body = json!({"model": "auto", "messages": messages});
        if let Some(tools) = tools {
            body["tools"] = tools.into();
        }
        if let Some(text) = schema {
            body["response_format"] = json!({"type": "json_schema", "json_schema": {
                "name": "answer", "schema": {"type": "object", "description": text}}});
        }
        body
    })
}

#[test]
fn the_upper_count_is_never_below_a_real_tokenizer() {
    let estimate = Estimate::new();
    let config = Config {
        cases: REQUESTS,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(config, seed);
    runner
        .run(&body(), |body| {
            let request = request(&body);
            let real = larger(&body);
            let (count, quick) = (estimate.count(&request), estimate.quick(&request));
            prop_assert!(count.upper >= real, "{} < {real}", count.upper);
            prop_assert!(quick.upper >= count.upper);
            prop_assert!(count.likely <= count.upper && quick.likely <= quick.upper);
            Ok(())
        })
        .unwrap();
}

/// The ratio of the upper and the likely count to o200k, in percent.
fn ratios(text: &str) -> (u64, u64) {
    let body = user(text);
    let tokens = Estimate::new().count(&request(&body));
    let real = real(|text| bpe_openai::o200k_base().count(text), &body);
    (tokens.upper * 100 / real, tokens.likely * 100 / real)
}

const ENGLISH: &str = "The council met on Tuesday to decide what should happen to the old bridge. \
    Engineers had warned for years that the northern arch was moving, a few millimetres each winter, \
    and that the traffic of the last decade had made it worse. Several shopkeepers asked for a new \
    crossing further down the river, where the road is wider, but others feared that customers would \
    no longer pass their doors. After two hours the mayor proposed to close the bridge to lorries at \
    once, to measure it again in spring, and to put aside money for a repair that would keep its shape.";

const CODE: &str = "impl Ledger {\n    pub fn post(&mut self, entry: Entry) -> Result<(), Error> {\n        \
    if entry.amount == 0 {\n            return Err(Error::Empty);\n        }\n        \
    let balance = self.balances.entry(entry.account).or_insert(0);\n        \
    *balance += entry.amount;\n        self.entries.push(entry);\n        Ok(())\n    }\n}\n";

const CHINESE: &str = "市政府星期二开会讨论如何处理那座旧桥。工程师多年来一直警告说，北面的拱每年冬天都会移动几毫米，\
    而过去十年的交通使情况更加严重。有些店主要求在河的下游修建一座新桥，那里的道路更宽，\
    但其他人担心顾客不会再从他们的门前经过。";

#[test]
fn ordinary_text_is_not_counted_far_too_high() {
    for (name, text, most) in [
        ("english", ENGLISH, 165),
        ("code", CODE, 210),
        ("chinese", CHINESE, 330),
    ] {
        let (upper, likely) = ratios(text);
        println!("{name}: upper {upper} %, likely {likely} % of o200k");
        assert!((100..=most).contains(&upper), "{name} {upper}");
        assert!((75..=135).contains(&likely), "{name} {likely}");
    }
}

#[test]
fn text_in_unknown_parts_counts_too() {
    let hidden = "9A7x ".repeat(400);
    let mut body = user("see the part");
    body["messages"][0]["content"] = json!([{"type": "novel", "payload": hidden}]);
    let tokens = Estimate::new().count(&request(&body));
    assert!(tokens.upper >= bpe_openai::o200k_base().count(&hidden) as u64);
}

#[test]
fn media_have_stated_allowances() {
    let estimate = Estimate::new();
    let count = |part: Value| {
        let mut body = user("");
        body["messages"][0]["content"] = json!([{"type": "text", "text": "What is this?"}, part]);
        estimate.count(&request(&body)).upper
    };
    let data = "A".repeat(400_000);
    let image =
        json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{data}")}});
    assert!((4_800..5_000).contains(&count(image)));
    let sound = json!({"type": "input_audio", "input_audio": {"data": data, "format": "mp3"}});
    assert!((7_600..8_000).contains(&count(sound)));
    let file = json!({"type": "file", "file": {"file_data": data}});
    assert!((300_000..301_000).contains(&count(file)));
}
