//! How an OpenAI-shaped provider is set up.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use http::header::{self, HeaderMap};
use secrecy::{ExposeSecret, SecretString};
use tiergate_dialects::embeddings::openai::Host as Embedder;
use tiergate_dialects::openai::Quirks;
use tiergate_transport::Client;

use super::{Inner, OpenAi};
use crate::host::Host;
use crate::http::{Secrets, Upstream, base, common_headers, mark, secret_value};
use crate::vendor::{Dialect, Replay, Vendor};

/// Sets up an [`OpenAi`] provider.
pub struct OpenAiBuilder {
    name: Box<str>,
    client: Client,
    base_url: Option<String>,
    quirks: Option<&'static Quirks>,
    credentials: Vec<SecretString>,
    headers: Vec<(String, SecretString)>,
    azure: bool,
    responses: Option<bool>,
    replay: Replay,
}

/// Why a provider cannot be set up; the message repeats no secret and no URL.
#[derive(Debug, thiserror::Error)]
#[error("provider {provider}: {message}")]
pub struct InvalidProvider {
    pub(crate) provider: Box<str>,
    pub(crate) message: Box<str>,
}

impl OpenAiBuilder {
    pub(super) fn new(name: &str, client: Client) -> Self {
        Self {
            name: name.into(),
            client,
            base_url: None,
            quirks: None,
            credentials: Vec::new(),
            headers: Vec::new(),
            azure: false,
            responses: None,
            replay: Replay::default(),
        }
    }

    /// The URL before `/chat/completions`, as the vendor's own client takes it. A query is kept; a
    /// user name or password is refused.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The deviations of this host; without it those of the base URL's domain, if it is known, else
    /// none.
    #[must_use]
    pub fn host(mut self, host: &'static Host) -> Self {
        self.quirks = Some(host.quirks());
        self
    }

    /// The provider is Azure OpenAI: the base URL is the resource's, the path that of its version 1, the model the name
    /// of a deployment, and keys go into the header `api-key`.
    #[must_use]
    pub fn azure(mut self) -> Self {
        self.azure = true;
        self
    }

    /// Whether the provider has OpenAI's Responses beside chat completions; without it, whether it is OpenAI itself.
    ///
    /// There go requests for models that answer on Responses only, function tools for models that take them in chat
    /// completions only without reasoning, and requests of clients of Responses for models that reason, or that no chat
    /// completion can say. Everything else is asked by chat completions.
    #[must_use]
    pub fn responses(mut self, has: bool) -> Self {
        self.responses = Some(has);
        self
    }

    /// Where signed reasoning is kept that Responses want back; without it the provider has a store of its own.
    #[must_use]
    pub fn replay(mut self, replay: Replay) -> Self {
        self.replay = replay;
        self
    }

    /// One more credential, sent as a bearer token; the first is number 0.
    #[must_use]
    pub fn credential(mut self, key: impl Into<SecretString>) -> Self {
        self.credentials.push(key.into());
        self
    }

    /// A header for every request, such as `X-Title`. The value is treated as a secret.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The provider.
    ///
    /// # Errors
    /// A base URL that is missing, not `http` or `https`, or carries credentials; a header that
    /// cannot be sent.
    pub fn build(self) -> Result<OpenAi, InvalidProvider> {
        let provider = self.name.clone();
        self.try_build()
            .map_err(|message| InvalidProvider { provider, message })
    }

    fn try_build(self) -> Result<OpenAi, Box<str>> {
        let named = Host::by_name(&self.name);
        let base = self
            .base_url
            .as_deref()
            .or_else(|| named.map(Host::base_url));
        let base = base.ok_or("no base_url is given, and the name is not that of a known host")?;
        let url_of = if self.azure { azure_url } else { host_url };
        let url = url_of(base, "/chat/completions")?;
        let embeddings = url_of(base, "/embeddings")?;
        let known = match &self.base_url {
            Some(base) => Host::by_base_url(base),
            None => named,
        };
        let quirks = self.quirks.or_else(|| known.map(Host::quirks));
        let is_openai = quirks.is_some_and(|quirks| quirks.name() == "openai");
        let has_responses = self.responses.unwrap_or(is_openai && !self.azure);
        let responses = has_responses.then(|| self.by_responses(base)).transpose()?;
        let common = common_headers(&url, &self.headers)?;
        let headers = if self.credentials.is_empty() {
            Box::from([common])
        } else {
            let sets = self
                .credentials
                .iter()
                .map(|key| with_key(&common, key, self.azure));
            sets.collect::<Result<_, _>>()?
        };
        let marks = self.marks();
        let values = self.headers.into_iter().map(|(_, value)| value);
        Ok(OpenAi(Arc::new(Inner {
            upstream: Upstream {
                name: self.name,
                client: self.client,
                secrets: Secrets::new(self.credentials.into_iter().chain(values)),
            },
            endpoint: url.to_string().into(),
            url,
            marks,
            headers,
            responses,
            embeddings: (embeddings, embedder(self.azure, quirks)),
            quirks: quirks.unwrap_or(Quirks::COMPATIBLE),
        })))
    }
}

