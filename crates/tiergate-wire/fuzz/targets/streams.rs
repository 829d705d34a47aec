//! A stream that a dialect reads is written in every dialect of clients as events of JSON; one of chat completions is
//! read again.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tiergate_dialects::front::Writer;
use tiergate_dialects::inner::{Stamp, Undo};
use tiergate_dialects::{Form, openai};
use tiergate_wire::sse::Decoder;
use tiergate_wire_fuzz::{DIALECTS, choose, raw};

const STAMP: Stamp<'static> = Stamp {
    id: "01",
    created: 1_764_000_000,
    model: "m",
    likely_input: 0,
};

/// An event's name and its data.
type Event = (String, Bytes);

fuzz_target!(|input: &[u8]| {
    let Some((dialect, stream)) = choose(input, DIALECTS.len()) else {
        return;
    };
    // whatever the framing on the wire, the seeds are server-sent events
    let events = events(stream);
    let mut decoder = (DIALECTS[dialect].stream)();
    let mut writers =
        [Form::Chat, Form::Messages, Form::Responses].map(|form| Writer::new(form, &STAMP, None));
    let mut written = [const { Vec::new() }; 3];
    for (name, data) in &events {
        let mut said = Vec::new();
        let read = decoder.event(name, data, &mut said);
        for (writer, out) in writers.iter_mut().zip(&mut written) {
            for event in &said {
                writer.event(event, out).expect("a short answer");
            }
        }
        if read.is_err() {
            break;
        }
    }
    for (writer, out) in writers.iter_mut().zip(&mut written) {
        writer
            .end()
            .iter()
            .for_each(|(_, bytes)| out.extend_from_slice(bytes));
    }
    let [chat, messages, responses] = written.map(|out| self::events(&out));
    for (_, data) in [&chat, &messages, &responses].into_iter().flatten() {
        assert!(data == "[DONE]" || raw(data).is_some(), "{data:?}");
    }
    let mut again = openai::chat::Stream::new(Undo::default());
    for (name, data) in &chat {
        again.event(name, data, &mut Vec::new()).expect("a chunk");
    }
});

fn events(stream: &[u8]) -> Vec<Event> {
    let mut decoder = Decoder::new(usize::MAX);
    decoder.push(Bytes::copy_from_slice(stream));
    let mut events = Vec::new();
    while let Ok(Some(event)) = decoder.next() {
        let name = event.name.as_deref().unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        events.extend(event.data.map(|data| (name, data)));
    }
    events
}
