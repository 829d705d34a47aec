//! Bytes in, events out, at any chunking.

use bytes::{Buf, Bytes, BytesMut};

/// Cuts a byte stream into server-sent events.
///
/// Line ends are LF, CR or CRLF and nothing else, so U+2028 inside JSON does no harm. Whole events
/// are handed out as slices of the input; only an event that spans two inputs is copied.
///
/// ```
/// use tiergate_wire::sse::Decoder;
///
/// let mut decoder = Decoder::new(1 << 20);
/// decoder.push("data: one\n\n: ping\n\ndata: t".into());
/// assert_eq!(decoder.next()?.unwrap().data.unwrap(), "one");
/// assert!(decoder.next()?.unwrap().data.is_none());
/// assert!(decoder.next()?.is_none());
/// decoder.push("wo\n\n".into());
/// assert_eq!(decoder.next()?.unwrap().data.unwrap(), "two");
/// # Ok::<(), tiergate_wire::sse::TooLong>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    fresh: Bytes,
    carry: BytesMut,
    max_event: usize,
    line: Line,
    /// Whether the first event was handed out; a byte-order mark has a meaning only before it.
    begun: bool,
}

/// One event, or one block of comments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The exact bytes, line ends included.
    pub raw: Bytes,
    /// The payload; several `data` lines are joined by a line feed. `None` when there was no `data` line.
    pub data: Option<Bytes>,
    /// The value of the last `event` line.
    pub name: Option<Bytes>,
}

/// An event is longer than the decoder was told to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a server-sent event is longer than {limit} bytes")]
pub struct TooLong {
    /// The limit, in bytes.
    pub limit: usize,
}

/// Where the scan stands inside the current event.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// Bytes seen in the current line.
    length: usize,
    /// Whether any line of this event had text; blank lines before the first one end nothing.
    content: bool,
    /// The last byte was CR, so a LF belongs to the same line end.
    after_cr: bool,
    /// The last line with text ended in CRLF.
    crlf: bool,
    /// All of the event is there but the LF of its blank line.
    ending: bool,
}

impl Decoder {
    /// A decoder that refuses events of more than `max_event` bytes.
    pub fn new(max_event: usize) -> Self {
        Self {
            fresh: Bytes::new(),
            carry: BytesMut::new(),
            max_event,
            line: Line::default(),
            begun: false,
        }
    }

    /// Adds input. Call [`Self::next`] until it gives `None` before the next `push`, to avoid copies.
    pub fn push(&mut self, bytes: Bytes) {
        if self.fresh.is_empty() {
            self.fresh = bytes;
        } else if !bytes.is_empty() {
            let mut joined = BytesMut::with_capacity(self.fresh.len() + bytes.len());
            joined.extend_from_slice(&self.fresh);
            joined.extend_from_slice(&bytes);
            self.fresh = joined.freeze();
        }
    }

    /// The next complete event, or `None` when more input is needed.
    ///
    /// # Errors
    /// [`TooLong`] when the event under way has passed the limit; the decoder is then of no more use.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator would end at the first `None`; this one goes on after a push"
    )]
    pub fn next(&mut self) -> Result<Option<Event>, TooLong> {
        let end = self.line.find_end(&self.fresh);
        let taken = end.unwrap_or(self.fresh.len());
        if self.carry.len() + taken > self.max_event {
            return Err(TooLong {
                limit: self.max_event,
            });
        }
        let Some(end) = end else {
            self.carry.extend_from_slice(&self.fresh);
            self.fresh = Bytes::new();
            return Ok(None);
        };
        let raw = if self.carry.is_empty() {
            self.fresh.split_to(end)
        } else {
            self.carry.extend_from_slice(&self.fresh[..end]);
            self.fresh.advance(end);
            self.carry.split().freeze()
        };
        Ok(Some(self.event(raw)))
    }

    /// What was left when the input ended without the blank line that ends an event.
    pub fn finish(&mut self) -> Option<Event> {
        self.carry.extend_from_slice(&self.fresh);
        self.fresh = Bytes::new();
        self.line = Line::default();
        let raw = self.carry.split().freeze();
        (!raw.is_empty()).then(|| self.event(raw))
    }

    fn event(&mut self, raw: Bytes) -> Event {
        let first = !std::mem::replace(&mut self.begun, true);
        Event::parse(raw, first)
    }
}

impl Line {
    /// The place after the blank line that ends the current event, if `bytes` has it.
    fn find_end(&mut self, bytes: &[u8]) -> Option<usize> {
        let first = bytes.first()?;
        let rest_of_crlf = std::mem::take(&mut self.after_cr) && *first == b'\n';
        let mut at = usize::from(rest_of_crlf);
        self.crlf |= rest_of_crlf;
        if std::mem::take(&mut self.ending) {
            self.content = false;
            return Some(at);
        }
        while let Some(found) = memchr::memchr2(b'\n', b'\r', &bytes[at..]) {
            let stop = at + found;
            let blank = self.length + found == 0;
            at = stop + 1;
            let cr = bytes[stop] == b'\r';
            let crlf = cr && bytes.get(at) == Some(&b'\n');
            at += usize::from(crlf);
            self.after_cr = cr && at == bytes.len() && !crlf;
            self.length = 0;
            if !blank {
                self.content = true;
                self.crlf = crlf;
            } else if self.after_cr && self.crlf && self.content {
                // its lines end in CRLF, so the LF of the blank one is on its way
                self.ending = true;
                return None;
            } else if std::mem::take(&mut self.content) {
                return Some(at);
            }
        }
        self.length += bytes.len() - at;
        None
    }
}

