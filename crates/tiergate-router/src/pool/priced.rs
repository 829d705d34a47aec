//! The candidates of a tier in the order of their prices, so that the search for the cheapest can end early.

use super::Candidate;

/// A candidate's place, with what it and every one behind it cost at least.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Priced {
    /// Place of the candidate in the pool.
    pub(crate) at: u32,
    /// Nano-dollars per million tokens of input, at least.
    pub(crate) input: u64,
    /// Nano-dollars per million tokens of output, at least.
    pub(crate) output: u64,
    /// Output tokens that are kept free when the client names no cap, at least.
    pub(crate) answer: u64,
}

impl Priced {
    /// Candidates by a blend of three parts input and one part output; unpriced ones last.
    pub(super) fn list(candidates: &[Candidate], places: std::ops::Range<usize>) -> Vec<Self> {
        let priced = |(at, candidate): (u32, &Candidate)| {
            // with steps the price is known when the length is: such a candidate is always looked at
            let stepped = candidate.stepped.then_some((0, 0));
            let (input, output) = stepped.or(candidate.rates).unwrap_or((u64::MAX, u64::MAX));
            let answer = candidate.reserved_output(None);
            Self {
                at,
                input,
                output,
                answer,
            }
        };
        let skipped = places.start;
        let of_tier = (0..).zip(candidates).skip(skipped).take(places.len());
        let mut list: Vec<Self> = of_tier.map(priced).collect();
        list.sort_by_key(|each| {
            (
                each.input.saturating_mul(3).saturating_add(each.output),
                each.at,
            )
        });
        let mut behind = (u64::MAX, u64::MAX, u64::MAX);
        for each in list.iter_mut().rev() {
            behind = (
                each.input.min(behind.0),
                each.output.min(behind.1),
                each.answer.min(behind.2),
            );
            (each.input, each.output, each.answer) = behind;
        }
        list
    }
}
