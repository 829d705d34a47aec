//! A whole answer.

use tiergate_wire::usage::{Half, Usage};

use super::part::Part;
use super::text::Text;

/// So many tokens may come to nothing: a model that has nothing to say ends its turn with two or three.
const NOTHING: u64 = 3;

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

impl Answer<'_> {
    /// Raw bytes of what was said, for an estimate where usage is missing.
    pub fn output_bytes(&self) -> u64 {
        let said = self.parts.iter().map(Part::output_bytes);
        said.fold(0, usize::saturating_add) as u64
    }

    /// Whether its words were lost on the way: there is nothing in it, though the model came to its end and
    /// [tokens](Stop::is_lost) of it were counted, or nobody knows how many.
    pub fn is_lost(&self) -> bool {
        let silent = !self.parts.iter().any(Part::says);
        silent && self.stop.is_lost(self.usage)
    }

    /// The tokens as a client is told them: a half that the vendor has not told is estimated.
    pub(crate) fn settled(&self, stamp: &Stamp<'_>) -> Option<Usage> {
        let usage = self.usage?;
        Some(usage.completed(stamp.likely_input, self.output_bytes()))
    }
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
    /// Whether an answer that ends so and says nothing must have said something: by its own account it has tokens that
    /// are no reasoning, or it gives none.
    pub fn is_lost(self, usage: Option<Usage>) -> bool {
        // a cap, a filter and a stop text may come before the first word
        let natural = matches!(self, Self::End | Self::ToolCalls);
        natural
            && usage.is_none_or(|told| {
                let said = told.completion_tokens.saturating_sub(told.reasoning_tokens);
                told.untold == Some(Half::Output) || said > NOTHING
            })
    }

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
    /// An estimate of the tokens of the input, for where the vendor tells none and the client must be told some.
    pub likely_input: u64,
}
