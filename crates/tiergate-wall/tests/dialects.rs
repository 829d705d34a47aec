//! Each provider's own form of good answers, errors and broken streams.

mod common;

use common::{End, post, wall};
use serde_json::Value;
use tiergate_wall::{Wall, text, words};

struct Dialect {
    name: &'static str,
    path: &'static str,
    stream_path: &'static str,
    text: &'static str,
    finish: &'static str,
    usage: (&'static str, u64),
    end: &'static str,
}

const DIALECTS: &[Dialect] = &[
    Dialect {
        name: "chat",
        path: "/v1/chat/completions",
        stream_path: "/v1/chat/completions",
        text: "/choices/0/message/content",
        finish: "/choices/0/finish_reason",
        usage: ("/usage/completion_tokens", 12),
        end: "[DONE]",
    },
    Dialect {
        name: "responses",
        path: "/v1/responses",
        stream_path: "/v1/responses",
        text: "/output/0/content/0/text",
        finish: "/status",
        usage: ("/usage/output_tokens", 12),
        end: "response.completed",
    },
    Dialect {
        name: "anthropic",
        path: "/v1/messages",
        stream_path: "/v1/messages",
        text: "/content/0/text",
        finish: "/stop_reason",
        usage: ("/usage/output_tokens", 12),
        end: "message_stop",
    },
    Dialect {
        name: "gemini",
        path: "/v1beta/models/MODEL:generateContent",
        stream_path: "/v1beta/models/MODEL:streamGenerateContent?alt=sse",
        text: "/candidates/0/content/parts/0/text",
        finish: "/candidates/0/finishReason",
        usage: ("/usageMetadata/candidatesTokenCount", 12),
        end: "finishReason",
    },
    Dialect {
        name: "bedrock",
        path: "/model/MODEL/converse",
        stream_path: "/model/MODEL/converse-stream",
        text: "/output/message/content/0/text",
        finish: "/stopReason",
        usage: ("/usage/outputTokens", 12),
        end: "messageStop",
    },
    Dialect {
        name: "cohere",
        path: "/v2/chat",
        stream_path: "/v2/chat",
        text: "/message/content/0/text",
        finish: "/finish_reason",
        usage: ("/usage/tokens/output_tokens", 12),
        end: "message-end",
    },
    Dialect {
        name: "ollama",
        path: "/api/chat",
        stream_path: "/api/chat",
        text: "/message/content",
        finish: "/done_reason",
        usage: ("/eval_count", 12),
        end: "done_reason",
    },
];

fn ask(wall: &Wall, dialect: &Dialect, model: &str, streaming: bool) -> common::Answer {
    let path = if streaming {
        dialect.stream_path
    } else {
        dialect.path
    };
    let path = path.replace("MODEL", &model.replace(':', "%3A").replace('=', "%3D"));
    let body = format!(
        r#"{{"model":"{model}","stream":{streaming},"stream_options":{{"include_usage":true}},"messages":[]}}"#
    );
    post(wall, &path, "", &body)
}

#[test]
fn good_answers() {
    let wall = wall("ok");
    for dialect in DIALECTS {
        let answer = ask(&wall, dialect, "some-model", false);
        let value: Value = serde_json::from_slice(&answer.body()).unwrap();
        assert_eq!(
            value.pointer(dialect.text).unwrap(),
            &text(1, 12),
            "{}",
            dialect.name
        );
        assert!(
            value.pointer(dialect.finish).unwrap().is_string(),
            "{}",
            dialect.name
        );
        assert_eq!(value.pointer(dialect.usage.0).unwrap(), dialect.usage.1);
    }
    let tally = wall.tally();
    assert_eq!(tally.model("some-model").requests, 7);
    assert_eq!(tally.model("some-model").told_completion, 7 * 12);
    assert!(
        tally
            .routes
            .contains_key("/v1beta/models/{model}:generateContent")
    );
}

#[test]
fn good_streams() {
    let wall = wall("ok");
    for dialect in DIALECTS {
        let answer = ask(&wall, dialect, "m", true);
        assert_eq!(answer.end, End::Whole);
        let body = answer.body_text();
        assert!(body.contains(dialect.end), "{}: {body}", dialect.name);
        for word in words(1, 12) {
            assert!(
                body.contains(&format!("\"{word}\"")),
                "{}: {word}",
                dialect.name
            );
        }
    }
    let counts = wall.tally().model("m");
    assert_eq!(
        (counts.tokens, counts.told_completion, counts.finished),
        (7 * 12, 7 * 12, 7)
    );
}

#[test]
fn broken_streams() {
    let wall = wall("ok");
    for dialect in DIALECTS {
        for (fault, end) in [
            ("cut-at:2", End::Cut),
            ("end-at:2", End::Whole),
            ("reset-at:2", End::Reset),
            ("hang-at:2", End::Hang),
            ("error-at:2", End::Whole),
            ("garbage-at:2", End::Whole),
            ("half-event-at:2", End::Cut),
        ] {
            let answer = ask(&wall, dialect, fault, true);
            let body = answer.body_text();
            let told = format!("{} {fault}: {body}", dialect.name);
            assert_eq!(answer.end, end, "{told}");
            assert!(body.contains(&words(1, 2)[1]), "{told}");
            assert!(
                fault.starts_with("error") || !body.contains(dialect.end),
                "{told}"
            );
            assert!(
                !fault.starts_with("error") || body.contains("Overloaded"),
                "{told}"
            );
            assert!(
                !fault.starts_with("garbage") || body.contains("oops"),
                "{told}"
            );
        }
    }
}

/// Path, fault, status, and what stands where in the body.
const ERRORS: &[(&str, &str, u16, &str, &str)] = &[
    (
        "/v1/messages",
        "529",
        529,
        "/error/type",
        "overloaded_error",
    ),
    (
        "/v1/messages",
        "429",
        429,
        "/error/type",
        "rate_limit_error",
    ),
    (
        "/v1/messages",
        "401",
        401,
        "/error/type",
        "authentication_error",
    ),
    ("/v1/messages", "402", 402, "/error/type", "billing_error"),
    (
        "/v1/messages",
        "context",
        400,
        "/error/message",
        "prompt is too long: 9000 tokens > 8192 maximum",
    ),
    (
        "/v1/messages",
        "413",
        413,
        "/error/type",
        "request_too_large",
    ),
    (
        "/v1beta/models/MODEL:generateContent",
        "429",
        429,
        "/error/status",
        "RESOURCE_EXHAUSTED",
    ),
    (
        "/v1beta/models/MODEL:generateContent",
        "503",
        503,
        "/error/status",
        "UNAVAILABLE",
    ),
    (
        "/v1beta/models/MODEL:generateContent",
        "429:retry-after=7",
        429,
        "/error/details/0/retryDelay",
        "7s",
    ),
    (
        "/v1/responses",
        "quota",
        429,
        "/error/code",
        "insufficient_quota",
    ),
    (
        "/v2/chat",
        "500",
        500,
        "/message",
        "The server had an error while processing your request.",
    ),
    (
        "/api/chat",
        "404",
        404,
        "/error",
        "The model does not exist or you do not have access to it.",
    ),
    (
        "/model/MODEL/converse",
        "429",
        429,
        "/message",
        "Rate limit reached.",
    ),
];

#[test]
fn errors_have_each_provider_s_form() {
    let wall = wall("ok");
    for (path, fault, status, pointer, expected) in ERRORS {
        let path = path.replace("MODEL", &fault.replace(':', "%3A"));
        let answer = post(
            &wall,
            &path,
            "",
            &format!(r#"{{"model":"{fault}","messages":[]}}"#),
        );
        assert_eq!(answer.status(), *status, "{path} {fault}");
        let value: Value = serde_json::from_slice(&answer.body()).unwrap();
        assert_eq!(value.pointer(pointer).unwrap(), *expected, "{path} {fault}");
    }
    let answer = post(&wall, "/model/429/converse", "", "{}");
    assert!(
        answer
            .head()
            .contains("x-amzn-errortype: ThrottlingException")
    );
}

#[test]
fn gemini_without_sse_grows_an_array() {
    let wall = wall("ok");
    for (model, length) in [
        ("ok", 14),
        ("end-at", 4),
        ("error-first", 1),
        ("empty-stream", 0),
    ] {
        let answer = post(
            &wall,
            &format!("/v1beta/models/{model}:streamGenerateContent"),
            "",
            "{}",
        );
        let value: Vec<Value> = serde_json::from_slice(&answer.body()).unwrap();
        assert_eq!(value.len(), length, "{model}");
    }
}

#[test]
fn embeddings_models_and_counts() {
    let wall = wall("ok");
    let answer = post(
        &wall,
        "/v1/embeddings",
        "",
        r#"{"model":"m","input":["a","b"]}"#,
    );
    let value: Value = serde_json::from_slice(&answer.body()).unwrap();
    assert_eq!(value["data"].as_array().unwrap().len(), 2);
    assert_eq!(
        post(
            &wall,
            "/v1/embeddings",
            "",
            r#"{"model":"503","input":"a"}"#
        )
        .status(),
        503
    );
    assert!(
        common::get(&wall, "/v1/models")
            .text()
            .contains(r#""object":"list""#)
    );
    let answer = post(
        &wall,
        "/v1/messages/count_tokens",
        "",
        r#"{"model":"m","messages":[]}"#,
    );
    assert!(answer.text().contains(r#"{"input_tokens":20}"#));
    assert_eq!(common::get(&wall, "/nothing").status(), 404);
    assert_eq!(wall.tally().unknown, 1);
}
