//! What a scorer says of a request, and the trait it says it through.

use std::fmt::Debug;
use std::sync::Arc;

use smallvec::SmallVec;
use tiergate_wire::chat;

use crate::Score;

/// Judges how hard a request is.
///
/// Callers may rely on this: the answer depends on nothing but the request and the scorer's own
/// settings, is the same on every platform, comes without I/O, and exists for every request.
pub trait Scorer: Debug + Send + Sync {
    /// Reads the whole conversation.
    fn assess(&self, request: &chat::Request) -> Assessment;
}

impl<T: Scorer + ?Sized> Scorer for Arc<T> {
    fn assess(&self, request: &chat::Request) -> Assessment {
        (**self).assess(request)
    }
}

/// How hard a request is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The complexity.
    pub score: Score,
    /// The probability, in thousandths, that a model of the tier does the work well: nano, small,
    /// standard, premium, flagship. Never falls from one tier to the next.
    pub success: [u16; 5],
    /// How much the scorer had to go by, in thousandths; 0 when it could read nothing.
    pub confidence: u16,
    /// What moved the score, in the order in which it was weighed.
    pub signals: Signals,
    /// False when there was nothing in the request that the scorer can read. The score then stands in
    /// the middle of standard's band, because no signal does not mean that the work is simple.
    pub readable: bool,
}

/// The signals of an assessment.
pub type Signals = SmallVec<[Signal; 24]>;

/// One reason for a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// What was seen, in `snake_case`.
    pub name: &'static str,
    /// What it added to the score or took off, in hundredths of a point.
    pub points: i16,
    /// How much of it was seen: bytes, words, messages, as the name says.
    pub value: u32,
}
