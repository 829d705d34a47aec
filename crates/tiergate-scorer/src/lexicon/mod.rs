//! The words the scorer knows, and a table to find them by hash.
//!
//! A word belongs to one or more [`Category`]s. Matching is by whole words ("class" is not found in
//! "classic"); only scripts written without spaces (Han, kana) and Korean, whose particles are
//! joined to the word, are matched by runs of two to four characters.

mod domains;
mod talk;
mod tasks;

use std::fmt;

/// What a known word says about the request. At most 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Category {
    Thanks,
    Greet,
    Okay,
    Go,
    Fill,
    Fact,
    Explain,
    Easy,
    Simple,
    Proof,
    Build,
    Design,
    Debug,
    Analyse,
    Creative,
    Constraint,
    Stakes,
    Reason,
    Sequence,
    Code,
    Maths,
    Science,
    Law,
    Medicine,
    Finance,
    Humanities,
    Extension,
    Common,
}

impl Category {
    pub(crate) const COUNT: usize = Self::Common as usize + 1;

    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Everything an acknowledgement may consist of.
pub(crate) const TALK: u32 = Category::Thanks.bit()
    | Category::Greet.bit()
    | Category::Okay.bit()
    | Category::Go.bit()
    | Category::Fill.bit();

/// Slots of the table: about twice the number of words, a power of two.
pub(crate) const SLOTS: usize = 8192;

/// Hash of the empty word (32-bit FNV-1a over code points).
pub(crate) const EMPTY: u32 = 0x811c_9dc5;

/// The hash of a word that is longer by the folded code point `c`.
#[inline]
pub(crate) const fn step(hash: u32, c: u32) -> u32 {
    (hash ^ c).wrapping_mul(0x0100_0193)
}

/// Known words by hash, with linear probing.
#[derive(Clone)]
pub(crate) struct Lexicon {
    /// Hash and categories.
    slots: Box<[(u32, u32)]>,
}

/// A known word: its categories and its slot, which is its identity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) mask: u32,
    pub(crate) slot: usize,
}

/// The size; the words themselves would fill pages.
impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon")
            .field("slots", &self.slots.len())
            .finish_non_exhaustive()
    }
}

impl Lexicon {
    pub(crate) fn new() -> Self {
        let mut lexicon = Self {
            slots: vec![(0, 0); SLOTS].into(),
        };
        for (category, words) in [talk::WORDS, tasks::WORDS, domains::WORDS].concat() {
            for word in words
                .split([' ', '-', '\''])
                .filter(|word| !word.is_empty())
            {
                lexicon.insert(word_hash(word), category);
            }
        }
        lexicon
    }

    /// The categories of the word with this hash.
    #[inline]
    pub(crate) fn find(&self, hash: u32) -> Option<Found> {
        let slot = self.slot(hash);
        match self.slots[slot] {
            (_, 0) => None,
            (_, mask) => Some(Found { mask, slot }),
        }
    }

    fn insert(&mut self, hash: u32, category: Category) {
        let slot = self.slot(hash);
        let (_, mask) = self.slots[slot];
        self.slots[slot] = (hash, mask | category.bit());
    }

    /// The slot that holds `hash`, or the free one where it would be.
    #[inline]
    fn slot(&self, hash: u32) -> usize {
        let mut slot = slot_of(hash, SLOTS - 1);
        // ends: the table is never full, which a test checks
        while self.slots[slot].0 != hash && self.slots[slot].0 != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

/// The slot where the search for a hash begins in a table of `mask` + 1 slots.
#[inline]
pub(crate) fn slot_of(hash: u32, mask: usize) -> usize {
    (hash ^ (hash >> 15)) as usize & mask
}

/// The hash of a word as the scorer computes it: lower case, without accents.
///
/// 32-bit FNV-1a over code points. Different words may share one.
pub fn word_hash(word: &str) -> u32 {
    word.chars()
        .map(|c| crate::chars::fold(u32::from(c)))
        .filter(|&c| c != 0)
        .fold(EMPTY, step)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn words() -> impl Iterator<Item = &'static str> {
        [talk::WORDS, tasks::WORDS, domains::WORDS]
            .into_iter()
            .flatten()
            .flat_map(|(_, words)| words.split([' ', '-', '\'']))
            .filter(|word| !word.is_empty())
    }

    #[test]
    fn no_two_words_share_a_hash() {
        let mut seen: HashMap<u32, String> = HashMap::new();
        for word in words() {
            let folded: String = word
                .chars()
                .filter_map(|c| char::from_u32(crate::chars::fold(u32::from(c))))
                .filter(|&c| c != '\0')
                .collect();
            let first = seen
                .entry(word_hash(word))
                .or_insert_with(|| folded.clone());
            assert_eq!(*first, folded);
            assert_ne!(word_hash(word), 0);
        }
        assert!(seen.len() < SLOTS * 3 / 5, "{} words", seen.len());
        assert!(seen.len() > 1500, "{} words", seen.len());
    }

    #[test]
    fn every_word_is_found() {
        let lexicon = Lexicon::new();
        for word in words() {
            assert!(lexicon.find(word_hash(word)).is_some(), "{word}");
        }
        assert!(lexicon.find(word_hash("classic")).is_none());
        assert!(lexicon.find(EMPTY).is_none());
    }
}
