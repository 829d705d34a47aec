//! A provider's server, scripted byte by byte over a real socket.

use std::time::Duration;

use tiergate_providers::transport::{Client, Settings, Tls};
use tiergate_providers::{Call, Chunk, Error, OpenAi, OpenAiBuilder, Provider, Reply};
use tiergate_wire::chat::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// 2026-11-21 00:00:00 UTC.
pub(crate) const NOW: i64 = 1_795_219_200;

/// What the server does after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Closes the connection.
    Close,
    /// Waits for the next request on the same connection.
    Keep,
    /// Sends nothing more until the client is gone.
    Hang,
    /// Resets the connection.
    Reset,
}

/// A server that gives each request the next answer.
pub(crate) struct Upstream {
    pub(crate) url: String,
    events: mpsc::UnboundedReceiver<Event>,
}

/// What the server saw.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Accepted,
    /// A request's head and body.
    Request(String, String),
    /// The client closed the connection while the server was waiting.
    ClientGone,
}

impl Upstream {
    pub(crate) async fn start(answers: Vec<(Vec<Vec<u8>>, After)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let (tell, events) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut answers = answers.into_iter();
            while let Ok((mut socket, _)) = listener.accept().await {
                let _ = tell.send(Event::Accepted);
                while let Some((head, body)) = read_request(&mut socket).await {
                    let _ = tell.send(Event::Request(head, body));
                    let Some((pieces, after)) = answers.next() else {
                        return;
                    };
                    if !play(&mut socket, &pieces, after, &tell).await {
                        break;
                    }
                }
            }
        });
        Self { url, events }
    }

    /// A server that answers once.
    pub(crate) async fn once(answer: impl Into<Vec<u8>>, after: After) -> Self {
        Self::start(vec![(vec![answer.into()], after)]).await
    }

    pub(crate) async fn event(&mut self) -> Event {
        let next = tokio::time::timeout(Duration::from_secs(20), self.events.recv());
        next.await.expect("the server saw nothing").unwrap()
    }

    /// The next request's head and body.
    pub(crate) async fn request(&mut self) -> (String, String) {
        loop {
            if let Event::Request(head, body) = self.event().await {
                return (head, body);
            }
        }
    }

    pub(crate) fn builder(&self) -> OpenAiBuilder {
        OpenAi::builder("upstream", client()).base_url(&self.url)
    }

    pub(crate) fn provider(&self) -> OpenAi {
        self.builder().credential("sk-test-0").build().unwrap()
    }
}

/// Tells whether the connection is still good for another request.
async fn play(
    socket: &mut TcpStream,
    pieces: &[Vec<u8>],
    after: After,
    tell: &mpsc::UnboundedSender<Event>,
) -> bool {
    for piece in pieces {
        if socket.write_all(piece).await.is_err() {
            let _ = tell.send(Event::ClientGone);
            return false;
        }
        socket.flush().await.unwrap();
        tokio::task::yield_now().await;
    }
    match after {
        After::Keep => true,
        After::Close => false,
        After::Reset => {
            socket.set_zero_linger().unwrap();
            false
        }
        After::Hang => {
            while !matches!(socket.read(&mut [0; 64]).await, Ok(0) | Err(_)) {}
            let _ = tell.send(Event::ClientGone);
            false
        }
    }
}

async fn read_request(socket: &mut TcpStream) -> Option<(String, String)> {
    let mut seen = Vec::new();
    let head = loop {
        if let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let mut buffer = [0; 4096];
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => seen.extend_from_slice(&buffer[..read]),
        }
    };
    let text = String::from_utf8(seen[..head].to_vec()).unwrap();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = seen.split_off(head);
    let have = body.len();
    body.resize(length, 0);
    socket
        .read_exact(&mut body[have.min(length)..])
        .await
        .ok()?;
    Some((text, String::from_utf8(body).unwrap()))
}

pub(crate) fn client() -> Client {
    Client::new(Settings::default(), Tls::off())
}

/// A response with a status, extra headers and a body of known length.
pub(crate) fn response(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}").into_bytes()
}

pub(crate) fn json(body: &str) -> Vec<u8> {
    response(200, "content-type: application/json\r\n", body)
}

/// A response whose body ends with the connection.
pub(crate) fn sse(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\n{body}")
        .into_bytes()
}

pub(crate) fn chunked(body: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked";
    let length = body.len();
    format!("{head}\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n").into_bytes()
}

/// The events of a stream that says `text` and ends well.
pub(crate) fn said(text: &str) -> String {
    [
        r#"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        &format!(r#"{{"id":"c","choices":[{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":null}}]}}"#),
        r#"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        r#"{"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}"#,
        "[DONE]",
    ]
    .map(|data| format!("data: {data}\n\n"))
    .concat()
}

pub(crate) fn request(stream: bool) -> Request {
    let body = serde_json::json!({"model": "auto", "stream": stream,
        "messages": [{"role": "user", "content": "Hi"}]});
    Request::parse(body.to_string().into()).unwrap()
}

pub(crate) fn call(request: &Request) -> Call<'_> {
    Call {
        request,
        model: "m-1",
        credential: 0,
        deadline: Instant::now() + Duration::from_secs(30),
        request_id: "r-1",
        created: NOW,
        cap: None,
        after_finish: Duration::from_secs(4),
        hops: 0,
        max_output: None,
        context_window: None,
        owner: "",
        responses_only: false,
        front: tiergate_providers::Front::default(),
    }
}

/// Makes one call; a stream is read to its end.
pub(crate) async fn ask(provider: &dyn Provider, request: &Request) -> Result<Answered, Error> {
    match provider.chat(call(request)).await? {
        Reply::Full(_) => Ok(Answered::Full),
        Reply::Stream(mut stream) => {
            let (mut chunks, mut error) = (Vec::new(), None);
            while let Some(item) = next(&mut stream).await {
                match item {
                    Ok(chunk) => chunks.push(chunk),
                    Err(broken) => {
                        error = Some(broken);
                        assert!(
                            next(&mut stream).await.is_none(),
                            "something follows an error"
                        );
                    }
                }
            }
            Ok(Answered::Stream(chunks, error))
        }
    }
}

pub(crate) async fn next(
    stream: &mut tiergate_providers::ChatStream,
) -> Option<Result<Chunk, Error>> {
    std::future::poll_fn(|cx| stream.chunks.as_mut().poll_next(cx)).await
}

#[derive(Debug)]
pub(crate) enum Answered {
    Full,
    Stream(Vec<Chunk>, Option<Error>),
}

impl Answered {
    #[track_caller]
    pub(crate) fn stream(self) -> (Vec<Chunk>, Option<Error>) {
        match self {
            Self::Stream(chunks, error) => (chunks, error),
            Self::Full => panic!("a whole answer came"),
        }
    }
}
