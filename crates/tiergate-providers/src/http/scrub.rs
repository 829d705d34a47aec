//! Keeps credentials out of everything that leaves the adapter as text.

use std::collections::VecDeque;
use std::fmt::Write;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

/// The longest text that is kept of an error.
const LONGEST: usize = 1000;

/// A part of a credential of this length is taken for the credential.
const PART: usize = 8;

/// A run of letters and digits of this length is taken for a key, when it has both.
const KEY: usize = 20;

/// So many secrets that come and go are remembered.
const LEARNT: usize = 8;

/// Secrets of these lengths are looked for in other writings too: shorter ones would be found everywhere, and longer
/// ones, such as private keys, are never sent.
const REWRITTEN: std::ops::RangeInclusive<usize> = 8..=256;

/// What stands for itself in an address.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The secrets of a provider.
pub(crate) struct Secrets {
    own: Vec<SecretString>,
    /// The same as a server may repeat them.
    rewritten: Vec<SecretString>,
    /// Those that are made on the way, such as tokens; the last is the newest.
    learnt: Mutex<VecDeque<SecretString>>,
}

impl Secrets {
    pub(crate) fn new(secrets: impl Iterator<Item = SecretString>) -> Self {
        let own: Vec<_> = secrets
            .filter(|secret| !secret.expose_secret().is_empty())
            .collect();
        Self {
            rewritten: own.iter().flat_map(rewritten).collect(),
            own,
            learnt: Mutex::default(),
        }
    }

    /// One more secret, which takes the place of an old one.
    pub(crate) fn learn(&self, secret: &SecretString) {
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        let text = secret.expose_secret();
        if text.is_empty() || learnt.iter().any(|known| known.expose_secret() == text) {
            return;
        }
        if learnt.len() == LEARNT {
            learnt.pop_front();
        }
        learnt.push_back(secret.clone());
    }

    /// Whether a text holds a secret, or a part of one.
    pub(crate) fn found_in(&self, text: &str) -> bool {
        !self.places(text).is_empty()
    }

    /// `text` without secrets and without what looks like a key, of bounded length.
    pub(crate) fn scrub(&self, text: &str) -> Box<str> {
        // a secret that the cut would halve is still found in the longer piece
        let text = start(text, LONGEST * 4);
        let rewritten = self.rewritten.iter();
        let rewritten = rewritten.flat_map(|secret| places_of(secret, text));
        let mut places = self.places(text);
        places.extend(rewritten.chain(keys(text)));
        places.sort_by_key(|place| (place.start, place.end));
        let mut clean = String::with_capacity(text.len().min(LONGEST));
        let mut at = 0;
        for place in places {
            if place.start >= at {
                clean.push_str(text.get(at..place.start).unwrap_or_default());
                clean.push_str("[redacted]");
            }
            at = at.max(place.end);
        }
        clean.push_str(text.get(at..).unwrap_or_default());
        start(&clean, LONGEST).into()
    }

    /// Where secrets stand in `text`, whole or in part.
    fn places(&self, text: &str) -> Vec<Range<usize>> {
        let learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        let secrets = self.own.iter().chain(learnt.iter());
        secrets.flat_map(|secret| places_of(secret, text)).collect()
    }
}

/// Where a secret stands in `text`, whole or in part.
fn places_of<'a>(
    secret: &'a SecretString,
    text: &'a str,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let secret = secret.expose_secret().as_bytes();
    let part = secret.len().min(PART);
    let windows = text.as_bytes().windows(part).enumerate();
    windows
        .filter(move |(_, window)| contains(secret, window))
        .map(move |(at, _)| widen(text, at..at + part))
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, byte| {
        // writing to a string does not fail
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A secret in hexadecimal digits, in base64 wherever it begins, in an address, and with its slashes escaped.
fn rewritten(secret: &SecretString) -> Vec<SecretString> {
    let text = secret.expose_secret();
    if !REWRITTEN.contains(&text.len()) {
        return Vec::new();
    }
    let hex = hex(text);
    let mut all = vec![
        hex.to_uppercase(),
        hex,
        utf8_percent_encode(text, &UNRESERVED).to_string(),
        text.replace('/', "\\/"),
    ];
    // three bytes are four letters: what stands before the secret shifts it against them
    for shift in 0..3 {
        let rest = text.as_bytes().get(shift..).unwrap_or_default();
        let whole = rest.get(..rest.len() / 3 * 3).unwrap_or_default();
        all.push(STANDARD_NO_PAD.encode(whole));
        all.push(URL_SAFE_NO_PAD.encode(whole));
    }
    all.retain(|other| other != text);
    all.sort();
    all.dedup();
    all.into_iter().map(SecretString::from).collect()
}

fn contains(secret: &[u8], window: &[u8]) -> bool {
    secret.windows(window.len()).any(|part| part == window)
}

/// The words that look like keys: a long run of letters and digits between other characters, with
/// what hangs on it.
fn keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*')))
        .filter_map(move |word| {
            let start = at;
            // the separator is one character, of any width
            at += word.len();
            at += text
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
            looks_like_key(word).then(|| start..start + word.len())
        })
}

