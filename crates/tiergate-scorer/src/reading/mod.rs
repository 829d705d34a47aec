//! What is counted while a text is read: one pass, no allocation, bounded by an [`Extent`].

mod extent;
mod reader;

pub(crate) use extent::Extent;
pub(crate) use reader::Reader;

use crate::lexicon::Category;

/// Whoever wants to see the words of spelled scripts as they go by.
pub(crate) trait Words {
    /// A word, by its hash.
    fn meet(&mut self, hash: u32);
}

/// Nobody.
impl Words for () {
    #[inline]
    fn meet(&mut self, _: u32) {}
}

/// All of them, in order.
impl Words for &mut Vec<u32> {
    fn meet(&mut self, hash: u32) {
        self.push(hash);
    }
}

/// The counts of one or more texts that were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// Bytes of the texts as written, read or not.
    pub(crate) total: u64,
    /// Bytes that were read.
    pub(crate) raw: u64,
    /// Code points that were read; one that stands for a syllable or a word counts twice.
    pub(crate) units: u64,
    /// Words, of any script.
    pub(crate) words: u32,
    /// Words that the lexicon has.
    pub(crate) known: u32,
    /// Small words that hold sentences together, and words of questions.
    pub(crate) common: u32,
    /// The most words in a row without one of those and without punctuation.
    pub(crate) longest_list: u32,
    /// Words that an acknowledgement may consist of, and their categories.
    pub(crate) talk: u32,
    pub(crate) talk_mask: u32,
    /// Words of spelled scripts, and their letters.
    pub(crate) spelled: u32,
    pub(crate) letters: u32,
    /// The categories of the first words.
    pub(crate) first_mask: u32,
    /// Distinct known words of each category.
    pub(crate) distinct: [u8; Category::COUNT],
    pub(crate) numbers: u32,
    pub(crate) operators: u32,
    /// Mathematical signs and LaTeX commands.
    pub(crate) maths: u32,
    /// Brackets, identifiers and calls, as code has them.
    pub(crate) code: u32,
    pub(crate) fences: u32,
    pub(crate) items: u32,
    pub(crate) options: u32,
    pub(crate) questions: u32,
    /// Commas, semicolons and their like.
    pub(crate) clauses: u32,
    pub(crate) lines: u32,
    /// Units before the first colon or opening quotation mark, when it comes early; else 0.
    pub(crate) opening: u64,
    pub(crate) files: u32,
    pub(crate) emoji: u32,
}

impl Reading {
    /// Distinct words of a category.
    pub(crate) fn of(&self, category: Category) -> u32 {
        u32::from(self.distinct[category as usize])
    }

    /// How long the texts are in units, the unread part reckoned like the read one.
    pub(crate) fn length(&self) -> u64 {
        match self.raw {
            0 => 0,
            raw if raw >= self.total => self.units,
            raw => {
                let length = u128::from(self.total) * u128::from(self.units) / u128::from(raw);
                u64::try_from(length).unwrap_or(u64::MAX)
            }
        }
    }

    /// The same counts, as of a text of at most so many units.
    pub(crate) fn cut(&self, most: u64) -> Self {
        let mut cut = self.clone();
        if self.length() > most {
            (cut.total, cut.raw, cut.units) = (most, most, most);
        }
        cut
    }

    /// A text of the same length, up to `most` units, that asks for the same light work, and nothing
    /// else of it.
    pub(crate) fn bare(&self, most: u64) -> Self {
        let mut bare = Self {
            total: self.total,
            raw: self.raw,
            units: self.units,
            ..Self::default()
        };
        for kept in [Category::Easy, Category::Simple, Category::Fact] {
            bare.distinct[kept as usize] = self.distinct[kept as usize];
        }
        bare.cut(most)
    }

    /// Whether anything was read that has a meaning to us.
    pub(crate) fn is_readable(&self) -> bool {
        self.known > 0 || self.emoji > 0 || (self.numbers > 0 && self.operators > 0)
    }
}
