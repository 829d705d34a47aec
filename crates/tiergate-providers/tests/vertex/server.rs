//! Google, played: a token endpoint and Vertex, on one socket.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tiergate_providers::transport::{Client, Settings, Tls};
use tiergate_providers::{Call, Dialect, Error, Front, Provider, Reply, ServiceAccount, Vendor};
use tiergate_wire::chat::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Duration, Instant};

/// 2026-11-21 00:00:00 UTC
pub(crate) const NOW: i64 = 1_795_219_200;

/// A request as Google saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) struct Google {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// As many answers of the token endpoint go out.
    pub(crate) gate: Arc<Semaphore>,
}

impl Google {
    /// Answers by status and body; `/token` only through the gate, which is open wide.
    pub(crate) async fn start(
        answer: impl Fn(&Seen, usize) -> (u16, Value) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let google = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            seen: Arc::default(),
            gate: Arc::new(Semaphore::new(1000)),
        };
        let (log, gate, answer) = (
            Arc::clone(&google.seen),
            Arc::clone(&google.gate),
            Arc::new(answer),
        );
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (log, gate, answer) =
                    (Arc::clone(&log), Arc::clone(&gate), Arc::clone(&answer));
                tokio::spawn(async move {
                    while let Some(seen) = read(&mut socket).await {
                        let nth = {
                            let mut log = log.lock().unwrap();
                            log.push(seen.clone());
                            log.iter().filter(|other| other.path == seen.path).count()
                        };
                        if seen.path == "/token" {
                            gate.acquire().await.unwrap().forget();
                        }
                        let (status, body) = answer(&seen, nth);
                        let body = body.to_string();
                        let length = body.len();
                        let head = format!(
                            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
                        );
                        socket.write_all((head + &body).as_bytes()).await.unwrap();
                    }
                });
            }
        });
        google
    }

    /// Tokens are `token-1`, `token-2` and so on, and Vertex answers.
    pub(crate) async fn usual() -> Self {
        Self::start(|seen, nth| match &*seen.path {
            "/token" => token(&format!("ya29.token-{nth}...."), 3600),
            _ => (200, answer()),
        })
        .await
    }

    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .filter(|seen| seen.path.contains(path))
            .cloned()
            .collect()
    }

    /// Every `authorization` that Vertex saw.
    pub(crate) fn shown(&self) -> Vec<String> {
        let asked = self.seen(":generateContent");
        let of = |seen: &Seen| {
            let mut lines = seen.head.lines();
            let line = lines.find_map(|line| line.strip_prefix("authorization: "));
            line.unwrap_or_default().to_owned()
        };
        asked.iter().map(of).collect()
    }

    pub(crate) fn account(&self, pem: &str) -> ServiceAccount {
        let file = json!({
            "type": "service_account",
            "project_id": "house-project",
            "private_key_id": "key-7",
            "private_key": pem,
            "client_email": "router@house-project.iam.gserviceaccount.com",
            "token_uri": format!("{}/token", self.url),
        });
        ServiceAccount::from_json(&file.to_string()).unwrap()
    }

    pub(crate) fn vertex(&self, account: ServiceAccount) -> Vendor {
        Vendor::builder("vertex", Dialect::Vertex, client())
            .base_url(&self.url)
            .project("house-project")
            .region("europe-west4")
            .credential(account)
            .build()
            .unwrap()
    }
}

pub(crate) fn client() -> Client {
    Client::new(Settings::default(), Tls::aws_lc_rs())
}

pub(crate) fn token(value: &str, seconds: i64) -> (u16, Value) {
    let body = json!({"access_token": value, "expires_in": seconds, "token_type": "Bearer"});
    (200, body)
}

pub(crate) fn answer() -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "blue"}]}, "finishReason": "STOP"}]})
}

/// Asks a model, at so many seconds after [`NOW`].
pub(crate) async fn ask(vertex: &Vendor, after: i64) -> Result<Reply, Error> {
    let request = Request::user("auto", "Why is the sky blue?");
    let call = Call {
        request: &request,
        model: "gemini-3.8-flash",
        credential: 0,
        deadline: Instant::now() + Duration::from_secs(20),
        request_id: "r1",
        created: NOW + after,
        cap: None,
        after_finish: Duration::from_secs(4),
        hops: 0,
        max_output: None,
        context_window: None,
        owner: "",
        responses_only: false,
        front: Front::default(),
    };
    vertex.chat(call).await
}

async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let mut buffer = [0; 4096];
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8(bytes).unwrap();
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap().parse().unwrap();
    let have = body.len();
    body.resize(length, 0);
    socket.read_exact(&mut body[have..]).await.ok()?;
    Some(Seen {
        path: head.split(' ').nth(1).unwrap().to_owned(),
        head,
        body: String::from_utf8(body).unwrap(),
    })
}
