//! Any way of cutting Amazon's event stream gives the same frames, and what a frame says is read.

#![no_main]

use arbitrary::Unstructured;
use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tiergate_dialects::bedrock::Stream;
use tiergate_dialects::bedrock::frames::{BadFrame, Decoder, Frame};
use tiergate_dialects::inner::Undo;
use tiergate_wire_fuzz::split;

/// The longest frame that is accepted.
const LIMIT: usize = 1_500;

fuzz_target!(|input: &[u8]| {
    let (stream, mut choices) = split(input);
    check(stream, &mut choices);
    // no fuzzer guesses a checksum
    let headers = usize::from(choices.arbitrary::<u8>().unwrap_or_default());
    let (headers, payload) = stream.split_at(headers.min(stream.len()));
    check(&frame(headers, payload), &mut choices);
});

fn check(stream: &[u8], choices: &mut Unstructured<'_>) {
    let whole = frames(&[stream]);
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(frames(&bytes), whole);
    let at = choices.int_in_range(0..=stream.len()).unwrap_or_default();
    let (first, second) = stream.split_at(at);
    assert_eq!(frames(&[first, second]), whole);
    let mut reader = Stream::new(Undo::default());
    for frame in &whole.0 {
        let said = reader.event(frame.event_type(), frame.payload(), &mut Vec::new());
        if said.is_err() {
            break;
        }
    }
}

/// The frames before a fault, and the fault.
fn frames(pieces: &[&[u8]]) -> (Vec<Frame>, Result<(), BadFrame>) {
    let mut decoder = Decoder::new(LIMIT);
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece));
        loop {
            match decoder.next() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(bad) => return (frames, Err(bad)),
            }
        }
    }
    (frames, decoder.finish())
}

/// A frame with sound lengths and checksums.
fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let number = |length: usize| u32::try_from(length).unwrap_or_default().to_be_bytes();
    let mut frame = Vec::new();
    frame.extend(number(headers.len() + payload.len() + 16));
    frame.extend(number(headers.len()));
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(headers);
    frame.extend_from_slice(payload);
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}
