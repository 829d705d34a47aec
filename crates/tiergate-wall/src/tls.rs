//! Ports whose TLS certificates nobody should trust.

use std::io;
use std::str::FromStr;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with a certificate, besides that nobody has signed it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Certificate {
    /// It was valid in the year 2001.
    Expired,
    /// Nothing else: it is for `localhost` and valid.
    SelfSigned,
    /// It is for another host.
    WrongName,
}

impl FromStr for Certificate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "expired" => Ok(Self::Expired),
            "self-signed" => Ok(Self::SelfSigned),
            "wrong-name" => Ok(Self::WrongName),
            _ => Err("there are expired, self-signed and wrong-name".to_owned()),
        }
    }
}

impl Certificate {
    pub(crate) fn config(self) -> io::Result<Arc<ServerConfig>> {
        let name = match self {
            Self::WrongName => "elsewhere.invalid",
            Self::Expired | Self::SelfSigned => "localhost",
        };
        let mut params = CertificateParams::new([name.to_owned()]).map_err(io::Error::other)?;
        if self == Self::Expired {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2001, 12, 31);
        }
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .map_err(io::Error::other)?;
        Ok(Arc::new(config))
    }
}
