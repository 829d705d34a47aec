//! Google's service accounts: their key files, and the grant that makes tokens of them (RFC 7523).

mod grant;
mod tokens;

use std::fmt;
use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use http::Uri;
use http::uri::Scheme;
use secrecy::SecretString;
use serde_json::{Value, json};
use tiergate_transport::{InvalidKey, SigningKey};

pub(super) use grant::Grant;

use tokens::Tokens;

/// What a token may be used for.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// Where accounts are exchanged for tokens whose file does not say it.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";

/// For how long an assertion, and the token for it, is asked for, in seconds; Google gives no more.
const LIFETIME: i64 = 3600;

/// A Google service account, as its key file describes it.
///
/// Clones share the tokens that were made of it. `Debug` shows its address and nothing secret.
///
/// ```
/// use tiergate_providers::ServiceAccount;
///
/// let file = r#"{"type": "service_account", "project_id": "p", "client_email": "router@p.iam.gserviceaccount.com",
///     "private_key_id": "k1", "private_key": "-----BEGIN PRIVATE KEY-----\n…", "token_uri": "https://oauth2.googleapis.com/token"}"#;
/// let account = ServiceAccount::from_json(file)?;
/// assert_eq!(account.project(), Some("p"));
/// assert!(!format!("{account:?}").contains("BEGIN"));
/// # Ok::<(), tiergate_providers::InvalidServiceAccount>(())
/// ```
#[derive(Clone)]
pub struct ServiceAccount(Arc<Account>);

struct Account {
    email: Box<str>,
    key_id: Option<Box<str>>,
    private_key: SecretString,
    token_uri: Uri,
    project: Option<Box<str>>,
    tokens: Tokens,
}

impl ServiceAccount {
    /// The key that it signs with.
    pub(super) fn private_key(&self) -> &SecretString {
        &self.0.private_key
    }
}

/// Why a text is no key file of a service account; it says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidServiceAccount(&'static str);

impl ServiceAccount {
    /// The account of a key file, as Google's console gives it out.
    ///
    /// The key itself is read when a provider is built with it.
    ///
    /// # Errors
    /// What is no such file, and a `token_uri` that would carry the account over the network unencrypted.
    pub fn from_json(text: &str) -> Result<Self, InvalidServiceAccount> {
        let mut file: Value = serde_json::from_str(text)
            .map_err(|_unsaid| InvalidServiceAccount("a service account's key file is JSON"))?;
        if file["type"]
            .as_str()
            .is_some_and(|kind| kind != "service_account")
        {
            return Err(InvalidServiceAccount(
                "this is not the key file of a service account: its `type` is another",
            ));
        }
        let mut taken = |name: &str| match file.get_mut(name).map(Value::take) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
            _ => None,
        };
        let missing = |what| InvalidServiceAccount(what);
        let email = taken("client_email")
            .ok_or_else(|| missing("a service account's key file needs `client_email`"))?;
        let private_key = taken("private_key")
            .ok_or_else(|| missing("a service account's key file needs `private_key`"))?;
        let token_uri = taken("token_uri").unwrap_or_else(|| TOKEN_URI.to_owned());
        Ok(Self(Arc::new(Account {
            email: email.into(),
            key_id: taken("private_key_id").map(Into::into),
            private_key: private_key.into(),
            token_uri: token_address(&token_uri)?,
            project: taken("project_id").map(Into::into),
            tokens: Tokens::default(),
        })))
    }

    /// The project that the account belongs to.
    pub fn project(&self) -> Option<&str> {
        self.0.project.as_deref()
    }

    /// What is exchanged for a token, signed; `now` is in seconds since the Unix epoch.
    fn assertion(&self, key: &SigningKey, now: i64) -> Result<String, InvalidKey> {
        let mut header = json!({"alg": "RS256", "typ": "JWT"});
        if let Some(id) = &self.0.key_id {
            header["kid"] = Value::from(&**id);
        }
        let claims = json!({
            "iss": self.0.email,
            "scope": SCOPE,
            "aud": self.0.token_uri.to_string(),
            "iat": now,
            "exp": now.saturating_add(LIFETIME),
        });
        let encoded = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let mut assertion = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = key.rs256(assertion.as_bytes())?;
        assertion.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut assertion);
        Ok(assertion)
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount")
            .field("email", &self.0.email)
            .finish_non_exhaustive()
    }
}

/// An address that tokens may come from: encrypted, or on this machine.
fn token_address(text: &str) -> Result<Uri, InvalidServiceAccount> {
    const REFUSED: InvalidServiceAccount =
        InvalidServiceAccount("the `token_uri` of a service account must begin with https://");
    let uri: Uri = text.trim().parse().map_err(|_unsaid| REFUSED)?;
    let authority = uri.authority().ok_or(REFUSED)?;
    let here = matches!(authority.host(), "127.0.0.1" | "[::1]" | "localhost");
    let encrypted = uri.scheme() == Some(&Scheme::HTTPS);
    let sound = encrypted || here && uri.scheme() == Some(&Scheme::HTTP);
    if sound && !authority.as_str().contains('@') {
        Ok(uri)
    } else {
        Err(REFUSED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        ServiceAccount::from_json(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_key_file_is_told_without_its_secrets() {
        for (text, expected) in [
            ("canary", "is JSON"),
            ("[]", "`client_email`"),
            (
                r#"{"type": "authorized_user", "refresh_token": "canary"}"#,
                "its `type` is another",
            ),
            (r#"{"private_key": "canary"}"#, "`client_email`"),
            (
                r#"{"client_email": "a@b", "private_key": " "}"#,
                "`private_key`",
            ),
            (
                r#"{"client_email": "a@b", "private_key": "canary", "token_uri": "http://example.com/"}"#,
                "https://",
            ),
            (
                r#"{"client_email": "a@b", "private_key": "canary", "token_uri": "https://u:canary@h/"}"#,
                "https://",
            ),
            (
                r#"{"client_email": "a@b", "private_key": "canary", "token_uri": "canary"}"#,
                "https://",
            ),
        ] {
            let told = told(text);
            assert!(
                told.contains(expected) && !told.contains("canary"),
                "{told}"
            );
        }
    }

    #[test]
    fn the_shortest_key_file_is_enough() {
        let account =
            ServiceAccount::from_json(r#"{"client_email": "a@b", "private_key": "canary"}"#);
        let account = account.unwrap();
        assert_eq!(account.0.token_uri, TOKEN_URI);
        assert_eq!(account.project(), None);
        assert_eq!(
            format!("{account:?}"),
            r#"ServiceAccount { email: "a@b", .. }"#
        );
    }
}
