//! A request whose answer is one piece of JSON.

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, Request};
use tiergate_dialects::Fault;
use tiergate_transport::Body;
use tokio::time::Instant;

use super::{Content, LARGEST, Upstream, body, content};
use crate::error::Error;

impl Upstream {
    /// Sends a request and reads the JSON of its success.
    ///
    /// `told` is when it must be over, and now in seconds since the Unix epoch; `read` tells what an error's status,
    /// headers and body mean.
    pub(crate) async fn exchange(
        &self,
        request: Request<Body>,
        told: (Instant, i64),
        read: impl FnOnce(u16, &HeaderMap, &[u8]) -> Fault,
    ) -> Result<(Parts, Bytes), Error> {
        let sent = self.client.send(request, told.0).await;
        let (parts, body) = sent.map_err(|error| self.unsent(&error))?.into_parts();
        if !parts.status.is_success() {
            let read = |status, body: &[u8]| read(status, &parts.headers, body);
            return Err(self.refused(&parts, body, told, read).await);
        }
        self.with_content(parts.status)?;
        let odd = |what: &str| Err(self.odd(parts.status, what));
        match content(&parts.headers) {
            Content::Json | Content::Untold => {}
            Content::Events | Content::Frames => return odd("a stream came unasked"),
            Content::Other(kind) => return odd(&format!("{kind} came instead of JSON")),
        }
        let body = body::read(body, LARGEST, told.0).await;
        let body = body.map_err(|unread| self.unread(&unread))?;
        Ok((parts, body))
    }
}
