//! Chat completions: the request, the answer and the streamed chunk, each as a view over its bytes.

mod answer;
mod choices;
mod delta;
mod index;
mod message;
mod request;
mod rewrite;

pub use answer::Answer;
pub use choices::Choices;
pub use delta::Delta;
pub use message::{Message, Role, Text, TextKind};
pub use request::{Format, Request};
pub use rewrite::{Pieces, Rewrite};
