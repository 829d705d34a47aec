//! Credentials of vendors.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::ServiceAccount;
use crate::http::mark;

/// What shows a vendor who asks.
#[derive(Clone)]
pub enum Credential {
    /// Signs each request as Amazon's services want it.
    Aws {
        /// The id of the access key.
        access_key_id: SecretString,
        /// The access key.
        secret_access_key: SecretString,
        /// The token of temporary credentials.
        session_token: Option<SecretString>,
    },
    /// Is sent with each request.
    Key(SecretString),
    /// Is exchanged for tokens, which are sent, as Google's services want it.
    ServiceAccount(ServiceAccount),
}

impl Credential {
    /// The key that is sent.
    ///
    /// # Errors
    /// When it is of another sort.
    pub(crate) fn key(&self) -> Result<&str, Box<str>> {
        match self {
            Self::Key(key) => Ok(key.expose_secret().trim()),
            Self::Aws { .. } => Err("AWS credentials are of use to bedrock only".into()),
            Self::ServiceAccount(_) => Err("a service account is of use to vertex only".into()),
        }
    }

    /// The project of Google's that it belongs to, where it says so.
    pub fn project(&self) -> Option<&str> {
        match self {
            Self::ServiceAccount(account) => account.project(),
            _ => None,
        }
    }

    /// Whether it signs requests instead of being sent.
    pub fn signs(&self) -> bool {
        matches!(self, Self::Aws { .. })
    }

    /// What tells it from others; see [`mark`].
    pub(super) fn mark(&self, common: &[SecretString]) -> u64 {
        let own = match self {
            Self::ServiceAccount(account) => vec![account.private_key().clone()],
            shown => shown.secrets(),
        };
        mark(common.iter().chain(&own))
    }

    /// Everything of it that no text may hold.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::Aws {
                access_key_id,
                secret_access_key,
                session_token,
            } => [
                Some(access_key_id),
                Some(secret_access_key),
                session_token.as_ref(),
            ]
            .into_iter()
            .flatten()
            .cloned()
            .collect(),
            Self::Key(key) => vec![key.clone()],
            // its key is never sent; the tokens made with it are learnt on the way
            Self::ServiceAccount(_) => Vec::new(),
        }
    }
}

impl From<SecretString> for Credential {
    fn from(key: SecretString) -> Self {
        Self::Key(key)
    }
}

impl From<ServiceAccount> for Credential {
    fn from(account: ServiceAccount) -> Self {
        Self::ServiceAccount(account)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws { .. } => "Aws",
            Self::Key(_) => "Key",
            Self::ServiceAccount(_) => "ServiceAccount",
        })
    }
}
