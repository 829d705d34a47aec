//! Converse of AWS Bedrock.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Uri, header};
use secrecy::ExposeSecret;
use tiergate_dialects::bedrock::{self, embed, sigv4};
use tiergate_dialects::embeddings::{self, Batch, InputType, Options};
use tiergate_dialects::inner::{Answer, Event, Request, Text, Undo, Unfit};
use tiergate_dialects::{Edits, Fault, Target, Translated};

use crate::seam::Call;
use crate::vendor::Credential;
use crate::vendor::protocol::{Decode, Embedder, Framing, Protocol, Sending, bearer, set};

/// How many tokens a model read that does not tell it itself.
const TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");

#[derive(Debug)]
pub(super) struct Bedrock {
    region: String,
}

impl Bedrock {
    pub(super) fn new(region: String) -> Self {
        Self { region }
    }
}

impl Protocol for Bedrock {
    fn name(&self) -> &'static str {
        "bedrock"
    }

    fn framing(&self) -> Framing {
        Framing::Frames
    }

    fn takes_claude(&self) -> bool {
        true
    }

    fn path(&self, model: &str, stream: bool) -> String {
        let operation = if stream {
            "converse-stream"
        } else {
            "converse"
        };
        sigv4::path(model, operation)
    }

    fn encode(
        &self,
        request: &Request<'_>,
        _call: &Call<'_>,
        target: &Target<'_>,
    ) -> Result<Translated, Unfit> {
        bedrock::encode(request, target)
    }

    /// A key is sent as it is; an access key signs the request.
    fn authorize(&self, sending: &Sending<'_>, headers: &mut HeaderMap) -> Result<(), Box<str>> {
        let (access_key, secret_key, token) = match sending.credential {
            None => return Ok(()),
            // an account of another vendor's is refused there
            Some(Credential::Key(_) | Credential::ServiceAccount(_)) => {
                return bearer(sending, headers);
            }
            Some(Credential::Aws {
                access_key_id,
                secret_access_key,
                session_token,
            }) => (access_key_id, secret_access_key, session_token),
        };
        let host = host(sending.uri);
        let call = sigv4::Call {
            host: &host,
            path: sending.uri.path(),
            content_type: "application/json",
            body: sending.body,
        };
        let keys = sigv4::Credentials {
            access_key: access_key.expose_secret().trim(),
            secret_key: secret_key.expose_secret().trim(),
            session_token: token.as_ref().map(|token| token.expose_secret().trim()),
        };
        let signed = sigv4::sign(&call, &keys, &self.region, sending.now);
        set(headers, header::AUTHORIZATION, &signed.authorization)?;
        let named = [
            ("x-amz-date", Some(&signed.date)),
            ("x-amz-content-sha256", Some(&signed.content_sha256)),
            ("x-amz-security-token", signed.security_token.as_ref()),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                set(headers, HeaderName::from_static(name), value)?;
            }
        }
        Ok(())
    }

    fn answer<'a>(&self, body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
        bedrock::answer(body, undo)
    }

    fn stream(&self, undo: Undo) -> Box<dyn Decode> {
        Box::new(bedrock::Stream::new(undo))
    }

    fn error_header(&self) -> Option<HeaderName> {
        Some(HeaderName::from_static("x-amzn-errortype"))
    }

    fn fault(&self, status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
        bedrock::fault(status, kind, body)
    }

    fn embedder(&self) -> Option<&dyn Embedder> {
        Some(self)
    }
}

/// The header `host` as it is sent: without the port that is usual for the scheme.
fn host(uri: &Uri) -> Cow<'_, str> {
    let usual = match uri.scheme_str() {
        Some("https") => 443,
        _ => 80,
    };
    let host = uri.host().unwrap_or_default();
    match uri.port_u16().filter(|port| *port != usual) {
        Some(port) => format!("{host}:{port}").into(),
        None => host.into(),
    }
}

impl Embedder for Bedrock {
    fn serves(&self, model: &str) -> bool {
        embed::serves(model)
    }

    fn batch(&self, model: &str) -> usize {
        embed::texts_per_call(model)
    }

    fn path(&self, model: &str) -> String {
        sigv4::path(model, "invoke")
    }

    fn encode(&self, texts: &[Text<'_>], options: &Options<'_>) -> Result<Bytes, Unfit> {
        let purpose = options.input_type.map(|purpose| match purpose {
            InputType::Classification => "classification",
            InputType::Clustering => "clustering",
            InputType::Document => "search_document",
            InputType::Query => "search_query",
        });
        embed::encode(
            options.model,
            texts,
            options.dimensions.map(u64::from),
            purpose,
        )
    }

    fn edits(&self, options: &Options<'_>) -> Edits {
        // Titan has no purposes
        if options.model.contains("cohere.") {
            embeddings::cohere::edits(options)
        } else {
            embeddings::ollama::edits(options)
        }
    }

    fn decode(&self, headers: &HeaderMap, body: &[u8]) -> Result<Batch, Fault> {
        let told = embed::decode(body)?;
        let read = |vector: &tiergate_dialects::inner::Json<'_>| {
            let read = vector.read::<Vec<f32>>();
            read.ok_or_else(|| Fault::invalid("a vector is no list of numbers"))
        };
        let vectors = told.vectors.iter().map(read).collect::<Result<_, _>>()?;
        let tokens = || headers.get(TOKENS)?.to_str().ok()?.parse().ok();
        Ok((vectors, told.tokens.or_else(tokens)))
    }
}

impl Decode for bedrock::Stream {
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
