//! The Provider seam and its adapters: the only crate that knows a vendor's addresses,
//! authentication and errors.

mod error;
mod seam;

pub use error::{Error, Kind};
pub use seam::{Call, ChatStream, Chunk, ChunkKind, Edit, Full, Head, Provider, Reply};