impl Event {
    fn parse(raw: Bytes, first: bool) -> Self {
        let mut data: Option<Bytes> = None;
        // several lines, each after its line feed; the first alone stays a slice of `raw`
        let mut joined = Vec::new();
        let mut name = None;
        let mut rest: &[u8] = &raw;
        if first {
            rest = rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest);
        }
        while !rest.is_empty() {
            let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if let Some(value) = field(line, b"data") {
                let Some(before) = &data else {
                    data = Some(raw.slice_ref(value));
                    continue;
                };
                if joined.is_empty() {
                    joined.extend_from_slice(before);
                }
                joined.push(b'\n');
                joined.extend_from_slice(value);
            } else if let Some(value) = field(line, b"event") {
                name = Some(raw.slice_ref(value));
            }
        }
        if !joined.is_empty() {
            data = Some(joined.into());
        }
        Self { raw, data, name }
    }
}

/// The value of `line` when it is the field `name`.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(name)? {
        [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
        rest @ [] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(pieces: &[&[u8]]) -> Vec<(Option<Bytes>, Option<Bytes>)> {
        let mut decoder = Decoder::new(1 << 20);
        let (mut events, mut raw) = (Vec::new(), Vec::new());
        for piece in pieces {
            decoder.push(Bytes::copy_from_slice(piece));
            while let Some(event) = decoder.next().unwrap() {
                raw.extend_from_slice(&event.raw);
                events.push((event.data, event.name));
            }
        }
        if let Some(event) = decoder.finish() {
            raw.extend_from_slice(&event.raw);
            if event.data.is_some() || event.name.is_some() {
                events.push((event.data, event.name));
            }
        }
        assert_eq!(raw, pieces.concat(), "no byte is lost or made up");
        events
    }

    fn data(text: &str) -> Vec<String> {
        let events = decode(&[text.as_bytes()]);
        events
            .into_iter()
            .filter_map(|(data, _)| data)
            .map(|data| String::from_utf8(data.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn every_line_end_counts_and_no_other() {
        assert_eq!(
            data("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\u{2028}e\u{85}f\n\n"),
            ["a", "b", "c", "d\u{2028}e\u{85}f"]
        );
    }

    #[test]
    fn fields_are_read_as_the_standard_says() {
        assert_eq!(
            data("data:x\n\ndata:  y\n\ndata\n\ndatum: n\n\n"),
            ["x", " y", ""]
        );
        assert_eq!(data("data: a\ndata: b\n\n"), ["a\nb"]);
        assert_eq!(data("\u{feff}data: bom\n\n"), ["bom"]);
        assert_eq!(data("\n\n\ndata: after blanks\n\n"), ["after blanks"]);
        let events = decode(&[b"event: ping\ndata: {}\n\n"]);
        assert_eq!(events[0].1.as_deref(), Some(b"ping".as_slice()));
    }

    #[test]
    fn a_blank_line_cut_in_two_stays_with_its_event() {
        let mut decoder = Decoder::new(100);
        decoder.push(Bytes::from_static(b"data: [DONE]\r\n\r"));
        assert_eq!(decoder.next(), Ok(None));
        decoder.push(Bytes::from_static(b"\ndata: x\r\r"));
        assert_eq!(decoder.next().unwrap().unwrap().raw, "data: [DONE]\r\n\r\n");
        // where lines end in CR alone nothing is waited for
        assert_eq!(decoder.next().unwrap().unwrap().raw, "data: x\r\r");
    }

    #[test]
    fn an_unfinished_event_is_kept_for_the_end() {
        assert_eq!(data("data: a\n\ndata: b"), ["a", "b"]);
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let mut decoder = Decoder::new(100);
        for _ in 0..10 {
            decoder.push(Bytes::from_static(b"data: 90123456789"));
            if decoder.next().is_err() {
                return;
            }
        }
        panic!("the limit was not kept");
    }

    #[test]
    fn whole_events_are_not_copied() {
        let input = Bytes::from_static(b"data: one\n\ndata: two\n\n");
        let mut decoder = Decoder::new(100);
        decoder.push(input.clone());
        let event = decoder.next().unwrap().unwrap();
        assert_eq!(event.raw.as_ptr(), input.as_ptr());
    }

    proptest! {
        #[test]
        fn any_splitting_gives_the_same_events(
            text in "(data: ?[a-z{}\"é\u{2028}]{0,8}|event: [a-z]{1,4}|: [a-z]{0,5}|[a-z]{0,4}|(\n|\r|\r\n){1,3}){0,30}",
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let bytes = text.as_bytes();
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            places.extend([0, bytes.len()]);
            places.sort_unstable();
            let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            let whole = decode(&[bytes]);
            prop_assert_eq!(&whole, &decode(&pieces));
            prop_assert_eq!(&whole, &decode(&single));
        }
    }
}
