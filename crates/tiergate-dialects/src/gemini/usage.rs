//! How Gemini counts tokens.

use serde::Deserialize;
use tiergate_wire::usage::Usage;

use crate::count::count;
use crate::inner::Json;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata<'a> {
    #[serde(borrow)]
    prompt_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    tool_use_prompt_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    cached_content_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    candidates_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    thoughts_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    total_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    prompt_tokens_details: Option<Json<'a>>,
    #[serde(borrow)]
    candidates_tokens_details: Option<Json<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Detail<'a> {
    modality: Option<String>,
    #[serde(borrow)]
    token_count: Option<Json<'a>>,
}

impl Metadata<'_> {
    /// The tokens so far; thoughts are counted apart from candidates, tools' prompts apart from the prompt.
    pub(super) fn usage(&self) -> Option<Usage> {
        let prompt = count(self.prompt_token_count.as_ref());
        let tools = part(self.tool_use_prompt_token_count.as_ref());
        let input = prompt.and_then(|prompt| prompt.checked_add(tools?));
        let (said, thoughts) = (
            self.candidates_token_count.as_ref(),
            self.thoughts_token_count.as_ref(),
        );
        let sum = (said.or(thoughts)).and_then(|_told| part(said)?.checked_add(part(thoughts)?));
        let rest = || count(self.total_token_count.as_ref())?.checked_sub(input?);
        let parts = Usage {
            cached_tokens: count(self.cached_content_token_count.as_ref()).unwrap_or(0),
            prompt_audio_tokens: audio(self.prompt_tokens_details.as_ref()),
            reasoning_tokens: count(thoughts).unwrap_or(0),
            completion_audio_tokens: audio(self.candidates_tokens_details.as_ref()),
            ..Usage::default()
        };
        parts.of(input, sum.or_else(rest))
    }
}

/// A count that is zero where it is left out.
fn part(told: Option<&Json<'_>>) -> Option<u64> {
    match told {
        Some(told) => count(Some(told)),
        None => Some(0),
    }
}

fn audio(details: Option<&Json<'_>>) -> u64 {
    let details = details.and_then(|details| serde_json::from_str(details.get()).ok());
    let details: Vec<Detail<'_>> = details.unwrap_or_default();
    let heard = details
        .iter()
        .filter(|detail| detail.modality.as_deref() == Some("AUDIO"));
    heard.fold(0, |sum, detail| {
        sum.saturating_add(count(detail.token_count.as_ref()).unwrap_or(0))
    })
}
