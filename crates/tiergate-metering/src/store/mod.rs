//! Where receipts are kept.

mod memory;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{Comparison, Feedback, Receipt};

pub use memory::MemoryReceipts;

/// Keeps receipts by request id.
///
/// A put is atomic: a receipt is found whole or not at all, and once `put` has returned, `get`
/// finds it until the store's own bound or retention removes it. A second put of the same id
/// replaces the first.
#[async_trait]
pub trait Receipts: Debug + Send + Sync {
    /// Keeps a receipt.
    ///
    /// It must not wait: it is called from destructors too, when a client has hung up. A store that
    /// writes elsewhere puts the receipt into its own queue, where `get` finds it meanwhile.
    fn put(&self, receipt: Arc<Receipt>);

    /// The receipt of a request, if the key of this name made it.
    ///
    /// Somebody else's receipt is `None`, like one that does not exist.
    async fn get(&self, id: &str, owner: &str) -> Option<Arc<Receipt>>;

    /// Adds feedback to the receipt of a request, if the key of this name made it; what was said
    /// before is replaced.
    ///
    /// The receipt as it is now; `None` where [`get`](Self::get) is, and nothing is kept then. It lives
    /// as long as the receipt: a later put of the same id replaces both.
    async fn rate(&self, id: &str, owner: &str, feedback: Feedback) -> Option<Arc<Receipt>>;

    /// Adds what came of a shadow run to the receipt of a request, like [`rate`](Self::rate).
    async fn compare(&self, id: &str, owner: &str, shadow: Comparison) -> Option<Arc<Receipt>>;

    /// The receipts of the key of this name that make an [`Example`](crate::Example), by ascending id:
    /// at most so many, beginning behind the id `after`, which need not exist any more.
    async fn examples(&self, owner: &str, after: &str, most: usize) -> Vec<Arc<Receipt>>;
}

#[async_trait]
impl<T: Receipts + ?Sized> Receipts for Arc<T> {
    fn put(&self, receipt: Arc<Receipt>) {
        (**self).put(receipt);
    }

    async fn get(&self, id: &str, owner: &str) -> Option<Arc<Receipt>> {
        (**self).get(id, owner).await
    }

    async fn rate(&self, id: &str, owner: &str, feedback: Feedback) -> Option<Arc<Receipt>> {
        (**self).rate(id, owner, feedback).await
    }

    async fn compare(&self, id: &str, owner: &str, shadow: Comparison) -> Option<Arc<Receipt>> {
        (**self).compare(id, owner, shadow).await
    }

    async fn examples(&self, owner: &str, after: &str, most: usize) -> Vec<Arc<Receipt>> {
        (**self).examples(owner, after, most).await
    }
}
