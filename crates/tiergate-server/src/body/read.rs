//! Reading a request's body, within bounds.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use hyper::body::Incoming;

use crate::problem::Problem;

/// How much of a body beyond the limit is read and thrown away, in bytes. A client that is cut off while it
/// sends does not see the answer, so it gets the chance to finish unless it really has too much to say.
const MOST_WASTED: usize = 64 << 20;

/// The whole body.
///
/// A body that came in one piece is not copied. `waits` tells that the client waits for a word before it
/// sends the body: then one that announces more than the limit is refused before it is sent.
pub(crate) async fn read(
    body: Incoming,
    limit: usize,
    patience: Duration,
    waits: bool,
) -> Result<Bytes, Problem> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit && (waits || announced - limit > MOST_WASTED) {
        return Err(Problem::too_large(limit));
    }
    let whole = collect(body, announced, limit);
    tokio::time::timeout(patience, whole)
        .await
        .unwrap_or_else(|_| Err(Problem::slow_body()))
}

async fn collect(mut body: Incoming, announced: usize, limit: usize) -> Result<Bytes, Problem> {
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(data) = next(&mut body).await? {
        if first.len() + joined.len() + data.len() > limit {
            return Err(waste(body, limit).await);
        }
        if first.is_empty() && joined.is_empty() {
            first = data;
            continue;
        }
        if joined.is_empty() {
            joined.reserve(announced.clamp(first.len() + data.len(), limit));
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

/// Lets the client finish, and says that it was too much.
async fn waste(mut body: Incoming, limit: usize) -> Problem {
    let mut wasted = 0;
    while let Ok(Some(data)) = next(&mut body).await {
        wasted += data.len();
        if wasted > MOST_WASTED {
            break;
        }
    }
    Problem::too_large(limit)
}

/// The next piece of data; trailers are passed over.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>, Problem> {
    while let Some(frame) = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
        let frame = frame.map_err(|_fault| Problem::broken_body())?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}
