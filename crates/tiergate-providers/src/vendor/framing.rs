//! Bytes in, events out, in each of the framings.

use bytes::{Bytes, BytesMut};
use tiergate_dialects::bedrock::frames;
use tiergate_wire::sse;

use super::protocol::Framing;
use crate::http::LONGEST_EVENT;
use crate::openai::is_comment;

/// Cuts a body into events.
pub(super) enum Cutter {
    Frames(frames::Decoder),
    Lines(Lines),
    Sse(sse::Decoder),
}

/// Cuts a body into lines.
#[derive(Default)]
pub(super) struct Lines {
    carry: BytesMut,
    /// How much of it is known to hold no line's end.
    seen: usize,
}

/// One event.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    /// Its name, where the framing has names.
    pub(super) name: String,
    /// Its payload.
    pub(super) data: Bytes,
    /// Its exact bytes.
    pub(super) raw: Bytes,
    /// What it is.
    pub(super) sort: Sort,
}

/// What an event is, as far as its framing tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// Nothing: it keeps the connection alive.
    Comment,
    /// It reports a failure, which its name names.
    Failure,
    #[default]
    Payload,
}

impl Cutter {
    pub(super) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Frames => Self::Frames(frames::Decoder::new(LONGEST_EVENT)),
            Framing::Lines => Self::Lines(Lines::default()),
            Framing::Sse => Self::Sse(sse::Decoder::new(LONGEST_EVENT)),
        }
    }

    pub(super) fn push(&mut self, bytes: Bytes) {
        match self {
            Self::Frames(decoder) => decoder.push(bytes),
            Self::Lines(lines) => lines.carry.extend_from_slice(&bytes),
            Self::Sse(decoder) => decoder.push(bytes),
        }
    }

    /// The next event that is there as a whole.
    ///
    /// # Errors
    /// What is wrong with the framing, after which nothing more is to be read.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, String> {
        match self {
            Self::Frames(decoder) => {
                let frame = decoder.next().map_err(|bad| bad.to_string())?;
                Ok(frame.map(|frame| Piece {
                    name: frame.event_type().to_owned(),
                    raw: Bytes::new(),
                    sort: match frame.message_type() {
                        frames::MessageType::Event => Sort::Payload,
                        _ => Sort::Failure,
                    },
                    data: frame.payload().clone(),
                }))
            }
            Self::Lines(lines) => {
                while let Some(line) = lines.next() {
                    if let Some(piece) = line_of(&line) {
                        return Ok(Some(piece));
                    }
                }
                if lines.carry.len() > LONGEST_EVENT {
                    return Err(format!("a line is longer than {LONGEST_EVENT} bytes"));
                }
                Ok(None)
            }
            Self::Sse(decoder) => loop {
                let Some(event) = decoder.next().map_err(|long| long.to_string())? else {
                    return Ok(None);
                };
                if let Some(piece) = event_of(event) {
                    return Ok(Some(piece));
                }
            },
        }
    }

    /// After the end of the body: an event that lacks only what ends it.
    pub(super) fn finish(&mut self) -> Option<Piece> {
        match self {
            // a frame has its length before it: what is left of one is not one
            Self::Frames(_) => None,
            Self::Lines(lines) => line_of(&std::mem::take(lines).carry.freeze()),
            Self::Sse(decoder) => decoder.finish().and_then(event_of).map(|mut piece| {
                piece.raw = [&piece.raw, b"\n\n".as_slice()].concat().into();
                piece
            }),
        }
    }
}

impl Lines {
    /// The next line that is there as a whole; what was looked at is not looked at again.
    fn next(&mut self) -> Option<Bytes> {
        let fresh = self.carry.get(self.seen..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', fresh) else {
            self.seen = self.carry.len();
            return None;
        };
        let end = self.seen + end + 1;
        self.seen = 0;
        Some(self.carry.split_to(end).freeze())
    }
}

fn line_of(line: &Bytes) -> Option<Piece> {
    let data = line.trim_ascii();
    (!data.is_empty()).then(|| Piece {
        data: line.slice_ref(data),
        raw: line.clone(),
        ..Piece::default()
    })
}

/// An event with a payload, or a comment; fields without data mean nothing here.
fn event_of(event: sse::Event) -> Option<Piece> {
    let Some(data) = event.data.filter(|data| !data.is_empty()) else {
        return is_comment(&event.raw).then_some(Piece {
            raw: event.raw,
            sort: Sort::Comment,
            ..Piece::default()
        });
    };
    let name = event.name.as_deref().unwrap_or_default();
    Some(Piece {
        name: String::from_utf8_lossy(name).into_owned(),
        data,
        raw: event.raw,
        sort: Sort::Payload,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_wherever_the_body_was() {
        let text = "{\"a\":1}\r\n\n{\"b\":2}\n{\"c\":3}";
        for cut in 0..text.len() {
            let mut cutter = Cutter::new(Framing::Lines);
            let mut lines = Vec::new();
            for part in [&text[..cut], &text[cut..]] {
                cutter.push(Bytes::copy_from_slice(part.as_bytes()));
                while let Some(piece) = cutter.next().unwrap() {
                    lines.push(piece.data);
                }
            }
            lines.extend(cutter.finish().map(|piece| piece.data));
            assert_eq!(lines, [r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":3}"#]);
        }
    }

    /// With a look at the whole line for each byte this would take hours.
    #[test]
    fn a_long_line_in_bytes_costs_no_more_than_its_length() {
        let mut cutter = Cutter::new(Framing::Lines);
        for _ in 0..2_000_000 {
            cutter.push(Bytes::from_static(b"x"));
            assert!(cutter.next().unwrap().is_none());
        }
        cutter.push(Bytes::from_static(b"\n"));
        assert_eq!(cutter.next().unwrap().unwrap().data.len(), 2_000_000);
    }
}
