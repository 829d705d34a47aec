//! Which path does what, and who may call it.

mod chat;
mod embeddings;
mod feedback;
mod front;
mod health;
mod metrics;
mod models;
mod receipts;
mod targets;
mod tiers;
mod why;

use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use tiergate_router::Form;

pub(crate) use chat::{Wishes, chat};
pub(crate) use embeddings::embed;
pub(crate) use feedback::{MOST_BYTES as FEEDBACK_BYTES, examples, rate};
pub(crate) use front::{Asked, ask, count};
pub(crate) use health::{live, ready};
pub(crate) use metrics::metrics;
pub(crate) use models::{list, retrieve};
pub(crate) use receipts::receipt;
pub(crate) use targets::targets;
pub(crate) use tiers::tiers;
pub(crate) use why::why;

/// What a request wants, by method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A conversation, in one of the dialects of clients.
    Chat(Form),
    /// How many tokens such a conversation has.
    Count(Form),
    Embeddings,
    Examples,
    /// An answer that would have been kept, by its id.
    Kept(String),
    Live,
    Metrics,
    Model(String),
    Models,
    Rate,
    Ready,
    Receipt(String),
    Route,
    Targets,
    Tiers,
}

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Anyone.
    Public,
    /// Whoever holds a key; in demo mode also a caller on a loopback address.
    Key,
}

/// Why a path leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The path exists with these methods.
    Method(&'static str),
    /// The path does not exist.
    Path,
}

impl Endpoint {
    /// Reads method and path.
    ///
    /// The API answers under `/v1`, without it, and both again under `/api/gateway`.
    pub(crate) fn read(method: &Method, path: &str) -> Result<Self, Lost> {
        if let Some(endpoint) = Self::root(path) {
            return allow(method, "GET, HEAD", endpoint);
        }
        let path = path.strip_prefix("/api/gateway").unwrap_or(path);
        let path = path
            .strip_prefix("/v1")
            .filter(|rest| rest.starts_with('/'))
            .unwrap_or(path);
        let path = path.strip_suffix('/').unwrap_or(path);
        match path {
            "/chat/completions" => allow(method, "POST", Self::Chat(Form::Chat)),
            "/messages" => allow(method, "POST", Self::Chat(Form::Messages)),
            "/messages/count_tokens" => allow(method, "POST", Self::Count(Form::Messages)),
            "/responses" => allow(method, "POST", Self::Chat(Form::Responses)),
            "/responses/input_tokens" => allow(method, "POST", Self::Count(Form::Responses)),
            "/embeddings" => allow(method, "POST", Self::Embeddings),
            "/models" => allow(method, "GET, HEAD", Self::Models),
            "/targets" => allow(method, "GET, HEAD", Self::Targets),
            "/tiers" => allow(method, "GET, HEAD", Self::Tiers),
            "/feedback" if method == Method::POST => Ok(Self::Rate),
            "/feedback" => allow(method, "GET, HEAD, POST", Self::Examples),
            "/route" => allow(method, "POST", Self::Route),
            _ => {
                let id = |prefix| {
                    path.strip_prefix(prefix)
                        .filter(|id: &&str| !id.is_empty())
                        .map(decoded)
                };
                if let Some(id) = id("/models/") {
                    return allow(method, "GET, HEAD", Self::Model(id));
                }
                if let Some(rest) = id("/responses/").filter(|rest| rest != "compact") {
                    let id = rest.split('/').next().unwrap_or_default();
                    return allow(method, "GET, HEAD, POST, DELETE", Self::Kept(id.to_owned()));
                }
                if let Some(id) = id("/receipts/") {
                    return allow(method, "GET, HEAD", Self::Receipt(id));
                }
                Err(Lost::Path)
            }
        }
    }

    /// Who may call this. Every endpoint has an answer: there is no default.
    pub(crate) fn policy(&self) -> Policy {
        match self {
            Self::Live | Self::Ready | Self::Tiers => Policy::Public,
            Self::Chat(_)
            | Self::Count(_)
            | Self::Embeddings
            | Self::Examples
            | Self::Kept(_)
            | Self::Metrics
            | Self::Model(_)
            | Self::Models
            | Self::Rate
            | Self::Receipt(_)
            | Self::Route
            | Self::Targets => Policy::Key,
        }
    }

    /// The dialect of this endpoint to a client that speaks `spoken` where it has the choice.
    pub(crate) fn form(&self, spoken: Form) -> Form {
        match self {
            Self::Chat(form) | Self::Count(form) => *form,
            Self::Model(_) | Self::Models => spoken,
            _ => Form::Chat,
        }
    }

