//! Ollama's own chat.

use bytes::Bytes;
use http::HeaderMap;
use tiergate_dialects::embeddings::{self, Batch, Options};
use tiergate_dialects::inner::{Answer, Event, Request, Text, Undo, Unfit};
use tiergate_dialects::ollama;
use tiergate_dialects::{Edits, Fault, Target, Translated};

use crate::seam::Call;
use crate::vendor::protocol::{Decode, Embedder, Framing, Protocol, Sending, bearer};

#[derive(Debug)]
pub(super) struct Ollama;

impl Protocol for Ollama {
    fn name(&self) -> &'static str {
        "ollama"
    }

    fn framing(&self) -> Framing {
        Framing::Lines
    }

    fn path(&self, _model: &str, _stream: bool) -> String {
        "/api/chat".to_owned()
    }

    fn encode(
        &self,
        request: &Request<'_>,
        call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit> {
        ollama::encode(request, target, call.context_window)
    }

    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
        bearer(sending, headers)
    }

    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
        ollama::answer(body, undo)
    }

    fn stream(&self, undo: Undo) -> Box<dyn Decode> {
        Box::new(ollama::Stream::new(undo))
    }

    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
        ollama::fault(status, kind, body)
    }

    fn embedder(&self) -> Option<&dyn Embedder> {
        Some(self)
    }
}

impl Embedder for Ollama {
    fn batch(&self, _model: &str) -> usize {
        embeddings::ollama::BATCH
    }

    fn path(&self, _model: &str) -> String {
        "/api/embed".to_owned()
    }

    fn encode(&self, texts: &[Text<'_>], options: &Options<'_>) -> Result<Bytes, Unfit> {
        Ok(embeddings::ollama::encode(texts, options))
    }

    fn edits(&self, options: &Options<'_>) -> Edits {
        embeddings::ollama::edits(options)
    }

    fn decode(&self, _headers: &HeaderMap, body: &[u8]) -> Result<Batch, Fault> {
        embeddings::ollama::decode(body)
    }
}

impl Decode for ollama::Stream {
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