fn looks_like_key(word: &str) -> bool {
    let prefixed = [
        "sk-",
        "sk_",
        "pk-",
        "gsk_",
        "csk-",
        "xai-",
        "key-",
        "AIza",
        "tg_live_",
        "tg_admin_",
    ];
    if prefixed
        .iter()
        .any(|prefix| word.starts_with(prefix) && word.len() >= prefix.len() + 4)
    {
        return true;
    }
    word.split(['-', '_', '.', '*']).any(|run| {
        run.len() >= KEY
            && run.contains(|c: char| c.is_ascii_digit())
            && run.contains(|c: char| c.is_ascii_alphabetic())
    })
}

/// The range, grown to whole characters.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}

fn start(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets(list: &[&str]) -> Secrets {
        Secrets::new(list.iter().map(|secret| SecretString::from(*secret)))
    }

    #[test]
    fn keys_go_and_words_stay() {
        let secrets = secrets(&["hunter2-hunter2-hunter2", "short"]);
        for (text, clean) in [
            (
                "wrong key hunter2-hunter2-hunter2!",
                "wrong key [redacted]!",
            ),
            ("wrong key hunter2-hun***", "wrong key [redacted]***"),
            ("it is short", "it is [redacted]"),
            (
                "Incorrect API key provided: sk-proj-***cdef.",
                "Incorrect API key provided: [redacted]",
            ),
            ("Bearer 0123456789abcdef0123 é x", "Bearer [redacted] é x"),
            (
                "the model gpt-5-nano-2025-08-07 in claude-3-5-sonnet-20241022",
                "",
            ),
            ("accounts/fireworks/models/llama-v3p1-405b-instruct é", ""),
        ] {
            let expected = if clean.is_empty() { text } else { clean };
            assert_eq!(&*secrets.scrub(text), expected);
        }
    }

    #[test]
    fn a_secret_is_known_in_other_writings() {
        let secret = "pa/ss+wo/rd=no/key";
        let secrets = secrets(&[secret]);
        let hex = hex(secret);
        let mut told = vec![
            hex.to_uppercase(),
            hex,
            "pa%2Fss%2Bwo%2Frd%3Dno%2Fkey".to_owned(),
            r"pa\/ss+wo\/rd=no\/key".to_owned(),
        ];
        for before in ["", "u", "u:", "me:"] {
            told.push(STANDARD_NO_PAD.encode(format!("{before}{secret}")));
        }
        for told in told {
            let clean = secrets.scrub(&format!("wrong key {told} it is"));
            assert!(clean.starts_with("wrong key "), "{clean}");
            assert!(clean.ends_with(" it is"), "{clean}");
            let left = clean.replace("[redacted]", "");
            assert!(left.len() < 30, "{told}: {clean}");
        }
    }

    #[test]
    fn what_was_learnt_goes_as_well_until_it_is_old() {
        let secrets = secrets(&[]);
        for number in 0..=LEARNT {
            let secret = SecretString::from(format!("{number}-some-token"));
            secrets.learn(&secret);
            secrets.learn(&secret);
        }
        assert_eq!(&*secrets.scrub("the 8-some-token"), "the [redacted]");
        assert_eq!(secrets.learnt.lock().unwrap().len(), LEARNT);
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let clean = secrets(&[]).scrub(&"é ".repeat(1000));
        assert!(clean.len() <= LONGEST && clean.len() > LONGEST - 4);
    }

    proptest! {
        #[test]
        fn no_secret_survives(
            secret in "[a-zA-Z0-9+/=_.-]{4,60}",
            before in "\\PC{0,40}",
            after in "\\PC{0,40}",
            long in 0..1200_usize,
        ) {
            prop_assume!(!"[redacted]".contains(&secret));
            let secrets = secrets(&[&secret]);
            let text = format!("{}{before}{secret}{after}", "x ".repeat(long));
            prop_assert!(!secrets.scrub(&text).contains(&secret));
            prop_assert!(secrets.found_in(&text));
        }
    }
}
