//! The part about providers.

use secrecy::SecretString;
use tiergate_providers::{Credential, Dialect as Vendor, Host};

use super::Timeouts;

/// One provider, by the name that targets and keys refer to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderSettings {
    /// Its name; unique.
    pub name: String,
    /// What it speaks.
    pub dialect: Dialect,
    /// The host whose deviations it has; `None` when it has none or they are not known.
    pub host: Option<&'static Host>,
    /// Where its API is, as the vendor's own SDK takes it, without a slash at the end. `None` for
    /// the demo, and for a vendor's usual address.
    pub base_url: Option<String>,
    /// Its credentials, tried in this order; empty when it asks for none.
    pub credentials: Vec<Credential>,
    /// The region or location, where its address depends on one.
    pub region: Option<String>,
    /// The project, where its address depends on one.
    pub project: Option<String>,
    /// Whether it has OpenAI's Responses beside chat completions, where the file says so.
    pub responses: Option<bool>,
    /// Whether an answer is read to its end when its client has gone, where the file says so.
    pub drain: Option<bool>,
    /// Whether everything it serves is declared to cost nothing.
    pub free: bool,
    /// Headers for every request to it, names in lower case. Values may be secrets.
    pub headers: Vec<(String, SecretString)>,
    /// What a simulated provider does instead of always answering well, in the language of `tiergate-wall`.
    pub script: Option<String>,
    /// Times that differ from those of every provider.
    pub timeouts: Timeouts,
}

impl ProviderSettings {
    /// A provider without an address, credentials or anything else of its own.
    pub(crate) fn new(name: &str, dialect: Dialect) -> Self {
        Self {
            name: name.to_owned(),
            dialect,
            host: None,
            base_url: None,
            credentials: Vec::new(),
            region: None,
            project: None,
            responses: None,
            drain: None,
            free: false,
            headers: Vec::new(),
            script: None,
            timeouts: Timeouts::default(),
        }
    }
}

impl ProviderSettings {
    /// Whether an answer is read to its end when its client has gone: Bedrock charges for all of it.
    pub fn drains(&self) -> bool {
        let charged = self.dialect == Dialect::Vendor(Vendor::Bedrock);
        self.drain.unwrap_or(charged)
    }

    /// Whether it reaches models that answer on OpenAI's Responses only.
    pub fn reaches_responses(&self) -> bool {
        self.responses.unwrap_or_else(|| match self.dialect {
            Dialect::Demo | Dialect::Vendor(Vendor::Responses) => true,
            Dialect::OpenAi => self.host.is_some_and(|host| host.name() == "openai"),
            Dialect::Azure | Dialect::Vendor(_) => false,
        })
    }
}

/// What a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// OpenAI's chat completions as Azure serves them: another header, and another path.
    Azure,
    /// The built-in simulated provider.
    Demo,
    /// OpenAI's chat completions.
    OpenAi,
    /// A dialect of its own.
    Vendor(Vendor),
}
