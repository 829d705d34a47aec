//! Cohere's chat, version 2.
//!
//! [`encode`] makes the body of `POST /v2/chat`; [`answer`], [`Stream`] and [`fault`] read what comes back.

mod answer;
mod encode;
mod fault;
mod frame;
mod messages;
mod stream;
mod thinking;
mod tools;
mod usage;

pub use answer::answer;
pub use encode::encode;
pub use fault::fault;
pub use stream::Stream;
