//! Signatures on reasoning, told apart from those of other vendors.

use std::fmt::Write as _;

use crate::inner::Text;

/// No base64 has a colon, so no vendor's signature begins like this.
const MARK: &str = "gemini:";

/// Stands behind the mark where a picture is signed.
const PICTURE: &str = "picture";

/// What a signature without words of its own signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// Whatever stands before it.
    Before,
    /// The picture before it.
    Picture,
    /// A part of words.
    Words(Place),
}

/// Where signed words stand among all words of an answer, so that they are found again where a dialect joins them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// How many characters of the answer come before them.
    pub(super) start: usize,
    /// The same, with themselves.
    pub(super) end: usize,
    /// How many calls come before them.
    pub(super) calls: usize,
    /// Tells them from others.
    print: u32,
}

/// Whether the signature of a [`Thinking`](crate::inner::Part::Thinking) part is Gemini's; to another vendor it
/// proves nothing.
pub fn is_own_signature(signature: &Text<'_>) -> bool {
    signature.inside().starts_with(MARK)
}

/// Whether a signature is Gemini's and signs no thought, but words or a picture.
pub(crate) fn signs_no_thought(signature: &Text<'_>) -> bool {
    unmark(signature).is_some_and(|(signed, _)| signed != Signed::Before)
}

/// Gemini's signature over a thought as clients keep it.
pub(super) fn mark(signature: &Text<'_>) -> Text<'static> {
    Text::new(&format!("{MARK}{}", signature.value()))
}

/// Gemini's signature over a picture as clients keep it.
pub(super) fn mark_picture(signature: &Text<'_>) -> Text<'static> {
    Text::new(&format!("{MARK}{PICTURE}:{}", signature.value()))
}

/// Gemini's signature from what a client kept; `None` for another vendor's.
pub(super) fn unmark(signature: &Text<'_>) -> Option<(Signed, Text<'static>)> {
    let value = signature.value();
    let kept = value.strip_prefix(MARK)?;
    let placed = kept.split_once(':').and_then(|(place, signature)| {
        let signed = match place {
            PICTURE => Signed::Picture,
            place => Signed::Words(Place::read(place)?),
        };
        Some((signed, signature))
    });
    let (signed, signature) = placed.unwrap_or((Signed::Before, kept));
    Some((signed, Text::new(signature)))
}

impl Place {
    /// `START-END.CALLS.PRINT`
    fn read(place: &str) -> Option<Self> {
        let (range, rest) = place.split_once('.')?;
        let (start, end) = range.split_once('-')?;
        let (calls, print) = rest.split_once('.')?;
        let read = Self {
            start: start.parse().ok()?,
            end: end.parse().ok()?,
            calls: calls.parse().ok()?,
            print: u32::from_str_radix(print, 16).ok()?,
        };
        (read.start <= read.end).then_some(read)
    }

    /// Whether just these words were signed.
    pub(super) fn covers(&self, words: &str) -> bool {
        words.chars().count() == self.end - self.start && print(words) == self.print
    }
}

/// How much an answer has said.
#[derive(Debug, Default)]
pub(super) struct Said {
    characters: usize,
}

impl Said {
    /// Takes in a part of words after so many calls; gives its signature, if it has one, as clients keep it.
    pub(super) fn words(
        &mut self,
        words: &Text<'_>,
        signature: Option<&Text<'_>>,
        calls: usize,
    ) -> Option<Text<'static>> {
        let words = words.value();
        let start = self.characters;
        self.characters = start.saturating_add(words.chars().count());
        let signature = signature?.value();
        let mut kept = String::from(MARK);
        let (end, print) = (self.characters, print(&words));
        // writing to a string cannot fail
        let _ = write!(kept, "{start}-{end}.{calls}.{print:x}:{signature}");
        Some(Text::new(&kept))
    }
}

/// A short number by which words are known again.
fn print(words: &str) -> u32 {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    words.bytes().fold(0x811c_9dc5, step)
}
