//! Who gets which fault, the orders over the wire, and the account.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test may panic like the test itself"
)]

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use common::{End, chat, chat_body, get, post, request, send, wall};
use serde_json::Value;
use tiergate_wall::{BlackHole, ClosedPort, Ended, Script, Spec, Wall, fingerprint};
use tokio::time::Instant;

const PATH: &str = "/v1/chat/completions";

fn statuses(wall: &Wall, model: &str, count: usize) -> Vec<u16> {
    (0..count)
        .map(|_| chat(wall, model, false).status())
        .collect()
}

fn free() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// Waits for what happens on the wall's own thread.
fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..400 {
        if condition() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
    panic!("{what} did not happen");
}

#[test]
fn sequences_are_followed_by_model() {
    let wall = wall("500,502,ok");
    assert_eq!(statuses(&wall, "a", 2), [500, 502]);
    assert_eq!(
        statuses(&wall, "b", 2),
        [200, 200],
        "the default is one sequence for all"
    );
    assert_eq!(statuses(&wall, "503,ok", 2), [503, 200]);
    assert_eq!(statuses(&wall, "openai/429,ok", 2), [429, 200]);
    wall.reset();
    assert_eq!(statuses(&wall, "a", 1), [500]);
}

#[test]
fn the_nearest_order_wins() {
    let script =
        r#"{"default":"500","models":{"m":"502","n":"ok"},"routes":{"/v1/embeddings":"504"}}"#;
    let wall = wall(script);
    let asked = |target: &str, headers: &str, model: &str| {
        post(&wall, target, headers, &chat_body(model, false)).status()
    };
    assert_eq!(asked(PATH, "x-wall: 529\r\n", "m"), 529);
    assert_eq!(
        asked("/~503/v1/chat/completions", "x-wall: 529\r\n", "m"),
        529
    );
    assert_eq!(
        asked("/~503%3Aretry-after%3D2/v1/chat/completions", "", "m"),
        503
    );
    assert_eq!(asked(PATH, "", "m"), 502);
    assert_eq!(asked(PATH, "", "n"), 200);
    assert_eq!(asked(PATH, "", "404"), 404);
    assert_eq!(asked("/v1/embeddings", "", "x"), 504);
    assert_eq!(asked(PATH, "", "x"), 500);
    let answer = post(&wall, PATH, "x-wall: nonsense\r\n", &chat_body("m", false));
    assert_eq!(answer.status(), 400);
    assert!(answer.text().contains("no fault"), "{}", answer.text());
}

