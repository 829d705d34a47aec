//! Token counts as OpenAI reports them, after the quirks of each host were evened out.

use serde::{Deserialize, Serialize};

/// More tokens than any input or output has: a larger figure is a fault of the host that tells it.
pub const MOST: u64 = 1_000_000_000;

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
    /// The half that the host has not told: its counts are zero until it is
    /// [`completed`](Self::completed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub untold: Option<Half>,
}

/// One of the two halves that usage consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// What was sent.
    Input,
    /// What was answered.
    Output,
}

impl Usage {
    /// The parts of `self` in the wholes that a host has told; `None` when it has told neither.
    ///
    /// A whole beyond [`MOST`] counts as not told. Parts are cut to their whole, so that no sum of
    /// them exceeds it.
    #[must_use]
    pub fn of(self, input: Option<u64>, output: Option<u64>) -> Option<Self> {
        let believed = |whole: Option<u64>| whole.filter(|tokens| *tokens <= MOST);
        let (input, output) = (believed(input), believed(output));
        let untold = match (input, output) {
            (None, None) => return None,
            (None, Some(_)) => Some(Half::Input),
            (Some(_), None) => Some(Half::Output),
            (Some(_), Some(_)) => None,
        };
        let (prompt, completion) = (input.unwrap_or(0), output.unwrap_or(0));
        let cached = self.cached_tokens.min(prompt);
        let long = self.cache_write_long_tokens.min(prompt - cached);
        let short = self.cache_write_tokens.min(prompt - cached - long);
        let reasoning = self.reasoning_tokens.min(completion);
        Some(Self {
            prompt_tokens: prompt,
            cached_tokens: cached,
            cache_write_tokens: short,
            cache_write_long_tokens: long,
            prompt_audio_tokens: self.prompt_audio_tokens.min(prompt),
            completion_tokens: completion,
            reasoning_tokens: reasoning,
            completion_audio_tokens: self.completion_audio_tokens.min(completion - reasoning),
            untold,
        })
    }

    /// The likely usage where a host has told none: the estimate of the input, and four bytes of
    /// what was said to an output token.
    #[must_use]
    pub fn estimate(likely_input: u64, output_bytes: u64) -> Self {
        Self {
            prompt_tokens: likely_input,
            completion_tokens: output_bytes.div_ceil(4),
            ..Self::default()
        }
    }

    /// With the [`estimate`](Self::estimate) of the half that was not told.
    #[must_use]
    pub fn completed(self, likely_input: u64, output_bytes: u64) -> Self {
        let likely = Self::estimate(likely_input, output_bytes);
        let untold = None;
        match self.untold {
            None => self,
            Some(Half::Input) => Self {
                prompt_tokens: likely.prompt_tokens,
                untold,
                ..self
            },
            Some(Half::Output) => Self {
                completion_tokens: likely.completion_tokens,
                untold,
                ..self
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_half_that_is_not_told_is_estimated_by_itself() {
        let told = Usage::default().of(Some(MOST + 1), Some(7)).unwrap();
        assert_eq!((told.prompt_tokens, told.untold), (0, Some(Half::Input)));
        let whole = told.completed(30, 400);
        assert_eq!((whole.prompt_tokens, whole.completion_tokens), (30, 7));
        assert_eq!(whole.untold, None);

        let told = Usage::default().of(Some(MOST), None).unwrap();
        let whole = told.completed(30, 401);
        assert_eq!((whole.prompt_tokens, whole.completion_tokens), (MOST, 101));

        assert_eq!(Usage::default().of(None, None), None);
        let zero = Usage::default().of(Some(0), Some(0)).unwrap();
        assert_eq!(zero.completed(30, 400), Usage::default());
    }

    proptest! {
        #[test]
        fn parts_never_exceed_their_whole(
            parts in prop::array::uniform6(prop_oneof![0_u64..100, any::<u64>()]),
            input in prop::option::of(prop_oneof![0_u64..200, any::<u64>()]),
            output in prop::option::of(prop_oneof![0_u64..200, any::<u64>()]),
        ) {
            let [cached, short, long, heard, reasoning, spoken] = parts;
            let told = Usage {
                cached_tokens: cached,
                cache_write_tokens: short,
                cache_write_long_tokens: long,
                prompt_audio_tokens: heard,
                reasoning_tokens: reasoning,
                completion_audio_tokens: spoken,
                ..Usage::default()
            };
            if let Some(told) = told.of(input, output) {
                let read = told.cached_tokens + told.cache_write_tokens;
                prop_assert!(read + told.cache_write_long_tokens <= told.prompt_tokens);
                prop_assert!(told.prompt_audio_tokens <= told.prompt_tokens);
                let said = told.reasoning_tokens + told.completion_audio_tokens;
                prop_assert!(said <= told.completion_tokens);
                prop_assert!(told.prompt_tokens.max(told.completion_tokens) <= MOST);
            }
        }
    }
}
