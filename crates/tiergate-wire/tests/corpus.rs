//! What fuzzing found worth keeping, read once more without a fuzzer.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::path::Path;

use bytes::Bytes;
use serde_json::value::RawValue;
use tiergate_wire::chat::{Answer, Delta, Request};
use tiergate_wire::feedback::Feedback;
use tiergate_wire::sse::Decoder;

#[test]
fn requests_are_json_when_they_are_accepted() {
    let mut accepted = 0;
    for body in corpus("request") {
        let Ok(request) = Request::parse(body.into()) else {
            continue;
        };
        accepted += 1;
        assert!(is_json(request.body()));
        let mut rewrite = request.rewrite();
        rewrite.set("model", "\"other\"");
        rewrite.remove("prefer");
        let edited = Request::parse(rewrite.finish().to_bytes()).unwrap();
        assert_eq!(edited.model(), "other");
        assert!(edited.member("prefer").is_none());
        assert_eq!(edited.messages().len(), request.messages().len());
    }
    assert!(accepted > 10, "{accepted}");
}

#[test]
fn answers_and_chunks_are_json_when_they_are_accepted() {
    let mut accepted = 0;
    for payload in corpus("answer") {
        let delta = Delta::parse(&payload);
        assert!(delta.is_ok() || Answer::parse(&payload).is_err());
        let Ok(delta) = delta else { continue };
        accepted += 1;
        let text = payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&payload);
        assert!(is_json(text));
        let (start, end) = delta.usage_place;
        assert_eq!(delta.usage.unwrap_or_default(), &payload[start..end]);
    }
    assert!(accepted > 10, "{accepted}");
}

#[test]
fn feedback_is_json_when_it_is_accepted() {
    let read = |body: &Vec<u8>| Feedback::parse(body).is_ok();
    let (accepted, refused): (Vec<_>, Vec<_>) = corpus("feedback").into_iter().partition(read);
    for body in &accepted {
        assert!(is_json(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)));
    }
    let counts = (accepted.len(), refused.len());
    assert!(counts.0 > 4 && counts.1 > 8, "{counts:?}");
}

#[test]
fn streams_say_the_same_in_one_piece_and_byte_by_byte() {
    let mut events = 0;
    for stream in corpus("sse") {
        let whole = decode(&[&stream]);
        assert_eq!(whole, decode(&stream.chunks(1).collect::<Vec<_>>()));
        events += whole.len();
    }
    assert!(events > 10, "{events}");
}

/// The inputs of a fuzz target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(text).is_ok()
}

/// The payloads and names of a stream.
fn decode(pieces: &[&[u8]]) -> Vec<[Option<Bytes>; 2]> {
    let mut decoder = Decoder::new(1 << 20);
    let mut said = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(event) = decoder.next().unwrap() {
            said.push([event.data, event.name]);
        }
    }
    said.extend(decoder.finish().map(|event| [event.data, event.name]));
    said.retain(|event| event.iter().any(Option::is_some));
    said
}
