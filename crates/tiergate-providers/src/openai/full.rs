//! A whole answer, or the promise of a stream.

use http::response::Parts;
use hyper::body::Incoming;
use tiergate_dialects::Fault;
use tiergate_dialects::openai::{answer, even};

use super::OpenAi;
use crate::error::Error;
use crate::http::{Content, LARGEST, body, content};
use crate::seam::{Call, Full, Head};

impl OpenAi {
    /// Reads and checks the answer to a request without `stream`.
    pub(super) async fn read_full(
        &self,
        parts: &Parts,
        body: Incoming,
        call: &Call<'_>,
        head: Head,
    ) -> Result<Full, Error> {
        let upstream = &self.0.upstream;
        let odd = |what: &str| Err(upstream.odd(parts.status, what));
        match content(&parts.headers) {
            Content::Json | Content::Untold => {}
            Content::Events | Content::Frames => {
                return odd("a stream came for a request without one");
            }
            Content::Other(kind) => return odd(&format!("{kind} came instead of JSON")),
        }
        let body = body::read(body, LARGEST, call.deadline).await;
        let body = body.map_err(|unread| upstream.unread(&unread))?;
        let faulty = |fault: Fault| upstream.faulty(&fault, parts, call.created);
        let checked = answer(&body, self.0.quirks).map_err(faulty)?;
        Ok(Full {
            head,
            body: checked
                .uneven
                .then(|| even(&body))
                .flatten()
                .unwrap_or(body),
            usage: checked.usage,
            finished: true,
            output_bytes: checked.output_bytes,
        })
    }

    /// Passes the body of a success on, if it is a stream; an error in JSON is read.
    pub(super) async fn check_stream(
        &self,
        parts: &Parts,
        body: Incoming,
        call: &Call<'_>,
    ) -> Result<Incoming, Error> {
        let upstream = &self.0.upstream;
        let odd = |what: &str| Err(upstream.odd(parts.status, what));
        match content(&parts.headers) {
            Content::Events | Content::Untold => Ok(body),
            Content::Json => {
                let body = body::read(body, LARGEST, call.deadline).await;
                let body = body.map_err(|unread| upstream.unread(&unread))?;
                match answer(&body, self.0.quirks) {
                    Ok(_) => odd("a whole answer came for a streamed request"),
                    Err(fault) => Err(upstream.faulty(&fault, parts, call.created)),
                }
            }
            Content::Frames => odd("frames came instead of a stream"),
            Content::Other(kind) => odd(&format!("{kind} came instead of a stream")),
        }
    }
}
