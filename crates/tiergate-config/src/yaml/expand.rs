//! `${NAME}` and `${NAME:-default}` inside of scalars.

use crate::environment::Environment;
use crate::error::ErrorKind;

/// The text with every reference replaced; `None` when there was none.
///
/// `$${` stands for a literal `${`. What a variable holds is taken as it is: references in it are
/// not followed. A default counts when the variable is missing or empty.
pub(super) fn expand(
    text: &str,
    environment: &Environment,
) -> Result<Option<String>, ReferenceError> {
    if !text.contains("${") {
        return Ok(None);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(literal) = before.strip_suffix('$') {
            out.push_str(literal);
            out.push_str("${");
            rest = after;
            continue;
        }
        let (reference, tail) = after.split_once('}').ok_or(ReferenceError::Open)?;
        out.push_str(before);
        out.push_str(value(reference, environment)?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(Some(out))
}

/// The names of all variables that a text refers to, whether in a scalar or in a comment.
pub(crate) fn references(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("${").skip(1);
    parts.filter_map(|part| {
        let reference = part.split('}').next()?;
        let name = reference.split(":-").next()?;
        is_name(name).then_some(name)
    })
}

fn value<'a>(reference: &'a str, environment: &'a Environment) -> Result<&'a str, ReferenceError> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    if !is_name(name) {
        return Err(ReferenceError::Name);
    }
    match (environment.get(name), default) {
        (Some(value), None) => Ok(value),
        (Some(value), Some(_)) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default),
        (None, None) => Err(ReferenceError::Missing(name.into())),
    }
}

fn is_name(name: &str) -> bool {
    let first = name.bytes().next();
    first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A reference that cannot be replaced.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReferenceError {
    #[error("the environment variable `{0}` is not set (a default is written `${{{0}:-value}}`)")]
    Missing(Box<str>),
    #[error(
        "`${{` must be followed by the name of an environment variable (a literal `${{` is written `$${{`)"
    )]
    Name,
    #[error("`${{` without its `}}` (a literal `${{` is written `$${{`)")]
    Open,
}

impl ReferenceError {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing(_) => ErrorKind::Environment,
            Self::Name | Self::Open => ErrorKind::Invalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        [("A", "1"), ("EMPTY", ""), ("DEEP", "${A}")]
            .into_iter()
            .collect()
    }

    #[test]
    fn references_are_replaced_once() {
        for (text, expected) in [
            ("plain $A $", None),
            ("${A}", Some("1")),
            ("x${A}y${A}z", Some("x1y1z")),
            ("${DEEP}", Some("${A}")),
            ("${EMPTY}", Some("")),
            ("${EMPTY:-d}", Some("d")),
            ("${NO:-}", Some("")),
            ("${NO:-http://h:1}", Some("http://h:1")),
            ("${A:-d}", Some("1")),
            ("$${A}", Some("${A}")),
            ("a$${${A}", Some("a${1")),
        ] {
            assert_eq!(
                expand(text, &environment()).unwrap().as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn bad_references_are_refused_by_name() {
        for (text, expected) in [
            ("${NO}", ReferenceError::Missing("NO".into())),
            ("${A", ReferenceError::Open),
            ("${}", ReferenceError::Name),
            ("${1A}", ReferenceError::Name),
            ("${A B}", ReferenceError::Name),
            ("${A-b}", ReferenceError::Name),
        ] {
            assert_eq!(expand(text, &environment()), Err(expected), "{text}");
        }
    }

    #[test]
    fn all_names_are_listed() {
        let text = "a: ${A}\nb: ${B:-x} # ${C}\nd: ${not a name} ${";
        assert_eq!(references(text).collect::<Vec<_>>(), ["A", "B", "C"]);
    }
}
