//! Chat completions over the inner form, in both directions and on both sides.
//!
//! A client's request is read by [`decode`], and what it gets is written by [`write_answer`] or, piece by piece, by
//! [`Writer`]. A host's request is written by [`encode`], and what it says is read by [`answer`] or [`Stream`]. What a
//! host does differently from OpenAI is no matter of this module: `super::encode` edits the body once more.
//!
//! Beyond OpenAI's own members these are known, because clients and hosts have agreed on them: `reasoning_content` and
//! `reasoning_details` (thoughts, with signatures), `cache_control` (where a prompt cache ends), `reasoning` (a budget
//! of thought) and `extra_content.google.thought_signature`.

mod answer;
mod calls;
mod chunk;
mod decode;
mod encode;
mod growth;
mod object;
mod plain;
mod reasoning;
mod stop;
mod stream;
mod wire;
mod write;
mod writer;

pub use answer::answer;
pub(super) use chunk::{Piece, pieces};
pub use decode::decode;
pub use encode::{encode, spare};
pub use plain::{is_signed, plain};
pub use stream::Stream;
pub use write::write_answer;
pub use writer::Writer;
