//! What of a stream has ended, so that nothing is said to end twice.

use std::collections::HashSet;

/// The ends that were told so far.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// The vendor's numbers of the blocks whose end was not told yet.
    open: HashSet<u64>,
    /// The last event told an end again, and nothing else.
    repeated: bool,
}

impl Ends {
    /// An event comes.
    pub(super) fn event(&mut self) {
        self.repeated = false;
    }

    /// It begins a block.
    pub(super) fn begin(&mut self, block: u64) {
        self.open.insert(block);
    }

    /// It ends a block.
    pub(super) fn end(&mut self, block: u64) {
        self.repeated = !self.open.remove(&block);
    }

    /// It ends the answer once more, without a word that is new.
    pub(super) fn repeat(&mut self) {
        self.repeated = true;
    }

    /// Whether the last event told an end again, and nothing else.
    pub(super) fn is_repeated(&self) -> bool {
        self.repeated
    }
}
