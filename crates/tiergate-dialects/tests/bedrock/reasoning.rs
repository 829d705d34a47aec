use serde_json::{Value, json};
use tiergate_dialects::inner::{Effort, Json, Reasoning, Request, ToolChoice};

use super::encode::{ADAPTIVE, CLAUDE, LLAMA, NOTHING, NOVA, OSS, check, lookup, request};

fn reasoning(effort: Effort) -> Request<'static> {
    Request {
        reasoning: Some(Reasoning {
            effort: Some(effort),
            ..Reasoning::default()
        }),
        ..request()
    }
}

#[test]
fn claudes_that_adapt() {
    let fields = "/additionalModelRequestFields";
    let adaptive = json!({"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "high"}});
    check(
        &reasoning(Effort::High),
        ADAPTIVE,
        fields,
        adaptive.clone(),
        NOTHING,
    );
    check(
        &reasoning(Effort::XHigh),
        ADAPTIVE,
        fields,
        adaptive,
        &["reasoning_effort xhigh as high"],
    );
    let off = json!({"thinking": {"type": "disabled"}});
    check(&reasoning(Effort::None), ADAPTIVE, fields, off, NOTHING);
    let least = json!({"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "low"}});
    check(
        &reasoning(Effort::None),
        "anthropic.claude-opus-5-5",
        fields,
        least,
        &["reasoning_effort none as low"],
    );
}

#[test]
fn claudes_with_a_budget() {
    let fields = "/additionalModelRequestFields";
    let budget = |tokens: u64| json!({"thinking": {"type": "enabled", "budget_tokens": tokens}});
    check(
        &reasoning(Effort::High),
        CLAUDE,
        fields,
        budget(4096),
        NOTHING,
    );
    check(
        &reasoning(Effort::None),
        CLAUDE,
        fields,
        Value::Null,
        NOTHING,
    );
    let tight = Request {
        max_output: Some(2000),
        ..reasoning(Effort::High)
    };
    check(&tight, CLAUDE, fields, budget(1999), NOTHING);
    let tighter = Request {
        max_output: Some(500),
        ..reasoning(Effort::High)
    };
    check(
        &tighter,
        CLAUDE,
        fields,
        Value::Null,
        &["removed reasoning_effort"],
    );
    let mut sampled = reasoning(Effort::High);
    sampled.sampling.temperature = Some(Json::of(&0.5));
    sampled.sampling.top_k = Some(Json::of(&4));
    check(
        &sampled,
        CLAUDE,
        "/inferenceConfig",
        Value::Null,
        &["removed temperature", "removed top_k"],
    );
    let forced = Request {
        tools: vec![lookup()],
        tool_choice: Some(ToolChoice::Required),
        ..reasoning(Effort::High)
    };
    check(
        &forced,
        CLAUDE,
        fields,
        Value::Null,
        &["removed reasoning_effort"],
    );
}

#[test]
fn reasoning_of_others() {
    let fields = "/additionalModelRequestFields";
    check(
        &reasoning(Effort::Low),
        OSS,
        fields,
        json!({"reasoning_effort": "low"}),
        NOTHING,
    );
    check(
        &reasoning(Effort::Max),
        OSS,
        fields,
        json!({"reasoning_effort": "high"}),
        &["reasoning_effort max as high"],
    );
    check(
        &reasoning(Effort::XHigh),
        "openai.gpt-6-sol",
        fields,
        json!({"reasoning": {"effort": "xhigh"}}),
        NOTHING,
    );
    let nova = |effort: &str| json!({"reasoningConfig": {"type": "enabled", "maxReasoningEffort": effort}});
    check(
        &reasoning(Effort::High),
        NOVA,
        fields,
        nova("high"),
        NOTHING,
    );
    let limited = Request {
        max_output: Some(500),
        ..reasoning(Effort::High)
    };
    check(
        &limited,
        NOVA,
        fields,
        nova("medium"),
        &["reasoning_effort lowered to medium for the limit"],
    );
    check(
        &reasoning(Effort::None),
        NOVA,
        fields,
        json!({"reasoningConfig": {"type": "disabled"}}),
        NOTHING,
    );
    check(
        &reasoning(Effort::High),
        LLAMA,
        fields,
        Value::Null,
        &["removed reasoning_effort"],
    );
}
