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
        let prompt = count(self.prompt_token_count.as_ref())?;
        let count = |tokens: &Option<Json<'_>>| count(tokens.as_ref()).unwrap_or(0);
        let prompt_tokens = prompt.saturating_add(count(&self.tool_use_prompt_token_count));
        let reasoning_tokens = count(&self.thoughts_token_count);
        let said = count(&self.candidates_token_count);
        Some(Usage {
            prompt_tokens,
            cached_tokens: count(&self.cached_content_token_count).min(prompt_tokens),
            prompt_audio_tokens: audio(self.prompt_tokens_details.as_ref()),
            completion_tokens: said.saturating_add(reasoning_tokens),
            reasoning_tokens,
            completion_audio_tokens: audio(self.candidates_tokens_details.as_ref()),
            ..Usage::default()
        })
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
