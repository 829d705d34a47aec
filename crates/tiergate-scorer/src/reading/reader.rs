//! The pass over the code points.

use super::{Extent, Reading, Words};
use crate::chars::{self, BAR, CLASSES, DIGIT, FOREIGN, Kind, SMALL, WORD};
use crate::lexicon::{Category, EMPTY, Found, Lexicon, SLOTS, TALK, step};

/// Letters beyond which a run is no word but data.
const LONGEST_WORD: u32 = 40;

/// Words that sentences have and mere lists of words have not.
const SMALL_WORDS: u32 = Category::Common.bit() | Category::Fill.bit() | Category::Fact.bit();

/// Words among which a request says what to do.
const FIRST_WORDS: u32 = 4;

/// Words before which a colon or a quotation mark introduces something.
const LONGEST_OPENING: u32 = 16;

/// How far a word may reach past the part that is being read.
const OVERHANG: usize = 64;

/// Reads texts into one [`Reading`], and shows every spelled word to `words`.
#[derive(Debug)]
pub(crate) struct Reader<'a, W> {
    lexicon: &'a Lexicon,
    words: W,
    reading: Reading,
    /// Known words that were met, by slot.
    seen: [u64; SLOTS / 64],
    /// File names that were met, a bit for a sixty-fourth of them.
    files: u64,
    /// Nothing but blanks and brackets since the line began.
    fresh: bool,
    /// Words in a row without a small word or punctuation.
    list: u32,
    /// The sign before was a word.
    after_word: bool,
    /// The signs before were a word and a full stop.
    joined: bool,
}

/// A word as its letters went by.
#[derive(Default)]
struct Letters {
    hash: u32,
    count: u32,
    /// The classes of all its signs.
    classes: u16,
    /// The sign before.
    last: u16,
    /// Capitals after small letters, in the bit for small letters.
    humps: u16,
}

impl Letters {
    /// Adds an ASCII letter, digit or bar.
    #[inline]
    fn ascii(&mut self, sign: u16) {
        self.hash = step(self.hash, u32::from(sign & !CLASSES));
        self.classes |= sign;
        // the bit for capitals is the one above that for small letters
        self.humps |= self.last & (sign >> 1);
        self.last = sign;
        self.count += 1;
    }

    /// Adds a letter beyond ASCII.
    fn foreign(&mut self, c: u32) {
        self.hash = step(self.hash, chars::fold(c));
        self.classes |= FOREIGN;
        self.last = FOREIGN;
        self.count += 1;
    }

    fn all(&self, class: u16) -> bool {
        self.classes & CLASSES == class
    }

    fn any(&self, class: u16) -> bool {
        self.classes & class != 0
    }

    /// Whether a capital follows a small letter.
    fn has_humps(&self) -> bool {
        self.humps & SMALL != 0
    }
}

impl<'a, W: Words> Reader<'a, W> {
    pub(crate) fn new(lexicon: &'a Lexicon, words: W) -> Self {
        Self {
            lexicon,
            words,
            reading: Reading::default(),
            seen: [0; SLOTS / 64],
            files: 0,
            list: 0,
            fresh: true,
            after_word: false,
            joined: false,
        }
    }

    /// Reads one text: the inside of a JSON string literal.
    pub(crate) fn text(&mut self, raw: &[u8], extent: Extent) {
        self.reading.total += raw.len() as u64;
        self.begin();
        let read = self.part(raw, 0, raw.len(), extent.head as u64);
        if read < raw.len() {
            for (start, end) in extent.rest(raw, read) {
                self.begin();
                self.part(raw, start, end, u64::MAX);
            }
        }
    }

    pub(crate) fn finish(self) -> Reading {
        self.reading
    }

    fn begin(&mut self) {
        self.fresh = true;
        self.after_word = false;
        self.joined = false;
    }

