//! The members of a chat request that the inner form has no place for.

use crate::own::EXTENSIONS;

/// Whether a chat host, or tiergate itself, may know the member; one of another dialect is not sent.
pub(super) fn is_member(name: &str) -> bool {
    OPENAI.contains(&name) || HOSTS.contains(&name) || EXTENSIONS.contains(&name)
}

/// OpenAI's, after its API reference of November 2026.
const OPENAI: &[&str] = &[
    "audio",
    "logit_bias",
    "logprobs",
    "metadata",
    "modalities",
    "moderation",
    "n",
    "prediction",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning_effort",
    "safety_identifier",
    "store",
    "top_logprobs",
    "verbosity",
    "web_search_options",
];

/// Those that hosts have added, after the table of hosts and the documents of OpenRouter and vLLM.
const HOSTS: &[&str] = &[
    "chat_template_kwargs",
    "guided_json",
    "include_reasoning",
    "min_p",
    "models",
    "plugins",
    "prompt_mode",
    "provider",
    "reasoning_format",
    "repetition_penalty",
    "safe_prompt",
    "structured_outputs",
    "top_a",
    "transforms",
];
