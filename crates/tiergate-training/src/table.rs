//! Requests as rows of numbers: the named signals, the mean of the word vectors, and a 1.

use tiergate_scorer::{Learnt, Observation, Weights};
use tiergate_wire::chat::Request;

use crate::Vectors;

/// Where a row's numbers are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) signals: usize,
    pub(crate) dimensions: usize,
}

impl Layout {
    pub(crate) fn new(vectors: &Vectors) -> Self {
        Self {
            signals: Weights::signals().len(),
            dimensions: vectors.dimensions(),
        }
    }

    /// Signals and dimensions, and the constant at the end.
    pub(crate) fn width(self) -> usize {
        self.signals + self.dimensions + 1
    }

    pub(crate) fn signals(self) -> std::ops::Range<usize> {
        0..self.signals
    }

    pub(crate) fn words(self) -> std::ops::Range<usize> {
        self.signals..self.signals + self.dimensions
    }

    pub(crate) fn constant(self) -> usize {
        self.signals + self.dimensions
    }
}

/// A request as numbers.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) x: Vec<f64>,
    pub(crate) observed: Observation,
}

impl Numbers {
    pub(crate) fn of(
        request: &Request,
        scorer: &Learnt,
        vectors: &Vectors,
        steadying: f64,
    ) -> Self {
        let layout = Layout::new(vectors);
        let observed = scorer.observe(request);
        let mut x = vec![0.0; layout.width()];
        for (value, strength) in x.iter_mut().zip(&observed.strengths) {
            *value = f64::from(*strength) / 16.0;
        }
        vectors.mean(&observed.words, steadying, &mut x[layout.words()]);
        x[layout.constant()] = 1.0;
        Self { x, observed }
    }
}
