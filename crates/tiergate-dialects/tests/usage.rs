//! Whatever a vendor tells of tokens, in every dialect: what can be is believed, each half by itself.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use proptest::prelude::*;
use tiergate_dialects::inner::Undo;
use tiergate_dialects::{anthropic, bedrock, cohere, gemini, ollama, openai, responses};
use tiergate_wire::usage::{Half, MOST, Usage};

/// A dialect: an answer with counts of input, output and cached input, and how it is read.
type Dialect = (
    &'static str,
    fn(&str, &str, &str) -> String,
    fn(&[u8]) -> Option<Usage>,
);

const DIALECTS: [Dialect; 7] = [
    (
        "openai",
        |input, output, cached| {
            format!(
                r#"{{"choices":[{{"index":0,"message":{{"role":"assistant","content":"Hi"}},"finish_reason":"stop"}}],
                "usage":{{"prompt_tokens":{input},"completion_tokens":{output},
                "prompt_tokens_details":{{"cached_tokens":{cached}}}}}}}"#
            )
        },
        |body| {
            openai::answer(body, openai::Quirks::COMPATIBLE)
                .unwrap()
                .usage
        },
    ),
    (
        "anthropic",
        |input, output, cached| {
            format!(
                r#"{{"type":"message","content":[{{"type":"text","text":"Hi"}}],"stop_reason":"end_turn",
                "usage":{{"input_tokens":{input},"output_tokens":{output},"cache_read_input_tokens":{cached}}}}}"#
            )
        },
        |body| anthropic::answer(body, &Undo::default()).unwrap().usage,
    ),
    (
        "gemini",
        |input, output, cached| {
            format!(
                r#"{{"candidates":[{{"content":{{"parts":[{{"text":"Hi"}}]}},"finishReason":"STOP"}}],
                "usageMetadata":{{"promptTokenCount":{input},"candidatesTokenCount":{output},
                "cachedContentTokenCount":{cached}}}}}"#
            )
        },
        |body| gemini::answer(body, &Undo::default()).unwrap().usage,
    ),
    (
        "bedrock",
        |input, output, cached| {
            format!(
                r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"Hi"}}]}}}},"stopReason":"end_turn",
                "usage":{{"inputTokens":{input},"outputTokens":{output},"cacheReadInputTokens":{cached}}}}}"#
            )
        },
        |body| bedrock::answer(body, &Undo::default()).unwrap().usage,
    ),
    (
        "cohere",
        |input, output, cached| {
            format!(
                r#"{{"id":"1","finish_reason":"COMPLETE","message":{{"role":"assistant","content":[{{"type":"text","text":"Hi"}}]}},
                "usage":{{"tokens":{{"input_tokens":{input},"output_tokens":{output}}},"cached_tokens":{cached}}}}}"#
            )
        },
        |body| cohere::answer(body, &Undo::default()).unwrap().usage,
    ),
    (
        "ollama",
        |input, output, cached| {
            format!(
                r#"{{"model":"m","message":{{"role":"assistant","content":"Hi"}},"done":true,"done_reason":"stop",
                "prompt_eval_count":{input},"eval_count":{output},"prompt_eval_cached_count":{cached}}}"#
            )
        },
        |body| ollama::answer(body, &Undo::default()).unwrap().usage,
    ),
    (
        "responses",
        |input, output, cached| {
            format!(
                r#"{{"id":"r","status":"completed","output":[{{"type":"message","content":[{{"type":"output_text","text":"Hi"}}]}}],
                "usage":{{"input_tokens":{input},"output_tokens":{output},"input_tokens_details":{{"cached_tokens":{cached}}}}}}}"#
            )
        },
        |body| responses::answer(body, &Undo::default()).unwrap().usage,
    ),
];

/// Whatever may stand where a count belongs.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..2 * MOST).prop_map(|count| count.to_string()),
        (0_u64..50).prop_map(|count| count.to_string()),
        any::<u64>().prop_map(|count| count.to_string()),
        any::<i64>().prop_map(|count| count.to_string()),
        (-10.0..1e20_f64).prop_map(|count| format!("{count:e}")),
        prop::sample::select(vec![
            "null", "\"7\"", "[3]", "{}", "true", "2.5", "12.0", "1e9", "1e400", "1e-3"
        ])
        .prop_map(str::to_owned),
    ]
}

/// What a count says, if it can be one.
fn told(value: &str) -> Option<u64> {
    let number: f64 = value.parse().ok()?;
    let whole = (0.0..=1e9).contains(&number) && number.fract() == 0.0;
    whole.then(|| format!("{number}").parse().unwrap())
}

proptest! {
    #[test]
    fn each_half_is_believed_or_not_told(input in value(), output in value(), cached in value()) {
        // some dialects count what was cached apart, and the sum may be more than is possible
        prop_assume!(told(&input).unwrap_or(0) + told(&cached).unwrap_or(0) <= MOST);
        for (dialect, body, read) in DIALECTS {
            let body = body(&input, &output, &cached);
            let usage = read(body.as_bytes());
            let untold = match (told(&input), told(&output)) {
                (None, None) => {
                    prop_assert_eq!(usage, None, "{}", dialect);
                    continue;
                }
                (None, Some(_)) => Some(Half::Input),
                (Some(_), None) => Some(Half::Output),
                (Some(_), Some(_)) => None,
            };
            let usage = usage.unwrap();
            prop_assert_eq!(usage.untold, untold, "{}", dialect);
            prop_assert!(usage.cached_tokens <= usage.prompt_tokens, "{}: {:?}", dialect, usage);
            prop_assert_eq!(usage.completion_tokens, told(&output).unwrap_or(0), "{}", dialect);
            let whole = usage.completed(17, 400);
            prop_assert!(whole.untold.is_none() && whole.prompt_tokens <= MOST);
            if usage.untold == Some(Half::Input) {
                prop_assert_eq!(whole.prompt_tokens, 17);
            }
            if usage.untold == Some(Half::Output) {
                prop_assert_eq!(whole.completion_tokens, 100);
            }
        }
    }
}

/// The total tells what its parts leave out.
#[test]
fn gemini_leaves_out_what_is_zero() {
    for (counts, output) in [
        (r#""promptTokenCount":5,"totalTokenCount":5"#, Some(0)),
        (r#""promptTokenCount":5,"totalTokenCount":12"#, Some(7)),
        (r#""promptTokenCount":5,"thoughtsTokenCount":4"#, Some(4)),
        (
            r#""promptTokenCount":5,"candidatesTokenCount":-1,"totalTokenCount":9"#,
            Some(4),
        ),
        (
            r#""promptTokenCount":5,"candidatesTokenCount":3,"thoughtsTokenCount":1e12"#,
            None,
        ),
        (r#""promptTokenCount":5"#, None),
        (r#""promptTokenCount":5,"totalTokenCount":4"#, None),
    ] {
        let body = format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"text":"Hi"}}]}},"finishReason":"STOP"}}],"usageMetadata":{{{counts}}}}}"#
        );
        let answer = gemini::answer(body.as_bytes(), &Undo::default()).unwrap();
        let usage = answer.usage.unwrap();
        let told = usage.untold.is_none().then_some(usage.completion_tokens);
        assert_eq!((usage.prompt_tokens, told), (5, output), "{counts}");
    }
}
