//! Every way in which a provider can fail, and that no failure shows a secret.

use std::time::Duration;

use super::support::{
    After, Upstream, ask, call, chunked, json, next, request, response, said, sse,
};
use tiergate_failover::{Class, Classify};
use tiergate_providers::{Error, Host, Kind, OpenAi, Provider, Reply};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

/// The error of one call, from wherever it comes, and whether something was said before it.
async fn fault(answer: Vec<u8>, after: After, stream: bool) -> (Error, bool) {
    let upstream = Upstream::once(answer, after).await;
    match ask(&upstream.provider(), &request(stream)).await {
        Err(error) => (error, false),
        Ok(answered) => {
            let (chunks, error) = answered.stream();
            let said = chunks.iter().any(|chunk| chunk.commits);
            (error.expect("the call succeeded"), said)
        }
    }
}

fn error_body(code: &str) -> String {
    format!(r#"{{"error":{{"message":"it says {code}","type":"t","param":"p","code":"{code}"}}}}"#)
}

#[tokio::test]
async fn statuses_have_their_kind_and_class() {
    for (status, code, kind, class) in [
        (500, "x", Kind::Server, Class::Retry),
        (502, "x", Kind::Server, Class::Retry),
        (504, "x", Kind::Server, Class::Retry),
        (503, "x", Kind::Overloaded, Class::Retry),
        (529, "x", Kind::Overloaded, Class::Retry),
        (408, "x", Kind::Overloaded, Class::Retry),
        (409, "x", Kind::Overloaded, Class::Retry),
        (425, "x", Kind::Overloaded, Class::Retry),
        (429, "x", Kind::RateLimited, Class::Next),
        (429, "insufficient_quota", Kind::Billing, Class::Next),
        (401, "x", Kind::Auth, Class::Next),
        (403, "x", Kind::Auth, Class::Next),
        (402, "x", Kind::Billing, Class::Next),
        (404, "model_not_found", Kind::NotFound, Class::Next),
        (405, "x", Kind::Server, Class::Next),
        (410, "x", Kind::NotFound, Class::Next),
        (451, "x", Kind::Server, Class::Next),
        (302, "x", Kind::Invalid, Class::Next),
        (400, "x", Kind::BadRequest, Class::Stop),
        (400, "content_filter", Kind::ContentFilter, Class::Stop),
        (
            400,
            "context_length_exceeded",
            Kind::ContextTooLong,
            Class::Next,
        ),
        (413, "x", Kind::TooLarge, Class::Stop),
        (422, "x", Kind::Unprocessable, Class::Stop),
    ] {
        let headers = "content-type: application/json\r\n";
        let answer = response(status, headers, &error_body(code));
        let (error, _) = fault(answer, After::Keep, false).await;
        assert_eq!(
            (error.kind(), error.class()),
            (kind, class),
            "{status} {code}: {error}"
        );
        assert_eq!(error.status(), Some(status));
        assert_eq!((error.code(), error.param()), (Some(code), Some("p")));
        assert_eq!(error.message(), format!("it says {code}"));
        assert_eq!(error.provider(), "upstream");
        assert_eq!(error.is_context_too_long(), kind == Kind::ContextTooLong);
    }
}

#[tokio::test]
async fn waits_are_read_where_they_are_meant() {
    let wait = async |status, headers: &str| {
        let answer = response(status, headers, &error_body("x"));
        fault(answer, After::Keep, false).await.0
    };
    let seven = Some(Duration::from_secs(7));
    assert_eq!(wait(429, "retry-after: 7\r\n").await.retry_after(), seven);
    let busy = wait(503, "retry-after: 7\r\n").await;
    assert_eq!((busy.retry_after(), busy.class()), (seven, Class::Next));
    assert_eq!(
        wait(503, "retry-after-ms: 1500\r\n").await.class(),
        Class::Retry
    );
    assert_eq!(wait(500, "retry-after: 7\r\n").await.retry_after(), None);
    let date = "retry-after: Sat, 21 Nov 2026 00:00:07 GMT\r\n";
    assert_eq!(wait(429, date).await.retry_after(), seven);
}

#[tokio::test]
async fn broken_connections_have_their_kind_and_class() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{";
    for (answer, after, kind, class) in [
        ("", After::Close, Kind::Reset, Class::Retry),
        ("", After::Reset, Kind::Reset, Class::Retry),
        (
            "HTTP/1.1 200 OK\r\n",
            After::Close,
            Kind::Reset,
            Class::Retry,
        ),
        (
            "hello there\r\n\r\n",
            After::Close,
            Kind::Invalid,
            Class::Next,
        ),
        (head, After::Close, Kind::Reset, Class::Retry),
        (head, After::Reset, Kind::Reset, Class::Retry),
    ] {
        let (error, _) = fault(answer.into(), after, false).await;
        assert_eq!(
            (error.kind(), error.class()),
            (kind, class),
            "{answer:?} {after:?}: {error}"
        );
    }
    // nothing listens on the port of a listener that is gone
    let upstream = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", upstream.local_addr().unwrap());
    drop(upstream);
    let provider = OpenAi::builder("gone", super::support::client())
        .base_url(url)
        .build()
        .unwrap();
    let error = ask(&provider, &request(false)).await.unwrap_err();
    assert_eq!((error.kind(), error.class()), (Kind::Connect, Class::Retry));
}

#[tokio::test]
async fn a_success_that_is_no_answer_is_invalid() {
    let html = response(200, "content-type: text/html\r\n", "<html>");
    let big = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}",
        " ".repeat(70 << 20)
    );
    let whole = r#"{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}"#;
    for (answer, stream) in [
        (html.clone(), false),
        (json(""), false),
        (json("{}"), false),
        (json(r#"{"choices":[]}"#), false),
        (json(&whole[..40]), false),
        (json(&whole.replace("\"stop\"", "null")), false),
        (json(&whole.replace("\"index\":0", "\"index\":1")), false),
        (json(&whole.replace("{\"content\":\"x\"}", "null")), false),
        (big.into_bytes(), false),
        (sse(&said("x")), false),
        (html, true),
        (json(whole), true),
    ] {
        let (error, _) = fault(answer, After::Close, stream).await;
        assert_eq!(
            (error.kind(), error.class()),
            (Kind::Invalid, Class::Next),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_error_in_a_success_has_its_own_kind() {
    for stream in [false, true] {
        for (body, kind) in [
            (r#"{"error":{"message":"m","code":429}}"#, Kind::RateLimited),
            (
                r#"{"error":{"message":"m","code":"insufficient_quota"}}"#,
                Kind::Billing,
            ),
            (r#"{"error":"m"}"#, Kind::Invalid),
        ] {
            let (error, _) = fault(json(body), After::Keep, stream).await;
            assert_eq!(error.kind(), kind, "{error}");
        }
    }
    let answer = json(r#"{"choices":null,"base_resp":{"status_code":1002,"status_msg":"m"}}"#);
    let upstream = Upstream::once(answer, After::Keep).await;
    let host = Host::by_name("minimax").unwrap();
    let provider = upstream.builder().host(host).build().unwrap();
    let error = ask(&provider, &request(false)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::RateLimited);
}

#[tokio::test]
async fn streams_break_before_and_after_something_was_said() {
    let events: Vec<String> = said("x")
        .split_inclusive("\n\n")
        .map(str::to_owned)
        .collect();
    let quiet = &events[0];
    let spoken = events[..2].concat();
    let error = format!("data: {}\n\n", error_body("rate_limit_exceeded"));
    let long = format!("data: {}", "x".repeat(17 << 20));
    for (text, before, after) in [
        ("", Kind::Interrupted, Kind::Interrupted),
        ("data: [DONE]\n\n", Kind::Interrupted, Kind::Interrupted),
        (&error, Kind::RateLimited, Kind::Interrupted),
        ("data: {\"choices\n\n", Kind::Invalid, Kind::Interrupted),
        (
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"network_error\"}]}\n\n",
            Kind::Invalid,
            Kind::Interrupted,
        ),
        (&long, Kind::Invalid, Kind::Invalid),
    ] {
        let (broken, said) = fault(sse(text), After::Close, true).await;
        assert_eq!(
            (broken.kind(), broken.class(), said),
            (before, Class::Next, false),
            "{broken}"
        );
        let (broken, said) = fault(sse(&format!("{quiet}{text}")), After::Close, true).await;
        assert_eq!((broken.kind(), said), (before, false), "{broken}");
        let (broken, said) = fault(sse(&format!("{spoken}{text}")), After::Close, true).await;
        assert_eq!((broken.kind(), said), (after, true), "{broken}");
    }
    let cut = chunked(&spoken);
    for after in [After::Close, After::Reset] {
        let (broken, _) = fault(cut[..cut.len() - 7].to_vec(), after, true).await;
        assert_eq!(broken.kind(), Kind::Interrupted, "{broken}");
    }
}

#[tokio::test]
async fn an_interruption_keeps_what_it_came_from() {
    let spoken: String = said("x").split_inclusive("\n\n").take(2).collect();
    for (code, cause) in [
        ("content_filter", Kind::ContentFilter),
        ("rate_limit_exceeded", Kind::RateLimited),
        ("invalid_api_key", Kind::Auth),
    ] {
        let text = format!("{spoken}data: {}\n\n", error_body(code));
        let (broken, said) = fault(sse(&text), After::Close, true).await;
        assert_eq!(
            (broken.kind(), broken.cause(), said),
            (Kind::Interrupted, cause, true)
        );
        assert_eq!((broken.code(), broken.status()), (Some(code), None));
    }
}

#[tokio::test]
async fn pictures_come_in_long_events() {
    let long = "A".repeat(9 << 20);
    let mut events: Vec<String> = said("x")
        .split_inclusive("\n\n")
        .map(str::to_owned)
        .collect();
    events[1] = events[1].replace(r#""x""#, &format!(r#""{long}""#));
    let upstream = Upstream::once(sse(&events.concat()), After::Close).await;
    let answered = ask(&upstream.provider(), &request(true)).await.unwrap();
    let (chunks, error) = answered.stream();
    assert!(error.is_none(), "{error:?}");
    assert!(chunks.iter().any(|chunk| chunk.raw.len() > long.len()));
}

#[tokio::test]
async fn a_stream_that_breaks_after_its_finish_is_complete() {
    for rest in [
        "",
        "data: {oops\n\n",
        "data: {\"error\":{\"message\":\"late\"}}\n\n",
    ] {
        let text = said("x").replace("data: [DONE]\n\n", rest);
        let bytes = chunked(&text);
        let upstream = Upstream::once(bytes[..bytes.len() - 5].to_vec(), After::Reset).await;
        let (chunks, error) = ask(&upstream.provider(), &request(true))
            .await
            .unwrap()
            .stream();
        assert!(
            error.is_none() && chunks.iter().any(|chunk| chunk.finish),
            "{error:?}"
        );
    }
}

/// An event that says something of a choice, or ends it.
fn of(index: u32, ends: bool) -> String {
    let (delta, reason) = if ends {
        ("{}", "\"stop\"")
    } else {
        (r#"{"content":"x"}"#, "null")
    };
    let choice = format!(r#"{{"index":{index},"delta":{delta},"finish_reason":{reason}}}"#);
    format!("data: {{\"choices\":[{choice}]}}\n\n")
}

#[tokio::test]
async fn a_stream_is_complete_when_all_choices_that_have_begun_are() {
    let done = || "data: [DONE]\n\n".to_owned();
    let late = || "data: {oops\n\n".to_owned();
    for (n, complete, events) in [
        (1, false, vec![of(0, false), of(1, true)]),
        (1, false, vec![of(1, false), of(1, true), done()]),
        (1, true, vec![of(0, false), of(0, true), of(1, false)]),
        (
            1,
            true,
            vec![of(0, false), of(1, false), of(1, true), of(0, true)],
        ),
        (2, false, vec![of(0, false), of(1, false), of(0, true)]),
        (
            2,
            false,
            vec![of(0, false), of(1, false), of(0, true), done()],
        ),
        (2, false, vec![of(0, true), of(1, false), done()]),
        (
            2,
            true,
            vec![of(0, false), of(1, false), of(0, true), of(1, true)],
        ),
        (
            2,
            true,
            vec![of(0, false), of(0, true), of(1, false), of(1, true)],
        ),
        (2, true, vec![of(0, true), of(1, true), late()]),
        (2, true, vec![of(0, false), of(0, true), done()]),
        (2, false, vec![of(0, false), of(0, true), late()]),
    ] {
        let body = serde_json::json!({"model": "auto", "stream": true, "n": n,
            "messages": [{"role": "user", "content": "Hi"}]});
        let request = Request::parse(body.to_string().into()).unwrap();
        for after in [After::Close, After::Reset] {
            let upstream = Upstream::once(sse(&events.concat()), after).await;
            let (chunks, error) = ask(&upstream.provider(), &request).await.unwrap().stream();
            let kinds = [Kind::Interrupted, Kind::Invalid];
            let broken = error.is_some_and(|error| kinds.contains(&error.kind()));
            assert_eq!(!broken, complete, "{n} {events:?}");
            let mut finishes = chunks.iter().rev().filter(|chunk| chunk.finish);
            let whole = finishes.next().is_some_and(|last| !last.open);
            assert!(whole || !complete, "{n} {events:?}");
        }
    }
}

#[tokio::test]
async fn the_wait_after_the_end_begins_when_all_choices_have_ended() {
    let body =
        r#"{"model":"auto","stream":true,"n":2,"messages":[{"role":"user","content":"Hi"}]}"#;
    let request = Request::parse(body.into()).unwrap();
    for (events, wait, complete) in [
        (vec![of(0, false), of(1, false), of(0, true)], 30.0, false),
        (vec![of(0, true), of(1, false)], 30.0, false),
        (vec![of(0, true), of(1, true)], 4.0, true),
        (vec![of(0, true)], 4.0, true),
    ] {
        let upstream = Upstream::once(sse(&events.concat()), After::Hang).await;
        let provider = upstream.provider();
        let began = Instant::now();
        let Reply::Stream(mut stream) = provider.chat(call(&request)).await.unwrap() else {
            panic!("a whole answer came");
        };
        for _ in &events {
            next(&mut stream).await.unwrap().unwrap();
        }
        tokio::time::pause();
        let end = next(&mut stream).await;
        let took = began.elapsed().as_secs_f32();
        tokio::time::resume();
        assert_eq!(end.is_none(), complete, "{end:?}");
        assert!((took - wait).abs() < 1.0, "{took}");
    }
}

#[tokio::test]
async fn no_secret_is_shown_even_if_the_server_repeats_it() {
    let keys = ["sk-live-0123456789abcdefXYZ", "plain-secret-words-only"];
    let house = "house-header-value-77";
    let repeats: String = keys
        .iter()
        .chain([&house])
        .flat_map(|key| [*key, " ", &key[..12], "… "])
        .collect();
    let body = serde_json::json!({"error": {"message": format!("wrong key {repeats}"), "code": keys[0], "param": keys[1]}});
    let headers = format!(
        "content-type: application/json\r\nx-request-id: {}\r\n",
        keys[0]
    );
    let event = format!("data: {body}\n\n");
    let spoken = said("x")
        .split_inclusive("\n\n")
        .take(2)
        .collect::<String>();
    for (answer, stream) in [
        (response(401, &headers, &body.to_string()), false),
        (response(200, &headers, &body.to_string()), true),
        (response(500, &headers, &repeats), false),
        (sse(&event), true),
        (sse(&format!("{spoken}{event}")), true),
        (
            response(200, &format!("content-type: {}\r\n", keys[1]), ""),
            false,
        ),
    ] {
        let upstream = Upstream::once(answer, After::Close).await;
        let builder = upstream.builder().credential(keys[0]).credential(keys[1]);
        let provider = builder.header("x-house", house).build().unwrap();
        let error = match ask(&provider, &request(stream)).await {
            Err(error) => error,
            Ok(answered) => answered.stream().1.unwrap(),
        };
        let shown = format!(
            "{error} {error:?} {:?} {:?} {provider:?}",
            error.code(),
            error.param()
        );
        for secret in keys.iter().chain([&house]) {
            assert!(!shown.contains(&secret[..12]), "{shown}");
        }
        assert_eq!(provider.credentials(), 2);
    }
}
