//! The adapter for OpenAI and every host that imitates it.

mod builder;
mod embed;
mod full;
mod responses;
mod standing;
mod stream;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderMap, Request, Uri};
use tiergate_dialects::openai::{Quirks, chat, encode, fault};
use tiergate_dialects::{Form, embeddings};
use tiergate_transport::{Body, Client};
use tiergate_wire::chat::Pieces;

pub use builder::{InvalidProvider, OpenAiBuilder};
pub(crate) use stream::is_comment;

use crate::error::{Error, Kind};
use crate::http::{HOPS, Upstream};
use crate::seam::{Call, ChatStream, EmbedCall, Embedded, Provider, Reply};
use crate::vendor::Vendor;
use crate::wording;

/// A provider that speaks OpenAI's chat dialect, with the deviations of its [`Host`](crate::Host).
///
/// Where the provider has OpenAI's Responses as well, what needs them goes there; see [`OpenAiBuilder::responses`].
/// Its URL is fixed when it is built, and so each credential goes to that origin only. Cheap to
/// clone.
#[derive(Clone)]
pub struct OpenAi(Arc<Inner>);

struct Inner {
    upstream: Upstream,
    url: Uri,
    /// The same as text.
    endpoint: Box<str>,
    marks: Box<[u64]>,
    /// The headers of a request, one set for each credential.
    headers: Box<[HeaderMap]>,
    quirks: &'static Quirks,
    /// The same provider by Responses, where it has them.
    responses: Option<Vendor>,
    /// Where vectors are made, and the host's way with them.
    embeddings: (Uri, embeddings::openai::Host),
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

    fn request(&self, url: &Uri, credential: usize, hops: u8, body: Body) -> Request<Body> {
        let mut request = Request::new(body);
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = url.clone();
        let sets = &self.0.headers;
        if let Some(headers) = sets.get(credential).or_else(|| sets.first()) {
            *request.headers_mut() = headers.clone();
        }
        let hops = u16::from(hops) + 1;
        request.headers_mut().insert(HOPS, hops.into());
        request
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
        &self.0.upstream.name
    }

    fn credentials(&self) -> usize {
        self.0.headers.len().max(1)
    }

    fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    fn mark(&self, credential: usize) -> u64 {
        self.0.marks.get(credential).copied().unwrap_or_default()
    }

    fn reaches_responses(&self) -> bool {
        self.0.responses.is_some()
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        if let Some((vendor, exchange)) = self.by_responses(&call)? {
            return vendor.exchange(&call, exchange).await;
        }
        if let Some((param, unsaid)) = call.front.unsaid {
            let error = self.0.upstream.error(Kind::Unsupported, unsaid);
            return Err(error.with_param(wording::member(&call.front, param)));
        }
        // what another vendor has signed is no business of a host that is known to be strict about members
        let strange = call.front.form != Form::Chat
            || self.0.quirks.name() != Quirks::COMPATIBLE.name() && chat::is_signed(call.request);
        let plain = strange.then(|| chat::plain(call.request, self.0.quirks));
        let plain = plain.flatten();
        let request = plain.as_ref().map_or(call.request, |(request, _)| request);
        let mut encoded = encode(request, call.model, call.cap, self.0.quirks);
        encoded
            .edits
            .extend(plain.iter().flat_map(|(_, edits)| edits.clone()));
        encoded.edits.extend(call.front.edits.iter().cloned());
        wording::translate(&call.front, &mut encoded.edits);
        let body = joined(&encoded.body);
        let request = self.request(&self.0.url, call.credential, call.hops, body);
        let sent = self.0.upstream.client.send(request, call.deadline).await;
        let (parts, body) = sent
            .map_err(|error| self.0.upstream.unsent(&error))?
            .into_parts();
        if !parts.status.is_success() {
            let read = |status, body: &[u8]| fault(status, body, self.0.quirks);
            return Err(self
                .0
                .upstream
                .refused(&parts, body, (call.deadline, call.created), read)
                .await);
        }
        self.0.upstream.with_content(parts.status)?;
        let head = self.0.upstream.head(&parts.headers, encoded.edits);
        if call.request.stream() {
            self.check_stream(&parts, body, &call).await.map(|body| {
                let chunks = stream::Events::new(self.clone(), body, &call);
                Reply::Stream(ChatStream {
                    head,
                    chunks: Box::pin(chunks),
                })
            })
        } else {
            let full = self.read_full(&parts, body, &call, head).await;
            full.map(Reply::Full)
        }
    }

    fn embeds(&self, model: &str) -> bool {
        self.0.embeddings.1.serves(model)
    }

    async fn embed(&self, call: EmbedCall<'_>) -> Result<Embedded, Error> {
        self.vectors(&call).await
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the query of the URL may hold a secret: the origin is enough
        f.debug_struct("OpenAi")
            .field("name", &self.0.upstream.name)
            .field(
                "authority",
                &self.0.url.authority().map(http::uri::Authority::as_str),
            )
            .field("quirks", &self.0.quirks.name())
            .field("credentials", &self.credentials())
            .finish_non_exhaustive()
    }
}
