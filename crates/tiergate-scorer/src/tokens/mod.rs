//! How many tokens a request has.

mod cost;
mod estimate;
mod family;
mod tables;

use std::fmt::Debug;
use std::sync::Arc;

use tiergate_wire::chat;

pub use estimate::Estimate;
pub use family::Family;

/// Counts the input tokens of a request.
///
/// Callers may rely on this: `upper` is never below what a model of the o200k or cl100k vocabulary
/// reads, media within the allowances that the implementation states; both numbers depend on nothing
/// but the request.
pub trait TokenCounter: Debug + Send + Sync {
    /// The best count this counter has; its time grows with the request.
    fn count(&self, request: &chat::Request) -> Tokens;

    /// A looser count that reads no text, for all requests that fit anyway.
    fn quick(&self, request: &chat::Request) -> Tokens {
        self.count(request)
    }
}

impl<T: TokenCounter + ?Sized> TokenCounter for Arc<T> {
    fn count(&self, request: &chat::Request) -> Tokens {
        (**self).count(request)
    }

    fn quick(&self, request: &chat::Request) -> Tokens {
        (**self).quick(request)
    }
}

/// Input tokens, twice: for money and for windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tokens {
    /// What the request will probably be billed at; for expected cost.
    pub likely: u64,
    /// What it does not exceed in the o200k and cl100k vocabularies; for the window guard.
    pub upper: u64,
}

impl Tokens {
    /// The upper count for a family of tokenizers, from its factor in thousandths, rounded up.
    ///
    /// ```
    /// use tiergate_scorer::{Family, Tokens};
    ///
    /// let tokens = Tokens { likely: 800, upper: 1000 };
    /// assert_eq!(tokens.upper_for(Family::Gemini.factor()), 1100);
    /// ```
    pub fn upper_for(self, factor: u32) -> u64 {
        scaled(self.upper, factor)
    }

    /// The likely count for a family of tokenizers, from its factor in thousandths, rounded up.
    pub fn likely_for(self, factor: u32) -> u64 {
        scaled(self.likely, factor)
    }
}

fn scaled(tokens: u64, factor: u32) -> u64 {
    let product = u128::from(tokens) * u128::from(factor);
    u64::try_from(product.div_ceil(1000)).unwrap_or(u64::MAX)
}
