//! Cohere's chat, version 2.

use bytes::Bytes;
use http::HeaderMap;
use tiergate_dialects::cohere;
use tiergate_dialects::embeddings::{self, Batch, Options};
use tiergate_dialects::inner::{Answer, Event, Request, Text, Undo, Unfit};
use tiergate_dialects::{Edits, Fault, Target, Translated};

use crate::seam::Call;
use crate::vendor::protocol::{Decode, Embedder, Protocol, Sending, bearer};

#[derive(Debug)]
pub(super) struct Cohere;

impl Protocol for Cohere {
    fn name(&self) -> &'static str {
        "cohere"
    }

    fn path(&self, _model: &str, _stream: bool) -> String {
        "/v2/chat".to_owned()
    }

    fn encode(
        &self,
        request: &Request<'_>,
        _call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit> {
        cohere::encode(request, target)
    }

    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
        bearer(sending, headers)
    }

    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
        cohere::answer(body, undo)
    }

    fn stream(&self, undo: Undo) -> Box<dyn Decode> {
        Box::new(cohere::Stream::new(undo))
    }

    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
        cohere::fault(status, kind, body)
    }

    fn embedder(&self) -> Option<&dyn Embedder> {
        Some(self)
    }
}

impl Embedder for Cohere {
    fn batch(&self, _model: &str) -> usize {
        embeddings::cohere::BATCH
    }

    fn path(&self, _model: &str) -> String {
        "/v2/embed".to_owned()
    }

    fn encode(&self, texts: &[Text<'_>], options: &Options<'_>) -> Result<Bytes, Unfit> {
        Ok(embeddings::cohere::encode(texts, options))
    }

    fn edits(&self, options: &Options<'_>) -> Edits {
        embeddings::cohere::edits(options)
    }

    fn decode(&self, _headers: &HeaderMap, body: &[u8]) -> Result<Batch, Fault> {
        embeddings::cohere::decode(body)
    }
}

impl Decode for cohere::Stream {
    fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        Self::event(self, name, data, out)
    }

    fn is_over(&self) -> bool {
        Self::is_over(self)
    }
}
