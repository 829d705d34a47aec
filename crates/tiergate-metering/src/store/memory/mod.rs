//! The last receipts in memory.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::Receipts;
use crate::{Comparison, Feedback, Receipt};

/// A ring of the last receipts; the oldest makes room for the newest.
#[derive(Debug)]
pub struct MemoryReceipts {
    capacity: usize,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    /// Every put with its number and id, oldest first.
    order: VecDeque<(u64, Arc<str>)>,
    index: HashMap<Arc<str>, Kept>,
    /// Owner and id of the receipts that make an example.
    examples: BTreeSet<(Arc<str>, Arc<str>)>,
    puts: u64,
}

#[derive(Debug)]
struct Kept {
    /// The number of the put that it came with.
    put: u64,
    receipt: Arc<Receipt>,
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
        let ring = self.ring();
        let kept = ring.index.get(id)?;
        (*kept.receipt.key == *owner).then(|| Arc::clone(&kept.receipt))
    }

    /// How many receipts are kept now.
    pub fn len(&self) -> usize {
        self.ring().order.len()
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
    fn push(&mut self, receipt: Arc<Receipt>, capacity: usize) -> [Option<Kept>; 2] {
        let mut oldest = None;
        if self.order.len() >= capacity
            && let Some((put, id)) = self.order.pop_front()
            // a later put of the same id has replaced it already
            && self.index.get(&id).is_some_and(|kept| kept.put == put)
        {
            oldest = self.index.remove(&id);
        }
        self.puts += 1;
        let (put, id) = (self.puts, Arc::clone(&receipt.request_id));
        self.order.push_back((put, Arc::clone(&id)));
        let added = receipt.example().is_some().then(|| place(&receipt));
        let replaced = self.index.insert(id, Kept { put, receipt });
        let gone = [oldest, replaced];
        for kept in gone.iter().flatten() {
            self.examples.remove(&place(&kept.receipt));
        }
        self.examples.extend(added);
        gone
    }

    /// Changes the receipt of a request, if the key of this name made it.
    fn amend(
        &mut self,
        id: &str,
        owner: &str,
        change: impl FnOnce(&mut Receipt),
    ) -> Option<Arc<Receipt>> {
        let kept = self.index.get_mut(id)?;
        if *kept.receipt.key != *owner {
            return None;
        }
        // readers may hold it: they keep the receipt that they have read
        change(Arc::make_mut(&mut kept.receipt));
        if kept.receipt.example().is_some() {
            self.examples.insert(place(&kept.receipt));
        }
        Some(Arc::clone(&kept.receipt))
    }

    fn rate(&mut self, id: &str, owner: &str, feedback: Feedback) -> Option<Arc<Receipt>> {
        self.amend(id, owner, |receipt| receipt.feedback = Some(feedback))
    }

    fn compare(&mut self, id: &str, owner: &str, shadow: Comparison) -> Option<Arc<Receipt>> {
        self.amend(id, owner, |receipt| receipt.shadow = Some(shadow))
    }

    fn examples(&self, owner: &str, after: &str, most: usize) -> Vec<Arc<Receipt>> {
        let behind = Bound::Excluded((Arc::from(owner), Arc::from(after)));
        let own = self
            .examples
            .range((behind, Bound::Unbounded))
            .take_while(|(each, _)| **each == *owner);
        own.filter_map(|(_, id)| self.index.get(id))
            .take(most)
            .map(|kept| Arc::clone(&kept.receipt))
            .collect()
    }
}

fn place(receipt: &Receipt) -> (Arc<str>, Arc<str>) {
    (Arc::clone(&receipt.key), Arc::clone(&receipt.request_id))
}

#[async_trait]
impl Receipts for MemoryReceipts {
    fn put(&self, receipt: Arc<Receipt>) {
        self.record(receipt);
    }

    async fn get(&self, id: &str, owner: &str) -> Option<Arc<Receipt>> {
        self.find(id, owner)
    }

    async fn rate(&self, id: &str, owner: &str, feedback: Feedback) -> Option<Arc<Receipt>> {
        self.ring().rate(id, owner, feedback)
    }

    async fn compare(&self, id: &str, owner: &str, shadow: Comparison) -> Option<Arc<Receipt>> {
        self.ring().compare(id, owner, shadow)
    }

    async fn examples(&self, owner: &str, after: &str, most: usize) -> Vec<Arc<Receipt>> {
        self.ring().examples(owner, after, most)
    }
}

#[cfg(test)]
mod tests;
