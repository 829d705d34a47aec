//! Why a body was refused.

use std::borrow::Cow;
use std::fmt;

/// A body that is not valid JSON, or a member that is not of the expected type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    message: Cow<'static, str>,
    param: Option<Cow<'static, str>>,
    offset: usize,
}

impl Invalid {
    /// A fault at a byte offset of the body.
    pub(crate) fn at(offset: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
            param: None,
            offset,
        }
    }

    /// Names the member that is at fault.
    #[must_use]
    pub(crate) fn of(mut self, param: impl Into<Cow<'static, str>>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The member at fault, where it is known.
    pub fn param(&self) -> Option<&str> {
        self.param.as_deref()
    }

    /// The place in the body, in bytes from its start.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.offset)
    }
}

impl std::error::Error for Invalid {}
