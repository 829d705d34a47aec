//! Every fault by name: what it does is a function in the same row, so the catalogue cannot lie.

mod bodies;
mod connection;
mod good;
mod nearest;
mod statuses;
mod streams;

use std::fmt::Write as _;

use crate::play::Play;
use crate::scene::Scene;
use crate::script::manner::PARAMETERS;

pub(crate) use nearest::nearest;

/// Plays a fault for one request.
pub(crate) type Act = fn(&Scene<'_>, &mut Play);

/// One fault.
pub(crate) struct Row {
    pub name: &'static str,
    /// The parameter that a value without a name is for.
    pub own: &'static str,
    pub does: &'static str,
    pub act: Act,
    /// Seen before a request is read, where a port or everybody is told so.
    pub at_accept: bool,
}

impl Row {
    const fn new(name: &'static str, own: &'static str, does: &'static str, act: Act) -> Self {
        Self {
            name,
            own,
            does,
            act,
            at_accept: false,
        }
    }

    const fn at_accept(name: &'static str, does: &'static str, act: Act) -> Self {
        Self {
            at_accept: true,
            ..Self::new(name, "", does, act)
        }
    }

    /// The status that the name is.
    pub(crate) fn status(&self) -> Option<u16> {
        self.name.parse().ok()
    }
}

/// The groups of the catalogue, in the order of an answer's life.
const GROUPS: &[(&str, &[Row])] = &[
    ("Good answers, and good ones that look odd", good::ROWS),
    ("The connection", connection::ROWS),
    ("Errors with a status", statuses::ROWS),
    ("A 200 that is none", bodies::ROWS),
    ("Streams that break", streams::ROWS),
];

/// The fault with this name.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    rows().find(|row| row.name == name)
}

/// The good answer.
pub(crate) fn ok() -> &'static Row {
    &good::OK
}

pub(crate) fn rows() -> impl Iterator<Item = &'static Row> {
    GROUPS.iter().flat_map(|(_, rows)| rows.iter())
}

/// Every fault's name, in the catalogue's order.
pub fn names() -> impl Iterator<Item = &'static str> {
    rows().map(|row| row.name)
}

/// The catalogue as text: a line for each fault and for each parameter.
pub fn list() -> String {
    let mut text = String::new();
    for (group, rows) in GROUPS {
        _ = writeln!(text, "{group}:");
        for row in *rows {
            let name = match row.own {
                "" => row.name.to_owned(),
                own => format!("{}:{own}", row.name),
            };
            _ = writeln!(text, "  {name:<24} {}", row.does);
        }
        text.push('\n');
    }
    text.push_str("Parameters, behind any fault as `:name=value`:\n");
    for (name, means) in PARAMETERS {
        _ = writeln!(text, "  {name:<24} {means}");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PARAMETERS, list, names, rows};
    use crate::script::Spec;

    #[test]
    fn names_are_single_and_can_be_written() {
        let all: Vec<_> = names().collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.len() > 90, "{}", all.len());
        for name in all {
            assert!(Spec::parse(name).is_ok(), "{name}");
            assert!(list().contains(name));
        }
    }

    #[test]
    fn the_readme_holds_the_catalogue() {
        let readme = include_str!("../../README.md");
        for row in rows() {
            let line = format!("| `{}` | {} | {} |", row.name, row.own, row.does);
            assert!(readme.contains(&line), "the README lacks: {line}");
        }
        for (name, means) in PARAMETERS {
            let line = format!("| `{name}` | {means} |");
            assert!(readme.contains(&line), "the README lacks: {line}");
        }
    }
}
