//! The OpenAI adapter against a scripted server: what is sent, what comes back, and when the
//! connection is kept or closed.

use std::time::Duration;

use super::support::{
    After, Event, Upstream, ask, call, chunked, client, json, next, request, said, sse,
};
use tiergate_providers::{Chunk, ChunkKind, Host, Kind, OpenAi, Provider, Reply};
use tiergate_wire::chat::Request;
use tokio::time::Instant;

const ANSWER: &str = r#"{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Blue."},"finish_reason":"stop"}],"usage":{"prompt_tokens":4,"completion_tokens":2,"total_tokens":6}}"#;

#[tokio::test]
async fn a_whole_answer_comes_back_as_it_was() {
    let answer = super::support::response(
        200,
        "content-type: application/json\r\nx-request-id: req-9\r\n",
        ANSWER,
    );
    let mut upstream = Upstream::once(answer, After::Keep).await;
    let provider = upstream
        .builder()
        .credential("sk-test-0")
        .header("X-Title", "house")
        .build()
        .unwrap();
    let Reply::Full(full) = provider.chat(call(&request(false))).await.unwrap() else {
        panic!("a stream came");
    };
    assert_eq!(full.body, ANSWER);
    assert!(full.finished);
    let usage = full.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.completion_tokens), (4, 2));
    assert_eq!(full.head.upstream_request_id.as_deref(), Some("req-9"));
    assert_eq!(full.head.edits[..], ["model"]);

    let (head, body) = upstream.request().await;
    let head = head.to_lowercase();
    assert!(
        head.starts_with("post /v1/chat/completions http/1.1\r\n"),
        "{head}"
    );
    for line in [
        "host: 127.0.0.1:",
        "authorization: bearer sk-test-0\r\n",
        "content-type: application/json\r\n",
        "accept-encoding: identity\r\n",
        concat!("user-agent: tiergate/", env!("CARGO_PKG_VERSION"), "\r\n"),
        "x-title: house\r\n",
    ] {
        assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
    }
    let sent: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!({"model": "m-1", "stream": false,
        "messages": [{"role": "user", "content": "Hi"}]});
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_stream_is_forwarded_byte_for_byte_at_any_splitting() {
    let text = format!(": hello\r\n\r\n{}", said("Blü \\u00e9"));
    let bytes = sse(&text);
    let body_at = bytes.len() - text.len();
    let mut whole = None;
    for cut in body_at..bytes.len() {
        let pieces = vec![bytes[..cut].to_vec(), bytes[cut..].to_vec()];
        let upstream = Upstream::start(vec![(pieces, After::Close)]).await;
        let (chunks, error) = ask(&upstream.provider(), &request(true))
            .await
            .unwrap()
            .stream();
        assert!(error.is_none(), "{error:?}");
        let raw: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.raw.to_vec()).collect();
        assert_eq!(String::from_utf8(raw).unwrap(), text);
        let seen: Vec<_> = chunks
            .iter()
            .map(|chunk| (chunk.kind, chunk.commits, chunk.finish, chunk.usage))
            .collect();
        assert_eq!(
            whole.get_or_insert_with(|| seen.clone()),
            &seen,
            "cut at {cut}"
        );
    }
    let kinds: Vec<_> = whole
        .unwrap()
        .into_iter()
        .map(|(kind, commits, finish, _)| (kind, commits, finish))
        .collect();
    assert_eq!(
        kinds,
        [
            (ChunkKind::Comment, false, false),
            (ChunkKind::Data, false, false),
            (ChunkKind::Data, true, false),
            (ChunkKind::Data, false, true),
            (ChunkKind::UsageOnly, false, false),
            (ChunkKind::Done, false, false),
        ]
    );
}

