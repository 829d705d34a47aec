//! Any way of cutting a stream gives the same events, and no byte is lost or made up.

#![no_main]

use arbitrary::Unstructured;
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tiergate_wire::sse::{Decoder, Event};
use tiergate_wire_fuzz::split;

/// What an event says: its data and its name.
type Said = (Option<Bytes>, Option<Bytes>);

fuzz_target!(|input: &[u8]| {
    let (stream, mut choices) = split(input);
    let stream = Bytes::copy_from_slice(stream);
    let whole = decode(&stream, &[&stream], usize::MAX).expect("no event is that long");
    assert_eq!(whole, standard(&stream));

    let single: Vec<&[u8]> = stream.chunks(1).collect();
    let spaced: Vec<&[u8]> = stream.chunks(1).flat_map(|piece| [piece, b""]).collect();
    for pieces in [single, spaced, cut(&stream, &mut choices)] {
        let said = decode(&stream, &pieces, usize::MAX);
        assert_eq!(said.as_ref(), Some(&whole), "{pieces:?}");
    }
    // a bounded decoder says the same unless an event is too long
    let limit = usize::from(choices.arbitrary::<u8>().unwrap_or(40));
    if let Some(said) = decode(&stream, &cut(&stream, &mut choices), limit) {
        assert_eq!(said, whole);
    }
});

/// The events that say something; `None` when one is too long.
fn decode(stream: &Bytes, pieces: &[&[u8]], limit: usize) -> Option<Vec<Said>> {
    let mut decoder = Decoder::new(limit);
    let (mut said, mut raw) = (Vec::new(), Vec::with_capacity(stream.len()));
    let mut take = |event: Event| {
        assert!(!event.raw.is_empty() && event.raw.len() <= limit);
        raw.extend_from_slice(&event.raw);
        if event.data.is_some() || event.name.is_some() {
            said.push((event.data, event.name));
        }
    };
    for piece in pieces {
        decoder.push(stream.slice_ref(piece));
        while let Some(event) = decoder.next().ok()? {
            take(event);
        }
    }
    if let Some(event) = decoder.finish() {
        take(event);
    }
    assert!(decoder.finish().is_none());
    assert_eq!(raw, *stream);
    Some(said)
}

/// Pieces of chosen lengths, empty ones among them.
fn cut<'a>(mut stream: &'a [u8], choices: &mut Unstructured<'_>) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while !stream.is_empty() && !choices.is_empty() {
        let length = choices.int_in_range(0..=stream.len().min(255)).unwrap_or(0);
        let (piece, rest) = stream.split_at(length);
        pieces.push(piece);
        stream = rest;
    }
    pieces.push(stream);
    pieces
}

/// A plain reading of the standard's grammar, line by line over the whole text; an event that lacks its
/// blank line at the end counts.
fn standard(stream: &[u8]) -> Vec<Said> {
    let stream = stream.strip_prefix(b"\xef\xbb\xbf").unwrap_or(stream);
    let mut said: Vec<Said> = Vec::new();
    let (mut data, mut name): (Option<Vec<u8>>, Option<Bytes>) = (None, None);
    for line in lines(stream) {
        let colon = line.iter().position(|byte| *byte == b':');
        let (field, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            _ if line.is_empty() => said.push((data.take().map(Bytes::from), name.take())),
            b"data" => match &mut data {
                None => data = Some(value.to_vec()),
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
            },
            b"event" => name = Some(Bytes::copy_from_slice(value)),
            _ => {}
        }
    }
    said.push((data.map(Bytes::from), name));
    said.retain(|(data, name)| data.is_some() || name.is_some());
    said
}

fn lines(mut text: &[u8]) -> Vec<&[u8]> {
    let mut lines = Vec::new();
    while let Some(end) = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        lines.push(&text[..end]);
        let length = if text[end..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
        text = &text[end + length..];
    }
    lines.push(text);
    lines
}
