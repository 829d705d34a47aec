//! The hosts whose names mean something without further settings.

use tiergate_providers::Host;

use crate::environment::Environment;

/// A host that speaks OpenAI's chat completions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// Its row in the provider crate's table of deviations.
    pub(crate) host: Option<&'static Host>,
    pub(crate) base_url: &'static str,
    /// The variables that may hold its key, the usual one first; empty when it needs none.
    pub(crate) variables: &'static [&'static str],
}

/// Google speaks a dialect of its own; this is its OpenAI-compatible surface, at the address that
/// the documentation of the Gemini API gives.
const GOOGLE: Known = Known {
    name: "google",
    host: None,
    base_url: "https://generativelanguage.googleapis.com/v1beta/openai",
    variables: &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
};

/// Variables of providers whose dialects this version does not have.
pub(crate) const NOT_BUILT: [(&str, &str); 4] = [
    ("ANTHROPIC_API_KEY", "anthropic"),
    ("AZURE_OPENAI_API_KEY", "azure-openai"),
    ("COHERE_API_KEY", "cohere"),
    ("AWS_BEARER_TOKEN_BEDROCK", "bedrock"),
];

impl Known {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let table = Host::all().iter().map(|host| Self {
            name: host.name(),
            host: Some(host),
            base_url: host.base_url(),
            variables: host.key_variables(),
        });
        table.chain([GOOGLE])
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::all().find(|known| known.name == name)
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
