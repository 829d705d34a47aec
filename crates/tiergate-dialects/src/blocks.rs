//! How much of a streamed answer is kept in mind.
//!
//! A whole answer has a length at which it is refused. A stream has none, so whatever is remembered of it needs one.

use crate::fault::Fault;

/// The most blocks that a streamed answer may have: no model calls so many tools in one turn.
const MOST_BLOCKS: u32 = 16_384;

/// The most bytes of a streamed answer that are kept: as many as a whole answer may have.
pub(crate) const MOST_KEPT: usize = 64 << 20;

/// Numbers the blocks of a streamed answer as they begin.
#[derive(Debug, Default)]
pub(crate) struct Blocks(u32);

impl Blocks {
    /// The number of a block that begins.
    pub(crate) fn begin(&mut self) -> u32 {
        let block = self.0;
        self.0 = block.saturating_add(1);
        block
    }

    /// How many have begun.
    pub(crate) fn count(&self) -> u32 {
        self.0
    }

    /// To be asked before each event: what one event begins is bounded by its length.
    ///
    /// # Errors
    /// A [`Fault`] when more have begun than any answer has.
    pub(crate) fn fit(&self) -> Result<(), Fault> {
        few(self.0)
    }
}

/// # Errors
/// A [`Fault`] for more blocks than any answer has.
pub(crate) fn few(blocks: u32) -> Result<(), Fault> {
    if blocks > MOST_BLOCKS {
        let message = format!("the answer has more than {MOST_BLOCKS} texts, thoughts and calls");
        return Err(Fault::invalid(message));
    }
    Ok(())
}

/// # Errors
/// A [`Fault`] for more bytes than are kept of an answer.
pub(crate) fn short(kept: usize) -> Result<(), Fault> {
    if kept > MOST_KEPT {
        return Err(Fault::invalid("the answer is too long"));
    }
    Ok(())
}