#[test]
fn ports_have_orders_of_their_own() {
    let wall = Wall::builder(Script::parse("ok").unwrap())
        .listen(free())
        .listen_as(free(), Spec::parse("503").unwrap())
        .listen_as(free(), Spec::parse("reset-accept,ok").unwrap())
        .control(free())
        .start()
        .unwrap();
    let bytes = request("POST", PATH, "", &chat_body("m", false));
    let ask = |at: usize| {
        send(
            wall.addresses()[at],
            bytes.as_bytes(),
            Duration::from_millis(300),
        )
    };
    assert_eq!((ask(0).status(), ask(1).status()), (200, 503));
    assert_eq!(ask(2).end, End::Reset);
    assert_eq!(ask(2).status(), 200);
    let port = wall.addresses()[1].port();
    let order = request(
        "POST",
        "/_wall/script",
        "",
        &format!(r#"{{"ports":{{"{port}":"404"}}}}"#),
    );
    let answer = send(
        wall.control().unwrap(),
        order.as_bytes(),
        Duration::from_millis(300),
    );
    assert_eq!(answer.status(), 200);
    assert_eq!(ask(1).status(), 404);
    assert_eq!(
        send(
            wall.control().unwrap(),
            bytes.as_bytes(),
            Duration::from_millis(300)
        )
        .status(),
        404
    );
}

#[test]
fn orders_over_the_wire() {
    let wall = wall("ok");
    assert_eq!(post(&wall, "/_wall/script", "", "500,ok").status(), 200);
    assert_eq!(statuses(&wall, "m", 2), [500, 200]);
    let refused = post(&wall, "/_wall/script", "", "nonsense");
    assert!(refused.status() == 400 && refused.text().contains("no fault"));
    let script: Value = serde_json::from_slice(&get(&wall, "/_wall/script").body()).unwrap();
    assert_eq!(script["default"], "500,ok");
    let tally: Value = serde_json::from_slice(&get(&wall, "/_wall/tally").body()).unwrap();
    assert_eq!(tally["models"]["m"]["requests"], 2);
    assert_eq!(tally["faults"]["500"], 1);
    assert_eq!(tally["requests"][1]["ended"], "finished");
    assert_eq!(post(&wall, "/_wall/reset", "", "").status(), 200);
    assert_eq!(wall.tally().total.requests, 0);
    assert!(get(&wall, "/_wall/faults").text().contains("gzip-bomb"));
    assert_eq!(get(&wall, "/_wall/nothing").status(), 404);
    for query in [
        "second=0",
        "seconds=x",
        "seconds=",
        "seconds=86401",
        "seconds=0&x=1",
    ] {
        let answer = post(&wall, &format!("/_wall/refuse?{query}"), "", "");
        assert_eq!(answer.status(), 400, "{query}");
    }
    assert_eq!(post(&wall, "/_wall/refuse?seconds=0", "", "").status(), 200);
    assert_eq!(get(&wall, "/_wall/redirected").status(), 200);
    assert_eq!(wall.tally().followed, 1);
}

#[test]
fn the_account_of_one_request() {
    let wall = wall("ok");
    let headers = "authorization: Bearer sk-canary\r\nx-request-id: r1\r\nidempotency-key: i1\r\n";
    for _ in 0..2 {
        post(&wall, PATH, headers, &chat_body("m", true));
    }
    until("the end", || wall.tally().total.finished == 2);
    let tally = wall.tally();
    assert_eq!((tally.attempts["r1"], tally.idempotency["i1"]), (2, 2));
    assert_eq!(tally.keys[&fingerprint("sk-canary")], 2);
    assert_eq!(tally.connections, 2);
    assert_eq!(tally.ports.values().sum::<u64>(), 2);
    let seen = &tally.requests[1];
    assert_eq!((seen.number, seen.connection, &*seen.fault), (1, 1, "ok"));
    assert_eq!(
        (seen.status, seen.tokens, seen.ended),
        (Some(200), 12, Ended::Finished)
    );
    // role, words, finish, usage, [DONE]
    assert_eq!(seen.events, 16);
    assert!(seen.streaming && seen.bytes > 1000);
    let whole = serde_json::to_string(&tally).unwrap();
    assert!(whole.contains("idempotency-key") && !whole.contains("sk-canary"));
    let counts = tally.model("m");
    assert_eq!(
        (counts.told_prompt, counts.told_completion, counts.tokens),
        (40, 24, 24)
    );
}

#[test]
fn a_client_that_leaves_is_noticed() {
    let wall = wall("endless:5ms");
    for fault in ["endless:5ms", "hang", "hang-at", "stall:9", "pings:5ms"] {
        wall.reset();
        let mut stream = TcpStream::connect(wall.addresses()[0]).unwrap();
        let bytes = request("POST", PATH, "", &chat_body(fault, true));
        stream.write_all(bytes.as_bytes()).unwrap();
        until("the request", || wall.tally().total.requests == 1);
        let left = Instant::now();
        drop(stream);
        until("the leaving", || wall.tally().total.left == 1);
        assert!(left.elapsed() < Duration::from_secs(1));
        assert_eq!(wall.tally().requests[0].ended, Ended::Left, "{fault}");
    }
    until("the closing", || wall.tally().open == 0);
}

#[test]
fn a_reader_that_is_slow_holds_the_wall_back() {
    let wall = wall("huge:1024");
    let mut stream = TcpStream::connect(wall.addresses()[0]).unwrap();
    stream
        .write_all(request("POST", PATH, "", &chat_body("m", true)).as_bytes())
        .unwrap();
    let mut some = [0; 1024];
    stream.read_exact(&mut some).unwrap();
    std::thread::park_timeout(Duration::from_millis(200));
    let written = wall.tally().total.bytes;
    assert!(written < 64 << 20, "{written} bytes went into the system");
}

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let wall = wall("ok");
    let mut stream = TcpStream::connect(wall.addresses()[0]).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    let body = chat_body("m", false);
    let one = format!(
        "POST {PATH} HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let chunked = format!(
        "POST {PATH} HTTP/1.1\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    stream
        .write_all(format!("{one}{one}{chunked}").as_bytes())
        .unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    assert_eq!(all.matches("HTTP/1.1 200 OK").count(), 3);
    assert_eq!(
        (wall.tally().connections, wall.tally().total.requests),
        (1, 3)
    );
}

#[test]
fn a_status_without_a_body_leaves_the_connection_as_it_was() {
    let wall = wall("status:204:retry-after=3,status:304,status:205,ok");
    let mut stream = TcpStream::connect(wall.addresses()[0]).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    let body = chat_body("m", false);
    let one = format!(
        "POST {PATH} HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(format!("{one}{one}{one}{}", request("POST", PATH, "", &body)).as_bytes())
        .unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    let mut heads = all.split("HTTP/1.1 ").skip(1);
    assert_eq!(
        heads.next().unwrap(),
        "204 No Content\r\ncontent-type: text/plain\r\nretry-after: 3\r\n\r\n"
    );
    assert_eq!(
        heads.next().unwrap(),
        "304 Not Modified\r\ncontent-type: text/plain\r\n\r\n"
    );
    assert!(heads.next().unwrap().ends_with("content-length: 0\r\n\r\n"));
    assert!(heads.next().unwrap().starts_with("200 OK"));
}

#[test]
fn a_name_that_was_meant_as_an_order_is_refused() {
    let wall = wall(r#"{"default":"500","models":{"50O":"ok"},"routes":{"/v1/embeddings":"504"}}"#);
    for (name, told) in [
        ("cut-att:3", "there is cut-at"),
        ("503:retry_after=2", "no parameter retry_after"),
        ("openai/50O", "meant as an order"),
    ] {
        let answer = chat(&wall, name, true);
        assert_eq!(answer.status(), 400, "{name}");
        assert!(answer.text().contains(told), "{}", answer.text());
        assert_eq!(wall.tally().mistaken[name], 1);
    }
    assert_eq!(
        (wall.tally().malformed, wall.tally().total.requests),
        (3, 0)
    );
    assert_eq!(statuses(&wall, "50O", 1), [200], "the script knows it");
    for name in ["gpt-4o", "llama3.1:8b", "anthropic.claude-3-haiku-v1:0"] {
        assert_eq!(statuses(&wall, name, 1), [500], "{name}");
    }
    assert_eq!(
        post(&wall, PATH, "x-wall: ok\r\n", &chat_body("cut-att", false)).status(),
        200,
        "the header has said it all"
    );
    post(&wall, PATH, "x-wall: cut-att\r\n", &chat_body("m", false));
    assert_eq!(wall.tally().mistaken["cut-att"], 1);
}

#[test]
fn a_strict_wall_knows_its_names() {
    let wall = wall(r#"{"strict":true,"models":{"m":"502"}}"#);
    assert_eq!(statuses(&wall, "m", 1), [502]);
    assert_eq!(statuses(&wall, "openai/503", 1), [503]);
    let refused = chat(&wall, "gpt-4o", false);
    assert_eq!(refused.status(), 400);
    assert!(refused.text().contains("not in the script"));
    assert_eq!(wall.tally().mistaken["gpt-4o"], 1);
    assert_eq!(get(&wall, "/v1/models").status(), 200);
}

#[test]
fn connections_that_got_a_fault_are_in_the_account() {
    let wall = wall("reset-accept*2,ok");
    for _ in 0..2 {
        assert_eq!(chat(&wall, "m", false).end, End::Reset);
    }
    assert_eq!(chat(&wall, "m", false).status(), 200);
    let tally = wall.tally();
    assert_eq!((tally.faults["reset-accept"], tally.total.requests), (2, 1));
    // by a name the request has to be read
    assert_eq!(chat(&wall, "reset-accept", false).end, End::Reset);
    let tally = wall.tally();
    assert_eq!((tally.faults["reset-accept"], tally.total.requests), (3, 2));
}

#[test]
fn what_can_be_read_twice_is_refused() {
    let wall = wall("ok");
    let smuggled = format!(
        "POST {PATH} HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    assert_eq!(
        send(
            wall.addresses()[0],
            smuggled.as_bytes(),
            Duration::from_millis(300)
        )
        .status(),
        400
    );
    assert_eq!(
        send(
            wall.addresses()[0],
            b"\x16\x03\x01junk\r\n\r\n",
            Duration::from_millis(300)
        )
        .status(),
        400
    );
    assert_eq!(
        (wall.tally().malformed, wall.tally().total.requests),
        (2, 0)
    );
    assert_eq!(post(&wall, PATH, "", "{not json").status(), 400);
    assert_eq!(wall.tally().faults["(unreadable)"], 1);
}

#[test]
fn refusing_for_a_while() {
    let wall = wall("ok");
    wall.refuse(Duration::from_secs(30));
    until("the refusal", || {
        TcpStream::connect(wall.addresses()[0]).is_err()
    });
    wall.refuse(Duration::ZERO);
    until("the return", || {
        TcpStream::connect(wall.addresses()[0]).is_ok()
    });
    assert_eq!(statuses(&wall, "m", 1), [200]);
}

#[test]
fn stopping_ends_hangs_too() {
    let wall = wall("hang");
    let address = wall.addresses()[0];
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(request("POST", PATH, "", &chat_body("m", true)).as_bytes())
        .unwrap();
    until("the request", || wall.tally().total.requests == 1);
    let began = Instant::now();
    wall.stop();
    assert!(began.elapsed() < Duration::from_secs(3));
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn addresses_where_nobody_answers() {
    let closed = ClosedPort::new().unwrap();
    let address = closed.url().trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&address).is_err());
    let hole = BlackHole::new().await.unwrap();
    let address = hole.url().trim_start_matches("http://").parse().unwrap();
    let fault = TcpStream::connect_timeout(&address, Duration::from_millis(200)).unwrap_err();
    assert_eq!(fault.kind(), std::io::ErrorKind::TimedOut);
}
