//! The inner form: what a conversation, an answer and a stream say, whatever dialect they came in.
//!
//! It is a superset of the dialects: signed reasoning, cache hints, cache reads and writes, and a vendor's own word
//! for a stop reason have their places in it. Each dialect is translated to and from it once, at its edge, by pure
//! functions. Text stays the JSON literal that it came as ([`Text`]), and schemas and arguments stay JSON text
//! ([`Json`]), so translation copies bytes and resolves no escapes.
//!
//! It has one answer for each request: a request for several (`n`) is translated nowhere.

mod answer;
mod event;
mod growing;
mod part;
mod request;
mod signer;
mod text;
mod undo;

pub use answer::{Answer, Stamp, Stop};
pub use event::Event;
pub use growing::Growing;
pub use part::{Arguments, Cache, Media, Part, SearchResult, ToolCall, ToolResult};
pub use request::{
    BadRequest, Effort, Format, Reasoning, Request, Role, Sampling, Tool, ToolChoice, Turn, Unfit,
};
pub(crate) use signer::is_marked;
pub use text::{Json, Text};
pub use undo::Undo;
