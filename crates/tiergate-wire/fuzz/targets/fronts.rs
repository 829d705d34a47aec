//! A request that is read in a client's dialect is JSON in every vendor's, or refused.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tiergate_dialects::{Target, anthropic, openai, passed, responses};
use tiergate_wire::chat::Request;
use tiergate_wire_fuzz::{DIALECTS, choose, raw};

const TARGET: Target<'static> = Target {
    model: "claude-sonnet-4-5",
    max_output: Some(8_192),
    cap: Some(1_024),
};

fuzz_target!(|input: &[u8]| {
    let Some((front, body)) = choose(input, 3) else {
        return;
    };
    let read = match front {
        0 => openai::chat::decode(body),
        1 => anthropic::decode(body),
        _ => responses::extras(body).and_then(|_| responses::decode(body)),
    };
    let Ok(request) = read else {
        return;
    };
    for dialect in &DIALECTS {
        let Ok(translated) = (dialect.encode)(&request, &TARGET) else {
            continue;
        };
        assert!(
            raw(&translated.body).is_some(),
            "{}: {:?}",
            dialect.name,
            translated.body
        );
        if dialect.name == "openai" {
            let _ = Request::parse(translated.body);
        }
    }
    let body = Bytes::copy_from_slice(body);
    if let Some(translated) = passed(&body, "m", Some(("max_tokens", 7))) {
        assert!(raw(&translated.body).is_some(), "{:?}", translated.body);
    }
});
