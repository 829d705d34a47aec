//! Names of tools and ids of calls, as the vendor takes them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use crate::inner::{Text, Tool};

/// The longest name of a tool.
const MAX_NAME: usize = 128;

/// The ids of calls: each its own, of letters, digits, `_` and `-`.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
    /// The client's id, and what the vendor is told for the latest call of that id.
    told: HashMap<String, String>,
    /// What was made up for calls without an id, until their results are met.
    nameless: VecDeque<String>,
}

impl Ids {
    /// The id of a call.
    pub(super) fn call<'a>(&mut self, id: &'a Text<'_>) -> Text<'a> {
        let own = id.value();
        let fit = unique(&fit(&own, "call", usize::MAX), &self.taken, usize::MAX);
        self.taken.insert(fit.clone());
        let unchanged = fit == own;
        let told = Text::new(&fit);
        if own.is_empty() {
            self.nameless.push_back(fit);
        } else {
            self.told.insert(own.into_owned(), fit);
        }
        if unchanged { id.borrowed() } else { told }
    }

    /// The id of the call that a result answers.
    pub(super) fn result<'a>(&mut self, id: &'a Text<'_>) -> Text<'a> {
        let own = id.value();
        let told = if own.is_empty() {
            self.nameless.pop_front()
        } else {
            self.told.get(&*own).cloned()
        };
        match told {
            Some(told) if told == own => id.borrowed(),
            Some(told) => Text::new(&told),
            None => Text::new(&fit(&own, "call", usize::MAX)),
        }
    }
}

/// The names of tools: letters, digits, `_` and `-`, not too many of them.
#[derive(Debug)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// What the vendor is told, and what the client calls it.
    pub(super) changed: Vec<(String, String)>,
}

impl Names {
    pub(super) fn new(tools: &[Tool<'_>]) -> Self {
        let names = tools.iter().map(|tool| tool.name.value().into_owned());
        Self {
            taken: names.filter(|name| is_fit(name, MAX_NAME)).collect(),
            changed: Vec::new(),
        }
    }

    /// What the vendor is told for a tool.
    pub(super) fn told<'a>(&mut self, name: &'a Text<'_>) -> Text<'a> {
        let own = name.value();
        if is_fit(&own, MAX_NAME) {
            return name.borrowed();
        }
        if let Some((told, _)) = self.changed.iter().find(|(_, known)| *known == own) {
            return Text::new(told);
        }
        let told = unique(&fit(&own, "tool", MAX_NAME), &self.taken, MAX_NAME);
        self.taken.insert(told.clone());
        let text = Text::new(&told);
        self.changed.push((told, own.into_owned()));
        text
    }

    /// The first of some names that no tool has.
    pub(super) fn free(&self, names: [&'static str; 3]) -> Option<&'static str> {
        names.into_iter().find(|name| !self.taken.contains(*name))
    }
}

fn is_fit(text: &str, max: usize) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.len() <= max && text.bytes().all(fits)
}

fn fit<'a>(text: &'a str, empty: &'static str, max: usize) -> Cow<'a, str> {
    if is_fit(text, max) {
        return text.into();
    }
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let letters = text
        .chars()
        .map(|letter| if fits(letter) { letter } else { '_' });
    let fit: String = letters.take(max).collect();
    if fit.is_empty() {
        empty.into()
    } else {
        fit.into()
    }
}

fn unique(text: &str, taken: &HashSet<String>, max: usize) -> String {
    if !taken.contains(text) {
        return text.to_owned();
    }
    let numbered = (2_u32..).map(|number| {
        let number = format!("_{number}");
        let room = max.saturating_sub(number.len()).min(text.len());
        format!("{}{number}", text.get(..room).unwrap_or_default())
    });
    let mut free = numbered.filter(|name| !taken.contains(name));
    free.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_apart() {
        let mut ids = Ids::default();
        let (dot, line) = (Text::new("a.1"), Text::new("a_1"));
        assert_eq!(ids.call(&dot), Text::new("a_1"));
        assert_eq!(ids.call(&line), Text::new("a_1_2"));
        assert_eq!(ids.result(&dot), Text::new("a_1"));
        assert_eq!(ids.result(&line), Text::new("a_1_2"));
        let empty = Text::default();
        assert_eq!(ids.call(&empty), Text::new("call"));
        assert_eq!(ids.call(&empty), Text::new("call_2"));
        assert_eq!(ids.result(&empty), Text::new("call"));
        assert_eq!(ids.result(&empty), Text::new("call_2"));
    }

    #[test]
    fn names_stay_apart() {
        let mut names = Names::new(&[]);
        let long = "ü".repeat(200);
        assert_eq!(names.told(&Text::new("a b")).value(), "a_b");
        assert_eq!(names.told(&Text::new("a/b")).value(), "a_b_2");
        assert_eq!(names.told(&Text::new("a b")).value(), "a_b");
        assert_eq!(names.told(&Text::new(&long)).value().len(), 128);
    }
}
