//! What may be done after a failed attempt.

use std::time::Duration;

/// What an attempt's error allows, from the mildest to the final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The same candidate may be tried once more; after that, the next one.
    Retry,
    /// This candidate is out for this request; the next one may answer.
    Next,
    /// The error belongs to the caller: no other candidate would answer differently.
    Stop,
}

/// An error that knows what may be done about it.
pub trait Classify {
    /// What may be done next.
    fn class(&self) -> Class;

    /// How long the target asked to be left alone, if it said so.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
}
