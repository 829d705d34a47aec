//! What single signs and common words cost in the o200k and cl100k vocabularies.
//!
//! The figures are properties of the two public vocabularies; the tests compare every one of them
//! with a real tokenizer.

use std::fmt;

use crate::lexicon::{EMPTY, step};

/// Words of ASCII letters that are one token in both vocabularies, with a space before them and
/// without, in lower case.
const WORDS: &str = include_str!("../../data/words.txt");

const SLOTS: usize = 16_384;

/// A set of words by hash.
#[derive(Clone)]
pub(super) struct Words(Box<[u32]>);

/// The size; the words themselves would fill pages.
impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words")
            .field("slots", &self.0.len())
            .finish_non_exhaustive()
    }
}

impl Words {
    pub(super) fn new() -> Self {
        let mut words = Self(vec![0; SLOTS].into());
        for word in WORDS.split_ascii_whitespace() {
            let hash = word.bytes().map(u32::from).fold(EMPTY, step);
            let slot = words.slot(hash);
            words.0[slot] = hash;
        }
        words
    }

    #[inline]
    pub(super) fn has(&self, hash: u32) -> bool {
        self.0[self.slot(hash)] == hash
    }

    /// The slot that holds `hash`, or the free one where it would be; the set is never full.
    #[inline]
    fn slot(&self, hash: u32) -> usize {
        let mut slot = (hash ^ (hash >> 14)) as usize % SLOTS;
        while self.0[slot] != hash && self.0[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}

/// The most tokens that one sign beyond ASCII becomes.
pub(super) fn sign(c: u32) -> u32 {
    match c {
        0..0x800 => 2 - u32::from(bit(&ONE, c.saturating_sub(0x80))),
        0x800..0x1_0000 => 2 + u32::from(bit(&THREE, (c - 0x800) >> 6)),
        0x1_f000..0x1_fb00 => 3,
        _ => 4,
    }
}

fn bit(bits: &[u32], nth: u32) -> bool {
    bits.get(nth as usize / 32)
        .is_some_and(|word| word >> (nth % 32) & 1 == 1)
}

/// U+0080 to U+07FF, a bit for each sign that is one token.
#[rustfmt::skip]
const ONE: [u32; 60] = [
    0x0004_0001, 0xfeff_ffff, 0x94cb_629f, 0x3f7f_ffff, 0x8a0b_20aa, 0x0003_0800, 0x8a0a_2014, 0x5402_882a,
    0x0000_0000, 0x0001_0002, 0x0000_0000, 0x0000_0000, 0x0a00_0000, 0x0000_0000, 0x0200_0000, 0x0020_0000,
    0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0003, 0x0000_0000, 0x0000_0000, 0x0000_0000,
    0x0000_0000, 0xbfbe_f000, 0x0000_12ff, 0x0000_0000, 0xfdbf_0004, 0xffff_a0df, 0x0042_ffff, 0x0000_0000,
    0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000,
    0x0000_0000, 0x0000_0000, 0x52bb_0000, 0x0000_0705, 0x0000_1000, 0x07ff_ffa8, 0x0007_c7fe, 0x4000_0000,
    0x0000_0000, 0x0000_8200, 0x0000_1000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000,
    0x0000_0000, 0x0000_0000, 0x0000_0000, 0x0000_0000,
];

/// U+0800 to U+FFFF, a bit for each block of 64 in which some sign is three tokens; in the others it is two.
#[rustfmt::skip]
const THREE: [u32; 31] = [
    0xc800_300f, 0x3fff_fff6, 0xf3ff_ffff, 0x8c0d_fc88, 0xffff_ffff, 0xffff_ffd0, 0xffff_ffff, 0xffff_ffff,
    0x00ff_ffff, 0x4784_0014, 0x0078_1f40, 0x0009_00e4, 0xe000_0fd4, 0xc1ce_3ced, 0x83c9_0009, 0xfdfe_4070,
    0x1f00_1831, 0xc003_ef70, 0xb7ff_fdb0, 0xffff_ffff, 0xfc50_ffff, 0x3fe6_53cb, 0xfeb2_7914, 0x801f_f383,
    0xfdba_ff2e, 0xfcdf_ebe5, 0x0000_0000, 0xffff_ffff, 0xffff_ffff, 0xffff_fffb, 0x0eff_ffff,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn real(text: &str) -> usize {
        let o200k = bpe_openai::o200k_base().count(text);
        o200k.max(bpe_openai::cl100k_base().count(text))
    }

    #[test]
    fn every_word_of_the_list_is_one_token() {
        let words = Words::new();
        for word in WORDS.split_ascii_whitespace() {
            assert_eq!((real(word), real(&format!(" {word}"))), (1, 1), "{word}");
            assert!(words.has(word.bytes().map(u32::from).fold(EMPTY, step)));
        }
        assert!(WORDS.split_ascii_whitespace().count() < SLOTS / 2);
    }

    #[test]
    fn no_sign_costs_more_than_the_table_says() {
        let planes = (0x80..0x3_0000)
            .chain(0xe_0000..0xe_0200)
            .chain([0x10_ffff]);
        for c in planes.filter_map(char::from_u32) {
            let cost = sign(u32::from(c)) as usize;
            assert!(real(&c.to_string()) <= cost, "{:x}", u32::from(c));
        }
    }
}
