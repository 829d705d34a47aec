//! The simulated provider keeps to the form that was asked for.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail loudly"
)]

use std::time::Duration;

use serde_json::{Value, json};
use tiergate_providers::{Call, Chunk, ChunkKind, Demo, Provider, Reply};
use tiergate_wire::chat::{Answer, Delta, Request};
use tokio::time::Instant;

#[expect(clippy::needless_pass_by_value, reason = "the cases read better so")]
fn request(members: Value) -> Request {
    let mut body =
        json!({"model": "auto", "messages": [{"role": "user", "content": "Hi \"you\""}]});
    body.as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    Request::parse(body.to_string().into()).unwrap()
}

fn call(request: &Request, cap: Option<u64>) -> Call<'_> {
    Call {
        request,
        model: "some \"model\"",
        credential: 0,
        deadline: Instant::now() + Duration::from_secs(5),
        request_id: "r-1",
        created: 7,
        cap,
        after_finish: Duration::from_secs(4),
        hops: 0,
        max_output: None,
        context_window: None,
        owner: "",
        responses_only: false,
        front: tiergate_providers::Front::default(),
    }
}

async fn full(members: Value, cap: Option<u64>) -> Value {
    let request = request(members);
    let Reply::Full(full) = Demo::new().chat(call(&request, cap)).await.unwrap() else {
        panic!("a stream came");
    };
    let answer = Answer::parse(&full.body).unwrap();
    assert!(full.finished && answer.finished && answer.choices == request.n() as usize);
    let body: Value = serde_json::from_slice(&full.body).unwrap();
    let usage = full.usage.unwrap();
    assert_eq!(body["usage"]["completion_tokens"], usage.completion_tokens);
    assert_eq!(
        body["usage"]["total_tokens"],
        usage.prompt_tokens + usage.completion_tokens
    );
    assert_eq!(
        (&body["created"], &body["model"]),
        (&json!(7), &json!("some \"model\""))
    );
    body
}

async fn streamed(members: Value) -> Vec<Chunk> {
    let mut members = members;
    members["stream"] = json!(true);
    let request = request(members);
    let Reply::Stream(mut stream) = Demo::new().chat(call(&request, None)).await.unwrap() else {
        panic!("a whole answer came");
    };
    let mut chunks = Vec::new();
    while let Some(chunk) = std::future::poll_fn(|cx| stream.chunks.as_mut().poll_next(cx)).await {
        chunks.push(chunk.unwrap());
    }
    chunks
}

fn tool(name: &str) -> Value {
    json!({"type": "function", "function": {"name": name, "parameters": {
        "type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 3}}}}})
}

#[tokio::test]
async fn it_says_that_it_is_simulated_and_says_it_again() {
    let one = full(json!({}), None).await;
    let text = one["choices"][0]["message"]["content"].as_str().unwrap();
    assert!(
        text.contains("simulated") && text.contains("some \"model\""),
        "{text}"
    );
    assert_eq!(one, full(json!({}), None).await);
}

#[tokio::test]
async fn caps_are_honoured_and_the_lower_one_counts() {
    for (members, cap, most) in [
        (json!({"max_tokens": 5}), None, 5),
        (json!({"max_tokens": 5}), Some(3), 3),
        (json!({}), Some(3), 3),
        (json!({"max_completion_tokens": 1}), None, 1),
    ] {
        let body = full(members, cap).await;
        assert_eq!(body["choices"][0]["finish_reason"], "length");
        let spent = body["usage"]["completion_tokens"].as_u64().unwrap();
        assert!(spent <= most, "{spent} of {most}");
    }
}

#[tokio::test]
async fn a_forced_tool_is_called_with_fitting_arguments() {
    let tools = json!([tool("a"), tool("b")]);
    let named = json!({"type": "function", "function": {"name": "b"}});
    for (choice, name) in [(json!("required"), "a"), (named, "b")] {
        let members = json!({"tools": tools, "tool_choice": choice, "n": 2});
        let body = full(members.clone(), None).await;
        let choice = &body["choices"][1];
        assert_eq!(choice["finish_reason"], "tool_calls");
        let function = &choice["message"]["tool_calls"][0]["function"];
        assert_eq!(function, &json!({"name": name, "arguments": "{\"id\":3}"}));
        let chunks = streamed(members).await;
        assert!(chunks[0].commits && chunks[1].finish);
    }
    let body = full(json!({"tools": tools, "tool_choice": "auto"}), None).await;
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
}

#[tokio::test]
async fn a_schema_is_filled() {
    let schema =
        json!({"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}});
    let format = json!({"type": "json_schema", "json_schema": {"name": "n", "schema": schema}});
    let body = full(json!({"response_format": format}), None).await;
    assert_eq!(body["choices"][0]["message"]["content"], "{\"ok\":false}");
    let body = full(json!({"response_format": {"type": "json_object"}}), None).await;
    let text = body["choices"][0]["message"]["content"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(text).unwrap()["simulated"],
        true
    );
}

#[tokio::test(start_paused = true)]
async fn a_stream_says_the_same_as_the_whole_answer() {
    let whole = full(json!({"n": 2}), None).await;
    let began = Instant::now();
    let chunks = streamed(json!({"n": 2})).await;
    assert_eq!(
        began.elapsed(),
        Duration::from_millis(5) * u32::try_from(chunks.len()).unwrap()
    );

    let mut texts = [String::new(), String::new()];
    for chunk in &chunks {
        let raw = str::from_utf8(&chunk.raw).unwrap();
        let data = raw
            .strip_prefix("data: ")
            .unwrap()
            .strip_suffix("\n\n")
            .unwrap();
        if chunk.kind == ChunkKind::Done {
            continue;
        }
        let delta = Delta::parse(data.as_bytes()).unwrap();
        assert_eq!(
            (delta.commits, delta.finish),
            (chunk.commits, chunk.finish),
            "{data}"
        );
        let value: Value = serde_json::from_str(data).unwrap();
        for choice in value["choices"].as_array().unwrap() {
            let index = usize::try_from(choice["index"].as_u64().unwrap()).unwrap();
            texts[index].push_str(choice["delta"]["content"].as_str().unwrap_or(""));
        }
    }
    assert_eq!(whole["choices"][0]["message"]["content"], texts[0]);
    assert_eq!(texts[0], texts[1]);
    let [.., usage, done] = chunks.as_slice() else {
        panic!("too few chunks");
    };
    assert_eq!(
        (usage.kind, done.kind),
        (ChunkKind::UsageOnly, ChunkKind::Done)
    );
    assert_eq!(
        whole["usage"]["completion_tokens"],
        usage.usage.unwrap().completion_tokens
    );
    assert!(usage.usage_place().is_some());
}
