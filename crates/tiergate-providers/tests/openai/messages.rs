//! Anthropic's streams, passed through and told as chat completions: where they end, and what keeps them alive.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tiergate_providers::{
    Call, Chunk, ChunkKind, Dialect, Error, Form, Front, Kind, Provider, Reply, Vendor,
};
use tokio::time::Instant;

use super::support::{
    self, After, Upstream, call, client, json as json_of, request, response, sse,
};

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
    hear(&upstream, native).await
}

/// The same of a server that is there already.
async fn hear(upstream: &Upstream, native: bool) -> (Vec<Chunk>, Option<Error>) {
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
    let Reply::Stream(mut stream) = vendor(upstream).chat(call).await.unwrap() else {
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

#[tokio::test]
async fn what_ends_an_answer_is_passed_on_once() {
    let stop = "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n";
    let other = FINISH.replace("\"output_tokens\":2", "\"output_tokens\":5");
    for (repeated, passed, output) in [
        ([stop, FINISH, stop, FINISH].concat(), FINISH.to_owned(), 2),
        ([FINISH, FINISH, stop].concat(), FINISH.to_owned(), 2),
        // it tells something new
        ([FINISH, &other].concat(), [FINISH, &other].concat(), 5),
    ] {
        let body = [BEGUN, &repeated, STOP].concat();
        let (chunks, error) = heard(body.clone(), After::Close, true).await;
        assert!(error.is_none(), "{error:?}");
        assert_eq!(text(&chunks), [BEGUN, &passed, STOP].concat());
        assert_eq!(chunks.iter().filter(|chunk| chunk.finish).count(), 1);
        let usage = chunks.iter().rev().find_map(|chunk| chunk.usage).unwrap();
        assert_eq!(usage.completion_tokens, output);

        let (chunks, _) = heard(body, After::Close, false).await;
        let said = text(&chunks);
        assert_eq!(said.matches("\"finish_reason\":\"stop\"").count(), 1);
    }
}

#[tokio::test]
async fn a_block_that_ends_after_the_answer_still_ends() {
    let (open, stop) = BEGUN.split_at(BEGUN.rfind("event:").unwrap());
    let body = [open, FINISH, stop, stop, STOP].concat();
    let (chunks, error) = heard(body, After::Close, true).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(text(&chunks), [open, FINISH, stop, STOP].concat());
}

#[tokio::test]
async fn a_connection_lost_before_the_first_word_is_worth_another_attempt() {
    let begun = BEGUN.split_inclusive("\n\n").next().unwrap();
    for (body, kind) in [(begun, Kind::Reset), (BEGUN, Kind::Interrupted)] {
        let bytes = support::chunked(body);
        let upstream = Upstream::once(bytes[..bytes.len() - 7].to_vec(), After::Reset).await;
        let (_, error) = hear(&upstream, true).await;
        assert_eq!(error.unwrap().kind(), kind, "{body}");
    }
}

#[tokio::test]
async fn an_answer_whose_words_are_lost_is_none() {
    let begun = BEGUN.split_inclusive("\n\n").next().unwrap();
    let block = |text: &str| {
        let block = &BEGUN[begun.len()..];
        block.replace("Blue.", text)
    };
    let end = |reason: &str, tokens: u32| {
        let end = FINISH.replace("end_turn", reason);
        end.replace(
            "\"output_tokens\":2",
            &format!("\"output_tokens\":{tokens}"),
        )
    };
    for (blocks, reason, tokens, lost) in [
        ("", "end_turn", 12, true),
        (&*block(""), "end_turn", 12, true),
        ("", "tool_use", 12, true),
        ("", "end_turn", 3, false),
        ("", "end_turn", 0, false),
        ("", "max_tokens", 12, false),
        ("", "refusal", 12, false),
        ("", "stop_sequence", 12, false),
        (&*block("Blue."), "end_turn", 12, false),
    ] {
        let body = [begun, blocks, &end(reason, tokens), STOP].concat();
        for native in [true, false] {
            let (_, error) = heard(body.clone(), After::Close, native).await;
            let kind = error.as_ref().map(Error::kind);
            assert_eq!(kind, lost.then_some(Kind::Invalid), "{body}: {error:?}");
        }
        let text = if blocks.contains("Blue.") {
            "Blue."
        } else {
            ""
        };
        let content = match blocks {
            "" => json!([]),
            _ => json!([{"type": "text", "text": text}]),
        };
        let whole = json!({"type": "message", "role": "assistant", "content": content, "stop_reason": reason,
            "usage": {"input_tokens": 3, "output_tokens": tokens}});
        assert_eq!(is_lost(&whole).await, lost, "{whole}");
    }
    for usage in [json!(null), json!({}), json!({"input_tokens": 3})] {
        let whole =
            json!({"type": "message", "content": [], "stop_reason": "end_turn", "usage": usage});
        assert!(is_lost(&whole).await, "{whole}");
    }
    let thought = json!({"type": "thinking", "thinking": "", "signature": "c2ln"});
    let hidden = json!({"type": "message", "content": [thought], "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 99}});
    assert!(!is_lost(&hidden).await);
}

/// Whether a whole answer is refused as one whose words were lost.
async fn is_lost(whole: &serde_json::Value) -> bool {
    let upstream = Upstream::once(json_of(&whole.to_string()), After::Close).await;
    let request = request(false);
    let answered = vendor(&upstream).chat(call(&request)).await;
    answered.is_err_and(|error| {
        assert_eq!(error.kind(), Kind::Invalid, "{error}");
        true
    })
}
