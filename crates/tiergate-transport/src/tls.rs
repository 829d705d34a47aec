//! Where the TLS configuration comes from.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls_platform_verifier::BuilderVerifierExt;

/// A client configuration that trusts the certificate authorities of this machine and offers
/// HTTP/2 and HTTP/1.1.
///
/// # Errors
/// When the machine has no readable store of certificate authorities, or the provider supports
/// none of TLS 1.2 and 1.3.
pub fn client_config(provider: Arc<CryptoProvider>) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The TLS side of a [`Client`](crate::Client); cheap to clone.
#[derive(Clone)]
pub struct Tls(Source);

#[derive(Clone)]
enum Source {
    Given(Arc<ClientConfig>),
    Off,
    Platform(Arc<Platform>),
}

struct Platform {
    provider: Arc<CryptoProvider>,
    config: OnceLock<Arc<ClientConfig>>,
    building: Mutex<()>,
}

impl Tls {
    /// Reads the machine's certificate authorities when the first `https` origin is dialled.
    ///
    /// So a start is fast, and a machine without a certificate store still serves `http`
    /// upstreams. A failure is not remembered: the next connection tries again.
    pub fn platform(provider: Arc<CryptoProvider>) -> Self {
        Self(Source::Platform(Arc::new(Platform {
            provider,
            config: OnceLock::new(),
            building: Mutex::new(()),
        })))
    }

    /// [`Tls::platform`] with the cryptography of AWS-LC.
    #[cfg(feature = "aws-lc-rs")]
    pub fn aws_lc_rs() -> Self {
        Self::platform(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
    }

    /// No TLS: every `https` request fails to connect.
    pub fn off() -> Self {
        Self(Source::Off)
    }

    /// What encrypts and signs; `None` without TLS.
    pub(crate) fn crypto(&self) -> Option<&CryptoProvider> {
        match &self.0 {
            Source::Given(config) => Some(config.crypto_provider()),
            Source::Off => None,
            Source::Platform(platform) => Some(&platform.provider),
        }
    }

    pub(crate) async fn config(&self) -> Result<Arc<ClientConfig>, String> {
        match &self.0 {
            Source::Given(config) => Ok(Arc::clone(config)),
            Source::Off => Err("tls is switched off".to_owned()),
            Source::Platform(platform) => match platform.config.get() {
                Some(config) => Ok(Arc::clone(config)),
                None => build(Arc::clone(platform)).await,
            },
        }
    }
}

impl From<Arc<ClientConfig>> for Tls {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self(Source::Given(config))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Given(_) => "Tls::from(ClientConfig)",
            Source::Off => "Tls::off",
            Source::Platform(_) => "Tls::platform",
        })
    }
}

/// Builds the configuration once, off the asynchronous threads: it reads files.
async fn build(platform: Arc<Platform>) -> Result<Arc<ClientConfig>, String> {
    let built = tokio::task::spawn_blocking(move || {
        let _one = platform
            .building
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = platform.config.get() {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(client_config(Arc::clone(&platform.provider))?);
        Ok(Arc::clone(platform.config.get_or_init(|| config)))
    });
    match built.await {
        Ok(Ok(config)) => Ok(config),
        Ok(Err::<_, rustls::Error>(error)) => Err(format!("tls is not available: {error}")),
        Err(error) => Err(format!("tls is not available: {error}")),
    }
}
