//! Whether each chunk of a stream repeats all thoughts before it, as MiniMax's may, or only adds to them.
//!
//! The name of a host does not tell: the same one does either. What does is that the second chunk begins with all of
//! the first. Of a few letters that can be chance, so such a chunk waits for the one after it.

use crate::inner::Text;

/// As many bytes do not stand by chance at the beginning of two chunks one after the other.
const SURE: usize = 4;

/// What is known of the chunks of one stream.
#[derive(Debug)]
pub(super) enum Growth {
    /// Each adds to those before it.
    Adds,
    /// Each repeats those before it, which said this.
    Repeats(String),
    /// Not known yet: the first chunk, and the one that may repeat it.
    Unknown { first: String, held: Option<String> },
}

impl Default for Growth {
    fn default() -> Self {
        Self::Unknown {
            first: String::new(),
            held: None,
        }
    }
}

impl Growth {
    /// What a chunk says that no chunk before it has said; `None` for nothing, or nothing yet.
    pub(super) fn fresh<'a>(&mut self, text: Text<'a>) -> Option<Text<'a>> {
        let (first, held) = match self {
            Self::Adds => return Some(text),
            Self::Repeats(said) => {
                let whole = text.value().into_owned();
                let fresh = whole.strip_prefix(said.as_str()).map(Text::new);
                *said = whole;
                return Some(fresh.unwrap_or(text)).filter(|fresh| !fresh.is_empty());
            }
            Self::Unknown { first, held } => (first, held),
        };
        let whole = text.value().into_owned();
        if first.is_empty() {
            *first = whole;
            return Some(text);
        }
        let before = held.as_deref().unwrap_or(first);
        let sure = held.is_some() || before.len() >= SURE;
        // the same again is a piece that was said twice
        let repeats = whole.len() > before.len() && whole.starts_with(before);
        if repeats && !sure {
            *held = Some(whole);
            return None;
        }
        if repeats {
            let fresh = whole.get(first.len()..).map(Text::new);
            *self = Self::Repeats(whole);
            return fresh;
        }
        let late = held.take().map(|held| Text::new(&(held + &whole)));
        *self = Self::Adds;
        Some(late.unwrap_or(text))
    }

    /// What was held back when no more thoughts follow; `repeats` tells what the model's hosts are known for.
    pub(super) fn rest(&mut self, repeats: bool) -> Option<Text<'static>> {
        let Self::Unknown { first, held } = self else {
            return None;
        };
        let first = std::mem::take(first);
        let held = held.take()?;
        let fresh = held.strip_prefix(&first).filter(|_| repeats);
        Some(Text::new(fresh.unwrap_or(&held)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(chunks: &[&str], repeats: bool) -> String {
        let mut growth = Growth::default();
        let mut told = String::new();
        for chunk in chunks {
            let fresh = growth.fresh(Text::new(chunk));
            told.extend(fresh.map(|fresh| fresh.value().into_owned()));
        }
        told.extend(growth.rest(repeats).map(|rest| rest.value().into_owned()));
        told
    }

    #[test]
    fn what_repeats_is_told_once() {
        for repeats in [false, true] {
            assert_eq!(told(&["The", "The u", "The user"], repeats), "The user");
            assert_eq!(told(&["The user", "The user is"], repeats), "The user is");
            assert_eq!(told(&["h", "hm", "hmm", "hmm."], repeats), "hmm.");
            assert_eq!(
                told(&["The 用", "The 用户", "The 用户"], repeats),
                "The 用户"
            );
        }
    }

    #[test]
    fn what_adds_is_told_whole() {
        for repeats in [false, true] {
            assert_eq!(told(&["The", " user", " The"], repeats), "The user The");
            assert_eq!(told(&["a", "and", " so"], repeats), "aand so");
            assert_eq!(told(&["\n", "\n", "\n"], repeats), "\n\n\n");
            assert_eq!(
                told(&["again", "again", "again"], repeats),
                "againagainagain"
            );
            assert_eq!(told(&["x", "", "y"], repeats), "xy");
            assert_eq!(told(&["one"], repeats), "one");
        }
    }

    #[test]
    fn two_short_chunks_are_what_the_host_is_known_for() {
        assert_eq!(told(&["h", "hm"], true), "hm");
        assert_eq!(told(&["h", "hm"], false), "hhm");
    }

    #[test]
    fn a_new_thought_follows_one_that_grew() {
        assert_eq!(
            told(&["first", "first a", "second"], false),
            "first asecond"
        );
    }
}
