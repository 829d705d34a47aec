//! A validating JSON scanner over bytes, and the few helpers to write JSON.

mod invalid;
mod scan;
mod text;

pub use invalid::Invalid;
pub(crate) use scan::{Kind, Scanner, Span, Str};
pub use text::{string, unescape};

/// The deepest nesting of arrays and objects that is read.
pub const MAX_DEPTH: usize = 64;

/// The longest array and object that are read, in elements and members.
pub const MAX_ELEMENTS: usize = 100_000;