#[tokio::test]
async fn one_byte_at_a_time_gives_the_same_events() {
    let text = said("Blue.");
    let bytes = sse(&text);
    let pieces = bytes.chunks(1).map(<[u8]>::to_vec).collect();
    let upstream = Upstream::start(vec![(pieces, After::Close)]).await;
    let (chunks, error) = ask(&upstream.provider(), &request(true))
        .await
        .unwrap()
        .stream();
    assert!(error.is_none() && chunks.len() == 5, "{error:?}");
    let usage = chunks.iter().find_map(Chunk::usage_place).unwrap();
    assert_eq!(
        &chunks[3].raw[usage],
        br#"{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}"#
    );
}

#[tokio::test]
async fn usage_is_asked_for_in_a_stream() {
    let mut upstream = Upstream::once(chunked(&said("x")), After::Keep).await;
    let reply = upstream
        .provider()
        .chat(call(&request(true)))
        .await
        .unwrap();
    assert_eq!(
        reply.head().edits[..],
        ["model", "added stream_options.include_usage"]
    );
    let (_, body) = upstream.request().await;
    let sent: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        sent["stream_options"],
        serde_json::json!({"include_usage": true})
    );
}

#[tokio::test]
async fn connections_are_used_again_after_answers_and_streams() {
    let keep = |bytes: Vec<u8>| (vec![bytes], After::Keep);
    let refused = super::support::response(
        400,
        "content-type: application/json\r\n",
        r#"{"error":"no"}"#,
    );
    let answers = vec![
        keep(json(ANSWER)),
        keep(chunked(&said("a"))),
        keep(refused),
        keep(json(ANSWER)),
    ];
    let mut upstream = Upstream::start(answers).await;
    let provider = upstream.provider();
    assert!(ask(&provider, &request(false)).await.is_ok());
    assert!(
        ask(&provider, &request(true))
            .await
            .unwrap()
            .stream()
            .1
            .is_none()
    );
    assert!(ask(&provider, &request(false)).await.is_err());
    assert!(ask(&provider, &request(false)).await.is_ok());
    assert_eq!(upstream.event().await, Event::Accepted);
    for _ in 0..4 {
        assert!(
            matches!(upstream.event().await, Event::Request(..)),
            "a second connection"
        );
    }
}

#[tokio::test]
async fn each_credential_goes_out_in_its_turn() {
    let answers = (0..3).map(|_| (vec![json(ANSWER)], After::Keep)).collect();
    let mut upstream = Upstream::start(answers).await;
    let builder = upstream
        .builder()
        .credential("key-one")
        .credential("key-two");
    let provider = builder.build().unwrap();
    assert_eq!(provider.credentials(), 2);
    for (credential, key) in [(1, "key-two"), (0, "key-one"), (1, "key-two")] {
        let request = request(false);
        let call = tiergate_providers::Call {
            credential,
            ..call(&request)
        };
        provider.chat(call).await.unwrap();
        let (head, _) = upstream.request().await;
        assert!(
            head.contains(&format!("authorization: Bearer {key}\r\n")),
            "{head}"
        );
    }
}

#[tokio::test]
async fn a_host_without_keys_gets_none() {
    let mut upstream = Upstream::once(json(ANSWER), After::Keep).await;
    let provider = upstream.builder().build().unwrap();
    assert_eq!(provider.credentials(), 1);
    ask(&provider, &request(false)).await.unwrap();
    assert!(!upstream.request().await.0.contains("authorization"));
}

#[tokio::test]
async fn dropping_a_stream_closes_the_connection() {
    let first = said("x")
        .split_inclusive("\n\n")
        .take(2)
        .collect::<String>();
    let mut upstream = Upstream::once(sse(&first), After::Hang).await;
    let Reply::Stream(mut stream) = upstream
        .provider()
        .chat(call(&request(true)))
        .await
        .unwrap()
    else {
        panic!("a whole answer came");
    };
    assert!(next(&mut stream).await.unwrap().is_ok());
    drop(stream);
    while upstream.event().await != Event::ClientGone {}
}

