//! Token counts, both ways.
//!
//! Here `input_tokens` leaves out what was read from and written to caches; in the inner form all input is counted
//! together.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tiergate_wire::usage::Usage;

use super::read::{parse, string};
use crate::count::whole;

/// What was told of the tokens so far; in a stream in several pieces, of which later ones win.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    #[serde(borrow)]
    iterations: Option<&'a RawValue>,
}

/// One of several runs of the model for one answer; what stands beside them may leave some of them out.
#[derive(Deserialize)]
struct Iteration<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<&'a RawValue>,
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
        let Some(told) = Self::read(usage) else {
            return;
        };
        // hosts that imitate the vendor repeat the input as zeros at the end; no input has none at all
        let input = [told.input, told.read, told.written, told.short, told.long];
        let blank = input.iter().flatten().all(|count| *count == 0);
        for (at, (known, told)) in self.all().into_iter().zip(told.values()).enumerate() {
            let is_input = at < input.len();
            if !(is_input && blank && known.is_some()) {
                *known = told.or(*known);
            }
        }
    }

    fn read(usage: &RawValue) -> Option<Self> {
        let told: Told<'_> = parse(usage)?;
        let runs: Vec<&RawValue> = told.iterations.and_then(parse).unwrap_or_default();
        let mut counts = Self::of(&told);
        let mut whole = Self::default();
        for run in runs {
            // other runs are another model's, with prices of its own
            let kind = parse::<Iteration<'_>>(run).and_then(|run| string(run.kind));
            if matches!(kind.as_deref(), Some("message" | "compaction"))
                && let Some(told) = parse(run)
            {
                let run = Self::of(&told);
                for (sum, run) in whole.all().into_iter().zip(run.values()) {
                    *sum = match (*sum, run) {
                        (Some(sum), Some(run)) => Some(sum.saturating_add(run)),
                        (sum, run) => sum.or(run),
                    };
                }
            }
        }
        for (told, sum) in counts.all().into_iter().zip(whole.values()) {
            *told = (*told).max(sum);
        }
        Some(counts)
    }

    fn of(told: &Told<'_>) -> Self {
        let creation: Option<Creation<'_>> = told.cache_creation.and_then(parse);
        let details: Option<Details<'_>> = told.output_tokens_details.and_then(parse);
        let creation = creation.as_ref();
        Self {
            input: count(told.input_tokens),
            read: count(told.cache_read_input_tokens),
            written: count(told.cache_creation_input_tokens),
            short: count(creation.and_then(|told| told.ephemeral_5m_input_tokens)),
            long: count(creation.and_then(|told| told.ephemeral_1h_input_tokens)),
            output: count(told.output_tokens),
            thinking: count(details.and_then(|told| told.thinking_tokens)),
        }
    }

    /// The counts, those of the input first.
    fn values(self) -> [Option<u64>; 7] {
        [
            self.input,
            self.read,
            self.written,
            self.short,
            self.long,
            self.output,
            self.thinking,
        ]
    }

    fn all(&mut self) -> [&mut Option<u64>; 7] {
        [
            &mut self.input,
            &mut self.read,
            &mut self.written,
            &mut self.short,
            &mut self.long,
            &mut self.output,
            &mut self.thinking,
        ]
    }

    /// The tokens; `None` when neither input nor output was told.
    pub(super) fn usage(&self) -> Option<Usage> {
        let long = self.long.unwrap_or_default();
        let split = self.short.unwrap_or_default().saturating_add(long);
        let written = self.written.unwrap_or_default().max(split);
        let read = self.read.unwrap_or_default();
        let parts = Usage {
            cached_tokens: read,
            cache_write_tokens: written - long,
            cache_write_long_tokens: long,
            reasoning_tokens: self.thinking.unwrap_or_default(),
            ..Usage::default()
        };
        let cached = read.saturating_add(written);
        let input = self.input.map(|input| input.saturating_add(cached));
        parts.of(input, self.output)
    }
}

fn count(raw: Option<&RawValue>) -> Option<u64> {
    whole(raw?.get().as_bytes())
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
