//! A client that sees every byte and how the connection ended.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "each test file uses its own part, and helpers of a test may panic like the test itself"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tiergate_wall::{Script, Wall};
use tokio::time::Instant;

/// What still talks after so long never ends.
const ENOUGH: Duration = Duration::from_millis(1500);

/// How an answer ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// Whole by its own framing.
    Whole,
    /// Closed before it was whole.
    Cut,
    Reset,
    /// Nothing more came for a while.
    Hang,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) raw: Vec<u8>,
    pub(crate) end: End,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    pub(crate) fn status(&self) -> u16 {
        let text = self.text();
        let code = text
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3));
        code.and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn head(&self) -> String {
        let text = self.text();
        text.split_once("\r\n\r\n")
            .map_or_else(|| text.clone(), |(head, _)| head.to_owned())
    }

    /// The body without its framing.
    pub(crate) fn body(&self) -> Vec<u8> {
        split(&self.raw).0
    }

    pub(crate) fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body()).into_owned()
    }

    /// Words said in chat completions.
    pub(crate) fn words(&self) -> usize {
        let body = self.body_text();
        body.split("\"content\":\"")
            .skip(1)
            .filter(|rest| !rest.starts_with('"'))
            .count()
    }
}

/// The body, and whether it is whole.
fn split(raw: &[u8]) -> (Vec<u8>, bool) {
    let Some(at) = raw.windows(4).position(|window| window == b"\r\n\r\n") else {
        return (Vec::new(), false);
    };
    let head = String::from_utf8_lossy(&raw[..at]).to_lowercase();
    let mut rest = &raw[at + 4..];
    if let Some(length) = head.split("content-length: ").nth(1) {
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        return (rest.to_vec(), rest.len() == length);
    }
    let mut body = Vec::new();
    loop {
        let Some(line) = rest.windows(2).position(|pair| pair == b"\r\n") else {
            return (body, false);
        };
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
        rest = &rest[line + 2..];
        if size == 0 {
            return (body, rest == b"\r\n");
        }
        let have = size.min(rest.len());
        body.extend_from_slice(&rest[..have]);
        if rest.len() < size + 2 {
            return (body, false);
        }
        rest = &rest[size + 2..];
    }
}

pub(crate) fn wall(script: &str) -> Wall {
    Wall::start(Script::parse(script).unwrap()).unwrap()
}

pub(crate) fn request(method: &str, target: &str, headers: &str, body: &str) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nhost: wall\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends bytes and reads until the end, or until nothing comes for `patience`.
pub(crate) fn send(address: SocketAddr, bytes: &[u8], patience: Duration) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    // a reset that came before the request is told by the write, and by nothing after it
    let refused = stream.write_all(bytes).is_err();
    let mut raw = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    let began = Instant::now();
    let end = loop {
        match stream.read(&mut piece) {
            Ok(0) if refused => break End::Reset,
            Ok(0) => break if split(&raw).1 { End::Whole } else { End::Cut },
            Ok(more) => raw.extend_from_slice(&piece[..more]),
            Err(fault) if matches!(fault.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break End::Hang;
            }
            Err(_) => break End::Reset,
        }
        // what never ends is left after a while
        if began.elapsed() > ENOUGH {
            break End::Hang;
        }
    };
    Answer { raw, end }
}

pub(crate) fn post(wall: &Wall, target: &str, headers: &str, body: &str) -> Answer {
    let bytes = request("POST", target, headers, body);
    send(
        wall.addresses()[0],
        bytes.as_bytes(),
        Duration::from_millis(300),
    )
}

pub(crate) fn get(wall: &Wall, target: &str) -> Answer {
    let bytes = request("GET", target, "", "");
    send(
        wall.addresses()[0],
        bytes.as_bytes(),
        Duration::from_millis(300),
    )
}

/// Asks for a chat completion.
pub(crate) fn chat(wall: &Wall, model: &str, streaming: bool) -> Answer {
    post(
        wall,
        "/v1/chat/completions",
        "authorization: Bearer sk-canary\r\n",
        &chat_body(model, streaming),
    )
}

pub(crate) fn chat_body(model: &str, streaming: bool) -> String {
    format!(
        r#"{{"model":"{model}","stream":{streaming},"stream_options":{{"include_usage":true}},"messages":[{{"role":"user","content":"hello wall"}}]}}"#
    )
}
