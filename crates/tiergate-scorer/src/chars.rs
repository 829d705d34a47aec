//! Code points of JSON text as it is written, and what kind of sign each one is.
//!
//! Texts come as the inside of a JSON string literal with its escapes in place. Reading goes by code
//! points, so that `é`, `\u00e9` and `e` with a combining accent are one and the same.

/// What a code point is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A tick that fences code.
    Backtick,
    /// A backslash: a LaTeX command when a letter follows.
    Backslash,
    /// A bracket, as in code.
    Bracket,
    /// A bullet or dash that may begin a list item.
    Bullet,
    /// A comma of any script.
    Comma,
    /// A decimal digit.
    Digit,
    /// A picture.
    Emoji,
    /// A Chinese character, also in Japanese and Korean.
    Han,
    /// A Korean syllable.
    Hangul,
    /// A hiragana sign.
    Hiragana,
    /// A katakana sign.
    Katakana,
    /// A letter of a script whose words stand apart.
    Letter,
    /// A combining sign that does not change the word.
    Mark,
    /// A mathematical sign.
    Maths,
    /// The end of a line.
    Newline,
    /// A colon or a quotation mark, which may introduce something.
    Opening,
    /// An operator, as in formulas and code.
    Operator,
    /// Other punctuation.
    Other,
    /// A question mark.
    Question,
    /// A semicolon, as between clauses and in code.
    Semicolon,
    /// White space within a line.
    Space,
    /// A full stop of the Latin sort, which may join a name and its ending.
    Stop,
    /// A letter of a script that the lexicon does not know.
    Unknown,
}

/// The code point at `at`, and the place after it. Total: broken text gives U+FFFD.
#[inline]
pub(crate) fn at(raw: &[u8], at: usize) -> (u32, usize) {
    match raw.get(at) {
        Some(&byte) if byte < 0x80 && byte != b'\\' => (u32::from(byte), at + 1),
        _ => decode(raw, at),
    }
}

/// The kind of a code point.
#[inline]
pub(crate) fn kind(c: u32) -> Kind {
    match ASCII.get(c as usize) {
        Some(&kind) => kind,
        None => beyond_ascii(c),
    }
}

/// Bytes that may stand inside a word: folded to lower case, and what they are in the bits above; 0 for
/// all others.
pub(crate) const WORD: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let class = match byte {
            b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            b'0'..=b'9' => DIGIT,
            b'_' => BAR,
            _ => 0,
        };
        if class != 0 {
            table[byte as usize] = class | byte.to_ascii_lowercase() as u16;
        }
        byte += 1;
    }
    table
};

/// What the signs of a word are.
pub(crate) const SMALL: u16 = 1 << 8;
pub(crate) const CAPITAL: u16 = 1 << 9;
pub(crate) const DIGIT: u16 = 1 << 10;
pub(crate) const BAR: u16 = 1 << 11;
/// A letter beyond ASCII.
pub(crate) const FOREIGN: u16 = 1 << 12;
pub(crate) const CLASSES: u16 = SMALL | CAPITAL | DIGIT | BAR | FOREIGN;

/// The code point that stands for `c` in hashes of words: lower case, Latin accents taken off.
///
/// Zero for signs that are left out of words. Covers Latin-1, Latin Extended-A, Greek, Cyrillic and
/// the spellings of alef; other code points stand for themselves.
pub(crate) fn fold(c: u32) -> u32 {
    match c {
        0..0x80 => match WORD[c as usize] {
            0 => c,
            letter => u32::from(letter & !CLASSES),
        },
        0xc0..0x180 => match LATIN[c as usize - 0xc0] {
            b'-' => c,
            letter => u32::from(letter),
        },
        0x386 | 0x3ac => 0x3b1,
        0x388..=0x38a => c + 37,
        0x400 | 0x401 | 0x450 | 0x451 => 0x435,
        0x402..=0x40f => c + 80,
        0x391..=0x3ab | 0x410..=0x42f => c + 32,
        0x622 | 0x623 | 0x625 => 0x627,
        _ if kind(c) == Kind::Mark => 0,
        _ => c,
    }
}

