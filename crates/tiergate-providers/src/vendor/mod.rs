//! The adapter for every dialect but OpenAI's chat completions: the request is translated on its way, and the answer on
//! its way back, once each.

mod builder;
mod credential;
mod embed;
mod framing;
mod full;
mod protocol;
mod protocols;
mod replay;
mod service_account;
mod shown;
mod stream;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use tiergate_dialects::inner::{self, Stamp};
use tiergate_dialects::{Form, Target, Translated, anthropic, openai, responses};
use tiergate_transport::Body;

pub use builder::VendorBuilder;
pub use credential::Credential;
pub use protocols::Dialect;
pub use replay::Replay;
pub use service_account::{InvalidServiceAccount, ServiceAccount};

use crate::error::{Error, Kind};
use crate::http::{HOPS, Upstream};
use crate::seam::{Call, ChatStream, EmbedCall, Embedded, Provider, Reply};
use crate::wording;
use protocol::{Protocol, Sending};
use replay::Between;
use shown::Holder;

/// A provider that speaks a [`Dialect`] of its own.
///
/// A client that speaks the same dialect has its own bytes passed through, but for the model and what tiergate must
/// change. Its address is fixed when it is built, and so each credential goes to that origin only. Cheap to clone.
#[derive(Clone)]
pub struct Vendor(Arc<Inner>);

struct Inner {
    upstream: Arc<Upstream>,
    protocol: Box<dyn Protocol>,
    base: crate::http::Base,
    /// The same as text.
    endpoint: Box<str>,
    marks: Box<[u64]>,
    headers: HeaderMap,
    credentials: Box<[Holder]>,
    /// Reasoning that the vendor wants back and clients lose.
    replay: Replay,
}

/// One exchange under way.
pub(crate) struct Exchange {
    translated: Translated,
    /// The answer passes through as it comes.
    native: bool,
    form: Form,
}

impl Vendor {
    /// A provider of this name.
    pub fn builder(
        name: &str,
        dialect: Dialect,
        client: tiergate_transport::Client,
    ) -> VendorBuilder {
        VendorBuilder::new(name, dialect, client)
    }

    /// What is to be sent.
    ///
    /// # Errors
    /// When the request is none, or the vendor cannot do what it asks for.
    pub(crate) fn prepare(&self, call: &Call<'_>) -> Result<Exchange, Error> {
        let form = call.front.form;
        let protocol = &*self.0.protocol;
        if protocol.form() == Some(form)
            && call.front.body.is_some()
            && let Some(translated) = protocol.pass(call)
        {
            return Ok(Exchange {
                translated,
                native: true,
                form,
            });
        }
        let mut request = read(call).map_err(|bad| {
            let error = self.0.upstream.error(Kind::BadRequest, &bad.message);
            match bad.param {
                Some(param) => error.with_param(param),
                None => error,
            }
        })?;
        self.0.replay.recall(&self.between(call), &mut request);
        let foreign = protocol.takes_claude() && request.keep_signatures_of_claude();
        let target = Target {
            model: call.model,
            max_output: call.max_output,
            cap: call.cap,
        };
        let translated = protocol.encode(&request, call, &target);
        let mut translated = translated.map_err(|unfit| {
            let message = format!("{}: {}", protocol.name(), unfit.message);
            self.0
                .upstream
                .error(Kind::Unsupported, &message)
                .with_code("unsupported_parameter")
                .with_param(wording::member(&call.front, unfit.param))
        })?;
        translated.undo.seed = call.request_id.into();
        if foreign {
            let edit = "removed reasoning of another vendor";
            translated.edits.push(edit.into());
        }
        wording::translate(&call.front, &mut translated.edits);
        Ok(Exchange {
            translated,
            native: false,
            form,
        })
    }

    /// This provider and whoever asks it.
    fn between(&self, call: &Call<'_>) -> Between {
        Between::new(self.0.protocol.name(), &self.0.upstream.name, call.owner)
    }

