//! Vendors that speak Responses.

mod answer;
mod content;
mod encode;
mod fault;
mod foreign;
mod input;
mod item;
mod names;
mod rest;
mod stream;
mod tools;
mod track;
mod usage;

pub use answer::answer;
pub use encode::encode;
pub use fault::fault;
pub use stream::Stream;
