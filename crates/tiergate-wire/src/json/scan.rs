//! One pass over JSON text: validates, skips, and reports where things are.

use std::borrow::Cow;

use super::{Invalid, MAX_DEPTH, MAX_ELEMENTS, unescape};

type Result<T> = std::result::Result<T, Invalid>;

/// A half-open range of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        // `Scanner::new` refuses inputs whose offsets would not fit
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self {
            start: clamp(start),
            end: clamp(end),
        }
    }

    pub(crate) fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.len() == 0
    }

    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// The inside of a string literal: without its quotes, escapes not resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Str {
    pub(crate) span: Span,
    pub(crate) escaped: bool,
}

impl Str {
    /// The text in UTF-8; `bytes` is what was scanned.
    pub(crate) fn decoded(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let raw = self.span.of(bytes);
        if !self.escaped {
            return raw.into();
        }
        unescape(raw).into_owned().into_bytes().into()
    }
}

/// What kind of value begins at the current place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Array,
    False,
    Null,
    Number,
    Object,
    String,
    True,
}

/// A cursor over JSON text.
///
/// The input must be valid UTF-8 already; the scanner checks everything else.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// Whether there are control characters, in strings or between them.
    controls: bool,
}

impl<'a> Scanner<'a> {
    /// A scanner at the start of `bytes`, which it checks for UTF-8 and for a size below 4 GiB.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self> {
        if u32::try_from(bytes.len()).is_err() {
            return Err(Invalid::at(0, "body is larger than 4 GiB"));
        }
        if simdutf8::basic::from_utf8(bytes).is_err() {
            let offset =
                std::str::from_utf8(bytes).map_or_else(|fault| fault.valid_up_to(), str::len);
            return Err(Invalid::at(offset, "body is not valid UTF-8"));
        }
        // a byte-order mark is tolerated, as most servers do
        let at = if bytes.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        Ok(Self {
            bytes,
            at,
            depth: 0,
            controls: has_controls(bytes),
        })
    }

    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The kind of the value that begins here, after white space.
    pub(crate) fn kind(&mut self) -> Result<Kind> {
        self.space();
        match self.peek() {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't') => Ok(Kind::True),
            Some(b'f') => Ok(Kind::False),
            Some(b'n') => Ok(Kind::Null),
            Some(_) => Err(self.fault("expected a JSON value")),
            None => Err(self.fault("the JSON text ends too early")),
        }
    }

    /// Visits each member of an object: `visit(scanner, key)` must consume the value.
    pub(crate) fn object(
        &mut self,
        mut visit: impl FnMut(&mut Self, Str) -> Result<()>,
    ) -> Result<()> {
        self.open(b'{')?;
        if !self.take_after_space(b'}') {
            let mut members = 0_usize;
            loop {
                members += 1;
                if members > MAX_ELEMENTS {
                    return Err(
                        self.fault(format!("an object has more than {MAX_ELEMENTS} members"))
                    );
                }
                self.space();
                if self.peek() != Some(b'"') {
                    return Err(self.fault("expected a member name in double quotes"));
                }
                let key = self.string()?;
                if !self.take_after_space(b':') {
                    return Err(self.fault("expected ':' after a member name"));
                }
                self.space();
                visit(self, key)?;
                if self.take_after_space(b',') {
                    continue;
                }
                if self.take(b'}') {
                    break;
                }
                return Err(self.fault("expected ',' or '}' in an object"));
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Visits each element of an array: `visit(scanner)` must consume the element.
    pub(crate) fn array(&mut self, mut visit: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.open(b'[')?;
        if !self.take_after_space(b']') {
            let mut elements = 0_usize;
            loop {
                elements += 1;
                if elements > MAX_ELEMENTS {
                    return Err(
                        self.fault(format!("an array has more than {MAX_ELEMENTS} elements"))
                    );
                }
                self.space();
                visit(self)?;
                if self.take_after_space(b',') {
                    continue;
                }
                if self.take(b']') {
                    break;
                }
                return Err(self.fault("expected ',' or ']' in an array"));
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Consumes a value of any kind and returns where it was.
    pub(crate) fn skip(&mut self) -> Result<Span> {
        let kind = self.kind()?;
        let start = self.at;
        match kind {
            Kind::String => drop(self.string()?),
            Kind::Object => self.object(|inner, _| inner.skip().map(drop))?,
            Kind::Array => self.array(|inner| inner.skip().map(drop))?,
            Kind::Number => self.number()?,
            Kind::True => self.literal(b"true")?,
            Kind::False => self.literal(b"false")?,
            Kind::Null => self.literal(b"null")?,
        }
        Ok(Span::new(start, self.at))
    }

    /// Consumes a string literal; the cursor stands on its opening quote.
    pub(crate) fn string(&mut self) -> Result<Str> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at = plain_until(self.bytes, at, self.controls);
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Str {
                        span: Span::new(start, at),
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                Some(_) => {
                    return Err(Invalid::at(
                        at,
                        "a control character stands unescaped in a string",
                    ));
                }
                None => return Err(Invalid::at(at, "a string does not end")),
            }
        }
    }

    /// Requires that nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.space();
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(self.fault("text follows the JSON value"))
        }
    }

    pub(crate) fn fault(&self, message: impl Into<Cow<'static, str>>) -> Invalid {
        Invalid::at(self.at, message)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let hit = self.peek() == Some(byte);
        self.at += usize::from(hit);
        hit
    }

    fn take_after_space(&mut self, byte: u8) -> bool {
        self.space();
        self.take(byte)
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn open(&mut self, bracket: u8) -> Result<()> {
        if !self.take(bracket) {
            let wanted = if bracket == b'{' {
                "an object"
            } else {
                "an array"
            };
            return Err(self.fault(format!("expected {wanted}")));
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.fault(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// Checks the escape at `at` and returns the place after it.
    fn escape(&self, at: usize) -> Result<usize> {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u')
                if self
                    .bytes
                    .get(at + 2..at + 6)
                    .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) =>
            {
                Ok(at + 6)
            }
            _ => Err(Invalid::at(at, "a string has an invalid escape")),
        }
    }

    fn literal(&mut self, word: &[u8]) -> Result<()> {
        if self
            .bytes
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            self.at += word.len();
            return Ok(());
        }
        Err(self.fault("expected a JSON value"))
    }

    fn number(&mut self) -> Result<()> {
        self.take(b'-');
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return Err(self.fault("a number is malformed"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.fault("a number is malformed"));
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(self.fault("a number is malformed"));
            }
        }
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }
}

/// The first place at or after `at` that is a quote, a backslash or a control character.
///
/// `controls` tells whether the text has control characters at all; most has none, and then the search is
/// for two bytes only.
#[inline]
fn plain_until(bytes: &[u8], mut at: usize, controls: bool) -> usize {
    if controls {
        return plain_among_controls(bytes, at);
    }
    // most strings are short: two words first, and the library's wide registers once a string proves long
    for _ in 0..2 {
        let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
            break;
        };
        let hits = quotes_and_escapes(u64::from_le_bytes(*word));
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len())
}