/// U+00C0 to U+017F without their accents; `-` where there is no plain letter.
const LATIN: &[u8; 192] = b"\
aaaaaaaceeeeiiiidnooooo-ouuuuy-saaaaaaaceeeeiiiidnooooo-ouuuuy-y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll\
lllnnnnnn-nnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

#[cold]
#[inline(never)]
fn decode(raw: &[u8], at: usize) -> (u32, usize) {
    const REPLACEMENT: u32 = 0xfffd;
    let byte = |offset: usize| raw.get(at + offset).map_or(0, |&b| u32::from(b));
    let tail = |offset: usize| byte(offset) & 0x3f;
    match byte(0) {
        0x5c => escape(raw, at),
        first @ 0xc2..=0xdf => ((first & 0x1f) << 6 | tail(1), at + 2),
        first @ 0xe0..=0xef => ((first & 0x0f) << 12 | tail(1) << 6 | tail(2), at + 3),
        first @ 0xf0..=0xf4 => (
            (first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3),
            at + 4,
        ),
        first @ 0..0x80 => (first, at + 1),
        _ => (REPLACEMENT, at + 1),
    }
}

/// A JSON escape; a pair of surrogates is one code point.
fn escape(raw: &[u8], at: usize) -> (u32, usize) {
    let code = match raw.get(at + 1) {
        Some(b'n') => 0x0a,
        Some(b't') => 0x09,
        Some(b'r') => 0x0d,
        Some(b'b') => 0x08,
        Some(b'f') => 0x0c,
        Some(b'u') => return unit_pair(raw, at),
        Some(&other) => u32::from(other),
        None => return (0xfffd, at + 1),
    };
    (code, at + 2)
}

fn unit_pair(raw: &[u8], at: usize) -> (u32, usize) {
    let Some(high) = unit(raw, at) else {
        return (0xfffd, at + 2);
    };
    match high {
        0xd800..0xdc00 => match unit(raw, at + 6) {
            Some(low @ 0xdc00..0xe000) => {
                (0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), at + 12)
            }
            _ => (0xfffd, at + 6),
        },
        0xdc00..0xe000 => (0xfffd, at + 6),
        _ => (high, at + 6),
    }
}

/// The value of `\uXXXX` at `at`.
fn unit(raw: &[u8], at: usize) -> Option<u32> {
    let digits = raw.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |value, &digit| {
        Some(value << 4 | char::from(digit).to_digit(16)?)
    })
}

const ASCII: [Kind; 128] = {
    let mut table = [Kind::Other; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => Kind::Letter,
            b'0'..=b'9' => Kind::Digit,
            b'\n' => Kind::Newline,
            b' ' | b'\t' | b'\r' | 0x0b | 0x0c => Kind::Space,
            b'`' => Kind::Backtick,
            b'\\' => Kind::Backslash,
            b'{' | b'}' | b'[' | b']' => Kind::Bracket,
            b';' => Kind::Semicolon,
            b',' => Kind::Comma,
            b':' | b'"' => Kind::Opening,
            b'-' | b'*' => Kind::Bullet,
            b'=' | b'+' | b'/' | b'^' | b'<' | b'>' | b'|' | b'~' | b'%' | b'$' | b'&' => {
                Kind::Operator
            }
            b'?' => Kind::Question,
            b'.' => Kind::Stop,
            _ => Kind::Other,
        };
        byte += 1;
    }
    table
};

