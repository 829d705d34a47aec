//! Reading a request's body, within bounds.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use hyper::body::Incoming;

use crate::problem::Problem;

/// The whole body.
///
/// A body that came in one piece is not copied. One that announces more than the limit is refused before
/// it is read.
pub(crate) async fn read(
    body: Incoming,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, Problem> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit {
        return Err(Problem::too_large(limit));
    }
    // most bodies are here already: no timer is set for those
    tokio::time::timeout(patience, collect(body, announced, limit))
        .await
        .unwrap_or_else(|_| Err(Problem::slow_body()))
}

async fn collect(mut body: Incoming, announced: usize, limit: usize) -> Result<Bytes, Problem> {
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_fault| Problem::broken_body())?.into_data() else {
            continue;
        };
        if first.len() + joined.len() + data.len() > limit {
            return Err(Problem::too_large(limit));
        }
        if first.is_empty() && joined.is_empty() {
            first = data;
            continue;
        }
        if joined.is_empty() {
            joined.reserve(announced.max(first.len() + data.len()));
            joined.extend_from_slice(&first);
            first = Bytes::new();
        }
        joined.extend_from_slice(&data);
    }
    Ok(if joined.is_empty() {
        first
    } else {
        joined.freeze()
    })
}
