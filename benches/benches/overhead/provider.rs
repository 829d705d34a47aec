//! A provider that answers at once.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Chunks of text in a streamed answer.
pub const CHUNKS: usize = 100;

const WHOLE: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1750000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"A routing decision was made, the request was forwarded, and this is the answer.","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":210,"completion_tokens":42,"total_tokens":252,"prompt_tokens_details":{"cached_tokens":0}}}"#;

pub fn run() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        super::process::listening(listener.local_addr().expect("an address"));
        let streamed = Bytes::from(stream());
        loop {
            let Ok((connection, _)) = listener.accept().await else {
                continue;
            };
            connection.set_nodelay(true).expect("a socket option");
            let streamed = streamed.clone();
            let service = service_fn(move |request| answer(request, streamed.clone()));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(connection), service),
            );
        }
    });
}

async fn answer(
    request: Request<Incoming>,
    streamed: Bytes,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request
        .into_body()
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let stream = body
        .windows(13)
        .rev()
        .take(200)
        .any(|window| window == b"\"stream\":true")
        || body.windows(13).any(|window| window == b"\"stream\":true");
    let (kind, body) = if stream {
        ("text/event-stream", streamed)
    } else {
        ("application/json", Bytes::from_static(WHOLE.as_bytes()))
    };
    Ok(Response::builder()
        .header("content-type", kind)
        .body(Full::new(body))
        .expect("a response"))
}

fn stream() -> String {
    let chunk = |choices: &str, usage: &str| {
        format!(
            "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"m\",\"choices\":{choices},\"usage\":{usage}}}\n\n"
        )
    };
    let mut text = chunk(
        r#"[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]"#,
        "null",
    );
    text += &chunk(
        r#"[{"index":0,"delta":{"content":" fox"},"finish_reason":null}]"#,
        "null",
    )
    .repeat(CHUNKS);
    text += &chunk(r#"[{"index":0,"delta":{},"finish_reason":"stop"}]"#, "null");
    text += &chunk(
        "[]",
        r#"{"prompt_tokens":210,"completion_tokens":100,"total_tokens":310}"#,
    );
    text + "data: [DONE]\n\n"
}
