//! Runs one request over a list of candidates until one answers; knows neither HTTP nor language models.
//!
//! The parts are state machines: they are told what happened and say what to do, and whoever owns
//! the I/O does it. [`Classify`] is how an error says what it allows, [`Walk`] decides between the
//! next candidate, another try and giving up.
//!
//! What this crate does not do: wait, read a clock, or draw random numbers; all three come in as
//! arguments.

mod class;
mod walk;

pub use class::{Class, Classify};
pub use walk::{Limits, Step, Walk};
