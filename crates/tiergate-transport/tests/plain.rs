//! HTTP/1.1 without TLS, against a socket that is scripted byte by byte.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use tiergate_transport::{Body, Client, Kind, Settings, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    (listener, url)
}

fn client() -> Client {
    Client::new(Settings::default(), Tls::off())
}

fn post(url: &str, pieces: &[&'static str]) -> http::Request<Body> {
    let body = pieces
        .iter()
        .map(|piece| Bytes::from_static(piece.as_bytes()));
    http::Request::post(url).body(body.collect()).unwrap()
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

/// Reads until the text ends with `end`.
async fn read_until(socket: &mut TcpStream, end: &str) -> String {
    let mut text = Vec::new();
    while !text.ends_with(end.as_bytes()) {
        let mut buffer = [0; 4096];
        let read = socket.read(&mut buffer).await.unwrap();
        assert_ne!(read, 0, "closed after {:?}", String::from_utf8_lossy(&text));
        text.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn the_pieces_arrive_joined_and_the_connection_is_used_again() {
    let (listener, url) = listen().await;
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(read_until(&mut socket, "abcdef").await);
            socket.write_all(OK).await.unwrap();
        }
        seen
    });
    let client = client();
    for _ in 0..3 {
        let request = post(&url, &["ab", "", "c", "def"]);
        let response = client.send(request, soon()).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, "ok");
    }
    for request in server.await.unwrap() {
        assert!(request.starts_with("POST /v1 HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("content-length: 6\r\n"), "{request}");
        assert!(!request.contains("chunked"), "{request}");
    }
}

#[tokio::test]
async fn dropping_the_body_closes_the_connection() {
    let (listener, url) = listen().await;
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_until(&mut socket, "x").await;
        let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";
        socket.write_all(head).await.unwrap();
        // zero bytes: the client has closed
        socket.read(&mut [0; 16]).await.unwrap_or(0)
    });
    let response = client().send(post(&url, &["x"]), soon()).await.unwrap();
    let mut body = response.into_body();
    assert!(body.frame().await.unwrap().is_ok());
    drop(body);
    assert_eq!(server.await.unwrap(), 0);
}

#[tokio::test]
async fn dropping_a_request_under_way_closes_the_connection() {
    let (listener, url) = listen().await;
    let client = client();
    let sent = tokio::spawn(async move { client.send(post(&url, &["x"]), soon()).await });
    let (mut socket, _) = listener.accept().await.unwrap();
    read_until(&mut socket, "x").await;
    sent.abort();
    assert_eq!(socket.read(&mut [0; 16]).await.unwrap_or(0), 0);
}

/// How a request, the first or the second, fails when the server says this in place of an answer, after a while, and
/// closes the connection.
async fn lost(first: bool, said: &'static [u8], after: Duration) -> tiergate_transport::Error {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        if first {
            read_until(&mut socket, "x").await;
            socket.write_all(OK).await.unwrap();
        }
        read_until(&mut socket, "x").await;
        tokio::time::sleep(after).await;
        socket.write_all(said).await.unwrap();
    });
    let client = client();
    if first {
        let answered = client.send(post(&url, &["x"]), soon()).await.unwrap();
        answered.into_body().collect().await.unwrap();
    }
    client.send(post(&url, &["x"]), soon()).await.unwrap_err()
}

#[tokio::test]
async fn a_connection_that_was_given_up_is_told_from_one_that_failed() {
    for (first, said, millis, stale) in [
        (true, "", 0, true),
        (true, "HTTP/1.1 200 OK\r\n", 0, false),
        (true, "", 1_100, false),
        (false, "", 0, false),
    ] {
        let after = Duration::from_millis(millis);
        let error = lost(first, said.as_bytes(), after).await;
        assert_eq!(
            (error.kind(), error.is_stale()),
            (Kind::Reset, stale),
            "{first} {said:?}: {error}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let (listener, url) = listen().await;
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        read_until(&mut socket, "x").await;
        let moved =
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
        socket.write_all(moved.as_bytes()).await.unwrap();
        socket
    });
    let response = client().send(post(&url, &["x"]), soon()).await.unwrap();
    assert_eq!(response.status(), 302);
}

#[tokio::test]
async fn each_fault_has_its_kind() {
    let faults: [(&[u8], Kind); 4] = [
        (b"", Kind::Reset),
        (b"HTTP/1.1 200 OK\r\ncontent-le", Kind::Reset),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Kind::Protocol),
        (b"HTTP/1.1 200 OK\r\n\0bad\r\n\r\n", Kind::Protocol),
    ];
    for (answer, kind) in faults {
        let (listener, url) = listen().await;
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_until(&mut socket, "x").await;
            socket.write_all(answer).await.unwrap();
        });
        let error = client().send(post(&url, &["x"]), soon()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn a_refused_connection_is_a_connect_error() {
    let (listener, url) = listen().await;
    drop(listener);
    let error = client().send(post(&url, &["x"]), soon()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Connect);
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_runs_into_the_deadline() {
    let (_listener, url) = listen().await;
    let deadline = Instant::now() + Duration::from_mins(1);
    let error = client()
        .send(post(&url, &["x"]), deadline)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Timeout);
}

#[tokio::test]
async fn a_url_with_credentials_is_refused_and_not_repeated() {
    let request = post("http://user:hunter2@127.0.0.1:9/v1?key=hunter3", &["x"]);
    let error = client().send(request, soon()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Request);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter"), "{shown}");
}

#[tokio::test]
async fn a_relative_url_is_a_request_error() {
    let error = client()
        .send(post("/v1", &["x"]), soon())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Request);
}
