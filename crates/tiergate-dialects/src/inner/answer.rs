//! A whole answer.

use tiergate_wire::usage::Usage;

use super::part::Part;
use super::text::Text;

/// What a model answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer<'a> {
    /// The vendor's id of the answer.
    pub id: Option<Text<'a>>,
    /// The model that the vendor says has answered.
    pub model: Option<Text<'a>>,
    /// What was said, in order.
    pub parts: Vec<Part<'a>>,
    /// Why it ended.
    pub stop: Stop,
    /// The vendor's own word for why it ended.
    pub native_stop: Option<Text<'a>>,
    /// The stop text that was met.
    pub stop_sequence: Option<Text<'a>>,
    /// The tokens, if the vendor told them.
    pub usage: Option<Usage>,
}

/// Why an answer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stop {
    /// The content was refused by policy.
    ContentFilter,
    /// The model came to its end.
    #[default]
    End,
    /// The most tokens were reached.
    Length,
    /// A stop text was met.
    Sequence,
    /// Tools are to be called.
    ToolCalls,
}

impl Stop {
    /// The word that OpenAI's chat completions have for it.
    pub fn finish_reason(self) -> &'static str {
        match self {
            Self::ContentFilter => "content_filter",
            Self::End | Self::Sequence => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
        }
    }
}

/// What an answer is stamped with on its way to the client.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The id of the answer, without a prefix; used where the vendor gave none.
    pub id: &'a str,
    /// When it was asked for, in seconds since the Unix epoch.
    pub created: i64,
    /// The model, as the client shall see it.
    pub model: &'a str,
    /// An estimate of the tokens of the input, for dialects that must tell some where the vendor tells none.
    pub likely_input: u64,
}
