//! How a provider of a dialect of its own is set up.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use tiergate_transport::Client;

use super::protocols::{Dialect, Place};
use super::shown::Holder;
use super::{Credential, Inner, Replay, Vendor};
use crate::http::{Secrets, Upstream, base, common_headers, mark};
use crate::openai::InvalidProvider;

/// Sets up a [`Vendor`].
pub struct VendorBuilder {
    name: Box<str>,
    dialect: Dialect,
    client: Client,
    base_url: Option<String>,
    place: Place,
    credentials: Vec<Credential>,
    headers: Vec<(String, SecretString)>,
    replay: Replay,
}

impl VendorBuilder {
    pub(super) fn new(name: &str, dialect: Dialect, client: Client) -> Self {
        Self {
            name: name.into(),
            dialect,
            client,
            base_url: None,
            place: Place::default(),
            credentials: Vec::new(),
            headers: Vec::new(),
            replay: Replay::default(),
        }
    }

    /// Where the API is, as the vendor's own client takes it; without it the vendor's usual address.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The region or location, for Bedrock and Vertex.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.place.region = Some(region.into());
        self
    }

    /// The project, for Vertex.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.place.project = Some(project.into());
        self
    }

    /// The provider is Azure OpenAI: the base URL is the resource's, and keys go into the header `api-key`.
    pub(crate) fn azure(mut self) -> Self {
        self.place.azure = true;
        self
    }

    /// One more credential; the first is number 0.
    #[must_use]
    pub fn credential(mut self, credential: impl Into<Credential>) -> Self {
        self.credentials.push(credential.into());
        self
    }

    /// A header for every request. The value is treated as a secret.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Where signed reasoning is kept; without it the provider has a store of its own.
    #[must_use]
    pub fn replay(mut self, replay: Replay) -> Self {
        self.replay = replay;
        self
    }

    /// The provider.
    ///
    /// # Errors
    /// A base URL that is not `http` or `https`, or carries credentials; a region or project that is missing or is
    /// none; a header that cannot be sent; a service account whose key cannot sign.
    pub fn build(self) -> Result<Vendor, InvalidProvider> {
        let provider = self.name.clone();
        self.try_build()
            .map_err(|message| InvalidProvider { provider, message })
    }

    fn try_build(self) -> Result<Vendor, Box<str>> {
        let url = match self.base_url {
            Some(url) => url,
            None => self.dialect.base_url(&self.place)?,
        };
        let base = base(&url)?;
        let headers = common_headers(&base.join("/")?, &self.headers)?;
        let common: Vec<_> = self.headers.into_iter().map(|(_, value)| value).collect();
        let marks = if self.credentials.is_empty() {
            Box::from([mark(&common)])
        } else {
            let each = self.credentials.iter();
            each.map(|credential| credential.mark(&common)).collect()
        };
        let secrets = self.credentials.iter().flat_map(Credential::secrets);
        let secrets = Secrets::new(secrets.chain(common));
        let client = self.client;
        let held = self.credentials.into_iter();
        let held = held.map(|credential| Holder::new(credential, self.dialect, &client));
        Ok(Vendor(Arc::new(Inner {
            credentials: held.collect::<Result<_, _>>()?,
            upstream: Arc::new(Upstream {
                name: self.name,
                client,
                secrets,
            }),
            protocol: self.dialect.protocol(self.place)?,
            base,
            endpoint: url.into(),
            marks,
            headers,
            replay: self.replay,
        })))
    }
}

impl fmt::Debug for VendorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VendorBuilder")
            .field("name", &self.name)
            .field("dialect", &self.dialect)
            .field("credentials", &self.credentials.len())
            .finish_non_exhaustive()
    }
}
