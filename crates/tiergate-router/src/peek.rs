//! Holding a stream back until it says something, so that everything before can still be tried elsewhere.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use tiergate_failover::clocks::Times;
use tiergate_providers::{ChatStream, Chunk, Error, Head, Kind, Telling};
use tokio::time::Instant;

/// More than this is not held back: the stream counts as begun (failover design, section 6).
const MOST_HELD_BACK: usize = 64 * 1024;

/// What holding a chunk costs at least, also one of which the client sees nothing.
const LEAST: usize = 64;

/// A stream that has said something, with what came until then.
pub(crate) struct Peeked {
    pub(crate) head: Head,
    pub(crate) held: Vec<Chunk>,
    pub(crate) rest: Pin<Box<dyn Stream<Item = Result<Chunk, Error>> + Send>>,
    /// What tells the rest in the client's dialect, where the provider does not speak it.
    pub(crate) telling: Option<Box<Telling>>,
    /// How long it may be silent from now on.
    pub(crate) times: Times,
    /// When the caller wants it to be over, if it said so.
    pub(crate) deadline: Option<Instant>,
}

/// Reads to the first chunk that commits or finishes, told in the client's dialect if need be.
///
/// # Errors
/// What the stream ended with before that, or that it cannot be told.
pub(crate) async fn peek(
    stream: ChatStream,
    mut telling: Option<Box<Telling>>,
    provider: &str,
    (times, deadline): (Times, Option<Instant>),
) -> Result<Peeked, Error> {
    let ChatStream {
        head,
        chunks: mut rest,
    } = stream;
    let mut held = Vec::new();
    let mut bytes = 0;
    loop {
        let next = poll_fn(|context| rest.as_mut().poll_next(context)).await;
        let mut chunk = next.unwrap_or_else(|| {
            Err(Error::new(
                Kind::Invalid,
                provider,
                "the stream ended before it said anything",
            ))
        })?;
        bytes += chunk.raw.len().max(LEAST);
        if let Some(telling) = &mut telling {
            telling.chunk(&mut chunk)?;
        }
        let begun = chunk.commits || chunk.finish || bytes > MOST_HELD_BACK;
        held.push(chunk);
        if begun {
            return Ok(Peeked {
                head,
                held,
                rest,
                telling,
                times,
                deadline,
            });
        }
    }
}
