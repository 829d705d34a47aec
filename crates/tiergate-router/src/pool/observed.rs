//! How soon candidates have begun their answers lately.

/// The expected time to the first word of each candidate of a pool, in microseconds, as far as it was observed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed(Box<[Option<u32>]>);

impl Observed {
    /// The expected time of the candidate at this place, in microseconds.
    pub fn first_word(&self, at: usize) -> Option<u32> {
        self.0.get(at).copied().flatten()
    }
}

impl FromIterator<Option<u32>> for Observed {
    fn from_iter<I: IntoIterator<Item = Option<u32>>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}