    /// Reads from `start` until `end` or until `units` were read; says how far it came.
    fn part(&mut self, raw: &[u8], start: usize, end: usize, units: u64) -> usize {
        let end = end.min(raw.len());
        let limit = self.reading.units.saturating_add(units);
        let mut at = start;
        while at < end && self.reading.units < limit {
            if raw[at] == b' ' {
                self.reading.units += 1;
                self.after_word = false;
                self.joined = false;
                at += 1;
                continue;
            }
            if WORD[usize::from(raw[at])] != 0 {
                at = self.word(raw, at, end);
                continue;
            }
            let (c, next) = chars::at(raw, at);
            at = match chars::kind(c) {
                Kind::Letter | Kind::Digit => self.word(raw, at, end),
                kind if is_syllabic(kind) => self.run(raw, at, end, kind == Kind::Hangul),
                kind => self.sign(kind, c, raw, next),
            };
        }
        self.reading.raw += at.saturating_sub(start) as u64;
        at
    }

    /// A word of a spelled script, or a number.
    fn word(&mut self, raw: &[u8], start: usize, end: usize) -> usize {
        let end = (end + OVERHANG).min(raw.len());
        let mut letters = Letters {
            hash: EMPTY,
            ..Letters::default()
        };
        let mut at = start;
        loop {
            for &byte in raw.get(at..end).unwrap_or_default() {
                let sign = WORD[usize::from(byte)];
                if sign == 0 {
                    break;
                }
                letters.ascii(sign);
                at += 1;
            }
            if at >= end || (raw[at] < 0x80 && raw[at] != b'\\') {
                break;
            }
            let (c, next) = chars::at(raw, at);
            match chars::kind(c) {
                Kind::Letter | Kind::Digit if c < 0x80 => {
                    letters.ascii(WORD[usize::from(c.to_le_bytes()[0])]);
                }
                Kind::Letter => letters.foreign(c),
                Kind::Mark => {}
                _ => break,
            }
            at = next;
        }
        self.reading.units += u64::from(letters.count);
        self.end_of_word(&letters, raw, at);
        at
    }

    fn end_of_word(&mut self, letters: &Letters, raw: &[u8], at: usize) {
        let closed = (self.fresh && letters.count <= 2) && is_closed(raw, at);
        if letters.all(DIGIT) {
            self.reading.numbers += 1;
            self.reading.items += u32::from(closed);
        } else if letters.all(BAR) {
            // a rule or a blank to fill in
        } else if letters.count <= LONGEST_WORD {
            self.spelled(letters, closed);
        }
        self.fresh = false;
        self.joined = false;
        self.after_word = true;
    }

    fn spelled(&mut self, letters: &Letters, closed: bool) {
        let reading = &mut self.reading;
        reading.words += 1;
        reading.spelled += 1;
        reading.letters += letters.count;
        reading.code += u32::from(letters.has_humps() || letters.any(BAR));
        if closed && letters.count == 1 {
            reading.options += 1;
        }
        self.list += 1;
        reading.longest_list = reading.longest_list.max(self.list);
        self.words.meet(letters.hash);
        let Some(found) = self.lexicon.find(letters.hash) else {
            return;
        };
        if self.joined && found.mask & Category::Extension.bit() != 0 {
            let bit = 1 << (letters.hash.wrapping_add(self.reading.letters) >> 26);
            self.reading.files += u32::from(self.files & bit == 0);
            self.files |= bit;
        }
        self.note(found, 1, u32::MAX);
    }

