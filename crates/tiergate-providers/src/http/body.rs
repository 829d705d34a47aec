//! Reads a response body into one piece of memory.

use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::time::Instant;

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The deadline passed.
    Late,
    /// The connection ended first.
    Lost,
    /// The body is longer than the limit; its beginning.
    Long(Bytes),
}

/// Reads a body of at most `limit` bytes until `deadline`.
///
/// A body that comes in one piece is not copied.
pub(crate) async fn read(
    mut body: Incoming,
    limit: usize,
    deadline: Instant,
) -> Result<Bytes, Unread> {
    let reading = tokio::time::timeout_at(deadline, collect(&mut body, limit));
    reading.await.unwrap_or(Err(Unread::Late))
}

async fn collect(body: &mut Incoming, limit: usize) -> Result<Bytes, Unread> {
    let first = match next(body).await? {
        Some(first) if body.is_end_stream() => {
            return if first.len() > limit {
                Err(Unread::Long(first.slice(..limit)))
            } else {
                Ok(first)
            };
        }
        Some(first) => first,
        None => return Ok(Bytes::new()),
    };
    let told = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    // the host's own word is good for a megabyte
    let mut whole = BytesMut::with_capacity(first.len() + told.min(limit).min(1 << 20));
    whole.extend_from_slice(&first);
    while whole.len() <= limit {
        match next(body).await? {
            Some(piece) => whole.extend_from_slice(&piece),
            None => return Ok(whole.freeze()),
        }
    }
    whole.truncate(limit);
    Err(Unread::Long(whole.freeze()))
}

/// The next piece of data; trailers are passed over.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, Unread> {
    loop {
        let frame = std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await;
        match frame {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(_)) => return Err(Unread::Lost),
            None => return Ok(None),
        }
    }
}
