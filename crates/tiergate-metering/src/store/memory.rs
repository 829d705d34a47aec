//! The last receipts in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::Receipts;
use crate::Receipt;

/// A ring of the last receipts; the oldest makes room for the newest.
#[derive(Debug)]
pub struct MemoryReceipts {
    capacity: usize,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Oldest first.
    receipts: VecDeque<Arc<Receipt>>,
    index: HashMap<Arc<str>, Arc<Receipt>>,
}

impl MemoryReceipts {
    /// Keeps at most so many receipts; with 0, none.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            ring: Mutex::default(),
        }
    }

    /// Keeps a receipt, without waiting for anything but a short lock.
    pub fn record(&self, receipt: impl Into<Arc<Receipt>>) {
        if self.capacity == 0 {
            return;
        }
        let receipt = receipt.into();
        // what is pushed out is freed after the lock is
        let _freed = self.ring().push(receipt, self.capacity);
    }

    /// The receipt of a request, if the key of this name made it.
    pub fn find(&self, id: &str, owner: &str) -> Option<Arc<Receipt>> {
        let receipt = self.ring().index.get(id).map(Arc::clone)?;
        (*receipt.key == *owner).then_some(receipt)
    }

    /// How many receipts are kept now.
    pub fn len(&self) -> usize {
        self.ring().receipts.len()
    }

    /// Whether no receipt is kept now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // no code that can panic runs under the lock, so a poisoned ring is whole
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    /// Gives back what no longer belongs here, for the caller to drop.
    fn push(&mut self, receipt: Arc<Receipt>, capacity: usize) -> [Option<Arc<Receipt>>; 2] {
        let mut oldest = None;
        if self.receipts.len() >= capacity {
            oldest = self.receipts.pop_front();
            let stale = oldest.as_ref().filter(|oldest| self.is_current(oldest));
            if let Some(stale) = stale {
                self.index.remove(&stale.request_id);
            }
        }
        let id = Arc::clone(&receipt.request_id);
        let replaced = self.index.insert(id, Arc::clone(&receipt));
        self.receipts.push_back(receipt);
        [oldest, replaced]
    }

    /// Whether its id still leads to this very receipt and not to a later one.
    fn is_current(&self, receipt: &Arc<Receipt>) -> bool {
        let current = self.index.get(&receipt.request_id);
        current.is_some_and(|current| Arc::ptr_eq(current, receipt))
    }
}

#[async_trait]
impl Receipts for MemoryReceipts {
    fn put(&self, receipt: Arc<Receipt>) {
        self.record(receipt);
    }

    async fn get(&self, id: &str, owner: &str) -> Option<Arc<Receipt>> {
        self.find(id, owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tiergate_catalog::Timestamp;

    fn receipt(id: u32, key: &str) -> Receipt {
        let id = format!("req_{id}").into();
        Receipt::new(id, Timestamp::default(), key.into(), "auto".into())
    }

    #[test]
    fn the_oldest_makes_room() {
        let store = MemoryReceipts::new(2);
        assert!(store.is_empty());
        for id in 1..=3 {
            store.record(receipt(id, "a"));
        }
        assert!(store.find("req_1", "a").is_none());
        assert!(store.find("req_2", "a").is_some() && store.find("req_3", "a").is_some());
        assert_eq!(store.len(), 2);
    }

    #[test]
    fn nobody_elses_receipt_is_found() {
        let store = MemoryReceipts::new(4);
        store.record(receipt(1, "a"));
        assert!(store.find("req_1", "b").is_none());
        assert!(store.find("req_1", "").is_none());
    }

    #[test]
    fn no_capacity_keeps_nothing() {
        let store = MemoryReceipts::new(0);
        store.record(receipt(1, "a"));
        assert!(store.is_empty());
    }

    proptest! {
        #[test]
        fn it_is_the_last_ones_by_id(ids in proptest::collection::vec(0u32..6, 0..40), capacity in 1usize..5) {
            let store = MemoryReceipts::new(capacity);
            for id in &ids {
                store.record(receipt(*id, &format!("key{id}")));
            }
            let kept = &ids[ids.len().saturating_sub(capacity)..];
            for id in 0..6 {
                let found = store.find(&format!("req_{id}"), &format!("key{id}")).is_some();
                prop_assert_eq!(found, kept.contains(&id));
            }
            prop_assert_eq!(store.len(), kept.len());
            prop_assert!(store.ring().index.len() <= capacity);
        }
    }
}
