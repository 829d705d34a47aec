//! Sampling, formats, thinking and what is left out.

use serde_json::{Value, json};
use tiergate_dialects::Target;
use tiergate_dialects::inner::{Effort, Format, Json, Part, Reasoning, Request, Sampling, Text};

use crate::*;

fn thinking(model: &str, reasoning: Reasoning) -> (Value, Vec<String>) {
    let mut request = hello();
    request.reasoning = Some(reasoning);
    let (mut said, edits) = body(&request, model);
    (said["generationConfig"]["thinkingConfig"].take(), edits)
}

fn effort(effort: Effort) -> Reasoning {
    Reasoning {
        effort: Some(effort),
        ..Reasoning::default()
    }
}

#[track_caller]
fn check(model: &str, reasoning: Reasoning, expected: &Value, edit: &str) {
    let (said, edits) = thinking(model, reasoning);
    assert_eq!(&said, expected, "{model} {reasoning:?}");
    assert_eq!(edits.join(", "), edit, "{model} {reasoning:?}");
}

#[test]
fn gemini_2_5_thinks_in_tokens() {
    let budget = |tokens: u64| json!({"thinkingBudget": tokens, "includeThoughts": true});
    let flash = "gemini-2.5-flash";
    let pro = "gemini-2.5-pro";
    check(
        flash,
        effort(Effort::None),
        &json!({"thinkingBudget": 0}),
        "",
    );
    check(flash, effort(Effort::Low), &budget(1024), "");
    check(flash, effort(Effort::Max), &budget(24_576), "");
    check(pro, effort(Effort::Max), &budget(32_768), "");
    check(
        pro,
        effort(Effort::None),
        &json!({"thinkingBudget": 128}),
        "set the thinking budget to 128",
    );
    let asked = Reasoning {
        budget: Some(99_999),
        ..Reasoning::default()
    };
    check(
        pro,
        asked,
        &budget(32_768),
        "set the thinking budget to 32768",
    );
}

#[test]
fn gemini_3_thinks_in_words() {
    let level = |level: &str| json!({"thinkingLevel": level, "includeThoughts": true});
    let pro = "gemini-3.1-pro-preview";
    let flash = "gemini-3.6-flash";
    let to = |word: &str| format!("changed reasoning_effort to {word}");
    check(flash, effort(Effort::Minimal), &level("MINIMAL"), "");
    check(
        flash,
        effort(Effort::None),
        &json!({"thinkingLevel": "MINIMAL"}),
        &to("minimal"),
    );
    check(pro, effort(Effort::Minimal), &level("LOW"), &to("low"));
    check(pro, effort(Effort::Medium), &level("MEDIUM"), "");
    check(pro, effort(Effort::XHigh), &level("HIGH"), &to("high"));
    check(
        "gemini-4-hydrogen",
        effort(Effort::XHigh),
        &level("XHIGH"),
        "",
    );
    let budget = Reasoning {
        budget: Some(8000),
        ..Reasoning::default()
    };
    check(flash, budget, &level("MEDIUM"), &to("medium"));
    let hidden = Reasoning {
        shown: Some(false),
        ..effort(Effort::High)
    };
    check(
        flash,
        hidden,
        &json!({"thinkingLevel": "HIGH", "includeThoughts": false}),
        "",
    );
    let seen = Reasoning {
        shown: Some(true),
        ..Reasoning::default()
    };
    check(flash, seen, &json!({"includeThoughts": true}), "");
}

#[test]
fn models_that_do_not_think_are_not_told_to() {
    check(
        "gemini-2.0-flash",
        effort(Effort::High),
        &Value::Null,
        "removed reasoning_effort",
    );
    check("gemini-2.0-flash", effort(Effort::None), &Value::Null, "");
}

fn sampled() -> Request<'static> {
    let number = |number: f64| Some(Json::of(&number));
    Request {
        sampling: Sampling {
            temperature: number(0.5),
            top_p: number(0.9),
            top_k: Some(Json::of(&40)),
            frequency_penalty: number(0.1),
            presence_penalty: number(0.2),
            seed: Some(Json::of(&7)),
        },
        stop: vec![Text::new("END")],
        max_output: Some(100_000),
        ..hello()
    }
}