    /// A run of Han and kana, or of Hangul: its parts are looked up where words are not set apart.
    fn run(&mut self, raw: &[u8], start: usize, end: usize, korean: bool) -> usize {
        let end = (end + OVERHANG).min(raw.len());
        // hashes of the last one, two and three signs, of the katakana so far, and of the whole
        let mut recent = [EMPTY; 3];
        let mut katakana = (EMPTY, 0);
        let mut whole = EMPTY;
        let mut count = 0;
        let mut at = start;
        while at < end && count < OVERHANG {
            let (c, next) = chars::at(raw, at);
            let kind = chars::kind(c);
            if !is_syllabic(kind) || korean != (kind == Kind::Hangul) {
                break;
            }
            whole = step(whole, c);
            count += 1;
            at = next;
            if korean {
                // the particle at the end of a word is not part of it
                self.part_of_run(whole, count > 1);
                continue;
            }
            recent = recent.map(|hash| step(hash, c));
            for (begun, &hash) in recent.iter().enumerate() {
                self.part_of_run(hash, count > begun + 1);
            }
            recent = [step(EMPTY, c), recent[0], recent[1]];
            katakana = match kind {
                Kind::Katakana => (step(katakana.0, c), katakana.1 + 1),
                _ => (EMPTY, 0),
            };
            self.part_of_run(katakana.0, katakana.1 > 4);
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.end_of_run(whole, count, korean);
        at
    }

    fn part_of_run(&mut self, hash: u32, long_enough: bool) {
        if long_enough && let Some(found) = self.lexicon.find(hash) {
            self.note(found, 0, !TALK);
        }
    }

    fn end_of_run(&mut self, whole: u32, count: u32, korean: bool) {
        let words = if korean { 1 } else { count.div_ceil(2) };
        self.reading.words += words;
        self.reading.units += u64::from(count) * 2;
        if let Some(found) = self.lexicon.find(whole) {
            self.note(found, words, u32::MAX);
        }
        self.fresh = false;
        self.joined = false;
        self.after_word = true;
    }

    /// Counts a known word; `words` is how many words it stands for in the reckoning of talk.
    fn note(&mut self, found: Found, words: u32, allowed: u32) {
        let mask = found.mask & !Category::Extension.bit() & allowed;
        if mask == 0 {
            return;
        }
        let reading = &mut self.reading;
        reading.known += 1;
        if mask & SMALL_WORDS != 0 {
            reading.common += 1;
            self.list = 0;
        }
        if reading.words <= FIRST_WORDS {
            reading.first_mask |= mask;
        }
        if mask & TALK != 0 {
            reading.talk += words;
            reading.talk_mask |= mask & TALK;
        }
        let (bucket, bit) = (found.slot / 64, 1 << (found.slot % 64));
        if self.seen[bucket] & bit != 0 {
            return;
        }
        self.seen[bucket] |= bit;
        let mut left = mask & !Category::Common.bit();
        while left != 0 {
            let count = &mut reading.distinct[left.trailing_zeros() as usize];
            *count = count.saturating_add(1);
            left &= left - 1;
        }
    }

    /// Anything that is no word; says where to go on.
    fn sign(&mut self, kind: Kind, c: u32, raw: &[u8], next: usize) -> usize {
        let reading = &mut self.reading;
        reading.units += 1;
        let after_word = std::mem::take(&mut self.after_word);
        let joined = std::mem::take(&mut self.joined);
        let fresh = std::mem::take(&mut self.fresh);
        let mut go_on = next;
        if kind != Kind::Space {
            self.list = 0;
        }
        match kind {
            Kind::Space => self.fresh = fresh,
            Kind::Newline => {
                reading.lines += 1;
                self.fresh = true;
            }
            Kind::Stop => self.joined = after_word && !joined,
            Kind::Backtick => go_on = self.backtick(raw, next),
            Kind::Backslash => reading.maths += u32::from(is_letter(raw, next)),
            Kind::Bracket => reading.code += 1,
            Kind::Semicolon => {
                reading.code += 1;
                reading.clauses += 1;
            }
            Kind::Bullet => {
                let blank = chars::kind(chars::at(raw, next).0) == Kind::Space;
                reading.items += u32::from(fresh && blank);
            }
            Kind::Emoji => reading.emoji += 1,
            Kind::Maths => reading.maths += 1,
            Kind::Operator => reading.operators += 1,
            Kind::Question => reading.questions += 1,
            Kind::Comma => reading.clauses += 1,
            Kind::Opening => {
                let early = (1..=LONGEST_OPENING).contains(&reading.words);
                if early && reading.opening == 0 {
                    reading.opening = reading.units;
                }
            }
            Kind::Other if c == u32::from(b'(') => {
                reading.code += u32::from(after_word);
                self.fresh = fresh;
            }
            _ => {}
        }
        go_on
    }

    /// Three ticks are a fence, fewer mark a name.
    fn backtick(&mut self, raw: &[u8], next: usize) -> usize {
        let (second, after_second) = chars::at(raw, next);
        let (third, after_third) = chars::at(raw, after_second);
        if (second, third) == (0x60, 0x60) {
            self.reading.fences += 1;
            self.reading.units += 2;
            return after_third;
        }
        self.reading.code += 1;
        next
    }
}

/// Whether a sign stands for a syllable or a word.
fn is_syllabic(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Han | Kind::Hangul | Kind::Hiragana | Kind::Katakana
    )
}

