//! A client judged by the wall: does it try again where it should, and does it notice that a stream was cut?
//!
//! The client is as small as one can be; put your own, or your gateway, in its place.
#![expect(clippy::print_stdout, reason = "a program for a person to read")]

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use tiergate_wall::{Script, Wall, text};

/// Strict, so that a slip in a model's name below is no good answer by chance.
const SCRIPT: &str = r#"{
    "models": {"flaky": "500,503:retry-after=0,ok", "cut": "cut-at:3", "down": "reset"},
    "strict": true
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let wall = Wall::start(Script::parse(SCRIPT)?)?;
    let address = *wall.addresses().first().ok_or("no port")?;

    let answer = patiently(address, "flaky")?;
    assert!(
        answer.contains(&text(1, 12)),
        "the words are known beforehand"
    );
    assert_eq!(wall.tally().model("flaky").requests, 3, "two trials more");

    let cut = ask(address, "cut", true)?;
    assert!(
        cut.contains("\"content\"") && !whole(&cut),
        "words, and no end"
    );
    assert_eq!(wall.tally().model("cut").broken, 1);

    assert!(patiently(address, "down").is_err());
    assert_eq!(wall.tally().model("down").requests, 3, "and no more");

    assert!(ask(address, "flakey", false)?.starts_with("HTTP/1.1 400 "));
    let total = wall.tally().total;
    println!(
        "{} requests, {} tokens written",
        total.requests, total.tokens
    );
    Ok(())
}

/// Asks up to three times.
fn patiently(address: SocketAddr, model: &str) -> io::Result<String> {
    let mut told = Err(io::Error::other("never asked"));
    for _ in 0..3 {
        told = ask(address, model, false);
        if told
            .as_ref()
            .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 "))
        {
            break;
        }
    }
    told
}

/// One chat completion, head and all.
fn ask(address: SocketAddr, model: &str, stream: bool) -> io::Result<String> {
    let mut connection = TcpStream::connect(address)?;
    let body = format!(r#"{{"model":"{model}","stream":{stream},"messages":[]}}"#);
    write!(
        connection,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: wall\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A stream that was not cut ends with the last chunk of HTTP and the last event of the dialect.
fn whole(answer: &str) -> bool {
    answer.contains("data: [DONE]") && answer.ends_with("0\r\n\r\n")
}
