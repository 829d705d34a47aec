//! The hosts whose names mean something without further settings.

use crate::environment::Environment;

/// A host that speaks OpenAI's chat completions.
///
/// The names are those of the catalogue; the addresses and deviations are the provider crate's.
/// The variables are those that the vendors' own SDKs read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Host {
    pub(crate) name: &'static str,
    /// The variables that may hold its API key, the usual one first; empty when it needs no key.
    pub(crate) variables: &'static [&'static str],
    /// An address that the table of the provider crate does not know.
    pub(crate) base_url: Option<&'static str>,
    /// Whether it is a vendor's service, which has its own address and asks for a key.
    pub(crate) service: bool,
    /// Whether the table of the provider crate has a row for it.
    pub(crate) row: bool,
}

/// Google's own OpenAI-compatible surface, as its documentation of the Gemini API gives it.
const GOOGLE: &str = "https://generativelanguage.googleapis.com/v1beta/openai";

pub(crate) const HOSTS: [Host; 15] = [
    service("openai", &["OPENAI_API_KEY"]),
    service("mistral", &["MISTRAL_API_KEY"]),
    service("xai", &["XAI_API_KEY"]),
    service("deepseek", &["DEEPSEEK_API_KEY"]),
    service("groq", &["GROQ_API_KEY"]),
    service("cerebras", &["CEREBRAS_API_KEY"]),
    service("openrouter", &["OPENROUTER_API_KEY"]),
    service("together", &["TOGETHER_API_KEY"]),
    service("fireworks", &["FIREWORKS_API_KEY"]),
    service("moonshot", &["MOONSHOT_API_KEY"]),
    service("zai", &["ZAI_API_KEY"]),
    service("minimax", &["MINIMAX_API_KEY"]),
    Host {
        base_url: Some(GOOGLE),
        row: false,
        ..service("google", &["GEMINI_API_KEY", "GOOGLE_API_KEY"])
    },
    own("ollama", Some("http://127.0.0.1:11434/v1")),
    own("vllm", None),
];

/// Variables of providers whose dialects this version does not have.
pub(crate) const NOT_BUILT: [(&str, &str); 4] = [
    ("ANTHROPIC_API_KEY", "anthropic"),
    ("AZURE_OPENAI_API_KEY", "azure-openai"),
    ("COHERE_API_KEY", "cohere"),
    ("AWS_BEARER_TOKEN_BEDROCK", "bedrock"),
];

impl Host {
    pub(crate) fn named(name: &str) -> Option<Self> {
        HOSTS.into_iter().find(|host| host.name == name)
    }

    /// The variable that holds its API key, and the key.
    pub(crate) fn key_in<'e>(
        &self,
        environment: &'e Environment,
    ) -> Option<(&'static str, &'e str)> {
        let mut variables = self.variables.iter();
        variables.find_map(|variable| environment.filled(variable).map(|key| (*variable, key)))
    }
}

const fn service(name: &'static str, variables: &'static [&'static str]) -> Host {
    Host {
        name,
        variables,
        base_url: None,
        service: true,
        row: true,
    }
}

const fn own(name: &'static str, base_url: Option<&'static str>) -> Host {
    Host {
        name,
        variables: &[],
        base_url,
        service: false,
        row: true,
    }
}
