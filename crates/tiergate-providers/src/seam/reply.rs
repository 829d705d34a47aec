//! What comes back from a provider.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;
use smallvec::SmallVec;
use tiergate_dialects::Form;
use tiergate_wire::chat::Delta;
use tiergate_wire::usage::Usage;

use crate::error::Error;

/// A provider's answer.
#[derive(Debug)]
pub enum Reply {
    /// The whole answer at once, to a request without `stream`.
    Full(Full),
    /// The answer as it is made, to a request with `stream`.
    Stream(ChatStream),
}

impl Reply {
    /// What is known of the answer besides its text.
    pub fn head(&self) -> &Head {
        match self {
            Self::Full(full) => &full.head,
            Self::Stream(stream) => &stream.head,
        }
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Full {
    /// What is known of the answer besides its text.
    pub head: Head,
    /// The answer in the dialect of the head's `form`; exactly as it came, where the provider speaks it.
    pub body: Bytes,
    /// The tokens, if the provider told them.
    pub usage: Option<Usage>,
    /// Whether every choice has a finish reason.
    pub finished: bool,
    /// Raw bytes of what was said, for an estimate where usage is missing.
    pub output_bytes: u64,
}

/// An answer that is still being made.
///
/// The stream ends with `None` after every choice that has begun had a finish reason; any other ending is an error, and
/// nothing follows it. Dropping the stream cancels the answer.
pub struct ChatStream {
    /// What is known of the answer besides its text.
    pub head: Head,
    /// The server-sent events, one item each.
    pub chunks: Pin<Box<dyn Stream<Item = Result<Chunk, Error>> + Send>>,
}

impl fmt::Debug for ChatStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStream")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// One server-sent event, with what was read of it.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The exact bytes of the event, the blank line included.
    pub raw: Bytes,
    /// What kind of event it is.
    pub kind: ChunkKind,
    /// Whether something was said: content, refusal, reasoning, audio or a tool call.
    pub commits: bool,
    /// Whether a choice came to its end.
    pub finish: bool,
    /// Whether a choice that has begun is still to come to its end, where several were asked for and one has.
    pub open: bool,
    /// The tokens, in the chunk that tells them.
    pub usage: Option<Usage>,
    /// Raw bytes of what was said, for an estimate where usage is missing.
    pub output_bytes: u32,
    /// What of the answer was not told to the client, which its dialect has no place for.
    pub left_out: Vec<Edit>,
}

impl Chunk {
    /// Where the value of `usage` stands in [`raw`](Self::raw), in bytes.
    ///
    /// `None` where there is no such object, and for an event whose payload spans several lines.
    pub fn usage_place(&self) -> Option<Range<usize>> {
        self.usage?;
        let start = memchr::memchr(b'{', &self.raw)?;
        let end = start + memchr::memchr2(b'\n', b'\r', &self.raw[start..])?;
        let (from, to) = Delta::parse(&self.raw[start..end]).ok()?.usage_place;
        Some(start + from..start + to)
    }
}

/// What kind of event a [`Chunk`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChunkKind {
    /// No payload: a comment that keeps the connection alive.
    Comment,
    /// A `chat.completion.chunk`, or an event of another dialect.
    #[default]
    Data,
    /// `data: [DONE]`, or what ends a stream of another dialect.
    Done,
    /// A chunk with usage and an empty `choices`, which only a client that asked for it may see.
    UsageOnly,
}

/// What is known of an answer besides its text.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The vendor's own id of the exchange.
    pub upstream_request_id: Option<Box<str>>,
    /// What was changed in the request on its way, in the order of the changes.
    pub edits: SmallVec<[Edit; 4]>,
    /// The dialect of the answer: the one that was asked for, or a chat completion.
    pub form: Form,
}

/// One change of a request on its way, for a person: `removed prefer`,
/// `renamed max_tokens to max_completion_tokens`.
pub type Edit = Cow<'static, str>;
