//! The table of OpenAI-shaped hosts: where they are and how they differ.

use tiergate_dialects::openai::Quirks;

/// An OpenAI-shaped host.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    name: &'static str,
    base_url: &'static str,
    key_variables: &'static [&'static str],
}

impl Host {
    /// A host by its lower-case name, such as `groq`; the names are those of the catalogue's
    /// providers.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|host| host.name == name)
    }

    /// The host that a base URL belongs to, by its domain or one below it, as of a region.
    ///
    /// ```
    /// use tiergate_providers::Host;
    /// let host = Host::by_base_url("https://api.groq.com/openai/v1/").unwrap();
    /// assert_eq!(host.name(), "groq");
    /// let regional = Host::by_base_url("https://eu.api.openai.com/v1").unwrap();
    /// assert_eq!(regional.name(), "openai");
    /// assert!(Host::by_base_url("http://10.0.0.7:8000/v1").is_none());
    /// ```
    pub fn by_base_url(url: &str) -> Option<&'static Self> {
        let wanted = domain(url)?;
        let mut public = Self::all().iter().filter(|host| host.needs_key());
        public.find(|host| {
            let above = domain(host.base_url).and_then(|own| wanted.strip_suffix(own));
            above.is_some_and(|region| region.is_empty() || region.ends_with('.'))
        })
    }

    /// Every host of the table, by name.
    pub fn all() -> &'static [Self] {
        HOSTS
    }

    /// The name in lower case, such as `groq`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The base URL as the vendor's own client takes it; for software that users run themselves, its
    /// usual address on this machine.
    pub fn base_url(&self) -> &'static str {
        self.base_url
    }

    /// The environment variables in which a key is usually kept, the most usual first.
    pub fn key_variables(&self) -> &'static [&'static str] {
        self.key_variables
    }

    /// Whether the host is a service that asks for a key.
    pub fn needs_key(&self) -> bool {
        !self.key_variables.is_empty()
    }

    /// How the host deviates from OpenAI's dialect.
    pub fn quirks(&self) -> &'static Quirks {
        Quirks::by_name(self.name).unwrap_or(Quirks::COMPATIBLE)
    }
}

/// The part of a URL between the scheme and the path, without a port.
fn domain(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    rest.split(['/', ':', '?', '#']).next()
}

const fn host(
    name: &'static str,
    base_url: &'static str,
    key_variables: &'static [&'static str],
) -> Host {
    Host {
        name,
        base_url,
        key_variables,
    }
}

/// Addresses as the vendors document them, November 2026.
const HOSTS: &[Host] = &[
    host(
        "cerebras",
        "https://api.cerebras.ai/v1",
        &["CEREBRAS_API_KEY"],
    ),
    host(
        "deepseek",
        "https://api.deepseek.com",
        &["DEEPSEEK_API_KEY"],
    ),
    host(
        "fireworks",
        "https://api.fireworks.ai/inference/v1",
        &["FIREWORKS_API_KEY"],
    ),
    host("groq", "https://api.groq.com/openai/v1", &["GROQ_API_KEY"]),
    host("minimax", "https://api.minimax.io/v1", &["MINIMAX_API_KEY"]),
    host("mistral", "https://api.mistral.ai/v1", &["MISTRAL_API_KEY"]),
    host(
        "moonshot",
        "https://api.moonshot.ai/v1",
        &["MOONSHOT_API_KEY"],
    ),
    host("ollama", "http://127.0.0.1:11434/v1", &[]),
    host("openai", "https://api.openai.com/v1", &["OPENAI_API_KEY"]),
    host(
        "openrouter",
        "https://openrouter.ai/api/v1",
        &["OPENROUTER_API_KEY"],
    ),
    host(
        "together",
        "https://api.together.xyz/v1",
        &["TOGETHER_API_KEY"],
    ),
    host("vllm", "http://127.0.0.1:8000/v1", &[]),
    host("voyage", "https://api.voyageai.com/v1", &["VOYAGE_API_KEY"]),
    host("xai", "https://api.x.ai/v1", &["XAI_API_KEY"]),
    host(
        "zai",
        "https://api.z.ai/api/paas/v4",
        &["ZAI_API_KEY", "ZHIPUAI_API_KEY"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_has_its_quirks_and_every_quirk_its_host() {
        for host in Host::all() {
            assert_eq!(host.quirks().name(), host.name());
        }
        let quirks = Quirks::all()
            .iter()
            .filter(|row| row.name() != "compatible");
        assert_eq!(quirks.count(), Host::all().len());
    }
}
