//! Fetches tokens for an account: one fetch at a time, and none that a request must wait for while a token lasts.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Request};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tiergate_dialects::{Cause, Fault};
use tiergate_transport::{Body, SigningKey};
use tokio::time::{Instant, timeout_at};

use super::ServiceAccount;
use super::tokens::State;
use crate::error::{Error, Kind};
use crate::http::{Upstream, common_headers};

/// The kind of grant, as a form spells it.
const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";

/// How long a token is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The life of a token that does not tell it, in seconds.
const UNTOLD: i64 = 300;

/// An account with its key.
#[derive(Clone)]
pub(in crate::vendor) struct Grant {
    account: ServiceAccount,
    key: SigningKey,
}

impl Grant {
    /// # Errors
    /// A key that cannot sign.
    pub(in crate::vendor) fn new(
        account: ServiceAccount,
        client: &tiergate_transport::Client,
    ) -> Result<Self, Box<str>> {
        let key = client.signing_key(account.0.private_key.expose_secret());
        let key = key.map_err(|invalid| format!("the service account: {invalid}"))?;
        Ok(Self { account, key })
    }

    /// A token that works at `now`, in seconds since the Unix epoch.
    ///
    /// # Errors
    /// Why there is none.
    ///
    /// # Cancel safety
    /// Dropping the future gives its turn to the next who waits.
    pub(in crate::vendor) async fn token(
        &self,
        upstream: &Arc<Upstream>,
        deadline: Instant,
        now: i64,
    ) -> Result<SecretString, Error> {
        let tokens = &self.account.0.tokens;
        let ended = match tokens.at(now) {
            State::Fresh(token) => return Ok(token),
            State::Old(token) => {
                self.renew(upstream, now);
                return Ok(token);
            }
            State::Without(ended) => ended,
        };
        let deadline = deadline.min(Instant::now() + PATIENCE);
        let turn = timeout_at(deadline, tokens.turn.lock()).await;
        let _turn = turn.map_err(|_late| late(upstream))?;
        match tokens.at(now) {
            State::Fresh(token) | State::Old(token) => return Ok(token),
            State::Without(_) => {}
        }
        // all who waited for one fetch share what came of it
        match tokens.failed_since(ended) {
            Some(failed) => Err(failed),
            None => self.fetch(upstream, deadline, now).await,
        }
    }

    /// A token was refused: it is not used again.
    pub(in crate::vendor) fn refused(&self, token: &str) {
        self.account.0.tokens.drop(token);
    }

    /// Fetches the next token beside the requests, unless somebody does.
    fn renew(&self, upstream: &Arc<Upstream>, now: i64) {
        let turn = Arc::clone(&self.account.0.tokens.turn);
        let Ok(turn) = turn.try_lock_owned() else {
            return;
        };
        let (grant, upstream) = (self.clone(), Arc::clone(upstream));
        tokio::spawn(async move {
            let _turn = turn;
            // whoever had the turn before may have been quicker
            if let State::Old(_) = grant.account.0.tokens.at(now) {
                let deadline = Instant::now() + PATIENCE;
                // the account remembers what came of it
                let _ = grant.fetch(&upstream, deadline, now).await;
            }
        });
    }

    /// Makes one request for a token, and remembers what came of it.
    async fn fetch(
        &self,
        upstream: &Upstream,
        deadline: Instant,
        now: i64,
    ) -> Result<SecretString, Error> {
        let tokens = &self.account.0.tokens;
        match self.exchange(upstream, deadline, now).await {
            Ok((token, seconds)) => {
                tokens.keep(token.clone(), seconds, now);
                Ok(token)
            }
            Err(error) => {
                let error = about_token(upstream, &error);
                tokens.miss(error.clone(), now);
                Err(error)
            }
        }
    }

    async fn exchange(
        &self,
        upstream: &Upstream,
        deadline: Instant,
        now: i64,
    ) -> Result<(SecretString, i64), Error> {
        let assertion = self.account.assertion(&self.key, now);
        let assertion = assertion.map_err(|told| upstream.error(Kind::Auth, &told.to_string()))?;
        upstream.secrets.learn(&SecretString::from(&*assertion));
        let request = self.request(&assertion);
        let request = request.map_err(|told| upstream.error(Kind::Auth, &told))?;
        let answered = upstream.exchange(request, (deadline, now), fault).await;
        let (parts, body) = answered?;
        read(&body).ok_or_else(|| upstream.odd(parts.status, "the answer holds none"))
    }

    fn request(&self, assertion: &str) -> Result<Request<Body>, Box<str>> {
        let uri = &self.account.0.token_uri;
        let mut headers = common_headers(uri, &[])?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form = format!("grant_type={GRANT}&assertion={assertion}");
        let mut request = Request::new(Body::from(bytes::Bytes::from(form)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// The token of an answer, and for how many seconds it is good.
fn read(body: &[u8]) -> Option<(SecretString, i64)> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    // Google fills tokens up with dots, which count
    let token = answer["access_token"].as_str()?.trim();
    let sound = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    let seconds = &answer["expires_in"];
    let told = seconds.as_i64().or_else(|| seconds.as_str()?.parse().ok());
    let seconds = told.unwrap_or(UNTOLD).clamp(0, 86_400);
    sound.then(|| (token.into(), seconds))
}

/// What an error of the token endpoint means: OAuth's own form, or that of Google's other services.
fn fault(status: u16, _headers: &HeaderMap, body: &[u8]) -> Fault {
    let answer: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let error = &answer["error"];
    let code = error.as_str().or_else(|| error["status"].as_str());
    let text = answer["error_description"].as_str();
    let text = text.or_else(|| error["message"].as_str());
    let told: Vec<&str> = code.into_iter().chain(text).collect();
    Fault {
        cause: match status {
            429 => Cause::RateLimited,
            408 | 500.. => Cause::Server,
            // whatever else it is, other credentials may do
            _ => Cause::Auth,
        },
        status,
        message: if told.is_empty() {
            format!("status {status} without a readable error")
        } else {
            told.join(": ")
        },
        code: code.map(str::to_owned),
        param: None,
        wait: None,
    }
}

fn late(upstream: &Upstream) -> Error {
    let error = upstream.error(Kind::Timeout, "none came in time");
    about_token(upstream, &error)
}

/// The error, saying that it is about the token; what was asked of the model has not been sent.
fn about_token(upstream: &Upstream, error: &Error) -> Error {
    let kind = match error.kind() {
        Kind::NotFound => Kind::Auth,
        Kind::Reset => Kind::Connect,
        kind => kind,
    };
    let message = format!("no access token: {}", error.message());
    let mut told = upstream.error(kind, &message);
    if let Some(status) = error.status() {
        told = told.with_status(status);
    }
    if let Some(code) = error.code() {
        told = told.with_code(code);
    }
    if let Some(wait) = error.retry_after() {
        told = told.with_retry_after(wait);
    }
    told
}
