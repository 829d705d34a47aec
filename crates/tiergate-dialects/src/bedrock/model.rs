//! What the models on Bedrock can do, by name.
//!
//! Sources: AWS's user guide (Converse, structured outputs), the service model of botocore 1.44, the model tables of
//! `LiteLLM` 1.109 and of the AI SDK's amazon-bedrock 5.0; nothing of it was tried against the service.

/// What a model is, as far as requests differ by it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Model {
    pub(super) family: Family,
    /// Whether a tool can be forced.
    pub(super) forced_tools: bool,
    /// Whether the model ends an assistant's turn that the client began.
    pub(super) prefill: bool,
    /// Whether a schema can be given for the answer's text.
    pub(super) native_schema: Native,
    /// Whether tools can be `strict`.
    pub(super) strict_tools: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Family {
    Claude(Claude),
    /// OpenAI's closed models.
    Gpt,
    GptOss,
    Mistral,
    Nova {
        /// From the second generation on.
        reasons: bool,
    },
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Claude {
    pub(super) thinking: Thinking,
    pub(super) sampling: Sampling,
    /// Whether prompts can be cached for an hour.
    pub(super) long_cache: bool,
}

/// How a Claude is told to think.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thinking {
    Adaptive { can_be_off: bool, xhigh: bool },
    Budget,
    None,
}

/// Which of `temperature`, `top_p` and `top_k` a Claude takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sampling {
    All,
    /// Not `temperature` and `top_p` together.
    NotBoth,
    None,
}

/// Whether a schema can be given for the answer's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    /// Sources differ, or it is not reliable: only where no tool can be forced.
    Fallback,
    No,
    Yes,
}

impl Model {
    /// The abilities of the model of this id, inference-profile prefixes and ARNs included.
    pub(super) fn of(id: &str) -> Self {
        let Some((_, name)) = id.rsplit_once("claude-") else {
            return Self::open(id);
        };
        let row = CLAUDE.iter().find(|row| name.starts_with(row.name));
        let row = row.unwrap_or(&NEWEST);
        Self {
            family: Family::Claude(Claude {
                thinking: row.thinking,
                sampling: row.sampling,
                long_cache: row.newer,
            }),
            forced_tools: row.forced_tools,
            prefill: row.prefill,
            native_schema: match row.native_schema {
                Native::Fallback if id.contains("us-gov.") => Native::No,
                native => native,
            },
            strict_tools: row.strict_tools,
        }
    }

    fn open(id: &str) -> Self {
        let has = |names: &[&str]| names.iter().any(|name| id.contains(name));
        let family = if has(&["openai.gpt-oss"]) {
            Family::GptOss
        } else if has(&["openai."]) {
            Family::Gpt
        } else if has(&["mistral."]) {
            Family::Mistral
        } else if has(&["amazon.nova-"]) {
            Family::Nova {
                reasons: has(&["amazon.nova-2-"]),
            }
        } else {
            Family::Other
        };
        let native = has(NATIVE_SCHEMA) || id.ends_with("minimax.minimax-m2");
        Self {
            family,
            forced_tools: !has(NO_FORCED_TOOLS),
            prefill: true,
            native_schema: if native { Native::Yes } else { Native::No },
            strict_tools: native,
        }
    }

    pub(super) fn claude(self) -> Option<Claude> {
        match self.family {
            Family::Claude(claude) => Some(claude),
            _ => None,
        }
    }

    /// Whether prompt caches can be marked; others refuse the mark.
    pub(super) fn marks_caches(self) -> bool {
        matches!(self.family, Family::Claude(_) | Family::Nova { .. })
    }

    /// Whether encrypted reasoning is the model's own to be given back.
    pub(super) fn takes_redacted(self) -> bool {
        matches!(self.family, Family::Claude(_) | Family::Gpt)
    }
}

/// Models without a choice of tools.
const NO_FORCED_TOOLS: &[&str] = &["meta.llama", "deepseek.r1", "mistral.pixtral"];

/// Open models with structured output.
const NATIVE_SCHEMA: &[&str] = &[
    "deepseek.v3",
    "mistral.ministral-3-",
    "mistral.mistral-large-3-",
    "mistral.voxtral-",
    "moonshot.kimi-k2-thinking",
    "nvidia.nemotron-nano-3-",
    "qwen.qwen3-235b",
    "qwen.qwen3-32b",
    "qwen.qwen3-coder-30b",
    "qwen.qwen3-coder-480b",
    "qwen.qwen3-next-80b",
    "qwen.qwen3-vl-235b",
    "zai.glm-5",
];

/// One line of the table of Claudes.
struct Row {
    /// What follows `claude-`.
    name: &'static str,
    thinking: Thinking,
    sampling: Sampling,
    forced_tools: bool,
    prefill: bool,
    native_schema: Native,
    strict_tools: bool,
    /// From the 4.5 generation on.
    newer: bool,
}

