//! A provider without a model, which says so.

mod answer;
mod embed;
mod schema;
mod stream;

use std::time::Duration;

use async_trait::async_trait;

use crate::error::Error;
use crate::seam::{Call, ChatStream, EmbedCall, Embedded, Full, Head, Provider, Reply};
use answer::Answer;
use stream::Paced;

/// Answers every model with a text that says it is simulated.
///
/// The same request gets the same answer. It keeps to the request's form: streams, calls a tool
/// where one is forced, fills a JSON schema with the least that it allows, honours caps and `n`, and
/// estimates usage at four bytes to the token. Its vectors have the model's size, are of length 1, and the same for the
/// same input.
#[derive(Clone, Debug)]
pub struct Demo {
    name: Box<str>,
    pace: Duration,
}

impl Demo {
    /// A provider named `demo` that streams a chunk every 5 ms.
    pub fn new() -> Self {
        Self {
            name: "demo".into(),
            pace: Duration::from_millis(5),
        }
    }

    /// Under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// With another time between the chunks of a stream; zero sends them at once.
    #[must_use]
    pub fn pace(mut self, pace: Duration) -> Self {
        self.pace = pace;
        self
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Provider for Demo {
    fn name(&self) -> &str {
        &self.name
    }

    fn reaches_responses(&self) -> bool {
        true
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        let answer = Answer::to(&call);
        let head = Head::default();
        if call.request.stream() {
            return Ok(Reply::Stream(ChatStream {
                head,
                chunks: Box::pin(Paced::new(answer.chunks(), self.pace)),
            }));
        }
        Ok(Reply::Full(Full {
            head,
            body: answer.body(),
            usage: Some(answer.usage()),
            finished: true,
            output_bytes: answer.output_bytes(),
        }))
    }

    fn embeds(&self, _model: &str) -> bool {
        true
    }

    async fn embed(&self, call: EmbedCall<'_>) -> Result<Embedded, Error> {
        embed::vectors(&self.name, &call)
    }
}
