//! A whole answer, or the promise of a stream.

use http::response::Parts;
use hyper::body::Incoming;
use tiergate_dialects::front;

use super::protocol::Framing;
use super::{Exchange, Vendor, stamp};
use crate::error::Error;
use crate::http::{Content, LARGEST, body, content};
use crate::seam::{Call, Full, Head};

/// What is wrong with a finished answer in which nothing is said.
pub(super) const LOST: &str = "the answer came to its end, and no word of it is there";

impl Vendor {
    /// Reads the answer to a request without `stream`, and translates it.
    pub(super) async fn read_full(
        &self,
        parts: &Parts,
        body: Incoming,
        call: &Call<'_>,
        mut head: Head,
        exchange: &Exchange,
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
        let answer = self.0.protocol.answer(&body, &exchange.translated.undo);
        let answer = answer.map_err(|fault| upstream.faulty(&fault, parts, call.created))?;
        if answer.is_lost() {
            return odd(LOST);
        }
        self.0.replay.keep(&self.between(call), &answer.parts);
        let (usage, output_bytes) = (answer.usage, answer.output_bytes());
        let written = if exchange.native {
            body.clone()
        } else {
            let left_out = front::left_out(exchange.form, &answer.parts);
            head.edits.extend(left_out);
            front::write_answer(exchange.form, &answer, &stamp(call), call.front.body)
        };
        Ok(Full {
            head,
            body: written,
            usage,
            finished: true,
            output_bytes,
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
        let told = content(&parts.headers);
        match (self.0.protocol.framing(), told) {
            (_, Content::Untold)
            | (Framing::Sse, Content::Events)
            | (Framing::Frames, Content::Frames)
            | (Framing::Lines, Content::Json)
            // servers in the place of a vendor's do not always know the name of its framing
            | (
                Framing::Frames | Framing::Lines,
                Content::Other("application/octet-stream" | "text/plain"),
            ) => Ok(body),
            (_, Content::Json) => {
                let body = body::read(body, LARGEST, call.deadline).await;
                let body = body.map_err(|unread| upstream.unread(&unread))?;
                let undo = tiergate_dialects::inner::Undo::default();
                match self.0.protocol.answer(&body, &undo) {
                    Ok(_) => odd("a whole answer came for a streamed request"),
                    Err(fault) => Err(upstream.faulty(&fault, parts, call.created)),
                }
            }
            // Ollama says `application/x-ndjson`
            (Framing::Lines, Content::Other(kind)) if kind.contains("json") => Ok(body),
            (_, Content::Other(kind)) => odd(&format!("{kind} came instead of a stream")),
            _ => odd("a stream of another sort came"),
        }
    }
}
