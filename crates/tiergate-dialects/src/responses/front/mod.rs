//! Clients that speak Responses.

mod answer;
mod block;
mod content;
mod decode;
mod echo;
mod extras;
mod frames;
mod input;
mod item;
mod members;
mod picture;
mod response;
mod tools;
mod writer;

pub use answer::write_answer;
pub use decode::{decode, decode_count};
pub use echo::Echo;
pub use extras::{Extras, extras};
pub use writer::Writer;
