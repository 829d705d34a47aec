//! The tokens of an answer.

use serde::Deserialize;
use tiergate_wire::usage::Usage;

/// Tokens, in the words of Responses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    input_tokens: Option<u64>,
    input_tokens_details: Option<InputDetails>,
    output_tokens: Option<u64>,
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct InputDetails {
    cached_tokens: Option<u64>,
    cache_write_tokens: Option<u64>,
    cache_write_tokens_details: Option<WriteDetails>,
}

#[derive(Debug, Default, Deserialize)]
struct WriteDetails {
    ttl_12h_tokens: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
struct OutputDetails {
    reasoning_tokens: Option<u64>,
}

impl From<Counts> for Usage {
    fn from(counts: Counts) -> Self {
        let input = counts.input_tokens_details.unwrap_or_default();
        let output = counts.output_tokens_details.unwrap_or_default();
        let cached = input.cached_tokens.unwrap_or_default();
        let written = input.cache_write_tokens.unwrap_or_default();
        let long = input.cache_write_tokens_details.unwrap_or_default();
        let long = long.ttl_12h_tokens.unwrap_or_default().min(written);
        let told = counts.input_tokens.unwrap_or_default();
        Self {
            // xAI tells cached tokens beside the others when there are more of them
            prompt_tokens: if cached > told {
                told.saturating_add(cached)
            } else {
                told
            },
            cached_tokens: cached,
            cache_write_tokens: written - long,
            cache_write_long_tokens: long,
            completion_tokens: counts.output_tokens.unwrap_or_default(),
            reasoning_tokens: output.reasoning_tokens.unwrap_or_default(),
            ..Self::default()
        }
    }
}
