//! The cost of one text, in one pass over its signs.

use super::tables::{Words, sign};
use crate::chars;
use crate::lexicon::{EMPTY, step};

/// What a text costs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    /// Quarters of a token, at most.
    pub(super) most: u64,
    /// Hundredths of a token, probably.
    pub(super) likely: u64,
}

const TOKEN: u64 = 4;

impl Cost {
    fn add(&mut self, most: u64, likely: u64) {
        self.most += most;
        self.likely += likely;
    }
}

/// Adds the cost of a text: the inside of a JSON string literal, its escapes resolved.
pub(super) fn add_text(cost: &mut Cost, words: &Words, raw: &[u8]) {
    let mut at = 0;
    while at < raw.len() {
        let (c, next) = chars::at(raw, at);
        at = match ascii(c) {
            Some(byte) if byte.is_ascii_alphabetic() => letters(cost, words, raw, at),
            Some(byte) if byte.is_ascii_digit() => {
                cost.add(TOKEN, 38);
                next
            }
            Some(byte) => repeated(cost, raw, byte, next),
            None => {
                let most = u64::from(sign(c)) * TOKEN;
                cost.add(most, beyond_ascii(c));
                next
            }
        };
    }
}

/// Adds the cost of JSON as it is written.
pub(super) fn add_json(cost: &mut Cost, words: &Words, raw: &[u8]) {
    add_text(cost, words, raw);
    let escapes: u64 = raw.iter().map(|&byte| u64::from(byte == b'\\')).sum();
    cost.add(escapes * TOKEN, escapes * 50);
}

/// A run of letters of one case, perhaps with a capital before it: so camelCase falls into its parts.
fn letters(cost: &mut Cost, words: &Words, raw: &[u8], start: usize) -> usize {
    let (mut at, mut hash) = (start, EMPTY);
    // how many letters, how many of them capitals, and how many begin a word of the list
    let (mut count, mut capitals, mut listed) = (0_u64, 0_u64, 0_u64);
    while at < raw.len() {
        let (c, next) = chars::at(raw, at);
        let Some(byte) = ascii(c).filter(u8::is_ascii_alphabetic) else {
            break;
        };
        if byte.is_ascii_uppercase() && count > capitals {
            break;
        }
        capitals += u64::from(byte.is_ascii_uppercase());
        count += 1;
        hash = step(hash, u32::from(byte.to_ascii_lowercase()));
        if words.has(hash) {
            listed = count;
        }
        at = next;
    }
    let most = TOKEN * count;
    if capitals > 1 {
        cost.add(most.min(TOKEN + 3 * count), 60 * count);
        return at;
    }
    let capital = capitals * TOKEN / 2;
    let rest = count - listed;
    let (bound, likely) = match (listed, rest) {
        (_, 0) => (TOKEN + 2 * capital, 100),
        (3.., _) => (TOKEN + 1 + 3 * rest + capital, 100 + 22 * rest),
        _ if count <= 4 => (most, 70 * count),
        _ => (TOKEN + 3 * count + capital, 60 + 25 * count),
    };
    // a word of the list with a capital may be two tokens, and no word is more tokens than letters
    cost.add(bound.min(most), likely);
    at
}

/// White space, punctuation or a control sign, with its repetitions.
fn repeated(cost: &mut Cost, raw: &[u8], byte: u8, mut at: usize) -> usize {
    let mut count = 1_u64;
    let mut after = None;
    while at < raw.len() {
        let (c, next) = chars::at(raw, at);
        if c != u32::from(byte) {
            after = ascii(c);
            break;
        }
        count += 1;
        at = next;
    }
    let (most, likely) = match byte {
        // one space belongs to the word or sign behind it
        b' ' if count == 1 && after.is_some_and(takes_space) => (0, 0),
        b' ' => (TOKEN * (2 + count / 64), 70),
        b'\n' | b'\t' => (TOKEN * (1 + count / 8), 70),
        0x21..0x7f => (TOKEN * (1 + count / 2), 40 + 20 * count),
        _ => (TOKEN * count, 100 * count),
    };
    cost.add(most.min(TOKEN * count), likely);
    at
}

fn takes_space(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte.is_ascii_punctuation()
}

/// Hundredths of a token that a sign costs in running text, in o200k.
fn beyond_ascii(c: u32) -> u64 {
    match c {
        0..0x800 => 38,
        0x900..0x0e00 => 35,
        0x2e80..0xd7b0 | 0xf900..0xfb00 => 72,
        0x1_f000..0x1_fb00 => 200,
        0x1_0000.. => 250,
        _ => 90,
    }
}

fn ascii(c: u32) -> Option<u8> {
    u8::try_from(c).ok().filter(u8::is_ascii)
}
