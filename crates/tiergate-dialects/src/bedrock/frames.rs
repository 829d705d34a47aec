//! Binary frames in, at any chunking: `application/vnd.amazon.eventstream`.

use bytes::{Buf, Bytes, BytesMut};

/// Cuts a byte stream into the frames of Amazon's event stream.
///
/// A frame is, in big-endian numbers, its length, the length of its headers, a CRC-32 of these two, the headers, the
/// payload, and a CRC-32 of all before. Both sums are checked.
///
/// ```
/// use tiergate_dialects::bedrock::frames::{BadFrame, Decoder};
///
/// let mut decoder = Decoder::new(1 << 20);
/// decoder.push("HTTP/1.1 502 Bad Gateway\r\n".into());
/// assert_eq!(decoder.next(), Err(BadFrame::Checksum));
/// ```
#[derive(Debug)]
pub struct Decoder {
    buffer: BytesMut,
    max_frame: usize,
    broken: Option<BadFrame>,
}

/// One message of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    message_type: MessageType,
    event_type: Bytes,
    payload: Bytes,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageType {
    /// A failure that the service's model does not describe.
    Error,
    /// An event of the stream.
    Event,
    /// A failure that the service's model describes.
    Exception,
}

/// Bytes that are no event stream; nothing after them can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadFrame {
    /// A checksum does not fit.
    #[error("a frame's checksum does not fit")]
    Checksum,
    /// Lengths or headers contradict each other.
    #[error("a frame is malformed")]
    Malformed,
    /// A frame is longer than the decoder was told to accept.
    #[error("a frame is longer than {limit} bytes")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The stream ended inside a frame.
    #[error("the stream ended inside a frame")]
    Truncated,
}

/// The bytes before the headers: two lengths and a checksum.
const PRELUDE: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 4;

impl Decoder {
    /// A decoder of frames of at most `max_frame` bytes.
    pub fn new(max_frame: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            max_frame,
            broken: None,
        }
    }

    /// Takes in the next bytes.
    pub fn push(&mut self, bytes: Bytes) {
        if self.broken.is_some() {
            return;
        }
        if self.buffer.is_empty() {
            // a chunk that nobody else holds is taken over without a copy
            self.buffer = bytes.into();
        } else {
            self.buffer.extend_from_slice(&bytes);
        }
    }

    /// The next frame; `None` when it is not complete yet.
    ///
    /// # Errors
    /// [`BadFrame`], and from then on always the same.
    #[expect(
        clippy::should_implement_trait,
        reason = "the end of what was pushed is not the end of the stream"
    )]
    pub fn next(&mut self) -> Result<Option<Frame>, BadFrame> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        self.cut().inspect_err(|bad| {
            self.broken = Some(*bad);
            self.buffer = BytesMut::new();
        })
    }

    /// To be asked when the stream has ended and [`next`](Self::next) gives nothing more.
    ///
    /// # Errors
    /// [`BadFrame::Truncated`] when bytes are left over.
    pub fn finish(&self) -> Result<(), BadFrame> {
        match self.broken {
            Some(broken) => Err(broken),
            None if self.buffer.is_empty() => Ok(()),
            None => Err(BadFrame::Truncated),
        }
    }

    fn cut(&mut self) -> Result<Option<Frame>, BadFrame> {
        let Some(prelude) = self.buffer.get(..PRELUDE) else {
            return Ok(None);
        };
        let (lengths, mut sum) = prelude.split_at(PRELUDE - 4);
        if crc32fast::hash(lengths) != sum.get_u32() {
            return Err(BadFrame::Checksum);
        }
        let mut numbers = lengths;
        let total = length(numbers.get_u32())?;
        let headers = length(numbers.get_u32())?;
        if total > self.max_frame {
            let limit = self.max_frame;
            return Err(BadFrame::TooLong { limit });
        }
        let around = PRELUDE + TRAILER;
        let payload = total
            .checked_sub(around)
            .and_then(|inside| inside.checked_sub(headers));
        let payload = payload.ok_or(BadFrame::Malformed)?;
        if self.buffer.len() < total {
            self.buffer.reserve(total - self.buffer.len());
            return Ok(None);
        }
        let mut frame = self.buffer.split_to(total).freeze();
        let mut sum = frame.split_off(total - TRAILER);
        if crc32fast::hash(&frame) != sum.get_u32() {
            return Err(BadFrame::Checksum);
        }
        frame.advance(PRELUDE);
        let payload = frame.split_off(frame.len() - payload);
        Frame::new(frame, payload).map(Some)
    }
}

fn length(number: u32) -> Result<usize, BadFrame> {
    usize::try_from(number).map_err(|_impossible| BadFrame::Malformed)
}

impl Frame {
    fn new(mut headers: Bytes, payload: Bytes) -> Result<Self, BadFrame> {
        let mut message_type = MessageType::Event;
        let mut event_type = Bytes::new();
        let mut message = None;
        while let Some((name, value)) = header(&mut headers)? {
            match &*name {
                b":message-type" => {
                    message_type = match &*value {
                        b"error" => MessageType::Error,
                        b"exception" => MessageType::Exception,
                        _ => MessageType::Event,
                    };
                }
                b":event-type" | b":exception-type" | b":error-code" => event_type = value,
                b":error-message" => message = Some(value),
                _ => {}
            }
        }
        let payload = match message {
            // an error says what it has to say in a header
            Some(message) if payload.is_empty() => worded(&message),
            _ => payload,
        };
        Ok(Self {
            message_type,
            event_type,
            payload,
        })
    }

    /// What the message is.
    pub fn message_type(&self) -> MessageType {
        self.message_type
    }

    /// The type of the event or exception, or the code of the error.
    pub fn event_type(&self) -> &str {
        str::from_utf8(&self.event_type).unwrap_or_default()
    }

    /// What the message says, JSON.
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }
}

fn worded(message: &[u8]) -> Bytes {
    let message = String::from_utf8_lossy(message);
    let object = serde_json::json!({ "message": message });
    object.to_string().into()
}

/// The next header's name and value; the value of a kind that is not text is only skipped.
fn header(rest: &mut Bytes) -> Result<Option<(Bytes, Bytes)>, BadFrame> {
    if rest.is_empty() {
        return Ok(None);
    }
    let length = usize::from(rest.get_u8());
    let name = take(rest, length)?;
    let kind = take(rest, 1)?.get_u8();
    let length = match kind {
        // true and false are kinds by themselves
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        // a number or a time
        5 | 8 => 8,
        // bytes or text
        6 | 7 => usize::from(take(rest, 2)?.get_u16()),
        // a UUID
        9 => 16,
        _ => return Err(BadFrame::Malformed),
    };
    let value = take(rest, length)?;
    Ok(Some((name, if kind == 7 { value } else { Bytes::new() })))
}

fn take(rest: &mut Bytes, length: usize) -> Result<Bytes, BadFrame> {
    if rest.len() < length {
        return Err(BadFrame::Malformed);
    }
    Ok(rest.split_to(length))
}
