//! A streamed answer, one thing at a time.

use tiergate_wire::usage::Usage;

use super::answer::Stop;
use super::part::Media;
use super::text::{Json, Text};

/// One thing that a streamed answer says.
///
/// An answer consists of blocks, counted from 0 in the order in which they begin; what belongs to one block is said
/// between its first event and its [`BlockStop`](Self::BlockStop). Blocks may overlap (parallel tool calls). A
/// decoder gives `Start` first, then blocks, then one `Finish`; `Usage` may come at any time, and each replaces the
/// one before. Whatever ends without a `Finish` was cut off.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The answer begins.
    Start {
        /// The vendor's id of the answer.
        id: Option<Text<'a>>,
        /// The model that the vendor says is answering.
        model: Option<Text<'a>>,
    },
    /// Words; the first begins the block.
    Text {
        /// The block.
        block: u32,
        /// More of it.
        text: Text<'a>,
    },
    /// Words of refusal; the first begins the block.
    Refusal {
        /// The block.
        block: u32,
        /// More of it.
        text: Text<'a>,
    },
    /// Reasoning; the first begins the block.
    Thinking {
        /// The block.
        block: u32,
        /// More of it.
        text: Text<'a>,
    },
    /// The signature over a block of reasoning; may begin one without text.
    Signature {
        /// The block.
        block: u32,
        /// All of it.
        signature: Text<'a>,
    },
    /// Reasoning that only the vendor can read: a block by itself.
    Redacted {
        /// The block.
        block: u32,
        /// The ciphertext.
        data: Text<'a>,
    },
    /// A picture, whole: a block by itself.
    Picture {
        /// The block.
        block: u32,
        /// Where it is.
        source: Media<'a>,
    },
    /// A tool call begins.
    ToolCall {
        /// The block.
        block: u32,
        /// Names the call; never empty (a decoder invents one).
        id: Text<'a>,
        /// The tool.
        name: Text<'a>,
        /// Gemini's signature over the thought that led to it.
        signature: Option<Text<'a>>,
    },
    /// More of a call's arguments, as JSON text in pieces.
    Arguments {
        /// The block.
        block: u32,
        /// More of them.
        fragment: Text<'a>,
    },
    /// A block is complete.
    BlockStop {
        /// The block.
        block: u32,
    },
    /// The vendor does what only its own dialect can tell: it searches, runs code, compacts.
    Foreign {
        /// The vendor's name for it.
        kind: Text<'a>,
        /// All of it, where it came whole.
        whole: Option<Json<'a>>,
    },
    /// The tokens so far.
    Usage(Usage),
    /// The answer is complete.
    Finish {
        /// Why.
        stop: Stop,
        /// The vendor's own word for it.
        native: Option<Text<'a>>,
        /// The stop text that was met.
        stop_sequence: Option<Text<'a>>,
    },
    /// Nothing: the connection is kept alive.
    Ping,
}

impl Event<'_> {
    /// Whether something is said or done: words, reasoning, a call, a search; not mere framing.
    pub fn commits(&self) -> bool {
        match self {
            Self::Text { text, .. } | Self::Refusal { text, .. } | Self::Thinking { text, .. } => {
                !text.is_empty()
            }
            Self::Redacted { .. }
            | Self::Picture { .. }
            | Self::ToolCall { .. }
            | Self::Foreign { .. } => true,
            Self::Arguments { fragment, .. } => !fragment.is_empty(),
            _ => false,
        }
    }

    /// Raw bytes of what is said, for an estimate where usage is missing.
    pub fn output_bytes(&self) -> usize {
        match self {
            Self::Text { text, .. }
            | Self::Refusal { text, .. }
            | Self::Thinking { text, .. }
            | Self::Arguments { fragment: text, .. } => text.inside().len(),
            Self::ToolCall { name, .. } => name.inside().len(),
            _ => 0,
        }
    }
}
