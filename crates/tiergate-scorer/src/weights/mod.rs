//! What every signal and every word weighs: data, made by `tiergate-score train`.

mod format;
mod vocabulary;

pub use format::BadWeights;
pub use vocabulary::Word;
pub(crate) use vocabulary::{Tally, Vocabulary};

use crate::learnt::{SIGNALS, names};

/// Parts of a hundredth of a point in which a [`Rate`] is kept.
pub(crate) const FINE: i64 = 1024;

/// What one signal weighs for each doubling of 1 + its value, in 1/1024 of a hundredth of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Of score.
    pub points: i32,
    /// By how much each tier, nano to flagship, finds the request easier than its score says.
    pub relief: [i32; 5],
}

/// The weights of [`Learnt`](crate::Learnt): what training made of data.
///
/// ```
/// use tiergate_scorer::{Learnt, Scorer, Weights};
/// use tiergate_wire::chat::Request;
///
/// let file = Weights::shipped().to_bytes();
/// let scorer = Learnt::with(&Weights::parse(&file)?); // or what `tiergate-score train` wrote
/// let request = Request::user("auto", "What is the capital of France?");
/// assert_eq!(scorer.assess(&request), Learnt::new().assess(&request));
/// # Ok::<(), tiergate_scorer::BadWeights>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// SHA-256 of the recipe by which they were made.
    pub recipe: [u8; 32],
    /// SHA-256 of the data from which they were made.
    pub data: [u8; 32],
    /// Where a score begins, in 1/1024 of a hundredth of a point.
    pub base: i32,
    /// The score, in hundredths of a point, at which each tier fails as often as it succeeds.
    pub even: [i32; 5],
    /// One for each name of [`Weights::signals`].
    pub rates: Vec<Rate>,
    /// The vocabulary, by rising hash.
    pub words: Vec<Word>,
}

const SHIPPED: &[u8] = include_bytes!("../../data/weights.bin");

impl Weights {
    /// The shipped weights; `docs/scorer.md` says what they were made from.
    pub fn shipped() -> Self {
        // a test reads them, so there is no default to fall back to
        Self::parse(SHIPPED).unwrap_or_default()
    }

    /// The names of the signals, in the order of [`Weights::rates`].
    pub fn signals() -> impl ExactSizeIterator<Item = &'static str> {
        let mut all = names();
        (0..SIGNALS).map(move |_| all.next().unwrap_or_default())
    }
}
