//! What each kind of token costs.

use crate::Rate;

/// The rates of one target at one moment, per million tokens.
///
/// An absent rate has a documented stand-in, never zero:
///
/// | absent | billed at |
/// |---|---|
/// | `cache_read`, `cache_write`, `input_audio` | `input` |
/// | `cache_write_long` | `cache_write`, else `input` |
/// | `cache_read_audio` | `cache_read`, else `input_audio`, else `input` |
/// | `reasoning`, `output_audio` | `output` |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Price {
    /// Input tokens that no other rate covers.
    pub input: Rate,
    /// Output tokens that no other rate covers.
    pub output: Rate,
    /// Input read from the provider's prompt cache.
    pub cache_read: Option<Rate>,
    /// Input written to the provider's short prompt cache (five minutes at most hosts).
    pub cache_write: Option<Rate>,
    /// Input written to a long-lived prompt cache (an hour or more).
    pub cache_write_long: Option<Rate>,
    /// Hidden reasoning.
    pub reasoning: Option<Rate>,
    /// Audio input.
    pub input_audio: Option<Rate>,
    /// Audio output.
    pub output_audio: Option<Rate>,
    /// Audio input read from the prompt cache.
    pub cache_read_audio: Option<Rate>,
}

impl Price {
    /// A price with only an input and an output rate.
    pub const fn new(input: Rate, output: Rate) -> Self {
        Self {
            input,
            output,
            cache_read: None,
            cache_write: None,
            cache_write_long: None,
            reasoning: None,
            input_audio: None,
            output_audio: None,
            cache_read_audio: None,
        }
    }

    /// Every rate times `percent`/100, each rounded up (see [`Rate::scaled`]).
    #[must_use]
    pub fn scaled(self, percent: u32) -> Self {
        let scale = |rate: Option<Rate>| rate.map(|rate| rate.scaled(percent));
        Self {
            input: self.input.scaled(percent),
            output: self.output.scaled(percent),
            cache_read: scale(self.cache_read),
            cache_write: scale(self.cache_write),
            cache_write_long: scale(self.cache_write_long),
            reasoning: scale(self.reasoning),
            input_audio: scale(self.input_audio),
            output_audio: scale(self.output_audio),
            cache_read_audio: scale(self.cache_read_audio),
        }
    }

    /// The highest rate of any input and of any output.
    pub(crate) fn highest(&self) -> (Rate, Rate) {
        let most = |first: Rate, others: &[Option<Rate>]| {
            others
                .iter()
                .flatten()
                .fold(first, |most, rate| most.max(*rate))
        };
        let input = [
            self.cache_read,
            self.cache_write,
            self.cache_write_long,
            self.input_audio,
            self.cache_read_audio,
        ];
        (
            most(self.input, &input),
            most(self.output, &[self.reasoning, self.output_audio]),
        )
    }

    /// Every rate with its field name, `None` where absent; in the order of the fields.
    pub(crate) fn rates(&self) -> [(&'static str, Option<Rate>); 9] {
        [
            ("input", Some(self.input)),
            ("output", Some(self.output)),
            ("cache_read", self.cache_read),
            ("cache_write", self.cache_write),
            ("cache_write_long", self.cache_write_long),
            ("reasoning", self.reasoning),
            ("input_audio", self.input_audio),
            ("output_audio", self.output_audio),
            ("cache_read_audio", self.cache_read_audio),
        ]
    }
}
