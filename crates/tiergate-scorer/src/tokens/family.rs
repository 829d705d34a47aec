//! Families of tokenizers, and how their counts compare.

/// A family of tokenizers that count alike.
///
/// [`Tokens::upper`](super::Tokens::upper) bounds o200k and cl100k. The other factors are measured on
/// the same English, code, JSON, Chinese, Japanese, European and Indic texts against the larger of
/// those two, the worst class taken (llama3, deepseek v3, qwen2, mistral v3, kimi k2, glm5, minimax
/// m2); for Claude, Gemini, Grok, Cohere and Nova no vocabulary is public, and the factors follow the
/// vendors' statements with a margin: Anthropic says that its newer models count about 30 % more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Family {
    /// Claude models before Opus 4.7 and Sonnet 5.
    Claude,
    /// Claude Opus 4.7 and later, Sonnet 5, Fable 5, Mythos 5.
    ClaudeNew,
    /// Cohere's Command models.
    Cohere,
    /// DeepSeek V3 and later.
    DeepSeek,
    /// Gemini and Gemma.
    Gemini,
    /// GLM.
    Glm,
    /// Grok.
    Grok,
    /// Kimi.
    Kimi,
    /// Llama 3 and later.
    Llama,
    /// MiniMax.
    MiniMax,
    /// Mistral's models.
    Mistral,
    /// Amazon's Nova.
    Nova,
    /// OpenAI's models: o200k, and cl100k before them.
    OpenAi,
    /// Qwen.
    Qwen,
    /// Anything else.
    Unknown,
}

impl Family {
    /// The factor in thousandths for [`Tokens::upper_for`](super::Tokens::upper_for).
    pub const fn factor(self) -> u32 {
        match self {
            Self::OpenAi | Self::Llama | Self::Kimi => 1000,
            Self::Glm | Self::MiniMax => 1010,
            Self::DeepSeek | Self::Qwen => 1080,
            Self::Gemini => 1100,
            Self::Mistral => 1150,
            Self::Claude | Self::Cohere | Self::Grok | Self::Nova => 1200,
            Self::ClaudeNew => 1550,
            Self::Unknown => 1600,
        }
    }

    /// The family of a model, from its id at any provider; [`Family::Unknown`] when the id tells nothing.
    pub fn of(model: &str) -> Self {
        let model = model.to_ascii_lowercase();
        let has = |part: &str| model.contains(part);
        if has("claude") {
            return if NEW_CLAUDE.iter().any(|name| has(name)) {
                Self::ClaudeNew
            } else {
                Self::Claude
            };
        }
        NAMES
            .iter()
            .find(|(name, _)| has(name))
            .map_or(Self::Unknown, |&(_, family)| family)
    }
}

const NEW_CLAUDE: &[&str] = &[
    "opus-4-7", "opus-4.7", "opus-4-8", "opus-4.8", "opus-4-9", "opus-4.9", "opus-5", "sonnet-5",
    "haiku-5", "fable", "mythos",
];

/// The first name that an id contains decides: distilled models bear the name of their tokenizer's family.
const NAMES: &[(&str, Family)] = &[
    ("distill-llama", Family::Llama),
    ("distill-qwen", Family::Qwen),
    ("deepseek", Family::DeepSeek),
    ("qwen", Family::Qwen),
    ("qwq", Family::Qwen),
    ("llama", Family::Llama),
    ("kimi", Family::Kimi),
    ("glm", Family::Glm),
    ("minimax", Family::MiniMax),
    ("gemini", Family::Gemini),
    ("gemma", Family::Gemini),
    ("mistral", Family::Mistral),
    ("mixtral", Family::Mistral),
    ("ministral", Family::Mistral),
    ("magistral", Family::Mistral),
    ("codestral", Family::Mistral),
    ("devstral", Family::Mistral),
    ("pixtral", Family::Mistral),
    ("grok", Family::Grok),
    ("command", Family::Cohere),
    ("nova", Family::Nova),
    ("gpt", Family::OpenAi),
    ("chatgpt", Family::OpenAi),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_provider_name_their_family() {
        for (model, family) in [
            ("claude-opus-4-6", Family::Claude),
            ("anthropic/claude-opus-4.7", Family::ClaudeNew),
            ("openai/gpt-oss-120b", Family::OpenAi),
            ("us.meta.llama4-maverick-17b-instruct-v1:0", Family::Llama),
            ("DeepSeek-R1-Distill-Qwen-32B", Family::Qwen),
            ("qwen.qwen3-32b-v1:0", Family::Qwen),
            ("house-model", Family::Unknown),
        ] {
            assert_eq!(Family::of(model), family, "{model}");
        }
    }
}