#[test]
fn sampling_is_steered() {
    let mut request = sampled();
    let (said, edits) = body(&request, "gemini-3.8-flash");
    assert_eq!(
        said["generationConfig"],
        json!({
            "maxOutputTokens": 100_000, "stopSequences": ["END"], "temperature": 0.5, "topP": 0.9, "topK": 40,
            "seed": 7, "frequencyPenalty": 0.1, "presencePenalty": 0.2,
        })
    );
    assert!(edits.is_empty());

    let (said, edits) = body(&request, "gemini-2.5-flash-lite");
    assert!(said["generationConfig"].get("frequencyPenalty").is_none());
    assert_eq!(
        edits,
        ["removed frequency_penalty", "removed presence_penalty"]
    );

    let (said, edits) = vertex(&request, "gemini-2.5-flash-lite");
    assert_eq!(said["generationConfig"]["frequencyPenalty"], 0.1);
    assert_eq!(edits, ["set the output cap to 65535"]);

    request.sampling.seed = Some(Json::of(&5_000_000_000_u64));
    let (_, edits) = body(&request, "gemini-3.8-flash");
    assert_eq!(edits, ["removed seed"]);

    request.stop = vec![Text::new("a"); 6];
    assert_eq!(
        translate(&request, "gemini-3.8-flash").unwrap_err().param,
        "stop"
    );
}

#[test]
fn a_cap_lowers_the_output() {
    let target = Target {
        model: "gemini-3.8-flash",
        cap: Some(50),
        max_output: None,
    };
    let translated = encode(&sampled(), &target, Surface::Gemini).unwrap();
    let (said, edits) = read(&translated);
    assert_eq!(said["generationConfig"]["maxOutputTokens"], 50);
    assert_eq!(edits, ["set the output cap to 50"]);
}

#[test]
fn a_schema_is_an_answers_form() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let mut request = hello();
    request.format = Format::JsonSchema {
        name: Text::new("row"),
        description: None,
        schema: Json::of(&schema),
        strict: Some(true),
    };
    let (said, edits) = body(&request, "gemini-2.5-flash");
    assert_eq!(
        said["generationConfig"],
        json!({"responseMimeType": "application/json", "responseJsonSchema": schema})
    );
    assert!(edits.is_empty());
}

#[test]
fn what_has_no_place_is_told_or_does_not_fit() {
    let with = |name: &'static str, value: Value| Request {
        rest: vec![(name.into(), Json::of(&value))],
        ..hello()
    };
    let edits = |request: &Request<'_>| body(request, "gemini-3.8-flash").1;
    for silent in ["prefer", "max_tier", "tags", "session_id", "stream_options"] {
        assert!(edits(&with(silent, json!({}))).is_empty());
    }
    assert_eq!(
        edits(&with("logit_bias", json!({"1": 1}))),
        ["removed logit_bias"]
    );
    assert!(edits(&with("logit_bias", Value::Null)).is_empty());
    assert!(edits(&with("n", json!(1))).is_empty());
    assert!(edits(&with("logprobs", json!(false))).is_empty());
    for (name, value) in [
        ("n", json!(2)),
        ("logprobs", json!(true)),
        ("top_logprobs", json!(3)),
        ("modalities", json!(["text", "audio"])),
        ("web_search_options", json!({})),
    ] {
        let unfit = translate(&with(name, value), "gemini-3.8-flash").unwrap_err();
        assert_eq!(unfit.param, name);
    }

    let mut request = hello();
    request.user = Some(Text::new("u"));
    request.parallel_tools = Some(false);
    request.turns[0].name = Some(Text::new("Ann"));
    request.turns[0].parts.push(Part::Text {
        text: Text::new("!"),
        cache: Some(tiergate_dialects::inner::Cache::Short),
    });
    assert_eq!(
        edits(&request),
        [
            "removed user",
            "removed name",
            "removed cache_control",
            "removed parallel_tool_calls"
        ]
    );
}

#[test]
fn urgency_is_the_developer_apis() {
    let mut request = hello();
    request.service_tier = Some(Text::new("flex"));
    let (said, edits) = body(&request, "gemini-3.8-flash");
    assert_eq!((&said["serviceTier"], edits.len()), (&json!("flex"), 0));
    let (said, edits) = vertex(&request, "gemini-3.8-flash");
    assert!(said.get("serviceTier").is_none());
    assert_eq!(edits, ["removed service_tier"]);
}