#[tokio::test]
async fn dropping_a_call_closes_the_connection() {
    let mut upstream = Upstream::once("", After::Hang).await;
    let provider = upstream.provider();
    let calling = tokio::spawn(async move { ask(&provider, &request(false)).await });
    upstream.request().await;
    calling.abort();
    while upstream.event().await != Event::ClientGone {}
}

#[tokio::test]
async fn a_stream_that_stays_open_after_its_end_is_ended() {
    // paused time runs on as soon as nothing else is to be done; the call allows 4 s after the finish
    for (text, wait) in [
        (said("x"), 100),
        (said("x").replace("data: [DONE]\n\n", ""), 4000),
    ] {
        let mut upstream = Upstream::once(sse(&text), After::Hang).await;
        let provider = upstream.provider();
        let Reply::Stream(mut stream) = provider.chat(call(&request(true))).await.unwrap() else {
            panic!("a whole answer came");
        };
        tokio::time::pause();
        let began = Instant::now();
        let mut chunks = 0;
        while let Some(item) = next(&mut stream).await {
            item.unwrap();
            chunks += 1;
        }
        let took = began.elapsed();
        tokio::time::resume();
        assert_eq!(chunks, text.matches("data: ").count());
        assert!(
            took >= Duration::from_millis(wait) && took < Duration::from_millis(wait + 100),
            "{took:?}"
        );
        drop(stream);
        while upstream.event().await != Event::ClientGone {}
    }
}

#[tokio::test]
async fn a_choice_ends_once() {
    let finish = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let text = said("x");
    assert!(text.contains(finish));
    let twice = text.replace(finish, &[finish, finish].concat());
    let upstream = Upstream::once(sse(&twice), After::Close).await;
    let Reply::Stream(mut stream) = upstream
        .provider()
        .chat(call(&request(true)))
        .await
        .unwrap()
    else {
        panic!("a whole answer came");
    };
    let mut passed = Vec::new();
    while let Some(item) = next(&mut stream).await {
        passed.extend_from_slice(&item.unwrap().raw);
    }
    assert_eq!(String::from_utf8(passed).unwrap(), text);
}

#[tokio::test]
async fn a_connection_lost_before_the_first_word_is_worth_another_attempt() {
    let text = said("x");
    let role = text.split_inclusive("\n\n").next().unwrap();
    let two: String = text.split_inclusive("\n\n").take(2).collect();
    for (body, kind) in [(role, Kind::Reset), (&*two, Kind::Interrupted)] {
        let bytes = chunked(body);
        let upstream = Upstream::once(bytes[..bytes.len() - 7].to_vec(), After::Reset).await;
        let Reply::Stream(mut stream) = upstream
            .provider()
            .chat(call(&request(true)))
            .await
            .unwrap()
        else {
            panic!("a whole answer came");
        };
        let mut error = None;
        while let Some(item) = next(&mut stream).await {
            error = item.err();
        }
        assert_eq!(error.unwrap().kind(), kind, "{body}");
    }
}