    /// What a client speaks that its path does not tell: every client of Anthropic's sends the version of its API.
    pub(crate) fn spoken(headers: &HeaderMap) -> Form {
        if headers.contains_key("anthropic-version") {
            Form::Messages
        } else {
            Form::Chat
        }
    }

    /// What probers and collectors ask for, at no other place than the root.
    fn root(path: &str) -> Option<Self> {
        match path {
            "/livez" | "/healthz" | "/health" | "/health/liveliness" => Some(Self::Live),
            "/readyz" | "/health/readiness" => Some(Self::Ready),
            "/metrics" => Some(Self::Metrics),
            _ => None,
        }
    }
}

fn allow(method: &Method, methods: &'static str, endpoint: Endpoint) -> Result<Endpoint, Lost> {
    let allowed = methods.split(", ").any(|each| each == method.as_str());
    allowed.then_some(endpoint).ok_or(Lost::Method(methods))
}

fn decoded(id: &str) -> String {
    percent_decode_str(id).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_answers_under_every_prefix() {
        for prefix in ["", "/v1", "/api/gateway", "/api/gateway/v1"] {
            let read = |method, path: &str| Endpoint::read(&method, &format!("{prefix}{path}"));
            let chat = |path| read(Method::POST, path).map(|endpoint| endpoint.form(Form::Chat));
            assert_eq!(chat("/chat/completions"), Ok(Form::Chat));
            assert_eq!(chat("/messages"), Ok(Form::Messages));
            assert_eq!(chat("/responses"), Ok(Form::Responses));
            assert_eq!(
                read(Method::POST, "/messages/count_tokens"),
                Ok(Endpoint::Count(Form::Messages))
            );
            assert_eq!(read(Method::POST, "/embeddings"), Ok(Endpoint::Embeddings));
            assert_eq!(read(Method::GET, "/embeddings"), Err(Lost::Method("POST")));
            assert_eq!(read(Method::GET, "/models"), Ok(Endpoint::Models));
            assert_eq!(
                read(Method::GET, "/models/meta/a:b%2Fc"),
                Ok(Endpoint::Model("meta/a:b/c".into()))
            );
            assert_eq!(
                read(Method::GET, "/receipts/req_1"),
                Ok(Endpoint::Receipt("req_1".into()))
            );
            assert_eq!(
                read(Method::GET, "/chat/completions"),
                Err(Lost::Method("POST"))
            );
            assert_eq!(read(Method::POST, "/feedback"), Ok(Endpoint::Rate));
            assert_eq!(read(Method::GET, "/feedback"), Ok(Endpoint::Examples));
            assert_eq!(
                read(Method::PUT, "/feedback"),
                Err(Lost::Method("GET, HEAD, POST"))
            );
            assert_eq!(read(Method::GET, "/v2/models"), Err(Lost::Path));
        }
        assert_eq!(Endpoint::read(&Method::GET, "/v1models"), Err(Lost::Path));
        assert_eq!(
            Endpoint::read(&Method::GET, "/models/"),
            Ok(Endpoint::Models)
        );
    }

    #[test]
    fn the_list_of_models_is_told_in_what_the_client_speaks() {
        let mut headers = HeaderMap::new();
        let form =
            |endpoint: Endpoint, headers: &HeaderMap| endpoint.form(Endpoint::spoken(headers));
        assert_eq!(form(Endpoint::Models, &headers), Form::Chat);
        headers.insert(
            "anthropic-version",
            http::HeaderValue::from_static("2023-06-01"),
        );
        assert_eq!(form(Endpoint::Models, &headers), Form::Messages);
        assert_eq!(form(Endpoint::Model("m".into()), &headers), Form::Messages);
        assert_eq!(form(Endpoint::Chat(Form::Chat), &headers), Form::Chat);
        assert_eq!(form(Endpoint::Tiers, &headers), Form::Chat);
    }

    #[test]
    fn health_is_public_and_the_rest_is_not() {
        let policy = |path| Endpoint::read(&Method::GET, path).unwrap().policy();
        for path in ["/livez", "/readyz", "/healthz", "/health", "/v1/tiers"] {
            assert_eq!(policy(path), Policy::Public, "{path}");
        }
        for path in [
            "/v1/models",
            "/v1/models/x",
            "/v1/receipts/x",
            "/feedback",
            "/v1/targets",
            "/metrics",
        ] {
            assert_eq!(policy(path), Policy::Key, "{path}");
        }
        for path in [
            "/v1/chat/completions",
            "/v1/embeddings",
            "/v1/feedback",
            "/v1/messages",
            "/v1/responses",
            "/v1/route",
        ] {
            let endpoint = Endpoint::read(&Method::POST, path).unwrap();
            assert_eq!(endpoint.policy(), Policy::Key, "{path}");
        }
    }
}
