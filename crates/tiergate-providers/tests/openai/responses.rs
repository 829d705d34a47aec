//! One provider, two APIs: what goes to Responses, and what comes back.

use super::support::{After, Upstream, ask, call, json, request, said, sse};
use bytes::Bytes;
use serde_json::{Value, json as value};
use tiergate_providers::{Call, Form, Front, Kind, Provider, Reply};
use tiergate_wire::chat::Request;

const THINKS: &str = r#"{"id":"resp_1","object":"response","status":"completed","model":"m","error":null,"output":[
    {"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Look"}],"encrypted_content":"gAAA"},
    {"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"row","arguments":"{\"n\":7}"}],
    "usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":15}}"#;

const CHAT: &str = r#"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"Blue."},"finish_reason":"stop"}]}"#;

fn chat(members: Value) -> Request {
    let mut body = value!({"model": "auto", "messages": [{"role": "user", "content": "Hi"}]});
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    Request::parse(body.to_string().into()).unwrap()
}

fn with_tools(mut members: Value) -> Request {
    members["tools"] = value!([{"type": "function", "function": {"name": "row", "parameters": {"type": "object"}}}]);
    chat(members)
}

fn of<'a>(request: &'a Request, model: &'a str) -> Call<'a> {
    Call {
        model,
        ..call(request)
    }
}

/// Where a request for a model goes, and what is sent.
async fn sent(request: &Request, model: &str, responses_only: bool) -> (String, Value) {
    let mut upstream = Upstream::once(json("{}"), After::Close).await;
    let provider = upstream
        .builder()
        .responses(true)
        .credential("sk-0")
        .build()
        .unwrap();
    let call = Call {
        responses_only,
        ..of(request, model)
    };
    // what comes back does not matter here
    let _ = provider.chat(call).await;
    let (head, body) = upstream.request().await;
    let path = head.split(' ').nth(1).unwrap().to_owned();
    (path, serde_json::from_str(&body).unwrap())
}

#[tokio::test]
async fn only_what_needs_responses_goes_there() {
    let (chat_path, responses) = ("/v1/chat/completions", "/v1/responses");
    for (request, model, only, expected) in [
        (chat(value!({})), "gpt-4o", false, chat_path),
        (chat(value!({})), "house-deep", true, responses),
        (chat(value!({})), "gpt-5.2-pro", false, responses),
        (with_tools(value!({})), "gpt-5.4", false, chat_path),
        (
            with_tools(value!({"reasoning_effort": "low"})),
            "gpt-5.4",
            false,
            responses,
        ),
        (with_tools(value!({})), "gpt-5.6-sol", false, responses),
        (
            with_tools(value!({"reasoning_effort": "none"})),
            "gpt-5.6-sol",
            false,
            chat_path,
        ),
        (with_tools(value!({})), "house", false, chat_path),
    ] {
        let (path, body) = sent(&request, model, only).await;
        assert_eq!(path, expected, "{model}");
        assert_eq!(body["model"], model);
        let other = if expected == responses {
            "messages"
        } else {
            "input"
        };
        assert!(body.get(other).is_none(), "{body}");
    }
}

#[tokio::test]
async fn what_responses_cannot_say_is_asked_without_reasoning_or_refused() {
    let several = with_tools(value!({"n": 2}));
    let (path, body) = sent(&several, "gpt-5.6", false).await;
    assert_eq!(path, "/v1/chat/completions");
    let upstream = Upstream::once(json(CHAT), After::Close).await;
    let provider = upstream.builder().responses(true).build().unwrap();
    let error = provider
        .chat(of(&several, "gpt-6-astra"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.param()),
        (Kind::Unsupported, Some("n"))
    );
    assert_eq!(body["n"], 2);
}

#[tokio::test]
async fn elsewhere_everything_stays_on_chat_completions() {
    let mut upstream = Upstream::once(json(CHAT), After::Close).await;
    let provider = upstream.provider();
    assert!(!provider.reaches_responses());
    provider
        .chat(of(&with_tools(value!({})), "gpt-5.6"))
        .await
        .unwrap();
    let (head, _) = upstream.request().await;
    assert!(head.starts_with("POST /v1/chat/completions "), "{head}");
}

