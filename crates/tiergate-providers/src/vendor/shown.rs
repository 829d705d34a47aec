//! What a call shows of a credential: itself, or a token that it was exchanged for.

use std::ops::Deref;

use secrecy::ExposeSecret;
use tiergate_transport::Client;
use tokio::time::Instant;

use super::service_account::Grant;
use super::{Credential, Dialect, Vendor};
use crate::error::Error;

/// A credential as the adapter holds it.
pub(super) enum Holder {
    /// Shown as it is, or by a signature.
    Given(Credential),
    /// Exchanged for tokens.
    Granted(Grant),
}

/// What a call shows.
pub(super) enum Shown<'a> {
    Given(&'a Credential),
    Token(Credential),
}

impl Holder {
    /// # Errors
    /// A service account that cannot sign, or for a dialect that knows none.
    pub(super) fn new(
        credential: Credential,
        dialect: Dialect,
        client: &Client,
    ) -> Result<Self, Box<str>> {
        match credential {
            Credential::ServiceAccount(account) if dialect == Dialect::Vertex => {
                Grant::new(account, client).map(Self::Granted)
            }
            other => Ok(Self::Given(other)),
        }
    }
}

impl Vendor {
    /// What is shown for the credential of this number, or else the first; `told` is when it must be over, and now in
    /// seconds since the Unix epoch.
    ///
    /// # Errors
    /// Why there is no token.
    pub(super) async fn shown(
        &self,
        number: usize,
        (deadline, now): (Instant, i64),
    ) -> Result<Option<Shown<'_>>, Error> {
        let upstream = &self.0.upstream;
        Ok(match self.holder(number) {
            None => None,
            Some(Holder::Given(credential)) => Some(Shown::Given(credential)),
            Some(Holder::Granted(grant)) => {
                let token = grant.token(upstream, deadline, now).await?;
                upstream.secrets.learn(&token);
                Some(Shown::Token(Credential::Key(token)))
            }
        })
    }

    /// Takes note that the vendor refused what was shown, if it did: a token may be taken back before its end.
    pub(super) fn rejected(&self, number: usize, shown: Option<&Credential>, error: &Error) {
        if error.status() == Some(401)
            && let Some(Holder::Granted(grant)) = self.holder(number)
            && let Some(Credential::Key(token)) = shown
        {
            grant.refused(token.expose_secret());
        }
    }

    fn holder(&self, number: usize) -> Option<&Holder> {
        let held = &self.0.credentials;
        held.get(number).or_else(|| held.first())
    }
}

impl Deref for Shown<'_> {
    type Target = Credential;

    fn deref(&self) -> &Credential {
        match self {
            Self::Given(credential) => credential,
            Self::Token(credential) => credential,
        }
    }
}
