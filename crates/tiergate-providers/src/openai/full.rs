//! A whole answer, or the promise of a stream.

use http::{HeaderMap, header};
use hyper::body::Incoming;
use tiergate_dialects::openai::answer;

use super::OpenAi;
use super::body;
use crate::error::{Error, Kind};
use crate::seam::{Call, Full, Head};

/// The largest answer that is read.
const LARGEST: usize = 64 * 1024 * 1024;

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
            Content::Events => return Err(self.odd("a stream came for a request without one")),
            Content::Other(kind) => return Err(self.odd(&format!("{kind} came instead of JSON"))),
        }
        let body = body::read(body, LARGEST, call.deadline).await;
        let body = body.map_err(|unread| self.unread(&unread))?;
        let checked = answer(&body, self.0.quirks)
            .map_err(|fault| self.faulty(&fault, headers, call.created))?;
        Ok(Full {
            head,
            body,
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
                let body = body.map_err(|unread| self.unread(&unread))?;
                Err(match answer(&body, self.0.quirks) {
                    Ok(_) => self.odd("a whole answer came for a streamed request"),
                    Err(fault) => self.faulty(&fault, headers, call.created),
                })
            }
            Content::Other(kind) => Err(self.odd(&format!("{kind} came instead of a stream"))),
        }
    }

    fn odd(&self, message: &str) -> Error {
        self.error(Kind::Invalid, message).with_status(200)
    }
}

/// What a response says it holds.
enum Content<'a> {
    Events,
    Json,
    Other(&'a str),
    Untold,
}

fn content(headers: &HeaderMap) -> Content<'_> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Content::Untold;
    };
    let text = value.to_str().unwrap_or("something unreadable");
    let kind = text.split(';').next().unwrap_or(text).trim();
    if kind.eq_ignore_ascii_case("application/json") || kind.ends_with("json") {
        Content::Json
    } else if kind.eq_ignore_ascii_case("text/event-stream") {
        Content::Events
    } else {
        Content::Other(kind)
    }
}
