//! Server-sent events, well and badly formed, at every way of cutting them.

use bytes::Bytes;
use tiergate_wire::sse::{Decoder, Event, TooLong};

/// What an event is expected to say: its data and its name.
type Said = (Option<&'static str>, Option<&'static str>);

const fn data(text: &'static str) -> Said {
    (Some(text), None)
}

const fn named(name: &'static str, text: &'static str) -> Said {
    (Some(text), Some(name))
}

/// What an event said: its data and its name.
type Heard = (Option<Bytes>, Option<Bytes>);

/// What it is about, the stream, and the events with data or a name in it.
#[rustfmt::skip]
const CASES: &[(&str, &[u8], &[Said])] = &[
    ("an empty stream", b"", &[]),
    ("one event", b"data: a\n\n", &[data("a")]),
    ("CRLF", b"data: a\r\n\r\n", &[data("a")]),
    ("CR", b"data: a\r\r", &[data("a")]),
    ("LF then CRLF", b"data: a\n\r\n", &[data("a")]),
    ("CRLF then LF", b"data: a\r\n\n", &[data("a")]),
    ("CR then CRLF", b"data: a\r\r\ndata: b\n\n", &[data("a"), data("b")]),
    ("CRLF inside an event", b"data: a\r\ndata: b\r\n\r\n", &[data("a\nb")]),
    ("CR inside an event", b"data: a\rdata: b\r\r", &[data("a\nb")]),
    ("all line ends in one event", b"data: a\rdata: b\ndata: c\r\ndata: d\n\n", &[data("a\nb\nc\nd")]),
    ("no space", b"data:a\n\n", &[data("a")]),
    ("two spaces", b"data:  a\n\n", &[data(" a")]),
    ("a tab is not a space", b"data:\ta\n\n", &[data("\ta")]),
    ("trailing space stays", b"data: a \n\n", &[data("a ")]),
    ("space before the colon", b"data : a\n\n", &[]),
    ("space before the field", b" data: a\n\n", &[]),
    ("a field without colon", b"data\n\n", &[data("")]),
    ("a field without value", b"data:\n\n", &[data("")]),
    ("only a space as value", b"data: \n\n", &[data("")]),
    ("two empty lines of data", b"data\ndata\n\n", &[data("\n")]),
    ("an empty line of data between", b"data: a\ndata:\ndata: b\n\n", &[data("a\n\nb")]),
    ("colons in the value", b"data: a:b: c\n\n", &[data("a:b: c")]),
    ("a colon first in the value", b"data::a\n\n", &[data(":a")]),
    ("upper case is another field", b"DATA: a\nData: b\n\n", &[]),
    ("a longer name is another field", b"datax: a\ndata-x: b\n\n", &[]),
    ("a named event", b"event: ping\ndata: {}\n\n", &[named("ping", "{}")]),
    ("the name after the data", b"data: {}\nevent: ping\n\n", &[named("ping", "{}")]),
    ("the last name counts", b"event: a\nevent: b\ndata: c\n\n", &[named("b", "c")]),
    ("a name does not outlive its event", b"event: a\ndata: b\n\ndata: c\n\n", &[named("a", "b"), data("c")]),
    ("an empty name", b"event:\ndata: a\n\n", &[named("", "a")]),
    ("a name without data", b"event: a\n\ndata: b\n\n", &[(None, Some("a")), data("b")]),
    ("comments", b": ping\n\n:\n\n: data: a\n\ndata: b\n\n", &[data("b")]),
    ("a comment inside an event", b"data: a\n: ping\ndata: b\n\n", &[data("a\nb")]),
    ("id and retry", b"id: 1\nretry: 10\ndata: a\n\n", &[data("a")]),
    ("unknown fields", b"foo: 1\nbar\ndata: a\n\n", &[data("a")]),
    ("blank lines before", b"\n\r\n\r\n\ndata: a\n\n", &[data("a")]),
    ("blank lines between", b"data: a\n\n\n\n\ndata: b\n\n\n", &[data("a"), data("b")]),
    ("nothing but blank lines", b"\n\n\r\r\n\n", &[]),
    ("a byte-order mark first", b"\xef\xbb\xbfdata: a\n\n", &[data("a")]),
    ("two byte-order marks", b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", &[]),
    ("a byte-order mark later belongs to the field", b"data: a\n\n\xef\xbb\xbfdata: b\n\ndata: c\n\n", &[data("a"), data("c")]),
    ("a byte-order mark after a blank line", b"\n\xef\xbb\xbfdata: a\n\n", &[]),
    ("half a byte-order mark", b"\xef\xbbdata: a\n\n", &[]),
    ("a byte-order mark in the value", b"data: \xef\xbb\xbfa\n\n", &[data("\u{feff}a")]),
    ("line separators of Unicode", "data: a\u{2028}b\u{2029}c\u{85}d\n\n".as_bytes(), &[data("a\u{2028}b\u{2029}c\u{85}d")]),
    ("form feed and vertical tab", b"data: a\x0cb\x0bc\n\n", &[data("a\x0cb\x0bc")]),
    ("NUL", b"data: a\0b\n\n", &[data("a\0b")]),
    ("escaped line ends are text", b"data: a\\n\\nb\n\n", &[data("a\\n\\nb")]),
    ("the end without a blank line", b"data: a\n\ndata: b\n", &[data("a"), data("b")]),
    ("the end inside a line", b"data: a\n\ndata: b", &[data("a"), data("b")]),
    ("the end after a CR", b"data: a\r", &[data("a")]),
    ("the end inside a field name", b"data: a\n\ndat", &[data("a")]),
    ("the end inside a comment", b"data: a\n\n: pi", &[data("a")]),
    ("[DONE]", b"data: {\"a\":1}\n\ndata: [DONE]\n\n", &[data("{\"a\":1}"), data("[DONE]")]),
    ("JSON over two lines", b"data: {\"a\":\ndata: 1}\n\n", &[data("{\"a\":\n1}")]),
    ("bare JSON is no event", b"{\"error\":{\"message\":\"no\"}}\n\n", &[]),
    ("a page of HTML", b"<html>\n<body>502</body>\n</html>\n", &[]),
];

#[test]
fn every_case_at_every_cut() {
    assert!(CASES.len() >= 40);
    for (what, stream, expected) in CASES {
        let check = |pieces: &[&[u8]]| {
            let heard = decode(pieces).unwrap();
            let heard: Vec<_> = heard
                .iter()
                .map(|(data, name)| (data.as_deref(), name.as_deref()))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(data, name)| (data.map(str::as_bytes), name.map(str::as_bytes)))
                .collect();
            assert_eq!(heard, expected, "{what}: {pieces:?}");
        };
        check(&[stream]);
        check(&stream.chunks(1).collect::<Vec<_>>());
        let spaced: Vec<&[u8]> = stream
            .chunks(1)
            .flat_map(|piece| [piece, b"", b""])
            .collect();
        check(&spaced);
        for cut in 0..=stream.len() {
            let (before, after) = stream.split_at(cut);
            check(&[before, after]);
            check(&[before, b"", after]);
        }
    }
}

