//! How hosts count tokens, evened out.

use tiergate_wire::usage::Usage;

use super::quirks::{Quirks, Row};
use crate::count::whole;
use crate::json::{Json, Member};

/// Reads a host's `usage` object.
///
/// A member that is missing, null, negative, not a whole number, or more than is possible counts as not told; an
/// explicit zero is told. `None` when neither input nor output is told; where one of them is not, the total tells it.
///
/// Parts never exceed their whole: a part that the host reports larger is cut.
pub fn usage(raw: &[u8], quirks: &Quirks) -> Option<Usage> {
    let told = Told::read(Json::new(raw));
    let Told {
        total,
        input,
        output,
        ..
    } = told;
    let rest = |half: Option<u64>| total?.checked_sub(half?);
    let prompt = told.prompt.or_else(|| rest(told.completion));
    let completion = told.completion.or_else(|| rest(told.prompt));
    let reasoning = output.reasoning.unwrap_or(0);
    let completion = completion.map(|completion| match prompt {
        Some(prompt) => with_reasoning(prompt, completion, reasoning, total, quirks),
        None => completion,
    });
    let long = input.written_long.unwrap_or(0);
    let written = input.written.unwrap_or(0).max(long);
    let parts = Usage {
        cached_tokens: told.cached.max(input.cached).unwrap_or(0),
        cache_write_tokens: written - long,
        cache_write_long_tokens: long,
        prompt_audio_tokens: input.audio.unwrap_or(0),
        reasoning_tokens: reasoning,
        completion_audio_tokens: output.audio.unwrap_or(0),
        ..Usage::default()
    };
    parts.of(prompt, completion)
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

fn count(value: Json<'_>) -> Option<u64> {
    whole(value.raw())
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
    use tiergate_wire::usage::Half;

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
        assert_eq!(read(huge).unwrap().untold, Some(Half::Output));
        let more =
            r#"{"prompt_tokens":3000000000,"completion_tokens":4,"total_tokens":3000000004}"#;
        assert_eq!(read(more).unwrap().untold, Some(Half::Input));
        let less = r#"{"completion_tokens":4,"total_tokens":3}"#;
        assert_eq!(read(less).unwrap().untold, Some(Half::Input));
        let alone = r#"{"completion_tokens":4}"#;
        assert_eq!(read(alone).unwrap().untold, Some(Half::Input));
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
