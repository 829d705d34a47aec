//! A server that answers each request by what a function makes of it, on as many connections as come.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tiergate_providers::embeddings::Request;
use tiergate_providers::transport::{Client, Settings, Tls};
use tiergate_providers::{EmbedCall, Embedded, Error, Provider};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Status, further headers and body of an answer.
pub(crate) type Given = (u16, &'static str, Value);

pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Seen) -> Given + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    while let Some(request) = read(&mut socket).await {
                        log.lock().unwrap().push(request.clone());
                        let (status, headers, body) = answer(&request);
                        let body = body.to_string();
                        let length = body.len();
                        let head = format!(
                            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n"
                        );
                        socket.write_all((head + &body).as_bytes()).await.unwrap();
                    }
                });
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let mut buffer = [0; 4096];
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    };
    let mut body = bytes.split_off(head);
    let head = String::from_utf8(bytes).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap().parse().unwrap();
    let have = body.len();
    body.resize(length, 0);
    socket.read_exact(&mut body[have..]).await.ok()?;
    Some(Seen {
        head,
        body: serde_json::from_slice(&body).unwrap(),
    })
}

pub(crate) fn client() -> Client {
    Client::new(Settings::default(), Tls::off())
}

pub(crate) async fn embed(
    provider: &dyn Provider,
    model: &str,
    request: Value,
) -> Result<Embedded, Error> {
    let request = Request::parse(request.to_string().into()).unwrap();
    let call = EmbedCall {
        request: &request,
        model,
        canonical: model,
        credential: 0,
        deadline: Instant::now() + Duration::from_secs(30),
        request_id: "r-1",
        // 2026-11-21 00:00:00 UTC
        created: 1_795_219_200,
        hops: 0,
    };
    provider.embed(call).await
}

/// A vector that tells which text it is of: the number in it.
pub(crate) fn vector(text: &Value) -> Value {
    let number: f64 = text
        .as_str()
        .unwrap()
        .trim_start_matches("text ")
        .parse()
        .unwrap();
    serde_json::json!([number, 1.0])
}

pub(crate) fn texts(count: usize) -> Value {
    (0..count)
        .map(|number| Value::from(format!("text {number}")))
        .collect()
}

/// Checks that vector by vector the texts' own numbers come back.
#[track_caller]
pub(crate) fn in_order(embedded: &Embedded, count: usize) {
    let numbers: Vec<f32> = embedded.vectors.iter().map(|vector| vector[0]).collect();
    let expected: Vec<f32> = (0..count)
        .map(|number| u16::try_from(number).unwrap().into())
        .collect();
    assert_eq!(numbers, expected);
}