#[test]
fn invalid_utf8_is_handed_on_as_it_came() {
    let events = decode(&[b"data: \xff\xfe\n\nevent: \x80\ndata\n\n"]).unwrap();
    assert_eq!(events[0].0.as_deref(), Some(b"\xff\xfe".as_slice()));
    assert_eq!(events[1].1.as_deref(), Some(b"\x80".as_slice()));
}

#[test]
fn events_are_handed_out_as_soon_as_they_are_complete() {
    for stream in ["data: a\n\n", "data: a\r\r", "data: a\r\n\r\n"] {
        let mut decoder = Decoder::new(100);
        decoder.push(Bytes::from_static(stream.as_bytes()));
        let event = decoder.next().unwrap().unwrap();
        assert_eq!(event.data.unwrap(), "a", "{stream:?}");
    }
}

#[test]
fn where_lines_end_in_crlf_the_last_line_feed_is_waited_for() {
    for (before, after) in [
        ("data: a\r\n\r", "\n"),
        ("data: a\r\n\r", "data: b"),
        ("data: a\r", "\n\r"),
    ] {
        let mut decoder = Decoder::new(100);
        decoder.push(Bytes::from_static(before.as_bytes()));
        assert_eq!(decoder.next(), Ok(None), "{before:?}");
        decoder.push(Bytes::from_static(after.as_bytes()));
        let event = decoder.next().unwrap().or_else(|| decoder.finish());
        assert_eq!(event.unwrap().data.unwrap(), "a", "{before:?} {after:?}");
    }
}