#[tokio::test]
async fn the_hosts_rows_apply_by_the_hosts_name() {
    let mut upstream = Upstream::once(json(ANSWER), After::Keep).await;
    let builder = upstream.builder().host(Host::by_name("mistral").unwrap());
    let body = r#"{"model":"auto","seed":3,"messages":[{"role":"user","content":"Hi"}]}"#;
    let request = Request::parse(body.into()).unwrap();
    ask(&builder.build().unwrap(), &request).await.unwrap();
    let (_, body) = upstream.request().await;
    assert!(body.contains(r#""random_seed":3"#), "{body}");
}

#[tokio::test]
async fn content_in_parts_reaches_clients_as_one_text() {
    let thought = concat!(
        r#"data: {"choices":[{"index":0,"delta":{"content":"#,
        "\n",
        r#"data: [{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]},"finish_reason":null}]}"#,
        "\n\n",
    );
    let text = format!("{thought}{}", said("x"));
    let upstream = Upstream::once(sse(&text), After::Close).await;
    let (chunks, error) = ask(&upstream.provider(), &request(true))
        .await
        .unwrap()
        .stream();
    assert!(error.is_none(), "{error:?}");
    let first = String::from_utf8_lossy(&chunks[0].raw);
    assert!(first.contains(r#""reasoning_content":"hm","#), "{first}");
    assert!(
        first.ends_with("\n\n") && first.lines().count() == 2,
        "{first}"
    );
}

#[tokio::test]
async fn an_empty_finish_reason_ends_grok_and_nobody_else() {
    let text = said("x").replace(r#""finish_reason":"stop""#, r#""finish_reason":"""#);
    for (host, complete) in [("xai", true), ("groq", false)] {
        let upstream = Upstream::once(sse(&text), After::Close).await;
        let provider = upstream
            .builder()
            .host(Host::by_name(host).unwrap())
            .build()
            .unwrap();
        let (chunks, error) = ask(&provider, &request(true)).await.unwrap().stream();
        assert_eq!(error.is_none(), complete, "{host}: {error:?}");
        assert_eq!(chunks.iter().any(|chunk| chunk.finish), complete);
    }
}

#[tokio::test]
async fn fields_without_data_are_not_forwarded() {
    let text = format!("retry: 3\n\nid: 1\n\nevent: x\n\ndata:\n\n{}", said("x"));
    let upstream = Upstream::once(sse(&text), After::Close).await;
    let (chunks, error) = ask(&upstream.provider(), &request(true))
        .await
        .unwrap()
        .stream();
    assert!(error.is_none() && chunks.len() == 5, "{chunks:?}");
}

#[tokio::test]
async fn a_last_event_without_a_blank_line_still_counts() {
    let text = said("x");
    let cut = text.trim_end_matches("data: [DONE]\n\n").trim_end();
    let upstream = Upstream::once(sse(cut), After::Close).await;
    let (chunks, error) = ask(&upstream.provider(), &request(true))
        .await
        .unwrap()
        .stream();
    assert!(error.is_none(), "{error:?}");
    assert!(chunks[3].usage.is_some() && chunks[3].raw.ends_with(b"\n\n"));
}

#[tokio::test]
async fn a_call_ends_by_its_deadline() {
    for (answer, stream) in [
        (String::new(), false),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_owned(),
            false,
        ),
        (String::from_utf8(sse(": wait\n\n")).unwrap(), true),
    ] {
        let upstream = Upstream::once(answer, After::Hang).await;
        let provider = upstream.provider();
        let request = request(stream);
        let mut call = call(&request);
        call.deadline = Instant::now() + Duration::from_millis(50);
        let error = match provider.chat(call).await {
            Err(error) => error,
            Ok(Reply::Full(full)) => panic!("{full:?}"),
            Ok(Reply::Stream(mut stream)) => loop {
                if let Err(error) = next(&mut stream).await.unwrap() {
                    break error;
                }
            },
        };
        assert_eq!(error.kind(), Kind::Timeout, "{error}");
    }
}

#[test]
fn what_cannot_be_set_up_is_told_without_secrets() {
    let secret = "hunter2-hunter2";
    let builder = || OpenAi::builder("house", client());
    for refused in [
        builder().credential(secret),
        builder().base_url(format!("http://u:{secret}@a.test/v1")),
        builder().base_url(format!("nonsense {secret}")),
        builder()
            .base_url("http://a.test")
            .credential(format!("{secret}\n{secret}")),
        builder()
            .base_url("http://a.test")
            .header("x-key", format!("{secret}\n{secret}")),
    ] {
        let shown = format!("{refused:?}");
        let error = refused.build().unwrap_err();
        let shown = format!("{shown} {error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(error.to_string().starts_with("provider house: "), "{error}");
    }
}
