use bytes::Bytes;
use proptest::prelude::*;
use tiergate_dialects::bedrock::frames::{BadFrame, Decoder, Frame, MessageType};

use crate::fixture;

/// All frames of a stream that comes in the given pieces.
fn read(pieces: &[&[u8]]) -> Result<Vec<Frame>, BadFrame> {
    let mut decoder = Decoder::new(1 << 16);
    let mut frames = Vec::new();
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(frame) = decoder.next()? {
            frames.push(frame);
        }
    }
    decoder.finish()?;
    Ok(frames)
}

#[test]
fn frames_are_the_same_wherever_they_are_cut() {
    for name in [
        "bedrock/stream_tools.eventstream",
        "bedrock/stream_throttled.eventstream",
    ] {
        let bytes = fixture(name);
        let whole = read(&[&bytes]).unwrap();
        for at in 0..=bytes.len() {
            let (one, other) = bytes.split_at(at);
            assert_eq!(read(&[one, other]).unwrap(), whole, "{name} cut at {at}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(read(&single).unwrap(), whole);
    }
}

#[test]
fn a_stream_that_ends_early_is_truncated() {
    let bytes = fixture("bedrock/stream_throttled.eventstream");
    let first = 0x86;
    for end in 1..bytes.len() {
        let expected = if end == first {
            Ok(1)
        } else {
            Err(BadFrame::Truncated)
        };
        assert_eq!(
            read(&[&bytes[..end]]).map(|frames| frames.len()),
            expected,
            "at {end}"
        );
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = &fixture("bedrock/stream_throttled.eventstream")[..0x86];
    for at in 0..bytes.len() * 8 {
        let mut flipped = bytes.to_vec();
        flipped[at / 8] ^= 1 << (at % 8);
        assert_eq!(read(&[&flipped]), Err(BadFrame::Checksum), "bit {at}");
    }
}

/// A frame with sums that fit.
fn frame(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let total = u32::try_from(16 + headers.len() + payload.len()).unwrap();
    let mut bytes = [total, u32::try_from(headers.len()).unwrap()]
        .map(u32::to_be_bytes)
        .concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend(headers);
    bytes.extend(payload);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn text(name: &str, value: &str) -> Vec<u8> {
    let mut header = vec![u8::try_from(name.len()).unwrap()];
    header.extend(name.as_bytes());
    header.push(7);
    header.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    header.extend(value.as_bytes());
    header
}

#[test]
fn headers_of_all_kinds_are_passed_over() {
    let mut headers = Vec::new();
    for (kind, length) in [
        (0, 0),
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 4),
        (5, 8),
        (8, 8),
        (9, 16),
    ] {
        headers.extend([1, b'h', kind]);
        headers.resize(headers.len() + length, 0);
    }
    headers.extend([1, b'b', 6, 0, 3, 1, 2, 3]);
    headers.extend(text(":event-type", "messageStop"));
    let frames = read(&[&frame(&headers, b"{}")]).unwrap();
    assert_eq!(frames[0].event_type(), "messageStop");
    assert_eq!(frames[0].message_type(), MessageType::Event);
    assert_eq!(frames[0].payload(), "{}");
}

#[test]
fn an_error_tells_its_message_in_a_header() {
    let headers = [
        text(":message-type", "error"),
        text(":error-code", "InternalFailure"),
        text(":error-message", "try \"later\""),
    ];
    let frames = read(&[&frame(&headers.concat(), b"")]).unwrap();
    assert_eq!(frames[0].message_type(), MessageType::Error);
    assert_eq!(frames[0].event_type(), "InternalFailure");
    assert_eq!(frames[0].payload(), r#"{"message":"try \"later\""}"#);
}

#[test]
fn lengths_are_bounded_and_checked() {
    let mut decoder = Decoder::new(20);
    decoder.push(frame(b"", b"12345").into());
    assert_eq!(decoder.next(), Err(BadFrame::TooLong { limit: 20 }));
    decoder.push(frame(b"", b"1").into());
    assert_eq!(decoder.next(), Err(BadFrame::TooLong { limit: 20 }));

    for (total, headers) in [(15_u32, 0_u32), (0, 0), (20, 5), (16, u32::MAX)] {
        let mut bytes = [total, headers].map(u32::to_be_bytes).concat();
        bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
        assert_eq!(
            read(&[&bytes]),
            Err(BadFrame::Malformed),
            "{total} {headers}"
        );
    }
    for headers in [
        &[5, b'a'][..],
        &[1, b'a', 7, 0],
        &[1, b'a', 7, 0, 9],
        &[1, b'a', 42],
    ] {
        assert_eq!(
            read(&[&frame(headers, b"{}")]),
            Err(BadFrame::Malformed),
            "{headers:?}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_survived(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..4)) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        let _ = read(&pieces);
    }

    #[test]
    fn any_headers_are_survived(
        headers in prop::collection::vec(any::<u8>(), 0..40),
        payload in prop::collection::vec(any::<u8>(), 0..20),
    ) {
        let _ = read(&[&frame(&headers, &payload)]);
    }
}