#[test]
fn asking_again_changes_nothing() {
    let mut decoder = Decoder::new(100);
    decoder.push(Bytes::from_static(b"data: a\r"));
    for _ in 0..3 {
        assert_eq!(decoder.next(), Ok(None));
    }
    decoder.push(Bytes::from_static(b"\ndata: b\r\n\r\n"));
    let event: Event = decoder.next().unwrap().unwrap();
    assert_eq!(event.data.unwrap(), "a\nb");
    assert_eq!(event.raw, "data: a\r\ndata: b\r\n\r\n");
    assert!(decoder.finish().is_none());
    assert!(decoder.finish().is_none());
}

/// Takes minutes where each line copies those before it.
#[test]
fn many_lines_of_data_are_joined_in_linear_time() {
    const LINES: usize = 1_000_000;
    let mut stream = b"data:x\n".repeat(LINES);
    stream.push(b'\n');
    let mut decoder = Decoder::new(stream.len());
    decoder.push(stream.into());
    let data = decoder.next().unwrap().unwrap().data.unwrap();
    assert_eq!(data.len(), 2 * LINES - 1);
    assert!(data.chunks(2).all(|line| line[0] == b'x'));
}

#[test]
fn the_limit_is_the_length_of_one_event() {
    let fits = format!("data: {}\n\n", "a".repeat(92));
    assert_eq!(fits.len(), 100);
    let mut decoder = Decoder::new(100);
    for _ in 0..5 {
        decoder.push(fits.clone().into());
        assert_eq!(decoder.next().unwrap().unwrap().raw, fits);
    }
    decoder.push(fits.repeat(5).into());
    for _ in 0..5 {
        assert_eq!(decoder.next().unwrap().unwrap().raw, fits);
    }
    decoder.push(format!("data: {}\n\n", "a".repeat(93)).into());
    assert_eq!(decoder.next(), Err(TooLong { limit: 100 }));
}

#[test]
fn what_never_ends_is_refused_at_the_limit() {
    for piece in [
        "a",
        "data: aaaa",
        "data: a\n",
        ": ping\n",
        "\n",
        "\r\n",
        "\r",
    ] {
        let mut decoder = Decoder::new(1000);
        let pushed = (1..=1001).find(|_| {
            decoder.push(Bytes::from_static(piece.as_bytes()));
            decoder.next().is_err()
        });
        assert_eq!(pushed.unwrap(), 1000 / piece.len() + 1, "{piece:?}");
    }
}

#[test]
fn the_error_names_the_limit() {
    let mut decoder = Decoder::new(3);
    decoder.push(Bytes::from_static(b"data"));
    let error = decoder.next().unwrap_err();
    assert_eq!(
        error.to_string(),
        "a server-sent event is longer than 3 bytes"
    );
}

/// The events that say something; checks that no byte is lost.
fn decode(pieces: &[&[u8]]) -> Result<Vec<Heard>, TooLong> {
    let mut decoder = Decoder::new(1 << 20);
    let (mut said, mut raw) = (Vec::new(), Vec::new());
    let mut take = |event: Event| {
        raw.extend_from_slice(&event.raw);
        if event.data.is_some() || event.name.is_some() {
            said.push((event.data, event.name));
        }
    };
    for piece in pieces {
        decoder.push(Bytes::copy_from_slice(piece));
        while let Some(event) = decoder.next()? {
            take(event);
        }
    }
    if let Some(event) = decoder.finish() {
        take(event);
    }
    assert_eq!(raw, pieces.concat());
    Ok(said)
}
