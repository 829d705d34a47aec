//! Google's generateContent, on the Gemini API and on Vertex AI.

use bytes::Bytes;
use http::{HeaderMap, HeaderName};
use tiergate_dialects::embeddings::{self, Batch, Options};
use tiergate_dialects::gemini::{self, EmbedCall, Surface};
use tiergate_dialects::inner::{Answer, Event, Request, Text, Undo, Unfit};
use tiergate_dialects::{Edits, Fault, Target, Translated};

use crate::seam::Call;
use crate::vendor::protocol::{Decode, Embedder, Protocol, Sending, bearer, set};

#[derive(Debug)]
pub(super) struct Gemini {
    surface: Surface,
    /// The path before the model.
    models: String,
}

impl Gemini {
    /// On the Gemini API.
    pub(super) fn developer() -> Self {
        Self {
            surface: Surface::Gemini,
            models: "/v1beta/models".to_owned(),
        }
    }

    /// The path of an operation of a model, whatever stands before its name.
    fn address(&self, model: &str, operation: &str) -> String {
        let model = match self.surface {
            Surface::Gemini => model.strip_prefix("models/").unwrap_or(model),
            Surface::Vertex => model.rsplit('/').next().unwrap_or(model),
        };
        format!("{}/{}:{operation}", self.models, super::segment(model))
    }

    /// On Vertex AI.
    pub(super) fn vertex(project: &str, location: &str) -> Self {
        Self {
            surface: Surface::Vertex,
            models: format!("/v1/projects/{project}/locations/{location}/publishers/google/models"),
        }
    }
}

impl Protocol for Gemini {
    fn name(&self) -> &'static str {
        match self.surface {
            Surface::Gemini => "gemini",
            Surface::Vertex => "vertex",
        }
    }

    fn path(&self, model: &str, stream: bool) -> String {
        let operation = if stream {
            "streamGenerateContent?alt=sse"
        } else {
            "generateContent"
        };
        self.address(model, operation)
    }

    fn encode(
        &self,
        request: &Request<'_>,
        _call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit> {
        gemini::encode(request, target, self.surface)
    }

    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
        match (self.surface, sending.credential) {
            (Surface::Vertex, _) => bearer(sending, headers),
            (Surface::Gemini, Some(credential)) => set(
                headers,
                HeaderName::from_static("x-goog-api-key"),
                credential.key()?,
            ),
            (Surface::Gemini, None) => Ok(()),
        }
    }

    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
        gemini::answer(body, undo)
    }

    fn stream(&self, undo: Undo) -> Box<dyn Decode> {
        Box::new(gemini::Stream::new(undo))
    }

    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
        gemini::fault(status, kind, body)
    }

    fn embedder(&self) -> Option<&dyn Embedder> {
        Some(self)
    }
}

impl Embedder for Gemini {
    fn serves(&self, model: &str) -> bool {
        // it takes more than texts, and in another way
        !model.contains("multimodalembedding")
    }

    fn batch(&self, model: &str) -> usize {
        EmbedCall::of(model, self.surface).texts(model)
    }

    fn batch_tokens(&self) -> u64 {
        match self.surface {
            Surface::Gemini => u64::MAX,
            Surface::Vertex => EmbedCall::VERTEX_TOKENS,
        }
    }

    fn path(&self, model: &str) -> String {
        self.address(model, EmbedCall::of(model, self.surface).operation())
    }

    fn encode(&self, texts: &[Text<'_>], options: &Options<'_>) -> Result<Bytes, Unfit> {
        Ok(EmbedCall::of(options.model, self.surface).encode(texts, options))
    }

    fn edits(&self, options: &Options<'_>) -> Edits {
        if gemini::embed_task(options).is_some() {
            embeddings::cohere::edits(options)
        } else {
            embeddings::ollama::edits(options)
        }
    }

    fn decode(&self, _headers: &HeaderMap, body: &[u8]) -> Result<Batch, Fault> {
        gemini::embeddings(body)
    }
}

impl Decode for gemini::Stream {
    fn event<'a>(
        &mut self,
        name: &str,
        data: &'a [u8],
        out: &mut Vec<Event<'a>>,
    ) -> Result<(), Fault> {
        Self::event(self, name, data, out)
    }
}
