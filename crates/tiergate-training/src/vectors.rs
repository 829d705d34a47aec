//! What words mean, as vectors that were made elsewhere.

use std::collections::HashMap;

use tiergate_scorer::word_hash;

use crate::number::real;

const MAGIC: &[u8; 8] = b"tgvector";

/// Word vectors: the file is `"tgvector"`, u32 words, u16 dimensions, then for each word u8 length,
/// UTF-8, and one signed byte for each dimension. Numbers are little-endian.
///
/// A vector is already weighted by how much its word tells: frequent words have short ones.
#[derive(Clone, Debug)]
pub struct Vectors {
    dimensions: usize,
    hashes: Vec<u32>,
    values: Vec<i8>,
    by_hash: HashMap<u32, usize>,
}

/// Why bytes are no word vectors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadVectors {
    /// They do not begin as such a file does.
    #[error("this is not a file of word vectors")]
    NotVectors,
    /// They are cut off or go on after the end.
    #[error("the file of word vectors is cut off or has something after its end, at word {0}")]
    Length(usize),
    /// A word is not UTF-8.
    #[error("word {0} is not UTF-8")]
    Word(usize),
}

impl Vectors {
    /// Reads a file of word vectors.
    ///
    /// # Errors
    /// [`BadVectors`]. Of two words with the same hash the first stays.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadVectors> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or(BadVectors::NotVectors)?;
        let (count, bytes) = bytes.split_first_chunk().ok_or(BadVectors::Length(0))?;
        let (width, mut bytes) = bytes.split_first_chunk().ok_or(BadVectors::Length(0))?;
        let count = u32::from_le_bytes(*count) as usize;
        let dimensions = usize::from(u16::from_le_bytes(*width));
        let mut vectors = Self {
            dimensions,
            hashes: Vec::new(),
            values: Vec::new(),
            by_hash: HashMap::new(),
        };
        for nth in 0..count {
            let (length, rest) = bytes.split_first().ok_or(BadVectors::Length(nth))?;
            let (word, rest) = rest
                .split_at_checked(usize::from(*length))
                .ok_or(BadVectors::Length(nth))?;
            let (values, rest) = rest
                .split_at_checked(dimensions)
                .ok_or(BadVectors::Length(nth))?;
            bytes = rest;
            let word = std::str::from_utf8(word)
                .ok()
                .ok_or(BadVectors::Word(nth))?;
            vectors.add(word_hash(word), values);
        }
        bytes
            .is_empty()
            .then_some(vectors)
            .ok_or(BadVectors::Length(count))
    }

    fn add(&mut self, hash: u32, values: &[u8]) {
        let at = self.hashes.len();
        if hash == 0 || self.by_hash.contains_key(&hash) {
            return;
        }
        self.by_hash.insert(hash, at);
        self.hashes.push(hash);
        self.values
            .extend(values.iter().map(|byte| i8::from_le_bytes([*byte])));
    }

    /// Numbers in a vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// Each word's hash and vector.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &[i8])> {
        let values = self.values.chunks_exact(self.dimensions.max(1));
        self.hashes.iter().copied().zip(values)
    }

    /// The sum over distinct words of a text, divided by their number and `steadying`, added to `mean`.
    pub(crate) fn mean(&self, words: &[u32], steadying: f64, mean: &mut [f64]) {
        let mut known: Vec<usize> = words
            .iter()
            .filter_map(|hash| self.by_hash.get(hash).copied())
            .collect();
        known.sort_unstable();
        known.dedup();
        let share = 1.0 / (real(known.len()) + steadying);
        for at in known {
            let values = &self.values[at * self.dimensions..][..self.dimensions];
            for (sum, value) in mean.iter_mut().zip(values) {
                *sum += f64::from(*value) * share;
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    fn file(words: &[(&str, [i8; 2])]) -> Vec<u8> {
        let mut file = MAGIC.to_vec();
        file.extend(u32::try_from(words.len()).unwrap().to_le_bytes());
        file.extend(2_u16.to_le_bytes());
        for (word, values) in words {
            file.push(u8::try_from(word.len()).unwrap());
            file.extend(word.as_bytes());
            file.extend(values.map(|each| each.to_le_bytes()[0]));
        }
        file
    }

    #[test]
    fn means_are_over_distinct_known_words() {
        let vectors = Vectors::parse(&file(&[("a", [8, -8]), ("b", [4, 0])])).unwrap();
        let mut mean = [0.0; 2];
        let words = ["a", "b", "a", "c"].map(word_hash);
        vectors.mean(&words, 2.0, &mut mean);
        assert_eq!(mean, [3.0, -2.0]);
    }

    #[test]
    fn broken_files_are_refused() {
        let whole = file(&[("a", [8, -8])]);
        for end in 0..whole.len() {
            assert!(Vectors::parse(&whole[..end]).is_err());
        }
        assert_eq!(
            Vectors::parse(&[&whole[..], b"x"].concat()).unwrap_err(),
            BadVectors::Length(1)
        );
    }
}
