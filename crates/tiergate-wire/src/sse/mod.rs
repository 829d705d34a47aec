//! A decoder of server-sent events that keeps the exact bytes of every event.

mod decoder;

pub use decoder::{Decoder, Event, TooLong};