/// Whether a bracket, stop or colon and a blank follow, as after the number of a list item.
fn is_closed(raw: &[u8], at: usize) -> bool {
    let (sign, next) = chars::at(raw, at);
    let blank = || {
        matches!(
            chars::kind(chars::at(raw, next).0),
            Kind::Space | Kind::Newline
        )
    };
    matches!(char::from_u32(sign), Some(')' | '.' | ':')) && (next >= raw.len() || blank())
}

fn is_letter(raw: &[u8], at: usize) -> bool {
    let (c, _) = chars::at(raw, at);
    u8::try_from(c).is_ok_and(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Extent = Extent {
        head: 4096,
        tail: 0,
        probes: 0,
    };

    fn read(text: &str) -> Reading {
        let lexicon = Lexicon::new();
        let mut reader = Reader::new(&lexicon, ());
        reader.text(text.as_bytes(), WHOLE);
        reader.finish()
    }

    #[test]
    fn words_are_matched_whole_and_counted_once() {
        assert_eq!(read("class Class CLASS class").of(Category::Code), 1);
        assert_eq!(read("classic subclasses classify").of(Category::Code), 0);
        let parts = read("don't re-architect: l'architecture");
        assert_eq!(parts.of(Category::Design), 2);
    }

    #[test]
    fn accents_and_case_do_not_hide_a_word() {
        for text in ["démontre", "DÉMONTRE", "de\u{301}montre", "demontre"] {
            assert_eq!(read(text).of(Category::Proof), 1, "{text}");
        }
        assert_eq!(read("Докажите ДОКАЖИТЕ").of(Category::Proof), 1);
    }

    #[test]
    fn scripts_without_spaces_are_searched_in_parts() {
        assert_eq!(read("请证明这个定理").of(Category::Proof), 2);
        assert!(read("システムのアーキテクチャを設計する").of(Category::Design) >= 2);
        assert!(read("아키텍처를 설계해 주세요").of(Category::Design) >= 2);
        let thanks = read("ありがとうございます！");
        assert_eq!(thanks.words, thanks.talk);
    }

    #[test]
    fn forms_are_counted() {
        let list = read("1. one\\n2) two\\n- three\\n* four\\n3.5 is no item");
        assert_eq!(list.items, 4);
        assert_eq!(read("A) x\\nB. y\\n(C) z\\nI: no\\nAB) no").options, 4);
        assert_eq!(read("src/main.rs, src/main.rs and a/b.py.").files, 2);
        assert_eq!(read("```\\nf(x)\\n``` and `g`").fences, 2);
        assert_eq!(read(r"$\\frac{1}{2}$ ≤ ∑").maths, 3);
    }

    #[test]
    fn a_long_text_is_read_at_its_ends_and_between() {
        let lexicon = Lexicon::new();
        let mut reader = Reader::new(&lexicon, ());
        let filler = "and so on ".repeat(2_000);
        let text = format!(
            "prove {filler}{} {filler} deadlock",
            "matrix ".repeat(1_000)
        );
        let extent = Extent {
            head: 100,
            tail: 100,
            probes: 6,
        };
        reader.text(text.as_bytes(), extent);
        let found = reader.finish();
        for category in [Category::Proof, Category::Maths, Category::Debug] {
            assert_eq!(found.of(category), 1);
        }
        assert!(found.raw < 800, "{}", found.raw);
        assert!(found.length().abs_diff(text.len() as u64) < 100);
    }
}