impl OpenAiBuilder {
    /// What tells its credentials apart; one where it has none.
    fn marks(&self) -> Box<[u64]> {
        let common = || self.headers.iter().map(|(_, value)| value);
        if self.credentials.is_empty() {
            return Box::from([mark(common())]);
        }
        let keys = self.credentials.iter();
        keys.map(|key| mark(common().chain([key]))).collect()
    }

    /// The same provider by Responses.
    fn by_responses(&self, base_url: &str) -> Result<Vendor, Box<str>> {
        let mut vendor = Vendor::builder(&self.name, Dialect::Responses, self.client.clone());
        vendor = vendor.replay(self.replay.clone());
        vendor = if self.azure {
            vendor.azure().base_url(azure_resource(base_url))
        } else {
            vendor.base_url(base_url)
        };
        for key in &self.credentials {
            vendor = vendor.credential(key.clone());
        }
        for (name, value) in &self.headers {
            vendor = vendor.header(name, value.clone());
        }
        vendor.build().map_err(|invalid| invalid.message)
    }
}

impl fmt::Debug for OpenAiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiBuilder")
            .field("name", &self.name)
            .field("credentials", &self.credentials.len())
            .finish_non_exhaustive()
    }
}

fn host_url(base_url: &str, path: &str) -> Result<Uri, Box<str>> {
    base(base_url)?.join(path)
}

fn azure_url(base_url: &str, path: &str) -> Result<Uri, Box<str>> {
    base(azure_resource(base_url))?.join(&format!("/openai/v1{path}"))
}

/// The resource's address, which is given with or without the path of version 1.
fn azure_resource(base_url: &str) -> &str {
    let base_url = base_url.trim_end_matches('/');
    base_url.strip_suffix("/openai/v1").unwrap_or(base_url)
}

/// How the host makes vectors.
fn embedder(azure: bool, quirks: Option<&Quirks>) -> Embedder {
    match quirks.map(Quirks::name) {
        _ if azure => Embedder::OpenAi,
        Some("mistral") => Embedder::Mistral,
        Some("openai") => Embedder::OpenAi,
        Some("voyage") => Embedder::Voyage,
        _ => Embedder::Compatible,
    }
}

fn with_key(common: &HeaderMap, key: &SecretString, azure: bool) -> Result<HeaderMap, Box<str>> {
    let mut headers = common.clone();
    if azure {
        let value = secret_value(key.expose_secret().trim());
        let value = value.ok_or("a credential cannot stand in a header")?;
        headers.insert("api-key", value);
        return Ok(headers);
    }
    let bearer = SecretString::from(format!("Bearer {}", key.expose_secret().trim()));
    let value = secret_value(bearer.expose_secret());
    let value = value.ok_or("a credential cannot stand in a header")?;
    headers.insert(header::AUTHORIZATION, value);
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_the_base_and_the_path() {
        for (base, url) in [
            ("https://a.test/v1", "https://a.test/v1/chat/completions"),
            ("https://a.test/v1/", "https://a.test/v1/chat/completions"),
            ("http://[::1]:8000", "http://[::1]:8000/chat/completions"),
            (
                "https://a.test/x?v=1",
                "https://a.test/x/chat/completions?v=1",
            ),
        ] {
            assert_eq!(
                host_url(base, "/chat/completions").unwrap().to_string(),
                url
            );
        }
        for base in [
            "",
            "a.test",
            "/v1",
            "ftp://a.test",
            "https://u:p@a.test/",
            "https://u@a.test",
        ] {
            let message = host_url(base, "/chat/completions").unwrap_err();
            assert!(
                !message.contains("u@") && !message.contains("u:p"),
                "{message}"
            );
        }
    }
}