fn beyond_ascii(c: u32) -> Kind {
    match c {
        0xa0 | 0x2000..=0x200a | 0x202f | 0x3000 => Kind::Space,
        0x0300..=0x036f | 0x064b..=0x065f | 0x0640 | 0x200b..=0x200f | 0xfe00..=0xfe0f => {
            Kind::Mark
        }
        0xab | 0x201c | 0x201e | 0x300c | 0x300e | 0xff1a => Kind::Opening,
        0x2028 | 0x2029 => Kind::Newline,
        0x060c | 0x061b | 0x3001 | 0xff0c | 0xff1b => Kind::Comma,
        0xb0..=0xb1 | 0xd7 | 0xf7 | 0x2190..=0x22ff | 0x27c0..=0x27ef | 0x2a00..=0x2aff => {
            Kind::Maths
        }
        0x37e | 0x61f | 0xff1f => Kind::Question,
        0x2022 | 0x30fb | 0xb7 => Kind::Bullet,
        0x3005 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff => {
            Kind::Han
        }
        0x3040..=0x309f => Kind::Hiragana,
        0x30a0..=0x30ff | 0x31f0..=0x31ff | 0xff66..=0xff9f => Kind::Katakana,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7ff => Kind::Hangul,
        0x2600..=0x27bf | 0x2b00..=0x2bff | 0x1_f000..=0x1_faff => Kind::Emoji,
        0x1_d400..=0x1_d7ff => Kind::Maths,
        _ if is_letter(c) => Kind::Letter,
        0x80..=0xbf
        | 0x06d4
        | 0x0964
        | 0x0965
        | 0x2010..=0x206f
        | 0x20a0..=0x20cf
        | 0x3002..=0x303f
        | 0xff00..=0xff0f
        | 0xff1a..=0xff20 => Kind::Other,
        _ => Kind::Unknown,
    }
}

/// Letters of the scripts that the lexicon has words of: Latin, Greek, Cyrillic, Hebrew, Arabic,
/// Devanagari, Bengali, Tamil, Telugu and Thai.
fn is_letter(c: u32) -> bool {
    matches!(c,
        0xaa | 0xb5 | 0xba | 0xc0..=0x2ff
        | 0x370..=0x52f
        | 0x5d0..=0x5ea
        | 0x620..=0x6d3 | 0x6d5..=0x6ff
        | 0x900..=0x963 | 0x966..=0x97f
        | 0x980..=0x9ff | 0xb80..=0xbff | 0xc00..=0xc7f
        | 0xe00..=0xe7f
        | 0x1e00..=0x1fff
        | 0xfb50..=0xfdff | 0xfe70..=0xfefc)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(raw: &[u8]) -> Vec<u32> {
        let mut place = 0;
        let mut found = Vec::new();
        while place < raw.len() {
            let (c, next) = at(raw, place);
            assert!(next > place);
            found.push(c);
            place = next;
        }
        found
    }

    #[test]
    fn escapes_are_the_signs_they_stand_for() {
        let plain: Vec<u32> = "aé\n\"\\😀/".chars().map(u32::from).collect();
        assert_eq!(all(br#"\u0061\u00E9\n\"\\\ud83d\ude00\/"#), plain);
        assert_eq!(all(br"\ud83dx"), [0xfffd, u32::from('x')]);
    }

    #[test]
    fn accents_and_case_fold_away() {
        for (upper, lower) in [
            ('É', 'e'),
            ('ß', 's'),
            ('Ñ', 'n'),
            ('ł', 'l'),
            ('Ž', 'z'),
            ('ő', 'o'),
            ('Д', 'д'),
            ('Ё', 'е'),
            ('Σ', 'σ'),
            ('أ', 'ا'),
        ] {
            assert_eq!(fold(u32::from(upper)), u32::from(lower), "{upper}");
        }
        assert_eq!(fold(0x301), 0);
    }

    proptest! {
        #[test]
        fn text_is_read_as_its_code_points(text in "\\PC*") {
            let raw: Vec<u8> = text.bytes().filter(|&b| b != b'\\').collect();
            let expected: Vec<u32> = text.chars().filter(|&c| c != '\\').map(u32::from).collect();
            prop_assert_eq!(all(&raw), expected);
        }

        #[test]
        fn any_bytes_are_read_to_the_end(raw in prop::collection::vec(any::<u8>(), 0..200)) {
            all(&raw);
        }
    }
}
