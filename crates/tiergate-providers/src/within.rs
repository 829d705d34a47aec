//! A provider whose attempts may take only so long.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::{Call, EmbedCall, Embedded, Error, Provider, Reply};

/// Bounds every attempt of another provider, body or stream included.
#[derive(Clone, Debug)]
pub struct Within<P> {
    provider: P,
    longest: Duration,
}

impl<P> Within<P> {
    /// The same provider with attempts of at most `longest`.
    pub fn new(provider: P, longest: Duration) -> Self {
        Self { provider, longest }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<P: Provider> Provider for Within<P> {
    fn name(&self) -> &str {
        self.provider.name()
    }

    fn credentials(&self) -> usize {
        self.provider.credentials()
    }

    fn endpoint(&self) -> &str {
        self.provider.endpoint()
    }

    fn mark(&self, credential: usize) -> u64 {
        self.provider.mark(credential)
    }

    fn reaches_responses(&self) -> bool {
        self.provider.reaches_responses()
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        let deadline = call.deadline.min(Instant::now() + self.longest);
        self.provider.chat(Call { deadline, ..call }).await
    }

    fn embeds(&self, model: &str) -> bool {
        self.provider.embeds(model)
    }

    async fn embed(&self, call: EmbedCall<'_>) -> Result<Embedded, Error> {
        let deadline = call.deadline.min(Instant::now() + self.longest);
        self.provider.embed(EmbedCall { deadline, ..call }).await
    }
}