    /// Sends what was prepared, and reads the answer.
    pub(crate) async fn exchange(
        &self,
        call: &Call<'_>,
        exchange: Exchange,
    ) -> Result<Reply, Error> {
        let upstream = &self.0.upstream;
        let told = (call.deadline, call.created);
        let shown = self.shown(call.credential, told).await?;
        let request = self.request(call, &exchange, shown.as_deref());
        let request = request.map_err(|told| upstream.error(Kind::Auth, &told))?;
        let sent = upstream.client.send(request, call.deadline).await;
        let (parts, body) = sent.map_err(|error| upstream.unsent(&error))?.into_parts();
        if !parts.status.is_success() {
            let name = self.0.protocol.error_header();
            let kind = name.and_then(|name| parts.headers.get(name)?.to_str().ok());
            let read = |status, body: &[u8]| self.0.protocol.fault(status, kind, body);
            let error = upstream.refused(&parts, body, told, read).await;
            self.rejected(call.credential, shown.as_deref(), &error);
            return Err(error);
        }
        upstream.with_content(parts.status)?;
        let mut head = upstream.head(&parts.headers, exchange.translated.edits.clone());
        head.form = exchange.form;
        if !call.request.stream() {
            let full = self.read_full(&parts, body, call, head, &exchange);
            return full.await.map(Reply::Full);
        }
        let body = self.check_stream(&parts, body, call).await?;
        let chunks = stream::Chunks::new(self.clone(), body, call, exchange);
        Ok(Reply::Stream(ChatStream {
            head,
            chunks: Box::pin(chunks),
        }))
    }

    fn request(
        &self,
        call: &Call<'_>,
        exchange: &Exchange,
        shown: Option<&Credential>,
    ) -> Result<http::Request<Body>, Box<str>> {
        let path = self.0.protocol.path(call.model, call.request.stream());
        let native = if exchange.native {
            call.front.headers
        } else {
            &[]
        };
        let told = (shown, call.hops, call.created);
        self.post(&path, &exchange.translated.body, told, native)
    }

    /// A request with the credential, the hops so far and the time of a call.
    fn post(
        &self,
        path: &str,
        body: &Bytes,
        (credential, hops, now): (Option<&Credential>, u8, i64),
        native: &[(Box<str>, Box<str>)],
    ) -> Result<http::Request<Body>, Box<str>> {
        let uri: Uri = self.0.base.join(path)?;
        let mut headers = self.0.headers.clone();
        let sending = Sending {
            credential,
            uri: &uri,
            body,
            now,
            native,
        };
        self.0.protocol.authorize(&sending, &mut headers)?;
        headers.insert(HOPS, (u16::from(hops) + 1).into());
        let mut request = http::Request::new(Body::from(body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

#[async_trait]
impl Provider for Vendor {
    fn name(&self) -> &str {
        &self.0.upstream.name
    }

    fn credentials(&self) -> usize {
        self.0.credentials.len().max(1)
    }

    fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    fn mark(&self, credential: usize) -> u64 {
        self.0.marks.get(credential).copied().unwrap_or_default()
    }

    fn reaches_responses(&self) -> bool {
        self.0.protocol.form() == Some(Form::Responses)
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        let exchange = self.prepare(&call)?;
        self.exchange(&call, exchange).await
    }

    fn embeds(&self, model: &str) -> bool {
        let embedder = self.0.protocol.embedder();
        embedder.is_some_and(|embedder| embedder.serves(model))
    }

    async fn embed(&self, call: EmbedCall<'_>) -> Result<Embedded, Error> {
        self.vectors(&call).await
    }
}

/// The request in the inner form, read from the client's own words.
fn read<'a>(call: &Call<'a>) -> Result<inner::Request<'a>, inner::BadRequest> {
    match (call.front.form, call.front.body) {
        (Form::Messages, Some(body)) => anthropic::decode(body),
        (Form::Responses, Some(body)) => responses::decode(body),
        _ => openai::chat::decode(call.request.body()),
    }
}

/// What an answer is stamped with on its way to the client.
fn stamp<'a>(call: &Call<'a>) -> Stamp<'a> {
    Stamp {
        id: call.request_id,
        created: call.created,
        model: call.model,
        likely_input: call.front.likely_input,
    }
}

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vendor")
            .field("name", &self.0.upstream.name)
            .field("dialect", &self.0.protocol.name())
            .field("credentials", &self.0.credentials.len())
            .finish_non_exhaustive()
    }
}
