//! How hosts count tokens, evened out.

use tiergate_wire::usage::Usage;

use super::quirks::{Quirks, Row};
use crate::json::{Json, Member};

/// No answer has a million million tokens: a larger figure is a fault of the host.
const LARGEST: u64 = 1_000_000_000_000;

/// Reads a host's `usage` object.
///
/// A member that is missing, null, negative, not a whole number, or beyond 10¹² counts as not told;
/// an explicit zero is told. `None` when neither input nor output is told.
///
/// Parts never exceed their whole: a part that the host reports larger is cut.
pub fn usage(raw: &[u8], quirks: &Quirks) -> Option<Usage> {
    let told = Told::read(Json::new(raw));
    let (total, input, output) = (told.total, told.input, told.output);
    let (prompt, completion) = match (told.prompt, told.completion) {
        (Some(prompt), Some(completion)) => (prompt, completion),
        (Some(prompt), None) => (
            prompt,
            total.map_or(0, |total| total.saturating_sub(prompt)),
        ),
        (None, Some(completion)) => {
            let prompt = total.map_or(0, |total| total.saturating_sub(completion));
            (prompt, completion)
        }
        (None, None) => return None,
    };
    let reasoning = output.reasoning.unwrap_or(0);
    let completion = with_reasoning(prompt, completion, reasoning, total, quirks);
    let cached = told.cached.max(input.cached).unwrap_or(0).min(prompt);
    let long = input.written_long.unwrap_or(0);
    let written = input.written.unwrap_or(0).max(long).min(prompt - cached);
    let long = long.min(written);
    Some(Usage {
        prompt_tokens: prompt,
        cached_tokens: cached,
        cache_write_tokens: written - long,
        cache_write_long_tokens: long,
        prompt_audio_tokens: input.audio.unwrap_or(0).min(prompt),
        completion_tokens: completion,
        reasoning_tokens: reasoning.min(completion),
        completion_audio_tokens: output.audio.unwrap_or(0).min(completion),
    })
}

/// Counts reasoning in, where the host counts it beside: the total gives it away.
fn with_reasoning(
    prompt: u64,
    completion: u64,
    reasoning: u64,
    total: Option<u64>,
    quirks: &Quirks,
) -> u64 {
    let Some(total) = total.filter(|_| reasoning > 0) else {
        return completion;
    };
    let sum = prompt.saturating_add(completion);
    let beside =
        total == sum.saturating_add(reasoning) || quirks.has(Row::ReasoningBeside) && total != sum;
    if beside {
        completion.saturating_add(reasoning)
    } else {
        completion
    }
}

/// A whole number that can be a count of tokens, however it is written.
fn count(value: Json<'_>) -> Option<u64> {
    let raw = value.raw();
    // nearly every count is a few digits
    if (1..=12).contains(&raw.len()) && raw.iter().all(u8::is_ascii_digit) {
        let digit = |number: u64, byte: &u8| number * 10 + u64::from(byte - b'0');
        return Some(raw.iter().fold(0, digit));
    }
    let text = str::from_utf8(raw).ok()?;
    let whole = match text.parse::<u64>() {
        Ok(whole) => whole,
        Err(_) => whole_float(text.parse().ok()?)?,
    };
    (whole <= LARGEST).then_some(whole)
}

/// `12.0` and `1.2e1`, which some hosts write.
fn whole_float(number: f64) -> Option<u64> {
    let fits = (0.0..=1e12).contains(&number) && number.fract() == 0.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was just checked"
    )]
    fits.then_some(number as u64)
}

/// The counts of a `usage` object, whatever their names are at a host.
#[derive(Clone, Copy, Default)]
struct Told {
    total: Option<u64>,
    prompt: Option<u64>,
    completion: Option<u64>,
    /// Cached input, where it does not stand among the details.
    cached: Option<u64>,
    input: Details,
    output: Details,
}

/// The parts of the input or of the output.
#[derive(Clone, Copy, Default)]
struct Details {
    cached: Option<u64>,
    written: Option<u64>,
    written_long: Option<u64>,
    audio: Option<u64>,
    reasoning: Option<u64>,
}

