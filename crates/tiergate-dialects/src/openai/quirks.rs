//! What a host does differently from OpenAI, as data.

use super::effort::Effort;
use super::hosts;

/// A host's deviations from OpenAI's chat dialect.
///
/// The rows rest on the vendors' own clients and documents, and on what widely used clients of many
/// hosts do for each, as of November 2026.
#[derive(Debug)]
pub struct Quirks {
    pub(super) name: &'static str,
    pub(super) cap: Cap,
    pub(super) effort: Effort,
    pub(super) strict: Strict,
    pub(super) dropped: &'static [&'static str],
    pub(super) rows: &'static [Row],
}

impl Quirks {
    /// The row for any host that is not in the table: nothing is changed.
    pub const COMPATIBLE: &'static Self = &hosts::COMPATIBLE;

    /// The row of a host, by its lower-case name, such as `groq`.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|row| row.name == name)
    }

    /// Every row of the table.
    pub fn all() -> &'static [Self] {
        hosts::ALL
    }

    /// The host's name in lower case, such as `groq`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the host takes cache hints and signed reasoning in chat completions.
    pub fn takes_extensions(&self) -> bool {
        self.name == "openrouter"
    }

    /// Whether the host wants the reasoning of earlier turns back.
    pub fn replays_reasoning(&self) -> bool {
        self.has(Row::ReplaysReasoning) || self.has(Row::ReplaysToolReasoning)
    }

    pub(super) fn has(&self, row: Row) -> bool {
        self.rows.contains(&row)
    }
}

/// The name of the cap on output tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cap {
    /// Both names are known; a cap that we add is `max_completion_tokens`.
    Both,
    /// The host is unknown: the client's name stays; a cap that we add is `max_tokens`.
    Kept,
    /// Only `max_tokens` is known.
    MaxTokens,
}

/// What the host makes of `strict` in a tool's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strict {
    /// All tools are strict, or none may be.
    AllOrNone,
    Kept,
    /// The member is refused.
    Refused,
}

/// A deviation that takes some work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// `[DONE]` after something was said ends an answer, because finish reasons may be empty.
    DoneFinishes,
    /// The role `developer` is not known.
    DeveloperIsSystem,
    /// A list of text parts must be one string.
    FlatText,
    /// Messages with members, parts or an order of roles beyond the host's own are refused.
    ClosedMessages,
    /// `base_resp.status_code` carries errors, under status 200.
    BaseResp,
    /// `logprobs` is the number of alternatives.
    LogprobsIsCount,
    /// `tool_choice` cannot be a list of the tools that are allowed.
    NoAllowedTools,
    /// `name` is not known on messages, except on tool results.
    NoMessageName,
    /// Members that are null are refused in assistant messages.
    NoNulls,
    /// Penalties are refused by reasoning models.
    NoReasoningPenalties,
    /// Only one system message, at the start.
    OneSystem,
    /// The families of OpenAI's own models.
    OpenAiFamilies,
    /// Reasoning tokens are counted beside `completion_tokens`.
    ReasoningBeside,
    /// Assistant messages must carry `reasoning_content`.
    ReplaysReasoning,
    /// Assistant messages that call tools must carry `reasoning_content`.
    ReplaysToolReasoning,
    /// `seed` is called `random_seed`.
    SeedIsRandomSeed,
    /// Tool-call ids have nine letters or digits.
    ShortToolIds,
    /// `stop` must be an array.
    StopIsArray,
    /// `temperature` goes up to 1, and reasoning models take only 1.
    TemperatureToOne,
    /// `tool_choice: "required"` is called `any`.
    ToolChoiceAny,
    /// `tool_choice: "required"` is not known.
    ToolChoiceAsked,
    /// `tool_choice` is refused while thinking, which is the default.
    ToolChoiceUnthinking,
    /// An empty `tools` is refused.
    ToolsNotEmpty,
    /// Streamed usage comes unasked, and `stream_options` is not known.
    UsageUnasked,
}
