//! A set of candidates.

/// Which candidates of one pool a caller may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask(Vec<u64>);

impl Mask {
    /// Whether the candidate at this place is in the set.
    pub fn has(&self, at: usize) -> bool {
        self.0
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

impl FromIterator<bool> for Mask {
    fn from_iter<I: IntoIterator<Item = bool>>(verdicts: I) -> Self {
        let mut words = Vec::new();
        for (at, verdict) in verdicts.into_iter().enumerate() {
            if at % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(verdict) << (at % 64);
            }
        }
        Self(words)
    }
}