impl Told {
    fn read(usage: Json<'_>) -> Self {
        let mut told = Self::default();
        for Member { name, value, .. } in usage.members() {
            match name {
                b"total_tokens" => told.total = count(value),
                b"prompt_tokens" => told.prompt = count(value).or(told.prompt),
                b"input_tokens" => told.prompt = told.prompt.or_else(|| count(value)),
                b"completion_tokens" => told.completion = count(value).or(told.completion),
                b"output_tokens" => told.completion = told.completion.or_else(|| count(value)),
                // the second is Mistral's spelling
                b"prompt_tokens_details" | b"prompt_token_details" => {
                    told.input = Details::read(value);
                }
                b"completion_tokens_details" => told.output = Details::read(value),
                // DeepSeek, Mistral, Moonshot
                b"prompt_cache_hit_tokens" | b"num_cached_tokens" | b"cached_tokens" => {
                    told.cached = told.cached.max(count(value));
                }
                _ => {}
            }
        }
        told
    }
}

impl Details {
    /// Details that are not an object tell nothing.
    fn read(details: Json<'_>) -> Self {
        let mut told = Self::default();
        for Member { name, value, .. } in details.members() {
            match name {
                b"cached_tokens" => told.cached = count(value),
                b"cache_write_tokens" => told.written = count(value),
                b"cache_write_tokens_details" => {
                    told.written_long = value.get("ttl_12h_tokens").and_then(count);
                }
                b"audio_tokens" => told.audio = count(value),
                b"reasoning_tokens" => told.reasoning = count(value),
                _ => {}
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(raw: &str) -> Option<Usage> {
        usage(raw.as_bytes(), Quirks::COMPATIBLE)
    }

    #[test]
    fn zero_is_told_and_missing_is_not() {
        let zero = read(r#"{"prompt_tokens":0,"completion_tokens":0}"#);
        assert_eq!(zero, Some(Usage::default()));
        for raw in [
            "{}",
            "null",
            "7",
            r#"{"prompt_tokens":null}"#,
            r#"{"prompt_tokens":-1}"#,
        ] {
            assert_eq!(read(raw), None, "{raw}");
        }
    }

    #[test]
    fn odd_numbers_are_read_or_passed_over() {
        let odd = r#"{"prompt_tokens":12.0,"completion_tokens":1e1,"total_tokens":"x",
            "prompt_tokens_details":[1],"completion_tokens_details":{"reasoning_tokens":-3}}"#;
        let told = read(odd).unwrap();
        assert_eq!((told.prompt_tokens, told.completion_tokens), (12, 10));
        assert_eq!((told.cached_tokens, told.reasoning_tokens), (0, 0));

        let huge = r#"{"prompt_tokens":5,"completion_tokens":1e30}"#;
        assert_eq!(read(huge).unwrap().completion_tokens, 0);
        let half = r#"{"prompt_tokens":5,"completion_tokens":2.5,"total_tokens":8}"#;
        assert_eq!(read(half).unwrap().completion_tokens, 3);
    }

    #[test]
    fn parts_are_cut_to_their_whole() {
        let raw = r#"{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,
            "prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":8,
                "cache_write_tokens_details":{"ttl_12h_tokens":1}},
            "completion_tokens_details":{"reasoning_tokens":9}}"#;
        let told = read(raw).unwrap();
        assert_eq!(told.cached_tokens, 8);
        assert_eq!(told.cache_write_tokens + told.cache_write_long_tokens, 2);
        assert_eq!((told.completion_tokens, told.reasoning_tokens), (4, 4));
    }

    proptest! {
        #[test]
        fn parts_never_exceed_the_whole(
            counts in prop::array::uniform8(prop::option::of(-5_i64..50)),
            host in 0..Quirks::all().len(),
        ) {
            let names = ["prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens"];
            let mut object = serde_json::Map::new();
            for (name, value) in names.iter().zip(counts) {
                object.insert((*name).to_owned(), serde_json::json!(value));
            }
            let [.., cached, written, reasoning, audio] = counts;
            object.insert("prompt_tokens_details".to_owned(), serde_json::json!({
                "cached_tokens": cached, "cache_write_tokens": written, "audio_tokens": audio,
            }));
            object.insert("completion_tokens_details".to_owned(), serde_json::json!({
                "reasoning_tokens": reasoning,
            }));
            let raw = serde_json::Value::Object(object).to_string();
            if let Some(told) = usage(raw.as_bytes(), &Quirks::all()[host]) {
                let parts = told.cached_tokens + told.cache_write_tokens + told.cache_write_long_tokens;
                prop_assert!(parts <= told.prompt_tokens);
                prop_assert!(told.prompt_audio_tokens <= told.prompt_tokens);
                prop_assert!(told.reasoning_tokens <= told.completion_tokens);
            }
        }

        #[test]
        fn any_bytes_are_survived(raw in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = usage(&raw, Quirks::COMPATIBLE);
        }
    }
}
