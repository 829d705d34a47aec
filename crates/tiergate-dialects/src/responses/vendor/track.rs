//! Which block of the inner form each piece of a stream belongs to.

/// A piece of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    item: u32,
    piece: Piece,
    /// Whether it is not yet complete.
    pub(super) open: bool,
    /// Whether something was said in it.
    pub(super) said: bool,
    /// The part of a summary that was last said.
    pub(super) paragraph: u32,
}

/// The blocks of a stream so far.
#[derive(Debug, Default)]
pub(super) struct Track {
    blocks: Vec<Block>,
}

impl Track {
    /// A block that has begun.
    pub(super) fn find(&mut self, item: u32, piece: Piece) -> Option<&mut Block> {
        let mut blocks = self.blocks.iter_mut().rev();
        blocks.find(|block| block.item == item && block.piece == piece)
    }

    /// A block, begun if it was not; `true` if it is new.
    pub(super) fn begin(&mut self, item: u32, piece: Piece) -> (u32, bool) {
        if let Some(block) = self.find(item, piece) {
            return (block.number, false);
        }
        let number = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        self.blocks.push(Block {
            number,
            item,
            piece,
            open: true,
            said: false,
            paragraph: 0,
        });
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
        let wanted = |block: &&mut Block| block.open && item.is_none_or(|item| block.item == item);
        let open = self.blocks.iter_mut().filter(wanted);
        open.map(|block| {
            block.open = false;
            block.number
        })
        .collect()
    }

    /// How many calls there are.
    pub(super) fn calls(&self) -> usize {
        let calls = self.blocks.iter();
        calls.filter(|block| block.piece == Piece::Call).count()
    }
}
