//! What single words say about a request: a table to find them by hash.

use crate::lexicon::slot_of;
use crate::reading::Words;

/// What one word weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The word, as [`word_hash`](crate::word_hash) gives it.
    pub hash: u32,
    /// Hundredths of a point of score.
    pub points: i16,
    /// By how many quarters of a point each tier, nano to flagship, finds the request easier than its
    /// score says.
    pub relief: [i8; 5],
}

/// A quarter of a point, in hundredths.
pub(crate) const QUARTER: i32 = 25;

/// Words that are added to the number of words found, so that one of three words weighs less than a
/// third. The best of 0, 4 and 8 on benches left out.
pub(crate) const STEADYING: u32 = 4;

/// Words by hash, with linear probing; a quarter full to half full.
#[derive(Clone, Debug)]
pub(crate) struct Vocabulary {
    slots: Box<[Word]>,
    /// One less than the number of slots, which is a power of two.
    mask: usize,
}

impl Vocabulary {
    /// A table of the given words; of two with the same hash the first stays.
    pub(crate) fn new(words: &[Word]) -> Self {
        let slots = (words.len() * 2).next_power_of_two().max(16);
        let mut vocabulary = Self {
            slots: vec![Word::default(); slots].into(),
            mask: slots - 1,
        };
        for word in words.iter().filter(|word| word.hash != 0) {
            let at = vocabulary.slot(word.hash);
            if vocabulary.slots[at].hash == 0 {
                vocabulary.slots[at] = *word;
            }
        }
        vocabulary
    }

    /// The slot that holds `hash`, or the free one where it would be.
    #[inline]
    fn slot(&self, hash: u32) -> usize {
        let mut at = slot_of(hash, self.mask);
        // ends: at most half of the slots are taken
        while self.slots[at].hash != hash && self.slots[at].hash != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }
}

/// Bits of the record of words that were met.
const SEEN: usize = 8192;

/// Adds up what the distinct words of a text weigh.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    vocabulary: &'a Vocabulary,
    /// Words that were met, by slot. Two words in eight thousand share a bit; the later one is then
    /// taken for met.
    seen: [u64; SEEN / 64],
    found: u32,
    points: i32,
    relief: [i32; 5],
}

impl<'a> Tally<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary) -> Self {
        Self {
            vocabulary,
            seen: [0; SEEN / 64],
            found: 0,
            points: 0,
            relief: [0; 5],
        }
    }

    /// Distinct words that the vocabulary has.
    pub(crate) fn found(&self) -> u32 {
        self.found
    }

    /// The mean in hundredths of a point.
    pub(crate) fn points(&self) -> i32 {
        self.mean(self.points)
    }

    /// The mean for each tier in hundredths of a point.
    pub(crate) fn relief(&self) -> [i32; 5] {
        self.relief.map(|sum| self.mean(sum * QUARTER))
    }

    fn mean(&self, sum: i32) -> i32 {
        sum / (self.found + STEADYING).cast_signed()
    }
}

impl Words for &mut Tally<'_> {
    #[inline]
    fn meet(&mut self, hash: u32) {
        let at = self.vocabulary.slot(hash);
        let word = &self.vocabulary.slots[at];
        if word.hash == 0 {
            return;
        }
        let (bucket, bit) = (at % SEEN / 64, 1 << (at % 64));
        if self.seen[bucket] & bit != 0 {
            return;
        }
        self.seen[bucket] |= bit;
        self.found += 1;
        self.points = self.points.saturating_add(word.points.into());
        for (sum, each) in self.relief.iter_mut().zip(word.relief) {
            *sum += i32::from(each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(hash: u32, points: i16) -> Word {
        Word {
            hash,
            points,
            relief: [4, 3, 2, 1, 0],
        }
    }

    #[test]
    fn distinct_words_are_averaged() {
        let words: Vec<Word> = (1..=1000).map(|n| word(n * 7919, 600)).collect();
        let vocabulary = Vocabulary::new(&words);
        let mut tally = Tally::new(&vocabulary);
        for _ in 0..3 {
            for hash in [7919, 2 * 7919, 5] {
                (&mut tally).meet(hash);
            }
        }
        assert_eq!(tally.found(), 2);
        assert_eq!(tally.points(), 1200 / 6);
        assert_eq!(tally.relief(), [33, 25, 16, 8, 0]);
    }

    #[test]
    fn an_empty_vocabulary_weighs_nothing() {
        let vocabulary = Vocabulary::new(&[]);
        let mut tally = Tally::new(&vocabulary);
        (&mut tally).meet(1);
        assert_eq!((tally.found(), tally.points()), (0, 0));
    }
}
