//! The short way: a router inside another program, with the clock and chance of the machine.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

use futures_core::Stream;
use tiergate_catalog::Timestamp;
use tiergate_wire::chat::Request;
use tokio::time::Instant;

use crate::router::{Builder, Context, NothingServed, Router};
use crate::{Access, Answer, Bill, Error, Reply};

impl Builder {
    /// The router, with prices as of now.
    ///
    /// # Errors
    /// [`NothingServed`] when no provider serves any model.
    pub fn build(self) -> Result<Router, NothingServed> {
        self.build_at(now())
    }
}

impl Router {
    /// Answers a request without any bound on what it may use.
    ///
    /// # Errors
    /// Like [`Router::answer`].
    pub async fn chat(&self, request: Request) -> Result<Reply, Error> {
        self.answer(&request, &Access::unlimited("embedded"), &Context::now())
            .await
    }
}

impl Context {
    /// A request that arrives now and may take as long as any.
    pub fn now() -> Self {
        let (mut dice, now) = (fastrand::Rng::new(), now());
        Self {
            request_id: Arc::from(format!(
                "req_{:012x}{:020x}",
                now.millis(),
                dice.u128(..) >> 48
            )),
            now,
            deadline: Instant::now() + Self::DEADLINE,
            deadline_asked: false,
            seed: dice.u64(..),
            hops: 0,
            front: crate::Front::default(),
        }
    }
}

impl Reply {
    /// The text of the first choice, read to its end; empty when the model said nothing in words.
    ///
    /// A second call finds a stream already read and gives nothing.
    ///
    /// # Errors
    /// [`Error::Provider`] when a stream breaks off.
    pub async fn text(&mut self) -> Result<String, Error> {
        match &mut self.answer {
            Answer::Full(body, _) => Ok(said(body, "message")),
            Answer::Stream(answering) => {
                let mut text = String::new();
                while let Some(chunk) =
                    poll_fn(|context| Pin::new(&mut **answering).poll_next(context)).await
                {
                    let chunk = chunk.map_err(|source| Error::Provider {
                        source,
                        attempts: 1,
                        all_limited: false,
                        retry_after: None,
                    })?;
                    let start = chunk
                        .raw
                        .iter()
                        .position(|&byte| byte == b'{')
                        .unwrap_or(chunk.raw.len());
                    text.push_str(&said(&chunk.raw[start..], "delta"));
                }
                Ok(text)
            }
        }
    }

    /// What the answer cost, as far as it is known; a stream's cost is known at its end.
    pub fn bill(&mut self) -> Bill {
        match &mut self.answer {
            Answer::Full(_, bill) => *bill,
            Answer::Stream(answering) => answering.bill(),
        }
    }
}

/// What the first choice of an answer or a chunk says.
fn said(json: &[u8], member: &str) -> String {
    let value: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
    value["choices"][0][member]["content"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the short way has nobody above it to bring the time"
)]
fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}
