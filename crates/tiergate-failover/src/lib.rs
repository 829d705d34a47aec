//! Runs one request over a list of candidates until one answers; knows neither HTTP nor language models.
//!
mod class;

pub use class::{Class, Classify};
