//! Which block of the inner form each piece of a stream belongs to.

use std::collections::BTreeMap;

use crate::blocks::Blocks;
use crate::fault::Fault;

/// A piece of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// A call, whole.
    Call,
    /// A part of a message.
    Content(u32),
    /// Reasoning, whole.
    Thought,
}

/// A block that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// Its number.
    pub(super) number: u32,
    /// Whether it is not yet complete.
    pub(super) open: bool,
    /// Whether something was said in it.
    pub(super) said: bool,
    /// The part of a summary that was last said.
    pub(super) paragraph: u32,
}

/// The blocks of a stream so far, complete ones as well.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// By their items.
    blocks: BTreeMap<(u32, Piece), Block>,
    begun: Blocks,
    calls: usize,
}

impl Track {
    /// To be asked before each event.
    ///
    /// # Errors
    /// A [`Fault`] when more blocks have begun than any answer has.
    pub(super) fn fit(&self) -> Result<(), Fault> {
        self.begun.fit()
    }

    /// A block that has begun.
    pub(super) fn find(&mut self, item: u32, piece: Piece) -> Option<&mut Block> {
        self.blocks.get_mut(&(item, piece))
    }

    /// A block, begun if it was not; `true` if it is new.
    pub(super) fn begin(&mut self, item: u32, piece: Piece) -> (u32, bool) {
        if let Some(block) = self.find(item, piece) {
            return (block.number, false);
        }
        let number = self.begun.begin();
        let block = Block {
            number,
            open: true,
            said: false,
            paragraph: 0,
        };
        self.blocks.insert((item, piece), block);
        self.calls += usize::from(piece == Piece::Call);
        (number, true)
    }

    /// Notes that something is said in a block; `None` if the block is complete.
    pub(super) fn say(&mut self, item: u32, piece: Piece) -> Option<u32> {
        self.begin(item, piece);
        let block = self.find(item, piece).filter(|block| block.open)?;
        block.said = true;
        Some(block.number)
    }

    /// Completes a block; `None` if there is none or it is complete already.
    pub(super) fn close(&mut self, item: u32, piece: Piece) -> Option<u32> {
        let block = self.find(item, piece).filter(|block| block.open)?;
        block.open = false;
        Some(block.number)
    }

    /// Completes the blocks of an item, or all.
    pub(super) fn close_all(&mut self, item: Option<u32>) -> Vec<u32> {
        let (first, last) = item.map_or((0, u32::MAX), |item| (item, item));
        let wanted = (first, Piece::Call)..=(last, Piece::Thought);
        let open = self.blocks.range_mut(wanted).map(|(_, block)| block);
        let mut closed: Vec<u32> = open
            .filter(|block| block.open)
            .map(|block| {
                block.open = false;
                block.number
            })
            .collect();
        closed.sort_unstable();
        closed
    }

    /// How many calls there are.
    pub(super) fn calls(&self) -> usize {
        self.calls
    }
}
