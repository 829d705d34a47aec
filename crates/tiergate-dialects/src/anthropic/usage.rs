//! Token counts, both ways.
//!
//! Here `input_tokens` leaves out what was read from and written to caches; in the inner form all input is counted
//! together.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tiergate_wire::usage::Usage;

use super::read::parse;

/// What was told of the tokens so far; in a stream in several pieces, of which later ones win.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    input: Option<u64>,
    read: Option<u64>,
    written: Option<u64>,
    short: Option<u64>,
    long: Option<u64>,
    output: Option<u64>,
    thinking: Option<u64>,
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_read_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_creation_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    cache_creation: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    output_tokens_details: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Creation<'a> {
    #[serde(borrow)]
    ephemeral_5m_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    ephemeral_1h_input_tokens: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Details<'a> {
    #[serde(borrow)]
    thinking_tokens: Option<&'a RawValue>,
}

impl Counts {
    /// Takes in what a `usage` tells; anything of another shape tells nothing.
    pub(super) fn add(&mut self, usage: &RawValue) {
        let Some(told) = parse::<Told<'_>>(usage) else {
            return;
        };
        let creation: Option<Creation<'_>> = told.cache_creation.and_then(parse);
        let details: Option<Details<'_>> = told.output_tokens_details.and_then(parse);
        let short = creation
            .as_ref()
            .and_then(|told| told.ephemeral_5m_input_tokens);
        let long = creation
            .as_ref()
            .and_then(|told| told.ephemeral_1h_input_tokens);
        for (known, told) in [
            (&mut self.input, told.input_tokens),
            (&mut self.read, told.cache_read_input_tokens),
            (&mut self.written, told.cache_creation_input_tokens),
            (&mut self.short, short),
            (&mut self.long, long),
            (&mut self.output, told.output_tokens),
            (
                &mut self.thinking,
                details.and_then(|told| told.thinking_tokens),
            ),
        ] {
            *known = told.and_then(count).or(*known);
        }
    }

    /// The tokens; `None` when neither input nor output was told.
    pub(super) fn usage(&self) -> Option<Usage> {
        self.input.or(self.output)?;
        let long = self.long.unwrap_or_default();
        let split = self.short.unwrap_or_default().saturating_add(long);
        let written = self.written.unwrap_or_default().max(split);
        let read = self.read.unwrap_or_default();
        let input = self.input.unwrap_or_default();
        Some(Usage {
            prompt_tokens: input.saturating_add(read).saturating_add(written),
            cached_tokens: read,
            cache_write_tokens: written - long,
            cache_write_long_tokens: long,
            completion_tokens: self.output.unwrap_or_default(),
            reasoning_tokens: self.thinking.unwrap_or_default(),
            ..Usage::default()
        })
    }
}

fn count(raw: &RawValue) -> Option<u64> {
    raw.get().parse().ok()
}

/// The tokens as a client is told them.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Written {
    input_tokens: u64,
    cache_creation_input_tokens: u64,
    cache_read_input_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_creation: Option<WrittenCreation>,
    output_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_tokens_details: Option<WrittenDetails>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct WrittenCreation {
    ephemeral_5m_input_tokens: u64,
    ephemeral_1h_input_tokens: u64,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct WrittenDetails {
    thinking_tokens: u64,
}

impl From<Usage> for Written {
    fn from(usage: Usage) -> Self {
        let (short, long) = (usage.cache_write_tokens, usage.cache_write_long_tokens);
        let written = short.saturating_add(long);
        let cached = usage.cached_tokens.saturating_add(written);
        let thinking_tokens = usage.reasoning_tokens;
        Self {
            input_tokens: usage.prompt_tokens.saturating_sub(cached),
            cache_creation_input_tokens: written,
            cache_read_input_tokens: usage.cached_tokens,
            cache_creation: (written > 0).then_some(WrittenCreation {
                ephemeral_5m_input_tokens: short,
                ephemeral_1h_input_tokens: long,
            }),
            output_tokens: usage.completion_tokens,
            output_tokens_details: (thinking_tokens > 0)
                .then_some(WrittenDetails { thinking_tokens }),
        }
    }
}
