//! An answer that a dialect reads is written in every dialect of clients, and is read there again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tiergate_dialects::front::write_answer;
use tiergate_dialects::inner::{Stamp, Undo};
use tiergate_dialects::{Form, anthropic, openai, responses};
use tiergate_wire_fuzz::{DIALECTS, choose, raw};

const STAMP: Stamp<'static> = Stamp {
    id: "01",
    created: 1_764_000_000,
    model: "m",
    likely_input: 0,
};

fuzz_target!(|input: &[u8]| {
    let Some((dialect, body)) = choose(input, DIALECTS.len()) else {
        return;
    };
    let dialect = DIALECTS[dialect];
    let undo = Undo::default();
    for status in [200, 400, 429, 529] {
        let _ = (dialect.fault)(status, None, body);
    }
    let Ok(answer) = (dialect.answer)(body, &undo) else {
        return;
    };
    let write = |form| {
        let written = write_answer(form, &answer, &STAMP, None);
        assert!(raw(&written).is_some(), "{}: {written:?}", dialect.name);
        written
    };
    let chat = write(Form::Chat);
    openai::chat::answer(&chat, &undo).expect("a chat completion");
    let message = write(Form::Messages);
    anthropic::answer(&message, &undo).expect("a message");
    let response = write(Form::Responses);
    responses::answer(&response, &undo).expect("a response");
});
