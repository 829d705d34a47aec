//! Signatures by the cryptography that TLS is made with.

use std::fmt;
use std::sync::Arc;

use rustls::SignatureScheme;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign;

use crate::client::Client;

/// An RSA key that signs; cheap to clone. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct SigningKey(Arc<dyn sign::SigningKey>);

/// Why nothing can be signed; it says nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidKey(&'static str);

impl Client {
    /// A private RSA key in PEM (PKCS #8 or PKCS #1), for use with the cryptography of this client's TLS.
    ///
    /// # Errors
    /// A text without a private key, a key that is not RSA or too short, and [`Tls::off`](crate::Tls::off).
    pub fn signing_key(&self, pem: &str) -> Result<SigningKey, InvalidKey> {
        let crypto = self.tls().crypto();
        let crypto = crypto.ok_or(InvalidKey("tls is switched off, and cryptography with it"))?;
        let unread = |_unsaid| InvalidKey("the private key is not readable PEM");
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(unread)?;
        let refused = |_unsaid| InvalidKey("the private key is not one that can sign");
        let key = SigningKey(crypto.key_provider.load_private_key(key).map_err(refused)?);
        key.signer().map(|_signer| key)
    }
}

impl SigningKey {
    /// The signature by RSASSA-PKCS1-v1_5 with SHA-256, which JSON Web Tokens call `RS256`.
    ///
    /// # Errors
    /// When the cryptography fails.
    pub fn rs256(&self, message: &[u8]) -> Result<Vec<u8>, InvalidKey> {
        let failed = |_unsaid| InvalidKey("the private key does not sign");
        self.signer()?.sign(message).map_err(failed)
    }

    fn signer(&self) -> Result<Box<dyn sign::Signer>, InvalidKey> {
        let signer = self.0.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
        signer.ok_or(InvalidKey("the private key is not an RSA key"))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").finish_non_exhaustive()
    }
}
