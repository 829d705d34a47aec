//! Token counts.

use serde::Deserialize;
use tiergate_wire::usage::Usage;

use crate::count::count;
use crate::inner::{Json, Text};

/// `usage`, whose input leaves out what was read from and written to the prompt cache.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told<'a> {
    #[serde(borrow)]
    input_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    output_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    cache_read_input_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    cache_write_input_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    cache_details: Option<Json<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    #[serde(borrow)]
    ttl: Option<Text<'a>>,
    #[serde(borrow)]
    input_tokens: Option<Json<'a>>,
}

impl Told<'_> {
    /// The tokens in OpenAI's sense; `None` when neither input nor output was told.
    pub(super) fn usage(&self) -> Option<Usage> {
        let read = count(self.cache_read_input_tokens.as_ref()).unwrap_or(0);
        let written = count(self.cache_write_input_tokens.as_ref()).unwrap_or(0);
        let details: Vec<Written<'_>> = (self.cache_details.as_ref())
            .and_then(Json::read)
            .unwrap_or_default();
        let long = details.iter().filter(|each| each.is_long());
        let long = long.filter_map(|each| count(each.input_tokens.as_ref()));
        let long = long.fold(0, u64::saturating_add).min(written);
        let parts = Usage {
            cached_tokens: read,
            cache_write_tokens: written - long,
            cache_write_long_tokens: long,
            ..Usage::default()
        };
        let input = count(self.input_tokens.as_ref());
        let input = input.map(|input| input.saturating_add(read).saturating_add(written));
        parts.of(input, count(self.output_tokens.as_ref()))
    }
}

impl Written<'_> {
    fn is_long(&self) -> bool {
        self.ttl.as_ref().is_some_and(|ttl| ttl.is("1h"))
    }
}