/// What a name that is not known is taken for.
const NEWEST: Row = Row::adaptive("", false);

/// The first row whose name fits counts, so longer names stand first.
const CLAUDE: &[Row] = &[
    Row::adaptive("opus-5-5", false).unforced(),
    Row::adaptive("sonnet-5-5", false)
        .unforced()
        .schema(Native::Fallback),
    Row::adaptive("haiku-5-5", true).schema(Native::Fallback),
    Row::adaptive("fable-5-1", false).unforced(),
    Row::adaptive("fable-5-2", false).unforced(),
    Row::adaptive("fable-5", false),
    Row::adaptive("mythos-5", false).schema(Native::Yes),
    Row::adaptive("opus-5", true),
    Row::adaptive("sonnet-5", true).schema(Native::Fallback),
    Row::adaptive("opus-4-8", true).schema(Native::Fallback),
    Row::adaptive("opus-4-7", true),
    Row::sampled_adaptive("opus-4-6", Native::Yes),
    Row::sampled_adaptive("sonnet-4-6", Native::Fallback),
    Row::budget("opus-4-5", Sampling::NotBoth)
        .newer()
        .schema(Native::Yes),
    Row::budget("sonnet-4-5", Sampling::NotBoth)
        .newer()
        .schema(Native::Yes),
    Row::budget("haiku-4-5", Sampling::NotBoth)
        .newer()
        .schema(Native::Fallback),
    Row::budget("opus-4-1", Sampling::NotBoth),
    Row::budget("opus-4-2025", Sampling::All),
    Row::budget("sonnet-4-2025", Sampling::All),
    Row::budget("3-7-", Sampling::All),
    Row::plain("3-"),
    Row::plain("v"),
    Row::plain("instant"),
];

impl Row {
    const fn adaptive(name: &'static str, can_be_off: bool) -> Self {
        Self {
            name,
            thinking: Thinking::Adaptive {
                can_be_off,
                xhigh: true,
            },
            sampling: Sampling::None,
            forced_tools: true,
            prefill: false,
            native_schema: Native::No,
            strict_tools: false,
            newer: true,
        }
    }

    const fn sampled_adaptive(name: &'static str, native_schema: Native) -> Self {
        Self {
            thinking: Thinking::Adaptive {
                can_be_off: true,
                xhigh: false,
            },
            sampling: Sampling::NotBoth,
            native_schema,
            strict_tools: true,
            ..Self::adaptive(name, true)
        }
    }

    const fn budget(name: &'static str, sampling: Sampling) -> Self {
        Self {
            thinking: Thinking::Budget,
            sampling,
            prefill: true,
            newer: false,
            ..Self::adaptive(name, true)
        }
    }

    const fn plain(name: &'static str) -> Self {
        Self {
            thinking: Thinking::None,
            ..Self::budget(name, Sampling::All)
        }
    }

    const fn newer(mut self) -> Self {
        self.newer = true;
        self.strict_tools = true;
        self
    }

    const fn unforced(mut self) -> Self {
        self.forced_tools = false;
        self
    }

    const fn schema(mut self, native: Native) -> Self {
        self.native_schema = native;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thinking(id: &str) -> Thinking {
        Model::of(id).claude().unwrap().thinking
    }

    #[test]
    fn claudes_are_told_by_generation() {
        assert_eq!(
            thinking("us.anthropic.claude-sonnet-4-20250514-v1:0"),
            Thinking::Budget
        );
        assert_eq!(
            thinking("anthropic.claude-3-5-haiku-20241022-v1:0"),
            Thinking::None
        );
        assert_eq!(
            thinking("anthropic.claude-opus-4-6-v1"),
            Thinking::Adaptive {
                can_be_off: true,
                xhigh: false
            }
        );
        assert!(!Model::of("global.anthropic.claude-opus-5-5").forced_tools);
        assert!(Model::of("anthropic.claude-opus-5").forced_tools);
        let arn = "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-5";
        assert_eq!(Model::of(arn).native_schema, Native::Fallback);
        let gov = Model::of("us-gov.anthropic.claude-sonnet-5");
        assert_eq!(gov.native_schema, Native::No);
    }

    #[test]
    fn others_are_told_by_vendor() {
        let family = |id| Model::of(id).family;
        assert!(matches!(family("openai.gpt-oss-20b-1:0"), Family::GptOss));
        assert!(matches!(family("us.openai.gpt-6-sol"), Family::Gpt));
        assert!(matches!(
            family("us.amazon.nova-2-lite-v1:0"),
            Family::Nova { reasons: true }
        ));
        assert!(matches!(
            family("eu.mistral.pixtral-large-2502-v1:0"),
            Family::Mistral
        ));
        assert!(!Model::of("meta.llama3-3-70b-instruct-v1:0").forced_tools);
        assert_eq!(Model::of("zai.glm-5").native_schema, Native::Yes);
    }
}
