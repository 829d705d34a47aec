//! What the fuzz targets share: JSON read a second way, an input cut into text and choices, and the dialects.

mod dialect;
mod members;
mod split;
mod tree;

pub use dialect::{DIALECTS, Decode, Dialect, choose};
pub use members::{Members, last, members, raw};
pub use split::split;
pub use tree::{depth, tree};
