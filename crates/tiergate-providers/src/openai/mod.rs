//! The adapter for OpenAI and every host that imitates it.

mod body;
mod builder;
mod failure;
mod full;
mod retry_after;
mod scrub;
mod stream;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, Request, Uri};
use tiergate_dialects::Edits;
use tiergate_dialects::openai::{Quirks, encode};
use tiergate_transport::{Body, Client};
use tiergate_wire::chat::Pieces;

pub use builder::{InvalidProvider, OpenAiBuilder};

use crate::error::Error;
use crate::seam::{Call, ChatStream, Head, Provider, Reply};
use scrub::Secrets;

/// A provider that speaks OpenAI's chat dialect, with the deviations of its [`Host`](crate::Host).
///
/// Its URL is fixed when it is built, and so each credential goes to that origin only. Cheap to
/// clone.
#[derive(Clone)]
pub struct OpenAi(Arc<Inner>);

/// Tells a gateway of this kind how many of them a request has passed, so that a loop ends.
const HOPS: http::HeaderName = http::HeaderName::from_static("x-tiergate-hops");

struct Inner {
    name: Box<str>,
    url: Uri,
    /// The headers of a request, one set for each credential.
    headers: Box<[HeaderMap]>,
    quirks: &'static Quirks,
    client: Client,
    secrets: Secrets,
}

impl OpenAi {
    /// OpenAI itself, with one key and a connection pool of its own.
    ///
    /// # Errors
    /// When the key cannot stand in a header.
    #[cfg(feature = "aws-lc-rs")]
    pub fn new(key: impl Into<secrecy::SecretString>) -> Result<Self, InvalidProvider> {
        use tiergate_transport::{Settings, Tls};

        let client = Client::new(Settings::default(), Tls::aws_lc_rs());
        Self::builder("openai", client).credential(key).build()
    }

    /// A provider by this name; one that is the name of a [`Host`](crate::Host) begins with that
    /// host's address and deviations.
    pub fn builder(name: &str, client: Client) -> OpenAiBuilder {
        OpenAiBuilder::new(name, client)
    }

    fn request(&self, call: &Call<'_>, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.0.url.clone();
        let sets = &self.0.headers;
        if let Some(headers) = sets.get(call.credential).or_else(|| sets.first()) {
            *request.headers_mut() = headers.clone();
        }
        let hops = u16::from(call.hops) + 1;
        request.headers_mut().insert(HOPS, hops.into());
        request
    }

    /// What is known of the answer from its headers.
    fn head(&self, headers: &HeaderMap, edits: Edits) -> Head {
        const IDS: [http::HeaderName; 3] = [
            http::HeaderName::from_static("x-request-id"),
            http::HeaderName::from_static("request-id"),
            http::HeaderName::from_static("x-groq-request-id"),
        ];
        let id = IDS.iter().find_map(|name| headers.get(name)?.to_str().ok());
        Head {
            upstream_request_id: id
                .filter(|id| id.len() <= 128 && !self.0.secrets.found_in(id))
                .map(Box::from),
            edits,
        }
    }
}

/// A short body in one piece, since copying it costs less than sending pieces; a long one as it is.
fn joined(pieces: &Pieces) -> Body {
    const SHORT: usize = 8 * 1024;
    if pieces.len_bytes() <= SHORT {
        return Body::from(pieces.to_bytes());
    }
    pieces.iter().cloned().collect()
}

#[async_trait]
impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn credentials(&self) -> usize {
        self.0.headers.len().max(1)
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        let encoded = encode(call.request, call.model, call.cap, self.0.quirks);
        let request = self.request(&call, joined(&encoded.body));
        let sent = self.0.client.send(request, call.deadline).await;
        let (parts, body) = sent.map_err(|error| self.unsent(&error))?.into_parts();
        if !parts.status.is_success() {
            return Err(self.refused(&parts, body, &call).await);
        }
        let head = self.head(&parts.headers, encoded.edits);
        if call.request.stream() {
            self.check_stream(&parts.headers, body, &call)
                .await
                .map(|body| {
                    let chunks = stream::Events::new(self.clone(), body, call.deadline);
                    Reply::Stream(ChatStream {
                        head,
                        chunks: Box::pin(chunks),
                    })
                })
        } else {
            let full = self.read_full(&parts.headers, body, &call, head).await;
            full.map(Reply::Full)
        }
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the query of the URL may hold a secret: the origin is enough
        f.debug_struct("OpenAi")
            .field("name", &self.0.name)
            .field(
                "authority",
                &self.0.url.authority().map(http::uri::Authority::as_str),
            )
            .field("quirks", &self.0.quirks.name())
            .field("credentials", &self.credentials())
            .finish_non_exhaustive()
    }
}
