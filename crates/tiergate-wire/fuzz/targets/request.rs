//! Requests are read as `serde_json` reads them, and edits do what they say and nothing else.

#![no_main]

#[path = "request/chat.rs"]
mod chat;
#[path = "request/edits.rs"]
mod edits;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tiergate_wire::chat::Request;
use tiergate_wire::json::Invalid;
use tiergate_wire_fuzz::{depth, members, raw, split, tree};

fuzz_target!(|input: &[u8]| {
    let (body, mut choices) = split(input);
    match Request::parse(Bytes::copy_from_slice(body)) {
        Ok(request) => {
            accepted(&request);
            edits::usual(&request);
            edits::chosen(&request, &mut choices);
        }
        Err(fault) => refused(&fault, body),
    }
});

fn accepted(request: &Request) {
    assert!(raw(request.body()).is_some());
    let bytes = request
        .messages()
        .iter()
        .flat_map(|message| request.texts(message));
    assert_eq!(
        request.text_bytes(),
        bytes.map(|text| text.raw.len() as u64).sum::<u64>()
    );
    if let Some(members) = members(request.body()) {
        for (name, _) in &members {
            let first = members.iter().find(|(key, _)| key == name);
            assert_eq!(
                request.member(name),
                first.map(|(_, value)| value.get().as_bytes())
            );
        }
    }
    if let Some(tree) = tree(request.body()) {
        assert_eq!(chat::faults(&tree), [""; 0]);
        assert!(depth(&tree) <= tiergate_wire::json::MAX_DEPTH);
        chat::check(request, &tree);
    }
}

fn refused(fault: &Invalid, body: &[u8]) {
    assert!(fault.offset() <= body.len());
    let mut body = body;
    while let Some(rest) = body.strip_prefix(b"\xef\xbb\xbf") {
        body = rest;
    }
    let Some(tree) = tree(body) else { return };
    let message = fault.to_string();
    if ["nested deeper", "has more than"]
        .iter()
        .any(|limit| message.contains(limit))
    {
        return;
    }
    let faults = chat::faults(&tree);
    match fault.param() {
        Some(param) => assert!(faults.contains(&param), "{fault}"),
        None => assert!(!tree.is_object(), "{fault}"),
    }
}
