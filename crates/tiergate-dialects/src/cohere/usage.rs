//! How Cohere counts tokens.

use serde::Deserialize;
use serde_json::value::RawValue;
use tiergate_wire::usage::Usage;

use crate::count::count;
use crate::inner::Json;

/// Reads `usage`: the tokens, or what was billed where tokens are not told; `None` when neither is.
pub(super) fn usage(raw: &RawValue) -> Option<Usage> {
    let told: Told<'_> = serde_json::from_str(raw.get()).ok()?;
    let (tokens, billed) = (
        told.tokens.unwrap_or_default(),
        told.billed_units.unwrap_or_default(),
    );
    let either = |tokens: &Option<Json<'_>>, billed: &Option<Json<'_>>| {
        count(tokens.as_ref()).or_else(|| count(billed.as_ref()))
    };
    let input = either(&tokens.input_tokens, &billed.input_tokens);
    let output = either(&tokens.output_tokens, &billed.output_tokens);
    let parts = Usage {
        cached_tokens: count(told.cached_tokens.as_ref()).unwrap_or_default(),
        ..Usage::default()
    };
    parts.of(input, output)
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    tokens: Option<Counts<'a>>,
    #[serde(borrow)]
    billed_units: Option<Counts<'a>>,
    #[serde(borrow)]
    cached_tokens: Option<Json<'a>>,
}

#[derive(Default, Deserialize)]
struct Counts<'a> {
    #[serde(borrow)]
    input_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    output_tokens: Option<Json<'a>>,
}
