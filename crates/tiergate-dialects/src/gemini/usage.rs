//! How Gemini counts tokens.

use serde::Deserialize;
use tiergate_wire::usage::Usage;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    prompt_token_count: Option<u64>,
    tool_use_prompt_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
    prompt_tokens_details: Option<Vec<Detail>>,
    candidates_tokens_details: Option<Vec<Detail>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Detail {
    modality: Option<String>,
    token_count: Option<u64>,
}

impl Metadata {
    /// The tokens so far; thoughts are counted apart from candidates, tools' prompts apart from the prompt.
    pub(super) fn usage(&self) -> Option<Usage> {
        let prompt = self.prompt_token_count?;
        let count = |tokens: Option<u64>| tokens.unwrap_or(0);
        let prompt_tokens = prompt.saturating_add(count(self.tool_use_prompt_token_count));
        let reasoning_tokens = count(self.thoughts_token_count);
        let said = count(self.candidates_token_count);
        Some(Usage {
            prompt_tokens,
            cached_tokens: count(self.cached_content_token_count).min(prompt_tokens),
            prompt_audio_tokens: audio(self.prompt_tokens_details.as_deref()),
            completion_tokens: said.saturating_add(reasoning_tokens),
            reasoning_tokens,
            completion_audio_tokens: audio(self.candidates_tokens_details.as_deref()),
            ..Usage::default()
        })
    }
}

fn audio(details: Option<&[Detail]>) -> u64 {
    let details = details.unwrap_or_default().iter();
    let heard = details.filter(|detail| detail.modality.as_deref() == Some("AUDIO"));
    heard.fold(0, |sum, detail| {
        sum.saturating_add(detail.token_count.unwrap_or(0))
    })
}
