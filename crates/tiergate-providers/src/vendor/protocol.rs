//! What the adapter must know of a vendor's API.

use std::fmt::Debug;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use tiergate_dialects::embeddings::{Batch, Options};
use tiergate_dialects::inner::{Answer, Event, Request, Text, Undo, Unfit};
use tiergate_dialects::{Edits, Fault, Form, Target, Translated};

use super::credential::Credential;
use crate::seam::Call;

/// A vendor's API: addresses, authentication and the codec of its dialect.
pub(super) trait Protocol: Debug + Send + Sync {
    /// The name of the dialect, as configurations and errors spell it.
    fn name(&self) -> &'static str;

    /// The dialect of clients that is the same one.
    fn form(&self) -> Option<Form> {
        None
    }

    /// Whether its models take back reasoning that Claude signed, and no other vendor's.
    fn takes_claude(&self) -> bool {
        false
    }

    /// How a stream is cut into events.
    fn framing(&self) -> Framing {
        Framing::Sse
    }

    /// Path and query below the base address.
    fn path(&self, model: &str, stream: bool) -> String;

    /// The request's body.
    fn encode(
        &self,
        request: &Request<'_>,
        call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit>;

    /// The client's own body with no more changed than must be; `None` when it cannot pass as it is.
    fn pass(&self, _call: &Call<'_>) -> Option<Translated> {
        None
    }

    /// Headers that show who asks.
    ///
    /// # Errors
    /// A credential that cannot stand in a header or is of the wrong sort.
    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>>;

    /// The answer in the body of a success.
    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault>;

    /// A decoder for one stream.
    fn stream(&self, undo: Undo) -> Box<dyn Decode>;

    /// The header that names the sort of an error.
    fn error_header(&self) -> Option<HeaderName> {
        None
    }

    /// What an error body means.
    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault;

    /// How it makes vectors, if it does.
    fn embedder(&self) -> Option<&dyn Embedder> {
        None
    }
}

/// How a vendor makes vectors for texts.
pub(super) trait Embedder: Debug + Send + Sync {
    /// Whether it is known how a model makes them.
    fn serves(&self, _model: &str) -> bool {
        true
    }

    /// The most texts of one call.
    fn batch(&self, model: &str) -> usize;

    /// The most tokens of one call, all texts together.
    fn batch_tokens(&self) -> u64 {
        u64::MAX
    }

    /// Path and query below the base address.
    fn path(&self, model: &str) -> String;

    /// The body of a call for some texts.
    fn encode(&self, texts: &[Text<'_>], options: &Options<'_>) -> Result<Bytes, Unfit>;

    /// What of the request is not sent.
    fn edits(&self, options: &Options<'_>) -> Edits;

    /// The vectors in the answer to a call, in order, and its tokens.
    fn decode(&self, headers: &HeaderMap, body: &[u8]) -> Result<Batch, Fault>;
}

/// A request on its way.
#[derive(Debug)]
pub(super) struct Sending<'a> {
    pub(super) credential: Option<&'a Credential>,
    pub(super) uri: &'a Uri,
    pub(super) body: &'a Bytes,
    /// Seconds since the Unix epoch.
    pub(super) now: i64,
    /// Headers of a client that speaks the same dialect; empty where its words were translated.
    pub(super) native: &'a [(Box<str>, Box<str>)],
}

/// How a stream is cut into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// `application/vnd.amazon.eventstream`.
    Frames,
    /// JSON, a line each.
    Lines,
    /// Server-sent events.
    Sse,
}

/// Reads one stream.
pub(super) trait Decode: Send {
    /// Reads an event by its name, which may be empty, and its payload.
    fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault>;

    /// Whether the vendor has said that nothing follows; some never do.
    fn is_over(&self) -> bool {
        false
    }

    /// Whether the last event said again what ends a block or the answer, and nothing else.
    fn repeats(&self) -> bool {
        false
    }
}

/// A header of visible ASCII.
///
/// # Errors
/// What is wrong with the value, without repeating it.
pub(super) fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), Box<str>> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|_refused| -> Box<str> { format!("the header {name} cannot be sent").into() })?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// The key as a bearer token, if there is one.
pub(super) fn bearer(sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
    let Some(credential) = sending.credential else {
        return Ok(());
    };
    let value = format!("Bearer {}", credential.key()?);
    set(headers, header::AUTHORIZATION, &value)
}
