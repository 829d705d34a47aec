//! Names and ids that Bedrock takes, in place of those that it refuses.

use std::borrow::Cow;
use std::collections::HashSet;

use super::model::Family;

/// The most characters of a tool's name or of a call's id.
const LONGEST: usize = 64;

/// The names of tools, as Bedrock is told them.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// What Bedrock was told, and the client's name, for those that differ.
    pub(super) renamed: Vec<(String, String)>,
    taken: HashSet<String>,
}

impl Names {
    /// The name to tell for a client's name: always the same for the same.
    pub(super) fn told<'a>(&mut self, own: Cow<'a, str>) -> Cow<'a, str> {
        if let Some((told, _)) = self.renamed.iter().find(|(_, known)| *known == own) {
            return Cow::Owned(told.clone());
        }
        let fits = !own.is_empty() && own.len() <= LONGEST && own.chars().all(in_name);
        // a name that fits is never given away: it may be the client's own
        if fits && !self.renamed.iter().any(|(told, _)| *told == own) {
            if !self.taken.contains(&*own) {
                self.taken.insert(own.clone().into_owned());
            }
            return own;
        }
        let told = unique(&replaced(&own, in_name, "tool"), &mut self.taken);
        self.renamed.push((told.clone(), own.into_owned()));
        Cow::Owned(told)
    }

    /// Keeps a name for the client that uses it, before others could be changed into it.
    pub(super) fn reserve(&mut self, own: &str) {
        if own.len() <= LONGEST && own.chars().all(in_name) {
            self.taken.insert(own.to_owned());
        }
    }

    /// Whether no tool of the client bears this name.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(name)
    }
}

/// The ids of calls, each used once.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
}

impl Ids {
    pub(super) fn told(&mut self, own: &str, family: Family) -> String {
        if !matches!(family, Family::Mistral) {
            return unique(&replaced(own, in_id, "call"), &mut self.taken);
        }
        let mut told = nine(own);
        while !self.taken.insert(told.clone()) {
            told = nine(&format!("{own}{told}"));
        }
        told
    }
}

fn in_name(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '_' | '-')
}

fn in_id(each: char) -> bool {
    in_name(each) || matches!(each, '.' | ':')
}

fn replaced(own: &str, fits: fn(char) -> bool, empty: &str) -> String {
    let characters = own.chars().take(LONGEST);
    let text: String = characters
        .map(|each| if fits(each) { each } else { '_' })
        .collect();
    if text.is_empty() {
        empty.to_owned()
    } else {
        text
    }
}

/// The text, or the text with a number where it is taken; all are ASCII.
fn unique(text: &str, taken: &mut HashSet<String>) -> String {
    let mut candidate = text.to_owned();
    let mut number = 1_u32;
    while !taken.insert(candidate.clone()) {
        number += 1;
        let tail = format!("_{number}");
        let kept = text.len().min(LONGEST.saturating_sub(tail.len()));
        candidate = format!("{}{tail}", text.get(..kept).unwrap_or_default());
    }
    candidate
}

/// Nine letters and digits, which is all that Mistral's models take: the FNV-1a hash of the id.
fn nine(own: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if own.len() == 9 && own.chars().all(|each| each.is_ascii_alphanumeric()) {
        return own.to_owned();
    }
    let mut hash = own.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let digits = std::iter::repeat_with(|| {
        let digit = usize::try_from(hash % 62).unwrap_or_default();
        hash /= 62;
        DIGITS.get(digit).map_or('0', |digit| char::from(*digit))
    });
    digits.take(9).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_apart_and_come_back() {
        let mut names = Names::default();
        names.reserve("get_row");
        assert_eq!(names.told("get.row".into()), "get_row_2");
        assert_eq!(names.told("get_row".into()), "get_row");
        assert_eq!(names.told("get.row".into()), "get_row_2");
        assert_eq!(names.told("".into()), "tool");
        assert_eq!(names.told("é".repeat(70).into()).len(), 64);
        assert_eq!(names.renamed[0], ("get_row_2".into(), "get.row".into()));
    }

    #[test]
    fn ids_are_used_once() {
        let mut ids = Ids::default();
        assert_eq!(ids.told("call 1", Family::Other), "call_1");
        assert_eq!(ids.told("call 1", Family::Other), "call_1_2");
        assert_eq!(ids.told("", Family::Other), "call");
        let short = ids.told("call_abc", Family::Mistral);
        assert!(short.len() == 9 && short.chars().all(|each| each.is_ascii_alphanumeric()));
    }
}
