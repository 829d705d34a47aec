//! Every fault of the catalogue, byte by byte, as a client of chat completions sees it.

mod common;

use std::collections::BTreeSet;
use std::io::Read;

use common::End::{Cut, Hang, Reset, Whole};
use common::{End, chat, post, wall};
use flate2::read::GzDecoder;
use serde_json::Value;
use tiergate_wall::{names, text, words};

const STREAM: bool = true;
const BUFFERED: bool = false;

/// The model's name, the form, the status, what must and (after `!`) must not be in the answer, words, and the end.
type Case = (&'static str, bool, u16, &'static [&'static str], usize, End);

const DONE: &str = "data: [DONE]\n\n";
const STOP: &str = r#""finish_reason":"stop""#;

const GOOD: &[Case] = &[
    (
        "ok",
        STREAM,
        200,
        &[
            "text/event-stream",
            DONE,
            STOP,
            r#""completion_tokens":12"#,
            r#""prompt_tokens":20"#,
        ],
        12,
        Whole,
    ),
    (
        "ok",
        BUFFERED,
        200,
        &["application/json", STOP, r#""total_tokens":32"#],
        1,
        Whole,
    ),
    (
        "ok:words=3:prompt=7",
        STREAM,
        200,
        &[r#""completion_tokens":3"#, r#""prompt_tokens":7"#],
        3,
        Whole,
    ),
    ("echo", BUFFERED, 200, &["hello wall"], 1, Whole),
    ("flap:down=0", STREAM, 200, &[DONE], 12, Whole),
    ("flap:as=502", STREAM, 502, &[], 0, Whole),
    ("rate:p=1", STREAM, 503, &[], 0, Whole),
    ("rate:p=0", STREAM, 200, &[DONE], 12, Whole),
    ("latency:50ms", BUFFERED, 200, &[STOP], 1, Whole),
    ("latency:9", BUFFERED, 0, &[], 0, Hang),
    ("slow-first:50ms", STREAM, 200, &[DONE], 12, Whole),
    (
        "slow-first",
        STREAM,
        200,
        &[r#""role":"assistant""#],
        0,
        Hang,
    ),
    ("stall:50ms", STREAM, 200, &[DONE], 12, Whole),
    ("stall", STREAM, 200, &[], 3, Hang),
    ("stall:at=5", STREAM, 200, &[], 5, Hang),
    ("tps:1000", STREAM, 200, &[DONE], 12, Whole),
    ("slices:2:words=2", STREAM, 200, &["2\r\nda\r\n"], 2, Whole),
    ("slices:words=1", BUFFERED, 200, &[STOP], 1, Whole),
    ("crlf", STREAM, 200, &["data: [DONE]\r\n\r\n"], 12, Whole),
    ("cr", STREAM, 200, &["data: [DONE]\r\r"], 12, Whole),
    (
        "mixed-eol",
        STREAM,
        200,
        &["}\n\n", "}\r\n\r\n", "}\r\r"],
        12,
        Whole,
    ),
    ("comments", STREAM, 200, &[": ping\n\n", DONE], 12, Whole),
    ("no-done", STREAM, 200, &[STOP, "![DONE]"], 12, Whole),
    ("after-done", STREAM, 200, &["[DONE]"], 13, Whole),
    ("double-finish", STREAM, 200, &[DONE], 12, Whole),
    ("finish-hang", STREAM, 200, &[STOP, "![DONE]"], 12, Hang),
    ("finish-reset", STREAM, 200, &[STOP, "![DONE]"], 12, Reset),
    (
        "ok:prompt=18446744073709551615",
        STREAM,
        200,
        &[r#""total_tokens":18446744073709551615"#],
        12,
        Whole,
    ),
    (
        "usage-missing",
        STREAM,
        200,
        &[DONE, "!prompt_tokens"],
        12,
        Whole,
    ),
    ("usage-missing", BUFFERED, 200, &["!\"usage\""], 1, Whole),
    ("usage-null", BUFFERED, 200, &[r#""usage":null"#], 1, Whole),
    (
        "usage-negative",
        STREAM,
        200,
        &[r#""prompt_tokens":-21"#],
        12,
        Whole,
    ),
    (
        "usage-huge",
        BUFFERED,
        200,
        &[r#""prompt_tokens":9000000000000000000"#],
        1,
        Whole,
    ),
    (
        "usage-text",
        BUFFERED,
        200,
        &[r#""prompt_tokens":"20""#],
        1,
        Whole,
    ),
    (
        "filtered",
        STREAM,
        200,
        &[r#""finish_reason":"content_filter""#],
        12,
        Whole,
    ),
    (
        "length",
        BUFFERED,
        200,
        &[r#""finish_reason":"length""#],
        1,
        Whole,
    ),
    ("no-prefill", BUFFERED, 200, &[STOP], 1, Whole),
    (
        "not-streamed",
        STREAM,
        200,
        &["application/json", r#""object":"chat.completion""#],
        1,
        Whole,
    ),
    (
        "streamed",
        BUFFERED,
        200,
        &["text/event-stream", DONE],
        12,
        Whole,
    ),
];

const CONNECTION: &[Case] = &[
    ("reset", STREAM, 0, &["!HTTP"], 0, Reset),
    ("close", STREAM, 0, &["!HTTP"], 0, Cut),
    ("reset-head", STREAM, 200, &["content-ty"], 0, Reset),
    ("close-head", STREAM, 200, &["!content-type"], 0, Cut),
    ("hang-head", STREAM, 200, &["content-ty"], 0, Hang),
    ("hang", BUFFERED, 0, &["!HTTP"], 0, Hang),
    ("slow-head:80ms", STREAM, 200, &[DONE], 12, Whole),
    ("slow-head", STREAM, 0, &[], 0, Hang),
    ("junk-head", STREAM, 0, &["SSH-2.0"], 0, Cut),
    ("reset-accept", STREAM, 0, &["!HTTP"], 0, Reset),
    ("close-accept", STREAM, 0, &["!HTTP"], 0, Cut),
    ("hang-accept", STREAM, 0, &["!HTTP"], 0, Hang),
    ("junk-accept", STREAM, 0, &["SSH-2.0"], 0, Cut),
];

const STATUSES: &[Case] = &[
    ("400", STREAM, 400, &["invalid_request_error"], 0, Whole),
    (
        "401",
        STREAM,
        401,
        &["invalid_api_key", "!sk-canary"],
        0,
        Whole,
    ),
    ("402", STREAM, 402, &["insufficient_balance"], 0, Whole),
    ("403", STREAM, 403, &["model_not_allowed"], 0, Whole),
    ("404", STREAM, 404, &["model_not_found"], 0, Whole),
    ("408", STREAM, 408, &["timeout"], 0, Whole),
    ("409", STREAM, 409, &["conflict"], 0, Whole),
    ("413", STREAM, 413, &["request_too_large"], 0, Whole),
    ("422", STREAM, 422, &["invalid_request_error"], 0, Whole),
    ("425", STREAM, 425, &[], 0, Whole),
    (
        "429",
        STREAM,
        429,
        &["rate_limit_exceeded", "!retry-after"],
        0,
        Whole,
    ),
    ("429:2", STREAM, 429, &["retry-after: 2\r\n"], 0, Whole),
    (
        "429:date",
        STREAM,
        429,
        &["retry-after: ", " GMT\r\n"],
        0,
        Whole,
    ),
    ("429:past", STREAM, 429, &[" GMT\r\n"], 0, Whole),
    (
        "429:junk",
        STREAM,
        429,
        &["retry-after: soon, I hope\r\n"],
        0,
        Whole,
    ),
    ("429:9e9", STREAM, 429, &["retry-after: 9e9\r\n"], 0, Whole),
    (
        "429:retry-after-ms=1500",
        STREAM,
        429,
        &["retry-after-ms: 1500\r\n"],
        0,
        Whole,
    ),
    ("500", STREAM, 500, &["server_error"], 0, Whole),
    ("500:html", STREAM, 500, &["text/html", "<html>"], 0, Whole),
    ("500:empty", STREAM, 500, &["content-length: 0"], 0, Whole),
    ("500:text", STREAM, 500, &["text/plain"], 0, Whole),
    ("501", STREAM, 501, &[], 0, Whole),
    ("502", STREAM, 502, &[], 0, Whole),
    (
        "503:retry-after=2",
        BUFFERED,
        503,
        &["retry-after: 2\r\n"],
        0,
        Whole,
    ),
    ("504", STREAM, 504, &[], 0, Whole),
    ("529", STREAM, 529, &["overloaded"], 0, Whole),
    ("status:418", STREAM, 418, &[], 0, Whole),
    (
        "status:205",
        STREAM,
        205,
        &["content-length: 0", "!error"],
        0,
        Whole,
    ),
    (
        "503:retry-after='Wed, 21 Oct 2015 07:28:00 GMT'",
        STREAM,
        503,
        &["retry-after: Wed, 21 Oct 2015 07:28:00 GMT\r\n"],
        0,
        Whole,
    ),
    (
        "503:'a=*b',ok",
        STREAM,
        503,
        &["retry-after: a=*b\r\n"],
        0,
        Whole,
    ),
    (
        "context",
        STREAM,
        400,
        &["context_length_exceeded", "maximum context length"],
        0,
        Whole,
    ),
    (
        "filter",
        STREAM,
        400,
        &["content_policy_violation"],
        0,
        Whole,
    ),
    ("quota", STREAM, 429, &["insufficient_quota"], 0, Whole),
    ("key-echo", STREAM, 401, &["sk-canary"], 0, Whole),
    (
        "redirect",
        STREAM,
        307,
        &["location: /_wall/redirected"],
        0,
        Whole,
    ),
];

const BODIES: &[Case] = &[
    ("html", STREAM, 200, &["text/html", "nginx"], 0, Whole),
    ("empty", BUFFERED, 200, &["content-length: 0"], 0, Whole),
    ("short", BUFFERED, 200, &["content-length"], 1, Cut),
    ("short", STREAM, 200, &["content-length", "![DONE]"], 7, Cut),
    (
        "cut-chunked",
        BUFFERED,
        200,
        &["transfer-encoding: chunked"],
        1,
        Cut,
    ),
    (
        "cut-clean",
        BUFFERED,
        200,
        &["transfer-encoding: chunked"],
        1,
        Whole,
    ),
    (
        "error-200",
        STREAM,
        200,
        &["application/json", "Overloaded"],
        0,
        Whole,
    ),
    ("not-json", BUFFERED, 200, &["<oops"], 0, Whole),
    (
        "wrong-type",
        BUFFERED,
        200,
        &[r#""choices":"wrong""#],
        0,
        Whole,
    ),
    (
        "wrong-type",
        STREAM,
        200,
        &[r#""choices":"wrong""#, DONE],
        0,
        Whole,
    ),
    ("no-choices", BUFFERED, 200, &[r#""choices":[]"#], 0, Whole),
    (
        "null-choices",
        STREAM,
        200,
        &[r#""choices":null"#],
        0,
        Whole,
    ),
    ("huge:1", BUFFERED, 200, &[STOP], 1, Whole),
    ("huge:1", STREAM, 200, &[DONE], 16, Whole),
    ("gzip", BUFFERED, 200, &["content-encoding: gzip"], 0, Whole),
    (
        "bad-gzip",
        BUFFERED,
        200,
        &["content-encoding: gzip"],
        0,
        Whole,
    ),
    (
        "gzip-bomb:3",
        BUFFERED,
        200,
        &["content-encoding: gzip"],
        0,
        Whole,
    ),
    (
        "hang-body",
        BUFFERED,
        200,
        &["content-length: 500"],
        0,
        Hang,
    ),
    ("hang-body", STREAM, 200, &["text/event-stream"], 0, Hang),
    ("slow-body:50ms", BUFFERED, 200, &[STOP], 1, Whole),
];

const STREAMS: &[Case] = &[
    ("empty-stream", STREAM, 200, &["!data"], 0, Whole),
    (
        "error-first",
        STREAM,
        200,
        &["data: {\"error\"", "!role"],
        0,
        Whole,
    ),
    (
        "role-error",
        STREAM,
        200,
        &["\"role\"", "data: {\"error\"", "![DONE]"],
        0,
        Whole,
    ),
    ("role-hang", STREAM, 200, &["\"role\""], 0, Hang),
    ("role-reset", STREAM, 200, &["\"role\""], 0, Reset),
    ("role-end", STREAM, 200, &["\"role\""], 0, Whole),
    (
        "reset-at:4",
        STREAM,
        200,
        &["!finish_reason\":\"stop"],
        4,
        Reset,
    ),
    ("cut-at", STREAM, 200, &["![DONE]"], 3, Cut),
    ("cut-at:0", BUFFERED, 200, &[], 0, Cut),
    ("cut-at:2", BUFFERED, 200, &[], 1, Cut),
    ("cut-at:40", STREAM, 200, &["![DONE]"], 12, Cut),
    ("end-at", STREAM, 200, &["![DONE]", "!\"stop\""], 3, Whole),
    ("end-at", BUFFERED, 200, &[], 1, Cut),
    ("hang-at:2", STREAM, 200, &[], 2, Hang),
    ("hang-at", BUFFERED, 200, &[], 1, Hang),
    (
        "error-at",
        STREAM,
        200,
        &["Overloaded", "![DONE]"],
        3,
        Whole,
    ),
    ("error-at:echo-key", STREAM, 200, &["sk-canary"], 3, Whole),
    ("error-at", BUFFERED, 200, &["Overloaded"], 0, Whole),
    ("garbage-at", STREAM, 200, &["[oops"], 3, Whole),
    ("garbage-at", BUFFERED, 200, &["[oops"], 0, Whole),
    ("utf8-at", STREAM, 200, &["\u{fffd}\u{fffd}"], 4, Whole),
    ("utf8-at", BUFFERED, 200, &["\u{fffd}\u{fffd}"], 1, Whole),
    ("half-event-at", STREAM, 200, &["![DONE]"], 4, Cut),
    (
        "no-finish",
        STREAM,
        200,
        &["!\"stop\"", "![DONE]"],
        12,
        Whole,
    ),
    (
        "no-finish",
        BUFFERED,
        200,
        &[r#""finish_reason":null"#],
        1,
        Whole,
    ),
    (
        "done-without-finish",
        STREAM,
        200,
        &["!\"stop\"", DONE],
        12,
        Whole,
    ),
    ("done-only", STREAM, 200, &[DONE, "!role"], 0, Whole),
    ("long-line:1", STREAM, 200, &[DONE], 1, Whole),
    ("endless:2ms", STREAM, 200, &["![DONE]"], 0, Hang),
    ("endless:2ms", BUFFERED, 200, &["!choices"], 0, Hang),
    ("pings:2ms", STREAM, 200, &[": ping\n\n", "!data"], 0, Hang),
    ("pings:2ms", BUFFERED, 200, &["!choices"], 0, Hang),
    ("pings-at:every=2ms", STREAM, 200, &[": ping\n\n"], 3, Hang),
];

const ALL: &[&[Case]] = &[GOOD, CONNECTION, STATUSES, BODIES, STREAMS];

fn check(cases: &[Case]) {
    let wall = wall("ok");
    for (model, streaming, status, fragments, words, end) in cases {
        let answer = chat(&wall, model, *streaming);
        let text = answer.text();
        let shown: String = text.chars().take(1500).collect();
        let told = format!("{model} streaming={streaming}: {:?}\n{shown}", answer.end);
        assert_eq!(answer.end, *end, "{told}");
        assert_eq!(answer.status(), *status, "{told}");
        for fragment in *fragments {
            if let Some(absent) = fragment.strip_prefix('!') {
                assert!(!text.contains(absent), "{absent:?} in {told}");
            } else {
                let there = text.contains(fragment) || answer.body_text().contains(fragment);
                assert!(there, "no {fragment:?} in {told}");
            }
        }
        if *words > 0 || *end != Hang {
            assert_eq!(answer.words(), *words, "{told}");
        }
    }
}

#[test]
fn good_answers() {
    check(GOOD);
}

#[test]
fn faults_of_the_connection() {
    check(CONNECTION);
}

#[test]
fn errors_with_a_status() {
    check(STATUSES);
}

#[test]
fn bodies_that_are_none() {
    check(BODIES);
}

#[test]
fn streams_that_break() {
    check(STREAMS);
}

#[test]
fn every_fault_has_a_case() {
    let cases = ALL.iter().flat_map(|cases| cases.iter());
    let tested: BTreeSet<&str> = cases
        .map(|case| case.0.split(':').next().unwrap())
        .collect();
    let all: BTreeSet<&str> = names().collect();
    assert_eq!(
        all.difference(&tested).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );
}

#[test]
fn the_words_are_known_beforehand() {
    let wall = wall("ok:seed=9:words=5");
    let answer: Value = serde_json::from_slice(&chat(&wall, "m", BUFFERED).body()).unwrap();
    assert_eq!(answer["choices"][0]["message"]["content"], text(9, 5));
    let streamed = chat(&wall, "m", STREAM).body_text();
    for word in words(9, 5) {
        assert!(
            streamed.contains(&format!(r#""content":"{word}""#)),
            "{word}"
        );
    }
    assert_eq!(wall.tally().model("m").tokens, 10);
}

#[test]
fn the_caller_s_cap_is_kept_to() {
    let wall = wall("ok");
    let body = r#"{"model":"m","max_tokens":4,"messages":[]}"#;
    let answer: Value =
        serde_json::from_slice(&post(&wall, "/v1/chat/completions", "", body).body()).unwrap();
    assert_eq!(answer["usage"]["completion_tokens"], 4);
    assert_eq!(answer["choices"][0]["finish_reason"], "length");
    let body = r#"{"model":"ok:uncapped","max_tokens":4,"messages":[]}"#;
    let answer: Value =
        serde_json::from_slice(&post(&wall, "/v1/chat/completions", "", body).body()).unwrap();
    assert_eq!(answer["usage"]["completion_tokens"], 12);
}

#[test]
fn a_bomb_is_a_good_answer_inside() {
    let wall = wall("ok");
    for (model, mib) in [("gzip", 0), ("gzip-bomb:3", 3)] {
        let body = chat(&wall, model, BUFFERED).body();
        let mut inside = Vec::new();
        GzDecoder::new(&*body).read_to_end(&mut inside).unwrap();
        assert!(inside.len() >> 20 == mib, "{model}: {}", inside.len());
        let answer: Value = serde_json::from_slice(&inside).unwrap();
        assert_eq!(answer["object"], "chat.completion");
        assert!(body.len() < 20_000, "{}", body.len());
    }
    let body = chat(&wall, "gzip-bomb:1", STREAM).body();
    let mut inside = String::new();
    GzDecoder::new(&*body).read_to_string(&mut inside).unwrap();
    assert!(inside.trim_start().starts_with("data: {") && inside.ends_with("data: [DONE]\n\n"));
}

#[test]
fn a_last_message_of_the_assistant_is_refused() {
    let wall = wall("no-prefill");
    let body = r#"{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#;
    for path in ["/v1/chat/completions", "/v1/messages"] {
        let answer = post(&wall, path, "", body);
        assert_eq!(answer.status(), 400);
        assert!(answer.text().contains("prefill"));
    }
}
