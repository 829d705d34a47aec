//! Bytes in, events out, in each of the framings.

use bytes::{Buf, Bytes, BytesMut};
use tiergate_dialects::bedrock::frames;
use tiergate_wire::sse;

use super::protocol::Framing;
use crate::http::LONGEST_EVENT;
use crate::openai::is_comment;

/// Cuts a body into events.
pub(super) enum Cutter {
    Frames(frames::Decoder),
    /// What has come of lines, and how much of it holds no end of one.
    Lines(BytesMut, usize),
    Sse(sse::Decoder),
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
            Framing::Lines => Self::Lines(BytesMut::new(), 0),
            Framing::Sse => Self::Sse(sse::Decoder::new(LONGEST_EVENT)),
        }
    }

    pub(super) fn push(&mut self, bytes: Bytes) {
        match self {
            Self::Frames(decoder) => decoder.push(bytes),
            Self::Lines(carry, _) => carry.extend_from_slice(&bytes),
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
            Self::Lines(carry, searched) => {
                while let Some(end) = line_end(carry, std::mem::take(searched)) {
                    let line = carry.split_to(end).freeze();
                    if let Some(piece) = line_of(&line) {
                        return Ok(Some(piece));
                    }
                }
                *searched = carry.len();
                if carry.len() > LONGEST_EVENT {
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
            Self::Lines(carry, _) => {
                let line = carry.copy_to_bytes(carry.len());
                line_of(&line)
            }
            Self::Sse(decoder) => decoder.finish().and_then(event_of).map(|mut piece| {
                piece.raw = [&piece.raw, b"\n\n".as_slice()].concat().into();
                piece
            }),
        }
    }
}

/// Where the first line ends, if it does, of which so many bytes are known not to end it.
fn line_end(text: &[u8], searched: usize) -> Option<usize> {
    let end = memchr::memchr(b'\n', text.get(searched..)?)?;
    Some(searched + end + 1)
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
}
