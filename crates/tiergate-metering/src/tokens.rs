//! Disjoint token counts.

use tiergate_wire::usage::Usage;

/// The tokens of one answer, each counted in exactly one field.
///
/// The fields match the rates of [`tiergate_catalog::Price`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tokens {
    /// Text input, neither read from nor written to a cache.
    pub input: u64,
    /// Input read from a prompt cache, audio apart.
    pub cache_read: u64,
    /// Input written to the short prompt cache.
    pub cache_write: u64,
    /// Input written to a long-lived prompt cache.
    pub cache_write_long: u64,
    /// Audio input that no cache held.
    pub input_audio: u64,
    /// Audio input read from a prompt cache.
    pub cache_read_audio: u64,
    /// Visible text output.
    pub output: u64,
    /// Hidden reasoning.
    pub reasoning: u64,
    /// Audio output.
    pub output_audio: u64,
}

impl Tokens {
    /// Splits a report in which parts lie inside of totals.
    ///
    /// The totals count: parts that exceed what is left of their total are cut to it, so that the
    /// fields always add up to `prompt_tokens` and `completion_tokens`, whatever a host reports.
    /// Audio that does not fit beside the cached part is taken to be cached audio.
    pub fn from_usage(usage: &Usage) -> Self {
        let mut prompt = usage.prompt_tokens;
        let cached = take(&mut prompt, usage.cached_tokens);
        let cache_write_long = take(&mut prompt, usage.cache_write_long_tokens);
        let cache_write = take(&mut prompt, usage.cache_write_tokens);
        let input_audio = take(&mut prompt, usage.prompt_audio_tokens);
        let mut cache_read = cached;
        let cached_audio = usage.prompt_audio_tokens.saturating_sub(input_audio);
        let cache_read_audio = take(&mut cache_read, cached_audio);
        let mut completion = usage.completion_tokens;
        let reasoning = take(&mut completion, usage.reasoning_tokens);
        let output_audio = take(&mut completion, usage.completion_audio_tokens);
        Self {
            input: prompt,
            cache_read,
            cache_write,
            cache_write_long,
            input_audio,
            cache_read_audio,
            output: completion,
            reasoning,
            output_audio,
        }
    }

    /// The length of the whole prompt, held at the top of the range.
    pub fn prompt(&self) -> u64 {
        [
            self.input,
            self.cache_read,
            self.cache_write,
            self.cache_write_long,
            self.input_audio,
            self.cache_read_audio,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }

    /// The length of the whole answer, held at the top of the range.
    pub fn completion(&self) -> u64 {
        [self.output, self.reasoning, self.output_audio]
            .into_iter()
            .fold(0, u64::saturating_add)
    }
}

/// Takes up to `part` out of what is left of a total.
fn take(left: &mut u64, part: u64) -> u64 {
    let taken = part.min(*left);
    *left -= taken;
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usage(parts: [u64; 8]) -> Usage {
        let [
            prompt,
            cached,
            write,
            write_long,
            audio,
            completion,
            reasoning,
            speech,
        ] = parts;
        Usage {
            prompt_tokens: prompt,
            cached_tokens: cached,
            cache_write_tokens: write,
            cache_write_long_tokens: write_long,
            prompt_audio_tokens: audio,
            completion_tokens: completion,
            reasoning_tokens: reasoning,
            completion_audio_tokens: speech,
            untold: None,
        }
    }

    #[test]
    fn parts_are_taken_out_of_their_totals() {
        let tokens = Tokens::from_usage(&usage([1_000, 300, 100, 50, 200, 80, 30, 20]));
        let expected = Tokens {
            input: 350,
            cache_read: 300,
            cache_write: 100,
            cache_write_long: 50,
            input_audio: 200,
            cache_read_audio: 0,
            output: 30,
            reasoning: 30,
            output_audio: 20,
        };
        assert_eq!(tokens, expected);
    }

    #[test]
    fn cached_audio_is_found_by_overlap() {
        let tokens = Tokens::from_usage(&usage([100, 80, 0, 0, 50, 0, 0, 0]));
        assert_eq!((tokens.cache_read, tokens.cache_read_audio), (50, 30));
        assert_eq!((tokens.input, tokens.input_audio), (0, 20));
    }

    proptest! {
        #[test]
        fn the_totals_always_add_up(parts: [u64; 8]) {
            let usage = usage(parts);
            let tokens = Tokens::from_usage(&usage);
            prop_assert_eq!(tokens.prompt(), usage.prompt_tokens);
            prop_assert_eq!(tokens.completion(), usage.completion_tokens);
        }

        #[test]
        fn consistent_parts_are_kept(input in 0u64..999, cached in 0u64..999, write in 0u64..999,
            long in 0u64..999, output in 0u64..999, reasoning in 0u64..999, speech in 0u64..999) {
            let prompt = input + cached + write + long;
            let completion = output + reasoning + speech;
            let tokens = Tokens::from_usage(
                &usage([prompt, cached, write, long, 0, completion, reasoning, speech]));
            prop_assert_eq!(
                [tokens.input, tokens.cache_read, tokens.cache_write, tokens.cache_write_long],
                [input, cached, write, long]);
            prop_assert_eq!(
                [tokens.output, tokens.reasoning, tokens.output_audio], [output, reasoning, speech]);
        }
    }
}