/// The same for text with control characters in it, such as indented JSON.
fn plain_among_controls(bytes: &[u8], mut at: usize) -> usize {
    const BELOW_SPACE: u64 = 0x2020_2020_2020_2020;
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(BELOW_SPACE) & !word & TOPS;
        let hits = quotes_and_escapes(word) | control;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20))
    {
        at += 1;
    }
    at
}

/// The top bit of each byte.
const TOPS: u64 = 0x8080_8080_8080_8080;

/// Sets the top bit of each byte that is a quote or a backslash.
///
/// The usual zero-byte trick: bits above the lowest hit may be false, the lowest is exact.
#[inline]
fn quotes_and_escapes(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zero_byte = |x: u64| x.wrapping_sub(ONES) & !x;
    let quote = zero_byte(word ^ (ONES * u64::from(b'"')));
    let backslash = zero_byte(word ^ (ONES * u64::from(b'\\')));
    (quote | backslash) & TOPS
}

/// Whether any byte is below 0x20; the compiler turns the fold into vector code.
fn has_controls(bytes: &[u8]) -> bool {
    bytes
        .chunks(256)
        .any(|block| block.iter().fold(u8::MAX, |least, &byte| least.min(byte)) < 0x20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accepts(text: &str) -> bool {
        let mut scanner = Scanner::new(text.as_bytes()).unwrap();
        scanner.skip().and_then(|_| scanner.end()).is_ok()
    }

    #[test]
    fn accepts_what_json_allows() {
        for text in [
            "0",
            "-0.5e+10",
            "\"\"",
            "[]",
            "{}",
            " [ 1 , {\"a\" : null} ] ",
            "\"\\ud800\"",
            "1E3",
            "true",
            "\u{feff}{}",
        ] {
            assert!(accepts(text), "{text}");
        }
    }

    #[test]
    fn refuses_what_json_forbids() {
        for text in [
            "",
            "01",
            "-",
            "1.",
            "1e",
            ".5",
            "+1",
            "[1,]",
            "{,}",
            "{\"a\":}",
            "{\"a\" 1}",
            "{a:1}",
            "'a'",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"abc",
            "nul",
            "NaN",
            "[1 2]",
            "{} {}",
            "[",
            "{\"a\":1",
            "tru e",
        ] {
            assert!(!accepts(text), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(accepts(&nested(MAX_DEPTH)));
        assert!(!accepts(&nested(MAX_DEPTH + 1)));
        assert!(!accepts(&"[".repeat(1_000_000)));
    }

    #[test]
    fn finds_the_first_special_byte_at_any_distance() {
        for distance in 0..200 {
            for special in ["\"", "\\", "\u{1}"] {
                let text = format!(
                    "{}{special}{}",
                    "é".repeat(distance / 2) + &"a".repeat(distance % 2),
                    "x".repeat(40)
                );
                let controls = has_controls(text.as_bytes());
                assert_eq!(controls, special == "\u{1}");
                let place = text.find(special).unwrap();
                assert_eq!(plain_until(text.as_bytes(), 0, controls), place);
                assert_eq!(plain_until(text.as_bytes(), 0, true), place);
            }
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in "[\\[\\]{}\",:0-9eE.+\\-truefalsn \\\\u]{0,24}") {
            let ours = accepts(&text);
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            prop_assert_eq!(ours, theirs, "{}", text);
        }

        #[test]
        fn strings_keep_their_place(text in ".{0,120}") {
            let literal = serde_json::to_string(&text).unwrap();
            let mut scanner = Scanner::new(literal.as_bytes()).unwrap();
            let found = scanner.string().unwrap();
            prop_assert_eq!(found.span.of(literal.as_bytes()), &literal.as_bytes()[1..literal.len() - 1]);
            scanner.end().unwrap();
        }
    }
}
