//! Why a catalogue could not be built.

use std::fmt;

/// A catalogue, overlay or tariff was refused.
///
/// The message names the offending model, alias or band.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {subject}")]
pub struct Error {
    kind: ErrorKind,
    subject: Box<str>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, subject: impl Into<Box<str>>) -> Self {
        Self {
            kind,
            subject: subject.into(),
        }
    }

    /// What was wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The id, alias, band or value that was refused.
    pub fn subject(&self) -> &str {
        &self.subject
    }
}

/// What was wrong with a catalogue, overlay or tariff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An alias has the name of a model.
    AliasHidesModel,
    /// Two models or two patches have the same id.
    DuplicateModel,
    /// Two targets of a model have the same provider and upstream model.
    DuplicateTarget,
    /// The bundled or given data is not in the expected form.
    Malformed,
    /// A new chat model has no tier.
    MissingTier,
    /// A new model has no target.
    MissingTarget,
    /// A name is empty, or holds a control character.
    Name,
    /// A time-of-day window is empty, wraps midnight or has a multiplier of zero.
    Peak,
    /// A name is reserved: `auto`, a tier or a band.
    Reserved,
    /// An alias names a model that does not exist.
    UnknownModel,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AliasHidesModel => "alias has the name of a model",
            Self::DuplicateModel => "model listed twice",
            Self::DuplicateTarget => "target listed twice",
            Self::Malformed => "malformed catalogue data",
            Self::MissingTier => "chat model without a tier",
            Self::MissingTarget => "model without a target",
            Self::Name => "empty name or control character in it",
            Self::Peak => "peak window is empty, wraps midnight or multiplies by zero",
            Self::Reserved => "reserved name",
            Self::UnknownModel => "alias for an unknown model",
        })
    }
}
