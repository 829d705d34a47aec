//! The server: it accepts, reads, chooses a fault and plays it.

mod connection;
mod control;
mod house;
mod line;
mod listener;
mod player;

pub(crate) use house::House;
pub(crate) use listener::{Listener, Role};
