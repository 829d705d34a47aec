//! Ollama's own chat.
//!
//! [`encode`] makes the body of `POST /api/chat`; [`answer`], [`Stream`] and [`fault`] read what comes back. A stream
//! is lines of JSON, not server-sent events.

mod answer;
mod encode;
mod fault;
mod line;
mod messages;
mod stream;
mod think;

pub use answer::answer;
pub use encode::encode;
pub use fault::fault;
pub use stream::Stream;
