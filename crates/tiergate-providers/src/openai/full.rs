//! A whole answer, or the promise of a stream.

use http::HeaderMap;
use hyper::body::Incoming;
use tiergate_dialects::openai::{answer, even};

use super::OpenAi;
use crate::error::Error;
use crate::http::{Content, LARGEST, body, content};
use crate::seam::{Call, Full, Head};

impl OpenAi {
    /// Reads and checks the answer to a request without `stream`.
    pub(super) async fn read_full(
        &self,
        headers: &HeaderMap,
        body: Incoming,
        call: &Call<'_>,
        head: Head,
    ) -> Result<Full, Error> {
        match content(headers) {
            Content::Json | Content::Untold => {}
            Content::Events | Content::Frames => {
                return Err(self
                    .0
                    .upstream
                    .odd("a stream came for a request without one"));
            }
            Content::Other(kind) => {
                return Err(self.0.upstream.odd(&format!("{kind} came instead of JSON")));
            }
        }
        let body = body::read(body, LARGEST, call.deadline).await;
        let body = body.map_err(|unread| self.0.upstream.unread(&unread))?;
        let checked = answer(&body, self.0.quirks)
            .map_err(|fault| self.0.upstream.faulty(&fault, headers, call.created))?;
        Ok(Full {
            head,
            body: checked
                .uneven
                .then(|| even(&body))
                .flatten()
                .unwrap_or(body),
            usage: checked.usage,
            finished: checked.finished,
            output_bytes: checked.output_bytes,
        })
    }

    /// Passes the body of a success on, if it is a stream; an error in JSON is read.
    pub(super) async fn check_stream(
        &self,
        headers: &HeaderMap,
        body: Incoming,
        call: &Call<'_>,
    ) -> Result<Incoming, Error> {
        match content(headers) {
            Content::Events | Content::Untold => Ok(body),
            Content::Json => {
                let body = body::read(body, LARGEST, call.deadline).await;
                let body = body.map_err(|unread| self.0.upstream.unread(&unread))?;
                Err(match answer(&body, self.0.quirks) {
                    Ok(_) => self
                        .0
                        .upstream
                        .odd("a whole answer came for a streamed request"),
                    Err(fault) => self.0.upstream.faulty(&fault, headers, call.created),
                })
            }
            Content::Frames => Err(self.0.upstream.odd("frames came instead of a stream")),
            Content::Other(kind) => Err(self
                .0
                .upstream
                .odd(&format!("{kind} came instead of a stream"))),
        }
    }
}
