//! What a provider is to the rest: one call, one reply.

mod call;
mod embed;
mod reply;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

pub use call::{Call, Front};
pub use embed::{EmbedCall, Embedded};
pub use reply::{ChatStream, Chunk, ChunkKind, Edit, Full, Head, Reply};

use crate::error::{Error, Kind};

/// A vendor's API, behind one or more credentials.
///
/// Callers may rely on this:
/// - A call is one attempt: nothing is retried inside.
/// - A call ends by its deadline, body or stream included.
/// - Dropping the future, or a stream that it returned, cancels the exchange with the vendor.
/// - Neither a reply nor an error carries a credential.
#[async_trait]
pub trait Provider: Debug + Send + Sync {
    /// The name under which the configuration and the catalogue know it.
    fn name(&self) -> &str;

    /// How many credentials can be tried in turn; [`Call::credential`] is below this. At least 1.
    fn credentials(&self) -> usize {
        1
    }

    /// Where its connections go: what goes to the same place under the same name shares what is known of its health.
    fn endpoint(&self) -> &str {
        self.name()
    }

    /// Tells a credential from others, earlier and later ones included, and nothing of the secret. Health is
    /// remembered by it.
    fn mark(&self, credential: usize) -> u64 {
        u64::try_from(credential).unwrap_or(u64::MAX)
    }

    /// Whether it reaches models that answer on OpenAI's Responses only.
    fn reaches_responses(&self) -> bool {
        false
    }

    /// Makes one attempt at a chat completion.
    ///
    /// # Errors
    /// See [`Kind`](crate::Kind). A streamed reply may still fail after this returned: then the
    /// stream's last item is the error.
    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error>;

    /// Whether vectors of a model, by its id here, can be asked for: what says no is neither listed nor tried.
    fn embeds(&self, _model: &str) -> bool {
        false
    }

    /// Makes one attempt at vectors for all inputs of a request, in as many calls as the vendor needs for them.
    ///
    /// # Errors
    /// See [`Kind`]; [`Kind::Unsupported`] from a provider that makes no vectors, or not these.
    async fn embed(&self, _call: EmbedCall<'_>) -> Result<Embedded, Error> {
        let message = "makes no embeddings";
        Err(Error::new(Kind::Unsupported, self.name(), message).with_param("model"))
    }
}

#[async_trait]
impl<P: Provider + ?Sized> Provider for Arc<P> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn credentials(&self) -> usize {
        (**self).credentials()
    }

    fn endpoint(&self) -> &str {
        (**self).endpoint()
    }

    fn mark(&self, credential: usize) -> u64 {
        (**self).mark(credential)
    }

    fn reaches_responses(&self) -> bool {
        (**self).reaches_responses()
    }

    async fn chat(&self, call: Call<'_>) -> Result<Reply, Error> {
        (**self).chat(call).await
    }

    fn embeds(&self, model: &str) -> bool {
        (**self).embeds(model)
    }

    async fn embed(&self, call: EmbedCall<'_>) -> Result<Embedded, Error> {
        (**self).embed(call).await
    }
}
