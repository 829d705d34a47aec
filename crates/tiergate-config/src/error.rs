//! Why a configuration was refused.

use std::fmt;
use std::io;

use crate::snippet::Snippet;
use crate::yaml::Span;

/// A configuration was refused, whole.
///
/// `Display` gives the message and, for a fault in the file, its line and column with the line
/// itself and a caret below it:
///
/// ```text
/// `teir` is not a key of a model: did you mean `tier`?
///   --> tiergate.yaml:3:20
///   |
/// 3 |   - {id: my-model, teir: ********}
///   |                    ^^^^
/// ```
///
/// Neither `Display` nor `Debug` shows a secret: what the environment holds is never shown (but for what
/// is wrong in `TIERGATE_DEMO_SCRIPT`), and in
/// the line of the file values that are or look like secrets are masked.
#[derive(Debug, thiserror::Error)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<Snippet>,
    source: Option<io::Error>,
}

/// What was wrong with a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An environment variable is missing or has no usable value.
    Environment,
    /// A key or a value that means nothing here, or a part that contradicts another.
    Invalid,
    /// A file could not be read.
    Io,
    /// The file is not YAML.
    Syntax,
}

impl Error {
    /// What was wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The line of the fault, from 1; `None` when the fault is not in the file.
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(Snippet::line)
    }

    /// The column of the fault in characters, from 1; `None` when the fault is not in the file.
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(Snippet::column)
    }

    pub(crate) fn environment(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Environment, message.into(), None, None)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message.into(), None, None)
    }

    pub(crate) fn io(message: impl Into<String>, source: io::Error) -> Self {
        Self::new(ErrorKind::Io, message.into(), None, Some(source))
    }

    fn new(
        kind: ErrorKind,
        message: String,
        place: Option<Snippet>,
        source: Option<io::Error>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            message,
            place,
            source,
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(source) = &self.0.source {
            write!(f, ": {source}")?;
        }
        match &self.0.place {
            Some(place) => write!(f, "\n{place}"),
            None => Ok(()),
        }
    }
}

/// A fault at a place of the text, before it is known which file that was.
#[derive(Debug)]
pub(crate) struct Fault {
    kind: ErrorKind,
    span: Span,
    message: String,
}

impl Fault {
    pub(crate) fn new(kind: ErrorKind, span: Span, message: impl Into<String>) -> Self {
        Self {
            kind,
            span,
            message: message.into(),
        }
    }

    /// The error for people: with the name of the file, line, column and snippet.
    pub(crate) fn in_file(self, name: &str, text: &str) -> Error {
        let snippet = Snippet::new(name, text, &self.span, &self.message);
        Error::new(self.kind, self.message, Some(snippet), None)
    }
}
