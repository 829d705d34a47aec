//! Anthropic's Messages, from both sides.
//!
//! As a vendor: [`encode`], [`answer`], [`Stream`] and [`fault`]; [`native`] for a client of the same dialect. As what a client speaks: [`decode`],
//! [`write_answer`], [`Writer`], and errors by [`error_body`] and [`error_kind`].
//!
//! What a Claude takes of sampling, thinking, forced tools and schemas differs from family to family; the table of
//! that is in `models.rs`.

mod answer;
mod blocks;
mod cache;
mod decode;
mod encode;
mod ends;
mod error;
mod format;
mod frames;
mod media;
mod models;
mod names;
mod native;
mod pairs;
mod read;
mod remains;
mod schema;
mod stop;
mod stream;
mod thinking;
mod tools;
mod turns;
mod usage;
mod wire;
mod write;
mod writer;

pub use answer::answer;
pub use decode::{decode, decode_count};
pub use encode::encode;
pub use error::{error_body, error_kind, fault};
pub use native::native;
pub(crate) use remains::is_known_block;
pub use stream::Stream;
pub use write::write_answer;
pub use writer::{Writer, ping};
