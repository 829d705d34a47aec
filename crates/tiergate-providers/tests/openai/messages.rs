//! Anthropic's streams, passed through and told as chat completions: where they end, and what keeps them alive.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tiergate_providers::{
    Call, Chunk, ChunkKind, Dialect, Error, Form, Front, Kind, Provider, Reply, Vendor,
};
use tokio::time::Instant;

use super::support::{self, After, Upstream, call, client, request, response, sse};

const BEGUN: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Blue."}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

"#;

const FINISH: &str = r#"event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}

"#;

const STOP: &str = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

fn vendor(upstream: &Upstream) -> Vendor {
    let base = upstream.url.trim_end_matches("/v1");
    let builder = Vendor::builder("claude", Dialect::Anthropic, client());
    builder
        .base_url(base)
        .credential(secrecy::SecretString::from("sk-0"))
        .build()
        .unwrap()
}

/// The chunks of one stream, and the error that it ends with.
async fn heard(body: String, after: After, native: bool) -> (Vec<Chunk>, Option<Error>) {
    let upstream = Upstream::once(sse(&body), after).await;
    let body = json!({"model": "m", "max_tokens": 9, "stream": true,
        "messages": [{"role": "user", "content": "Hi"}]});
    let body = Bytes::from(body.to_string());
    let front = Front {
        form: Form::Messages,
        body: Some(&body),
        ..Front::default()
    };
    let request = request(true);
    let call = Call {
        front: if native { front } else { Front::default() },
        ..call(&request)
    };
    let Reply::Stream(mut stream) = vendor(&upstream).chat(call).await.unwrap() else {
        panic!("a whole answer came");
    };
    let mut chunks = Vec::new();
    while let Some(item) = support::next(&mut stream).await {
        match item {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => return (chunks, Some(error)),
        }
    }
    (chunks, None)
}

fn text(chunks: &[Chunk]) -> String {
    let raw = chunks.iter().flat_map(|chunk| chunk.raw.to_vec());
    String::from_utf8(raw.collect()).unwrap()
}

#[tokio::test]
async fn a_stop_reason_completes_an_answer_whatever_becomes_of_the_stream() {
    for rest in [
        "",
        "data: {\"type\":\"error\",\"error\":{}}\n\n",
        "data: {oops\n\n",
    ] {
        for after in [After::Close, After::Reset] {
            for native in [true, false] {
                let body = [BEGUN, FINISH, rest].concat();
                let (chunks, error) = heard(body, after, native).await;
                assert!(error.is_none(), "{error:?} after {rest:?}");
                assert_eq!(chunks.iter().filter(|chunk| chunk.finish).count(), 1);
                let said = text(&chunks);
                if native {
                    assert_eq!(said, [BEGUN, FINISH].concat());
                } else {
                    assert!(said.contains("\"finish_reason\":\"stop\""), "{said}");
                    assert!(said.ends_with("data: [DONE]\n\n"), "{said}");
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_waited_for_after_the_last_event() {
    for native in [true, false] {
        let began = Instant::now();
        let body = [BEGUN, FINISH, STOP, BEGUN].concat();
        let (chunks, error) = heard(body, After::Hang, native).await;
        assert!(error.is_none() && began.elapsed() < Duration::from_secs(2));
        assert_eq!(chunks.last().unwrap().kind, ChunkKind::Done);
        if native {
            assert_eq!(text(&chunks), [BEGUN, FINISH, STOP].concat());
            assert!(!chunks.last().unwrap().finish);
        }
    }
}

#[tokio::test]
async fn an_answer_without_a_stop_reason_is_none() {
    let odd = FINISH.replace("\"end_turn\"", "null");
    for native in [true, false] {
        for rest in [
            STOP.to_owned(),
            odd.clone() + STOP,
            odd.clone(),
            String::new(),
        ] {
            let (chunks, error) = heard(BEGUN.to_owned() + &rest, After::Close, native).await;
            assert_eq!(error.unwrap().kind(), Kind::Interrupted, "{rest}");
            assert!(!chunks.iter().any(|chunk| chunk.finish), "{rest}");
            assert!(!text(&chunks).contains("message_stop"));
        }
        let (_, error) = heard(STOP.to_owned(), After::Close, native).await;
        assert_eq!(error.unwrap().kind(), Kind::Invalid);
    }
}

#[tokio::test]
async fn comments_and_pings_say_nothing_but_are_heard() {
    let ping = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    let new = "event: brand_new\ndata: {\"type\":\"brand_new\"}\n\n";
    for native in [true, false] {
        let body = [": ping\n\n", ping, new, BEGUN, FINISH, STOP].concat();
        let (chunks, error) = heard(body, After::Close, native).await;
        assert!(error.is_none());
        let idle = chunks.get(..3).unwrap();
        assert!(
            idle.iter()
                .all(|chunk| !chunk.commits && !chunk.finish && chunk.usage.is_none())
        );
        assert_eq!(idle[0].kind, ChunkKind::Comment);
        if native {
            assert_eq!(text(idle), [": ping\n\n", ping, new].concat());
        }
    }
}

#[tokio::test]
async fn a_success_without_content_is_told_by_its_status() {
    for (status, stream) in [(204, true), (204, false), (205, false), (202, false)] {
        for native in [true, false] {
            let upstream = Upstream::once(response(status, "", ""), After::Close).await;
            let request = request(stream);
            let answered = if native {
                vendor(&upstream).chat(call(&request)).await
            } else {
                upstream.provider().chat(call(&request)).await
            };
            let error = answered.unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (Kind::Invalid, Some(status))
            );
        }
    }
}
