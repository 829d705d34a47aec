//! The tokens of an answer.

use serde::Deserialize;
use serde_json::value::RawValue;
use tiergate_wire::usage::Usage;

use crate::count::count;
use crate::inner::Json;

/// Tokens, in the words of Responses; each stays JSON until it is counted, so that an odd one spoils no answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counts<'a> {
    #[serde(borrow)]
    input_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    input_tokens_details: Option<Json<'a>>,
    #[serde(borrow)]
    output_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    output_tokens_details: Option<Json<'a>>,
}

/// What counts consist of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Finer<'a> {
    #[serde(borrow)]
    cached_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    cache_write_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    cache_write_tokens_details: Option<Json<'a>>,
    #[serde(borrow)]
    reasoning_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    ttl_12h_tokens: Option<Json<'a>>,
}

/// The tokens; `None` when neither input nor output was told.
pub(super) fn usage(told: &RawValue) -> Option<Usage> {
    let counts: Counts<'_> = serde_json::from_str(told.get()).ok()?;
    let (input, output) = (
        count(counts.input_tokens.as_ref()),
        count(counts.output_tokens.as_ref()),
    );
    let of_input = details(counts.input_tokens_details.as_ref());
    let of_output = details(counts.output_tokens_details.as_ref());
    let of_written = details(of_input.cache_write_tokens_details.as_ref());
    let count = |told: Option<&Json<'_>>| count(told).unwrap_or_default();
    let cached = count(of_input.cached_tokens.as_ref());
    let written = count(of_input.cache_write_tokens.as_ref());
    let long = count(of_written.ttl_12h_tokens.as_ref()).min(written);
    let parts = Usage {
        cached_tokens: cached,
        cache_write_tokens: written - long,
        cache_write_long_tokens: long,
        reasoning_tokens: count(of_output.reasoning_tokens.as_ref()),
        ..Usage::default()
    };
    // xAI tells cached tokens beside the others when there are more of them
    let beside = |input: u64| if cached > input { cached } else { 0 };
    let input = input.map(|input| input.saturating_add(beside(input)));
    parts.of(input, output)
}

fn details<'a>(told: Option<&'a Json<'_>>) -> Finer<'a> {
    let read = told.and_then(|told| serde_json::from_str(told.get()).ok());
    read.unwrap_or_default()
}
