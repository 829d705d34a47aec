//! What the fuzz targets share: JSON read a second way, and an input cut into text and choices.

mod members;
mod split;
mod tree;

pub use members::{Members, last, members, raw};
pub use split::split;
pub use tree::{depth, tree};
