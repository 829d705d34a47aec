//! The hosts whose names mean something without further settings.

use tiergate_providers::{Dialect as Vendor, Host};

use crate::environment::Environment;
use crate::settings::Dialect;

/// A host whose name says what it speaks and where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    /// Its row in the provider crate's table of deviations.
    pub(crate) host: Option<&'static Host>,
    /// Its address; empty where that depends on a region.
    pub(crate) base_url: &'static str,
    /// The variables that may hold its key, the usual one first; empty when it needs none.
    pub(crate) variables: &'static [&'static str],
}

const fn vendor(
    name: &'static str,
    dialect: Vendor,
    base_url: &'static str,
    variables: &'static [&'static str],
) -> Known {
    Known {
        name,
        dialect: Dialect::Vendor(dialect),
        host: None,
        base_url,
        variables,
    }
}

/// Vendors with dialects of their own, at the addresses that their documentation gives.
const VENDORS: [Known; 4] = [
    vendor(
        "anthropic",
        Vendor::Anthropic,
        "https://api.anthropic.com",
        &["ANTHROPIC_API_KEY"],
    ),
    vendor(
        "bedrock",
        Vendor::Bedrock,
        "",
        &["AWS_BEARER_TOKEN_BEDROCK"],
    ),
    vendor(
        "cohere",
        Vendor::Cohere,
        "https://api.cohere.com",
        &["COHERE_API_KEY", "CO_API_KEY"],
    ),
    vendor(
        "google",
        Vendor::Gemini,
        "https://generativelanguage.googleapis.com",
        &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    ),
];

/// Variables of providers that a key alone does not lead to, and what else they need.
pub(crate) const NOT_ENOUGH: [(&str, &str); 1] = [(
    "AZURE_OPENAI_API_KEY",
    "an azure-openai provider with its base_url, and models that name your deployments, in a tiergate.yaml",
)];

/// The variable that names a service account's key file, as Google's own clients read it.
pub(crate) const ACCOUNT_FILE: &str = "GOOGLE_APPLICATION_CREDENTIALS";

impl Known {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let table = Host::all().iter().map(|host| Self {
            name: host.name(),
            dialect: Dialect::OpenAi,
            host: Some(host),
            base_url: host.base_url(),
            variables: host.key_variables(),
        });
        table.chain(VENDORS)
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
