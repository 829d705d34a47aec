//! Token counts as OpenAI reports them, after the quirks of each host were evened out.

use serde::{Deserialize, Serialize};

/// Tokens of one answer in OpenAI's sense: `prompt_tokens` includes what was read from and
/// written to a prompt cache, `completion_tokens` includes reasoning and audio.
///
/// Every field is a count of tokens; zero means none or not reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// All input tokens, cached or not.
    pub prompt_tokens: u64,
    /// Part of `prompt_tokens` that was read from the provider's prompt cache.
    pub cached_tokens: u64,
    /// Part of `prompt_tokens` that was written to the provider's short prompt cache.
    pub cache_write_tokens: u64,
    /// Part of `prompt_tokens` that was written to a long-lived prompt cache (1 h or more).
    pub cache_write_long_tokens: u64,
    /// Part of `prompt_tokens` that was audio.
    pub prompt_audio_tokens: u64,
    /// All output tokens, reasoning and audio included.
    pub completion_tokens: u64,
    /// Part of `completion_tokens` that was hidden reasoning.
    pub reasoning_tokens: u64,
    /// Part of `completion_tokens` that was audio.
    pub completion_audio_tokens: u64,
}
