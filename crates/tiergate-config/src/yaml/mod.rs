//! YAML as a tree of positioned nodes, read by hand.
//!
//! Every node knows the bytes that it came from, so that any fault, of syntax or of meaning, can
//! point at its place; and a scalar keeps its text, so that `0.1` stays exactly that.

mod expand;
mod fields;
mod nearest;
mod parse;
mod scalar;

use std::ops::Range;

use crate::error::{ErrorKind, Fault};

pub(crate) use expand::references;
pub(crate) use fields::{Fields, Shape};
pub(crate) use nearest::did_you_mean;
pub(crate) use parse::parse;
pub(crate) use scalar::quoted;

/// The bytes of the file that something came from.
pub(crate) type Span = Range<usize>;

/// What reading a part of the file gives.
pub(crate) type Read<T> = Result<T, Fault>;

/// A value of the file.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    value: Value,
}

#[derive(Clone)]
enum Value {
    List(Vec<Node>),
    Map(Vec<Entry>),
    Scalar(Scalar),
}

/// A key with its value.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    pub(crate) key_span: Span,
    pub(crate) node: Node,
}

/// A single value, references to the environment already replaced.
#[derive(Clone)]
struct Scalar {
    text: Box<str>,
    /// Neither quoted nor a block.
    plain: bool,
    /// What the file says, if a reference was replaced in it. Messages show this, never the value.
    written: Option<Box<str>>,
}

impl Node {
    /// A place without a value, for a fault at a key.
    pub(crate) fn at(span: Span) -> Self {
        Self {
            span,
            value: Value::List(Vec::new()),
        }
    }

    /// A fault of meaning at this node.
    pub(crate) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(ErrorKind::Invalid, self.span.clone(), message)
    }

    /// The entries of a mapping, in the order of the file.
    pub(crate) fn entries(&self, what: &str) -> Read<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Ok(entries),
            _ => Err(self.unexpected(what, "a mapping")),
        }
    }

    /// The items of a list.
    pub(crate) fn items(&self, what: &str) -> Read<&[Self]> {
        match &self.value {
            Value::List(items) => Ok(items),
            _ => Err(self.unexpected(what, "a list")),
        }
    }

    /// Whether this is a mapping.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Whether nothing is written here: an empty value, `~` or `null`.
    pub(crate) fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.is_null(),
            _ => false,
        }
    }

    fn unexpected(&self, what: &str, expected: &str) -> Fault {
        let found = match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Scalar(scalar) if scalar.is_null() => "nothing",
            Value::Scalar(_) => "a single value",
        };
        self.fault(format!("`{what}` must be {expected}, not {found}"))
    }
}