#[tokio::test]
async fn reasoning_comes_back_with_the_results_of_its_calls() {
    let answers = [json(THINKS), json(THINKS)].map(|answer| (vec![answer], After::Keep));
    let mut upstream = Upstream::start(answers.into()).await;
    let provider = upstream.builder().responses(true).build().unwrap();
    let first = with_tools(value!({"reasoning_effort": "low"}));
    let Reply::Full(full) = provider.chat(of(&first, "gpt-5.6")).await.unwrap() else {
        panic!("a stream came");
    };
    assert_eq!(full.head.form, Form::Chat);
    let usage = full.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.completion_tokens), (9, 6));
    let answer: Value = serde_json::from_slice(&full.body).unwrap();
    assert_eq!(answer["object"], "chat.completion");
    let message = &answer["choices"][0]["message"];
    assert_eq!(message["tool_calls"][0]["id"], "call_1");
    assert_eq!(message["reasoning_content"], "Look");

    // the client loses all but what every client keeps
    let calls = &message["tool_calls"];
    let second = with_tools(value!({"messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": null, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_1", "content": "blue"}]}));
    provider.chat(of(&second, "gpt-5.6")).await.unwrap();
    upstream.request().await;
    let (_, body) = upstream.request().await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let kinds: Vec<&str> = body["input"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|item| item["type"].as_str())
        .collect();
    assert!(
        kinds.ends_with(&["reasoning", "function_call", "function_call_output"]),
        "{body}"
    );
    assert!(body.to_string().contains("gAAA"), "{body}");
}

#[tokio::test]
async fn streams_come_as_chat_completions() {
    const EVENTS: &str =
        include_str!("../../../tiergate-dialects/tests/fixtures/responses/stream_tools.sse");
    let upstream = Upstream::once(sse(EVENTS), After::Close).await;
    let provider = upstream.builder().responses(true).build().unwrap();
    let request = with_tools(value!({"stream": true, "stream_options": {"include_usage": true}}));
    let Reply::Stream(mut stream) = provider.chat(of(&request, "gpt-6-astra")).await.unwrap()
    else {
        panic!("a whole answer came");
    };
    let mut text = String::new();
    while let Some(chunk) = super::support::next(&mut stream).await {
        text += std::str::from_utf8(&chunk.unwrap().raw).unwrap();
    }
    assert!(
        text.contains("chat.completion.chunk") && text.contains(r#""name":"row""#),
        "{text}"
    );
    assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
}

#[tokio::test]
async fn a_client_of_responses_passes_through_where_the_model_reasons() {
    let body = Bytes::from_static(
        br#"{"model":"auto", "input":"Hi","tools":[{"type":"custom","name":"patch"}],"x":[1.0]}"#,
    );
    let translated = request(false);
    let front = Front {
        form: Form::Responses,
        body: Some(&body),
        unsaid: None,
        ..Front::default()
    };
    let mut upstream = Upstream::start(vec![
        (vec![json(THINKS)], After::Keep),
        (vec![json(CHAT)], After::Keep),
        (vec![json(THINKS)], After::Keep),
    ])
    .await;
    let provider = upstream.builder().responses(true).build().unwrap();
    let native = Call {
        front,
        ..of(&translated, "gpt-5")
    };
    let Reply::Full(full) = provider.chat(native).await.unwrap() else {
        panic!("a stream came");
    };
    assert_eq!(
        (full.head.form, &*full.body),
        (Form::Responses, THINKS.as_bytes())
    );
    let (head, sent) = upstream.request().await;
    assert!(head.starts_with("POST /v1/responses "), "{head}");
    assert_eq!(
        sent.as_bytes(),
        String::from_utf8_lossy(&body)
            .replace("\"auto\"", "\"gpt-5\"")
            .as_bytes()
    );

    // a model that does not reason has all there is on chat completions, and what these cannot say passes through
    let Reply::Full(full) = provider
        .chat(Call {
            model: "gpt-4o",
            ..native
        })
        .await
        .unwrap()
    else {
        panic!("a stream came");
    };
    assert_eq!(full.head.form, Form::Chat);
    upstream.request().await;
    let unsaid = Front {
        unsaid: Some(("tools", "custom tools")),
        ..front
    };
    let unsaid = Call {
        model: "gpt-4o",
        front: unsaid,
        ..native
    };
    provider.chat(unsaid).await.unwrap();
    assert!(
        upstream
            .request()
            .await
            .0
            .starts_with("POST /v1/responses ")
    );
}

#[tokio::test]
async fn azure_has_its_path_and_its_header() {
    let mut upstream = Upstream::once(json(THINKS), After::Close).await;
    let base = upstream.url.trim_end_matches("/v1").to_owned();
    let azure = upstream
        .builder()
        .azure()
        .responses(true)
        .base_url(format!("{base}/openai/v1/"))
        .credential("key-0")
        .credential("key-1");
    let azure = azure.build().unwrap();
    assert!(azure.reaches_responses());
    let request = chat(value!({}));
    let call = Call {
        responses_only: true,
        credential: 1,
        ..of(&request, "our-codex")
    };
    azure.chat(call).await.unwrap();
    let (head, _) = upstream.request().await;
    assert!(head.starts_with("POST /openai/v1/responses "), "{head}");
    assert!(
        head.contains("api-key: key-1\r\n") && !head.contains("authorization"),
        "{head}"
    );
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_an_error() {
    const BEGUN: &str = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"delta\":\"Bl\"}\n\n";
    let upstream = Upstream::once(sse(BEGUN), After::Close).await;
    let provider = upstream.builder().responses(true).build().unwrap();
    let request = chat(value!({"stream": true}));
    let Reply::Stream(mut stream) = provider.chat(of(&request, "gpt-5-pro")).await.unwrap() else {
        panic!("a whole answer came");
    };
    let mut last = None;
    while let Some(item) = super::support::next(&mut stream).await {
        last = Some(item);
    }
    assert_eq!(last.unwrap().unwrap_err().kind(), Kind::Interrupted);
    // and chat completions are not troubled by any of it
    let upstream = Upstream::once(sse(&said("x")), After::Close).await;
    let provider = upstream.builder().responses(true).build().unwrap();
    let (_, error) = ask(&provider, &super::support::request(true))
        .await
        .unwrap()
        .stream();
    assert!(error.is_none());
}
