//! Three providers in one, each in a dialect of its own: they answer at once, and stream one event every few milliseconds.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::time::{Interval, interval};

/// Chunks of text in a streamed answer.
pub const CHUNKS: usize = 100;

/// From one event of a stream to the next.
const GAP: Duration = Duration::from_millis(10);

const OPENAI: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1750000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"A routing decision was made, the request was forwarded, and this is the answer.","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":210,"completion_tokens":42,"total_tokens":252,"prompt_tokens_details":{"cached_tokens":0}}}"#;

const ANTHROPIC: &str = r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"A routing decision was made, the request was forwarded, and this is the answer."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":210,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":42,"service_tier":"standard"}}"#;

const GEMINI: &str = r#"{"candidates":[{"content":{"parts":[{"text":"A routing decision was made, the request was forwarded, and this is the answer."}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":210,"candidatesTokenCount":42,"totalTokenCount":252},"modelVersion":"m","responseId":"r1"}"#;

/// What a provider says, whole and in events.
struct Script {
    whole: &'static str,
    events: Arc<[Bytes]>,
}

struct Scripts {
    openai: Script,
    anthropic: Script,
    gemini: Script,
}

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
        let scripts = Arc::new(Scripts::new());
        loop {
            let Ok((connection, _)) = listener.accept().await else {
                continue;
            };
            connection.set_nodelay(true).expect("a socket option");
            let scripts = Arc::clone(&scripts);
            let service = service_fn(move |request| answer(request, Arc::clone(&scripts)));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(connection), service),
            );
        }
    });
}

async fn answer(
    request: Request<Incoming>,
    scripts: Arc<Scripts>,
) -> Result<Response<Either<Full<Bytes>, Paced>>, Infallible> {
    let script = scripts.at(request.uri().path());
    let streams_by_path = request.uri().path().ends_with(":streamGenerateContent");
    let body = request
        .into_body()
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let stream = streams_by_path
        || body
            .windows(13)
            .rev()
            .take(200)
            .any(|window| window == b"\"stream\":true")
        || body.windows(13).any(|window| window == b"\"stream\":true");
    let (kind, body) = if stream {
        ("text/event-stream", Either::Right(Paced::new(script)))
    } else {
        let whole = Full::new(Bytes::from_static(script.whole.as_bytes()));
        ("application/json", Either::Left(whole))
    };
    Ok(Response::builder()
        .header("content-type", kind)
        .body(body)
        .expect("a response"))
}

/// A stream of events, one at a time.
struct Paced {
    events: Arc<[Bytes]>,
    next: usize,
    clock: Interval,
}

impl Paced {
    fn new(script: &Script) -> Self {
        Self {
            events: Arc::clone(&script.events),
            next: 0,
            clock: interval(GAP),
        }
    }
}

impl hyper::body::Body for Paced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(event) = self.events.get(self.next).cloned() else {
            return Poll::Ready(None);
        };
        ready!(self.clock.poll_tick(context));
        self.next += 1;
        Poll::Ready(Some(Ok(Frame::data(event))))
    }
}

impl Scripts {
    fn new() -> Self {
        Self {
            openai: Script::new(OPENAI, openai()),
            anthropic: Script::new(ANTHROPIC, anthropic()),
            gemini: Script::new(GEMINI, gemini()),
        }
    }

    fn at(&self, path: &str) -> &Script {
        match path {
            "/v1/messages" => &self.anthropic,
            path if path.starts_with("/v1beta/") => &self.gemini,
            _ => &self.openai,
        }
    }
}

impl Script {
    fn new(whole: &'static str, events: Vec<String>) -> Self {
        let events = events.into_iter().map(Bytes::from).collect();
        Self { whole, events }
    }
}

/// The chunks of text, the first of them with what opens a stream, and an end.
fn around(open: &str, chunk: &str, end: String) -> Vec<String> {
    let mut events = vec![chunk.to_owned(); CHUNKS];
    events[0].insert_str(0, open);
    events.push(end);
    events
}

fn openai() -> Vec<String> {
    let chunk = |choices: &str, usage: &str| {
        format!(
            "data: {{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,\"model\":\"m\",\"choices\":{choices},\"usage\":{usage}}}\n\n"
        )
    };
    let role = r#"[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]"#;
    let text = r#"[{"index":0,"delta":{"content":" fox"},"finish_reason":null}]"#;
    let stop = r#"[{"index":0,"delta":{},"finish_reason":"stop"}]"#;
    let usage = r#"{"prompt_tokens":210,"completion_tokens":100,"total_tokens":310}"#;
    let end = chunk(stop, "null") + &chunk("[]", usage) + "data: [DONE]\n\n";
    around(&chunk(role, "null"), &chunk(text, "null"), end)
}

fn anthropic() -> Vec<String> {
    let event = |name: &str, members: &str| {
        format!("event: {name}\ndata: {{\"type\":\"{name}\",{members}}}\n\n")
    };
    let start = r#""message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":210,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}"#;
    let open = event("message_start", start)
        + &event(
            "content_block_start",
            r#""index":0,"content_block":{"type":"text","text":""}"#,
        );
    let text = r#""index":0,"delta":{"type":"text_delta","text":" fox"}"#;
    let delta =
        r#""delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":100}"#;
    let end = event("content_block_stop", r#""index":0"#)
        + &event("message_delta", delta)
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    around(&open, &event("content_block_delta", text), end)
}

fn gemini() -> Vec<String> {
    let chunk = |text: &str, more: &str, output: usize| {
        format!(
            "data: {{\"candidates\": [{{\"content\": {{\"parts\": [{{\"text\": \"{text}\"}}],\"role\": \"model\"}}{more},\"index\": 0}}],\"usageMetadata\": {{\"promptTokenCount\": 210,\"candidatesTokenCount\": {output},\"totalTokenCount\": {}}},\"modelVersion\": \"m\",\"responseId\": \"r1\"}}\r\n\r\n",
            210 + output
        )
    };
    let end = chunk("", ",\"finishReason\": \"STOP\"", 100);
    around("", &chunk(" fox", "", 50), end)
}
