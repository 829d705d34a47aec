//! Scores the complexity of a whole conversation from 0 to 100 and estimates its tokens; pure, never does I/O.
//!
//! ```
//! use tiergate_scorer::{Learnt, Scorer, Thresholds};
//! use tiergate_wire::chat::Request;
//!
//! let scorer = Learnt::new();
//! let found = scorer.assess(&Request::user("auto", "Prove that there are infinitely many primes."));
//! assert!(found.score > scorer.assess(&Request::user("auto", "thanks!")).score);
//! // which tier the shipped thresholds make of it: 0 nano to 4 flagship
//! assert_eq!(Thresholds::default().tier_index(found.score), 2);
//! for signal in &found.signals {
//!     let _ = (signal.name, signal.points, signal.value); // what moved it, and by how much
//! }
//! ```
//!
//! # What the number means
//! It orders requests by how much a better model gains on them. It is no probability by itself;
//! [`Assessment::success`] translates it into one per tier. By the shipped [`Thresholds`] 0 to 14 is
//! nano, to 34 small, to 59 standard, to 79 premium, from 80 flagship.
//!
//! # How it comes about
//! [`Learnt`] reads the last user message (the first 1,024 signs, the last 384 bytes, and probes
//! between), the system prompt, and of the history every message's counters and a bounded sample of its
//! words. Words are matched whole, by hash, in a lexicon of English, German, French, Spanish,
//! Portuguese, Italian, Russian, Chinese, Japanese, Korean, Arabic and Hindi, with thanks in some forty
//! languages. Each signal adds its weight for each doubling of 1 + its count, so the first of a kind
//! counts most and repetition buys little; [`Weights`] hold them all. Each word of an English
//! vocabulary has a weight too, and their mean is added. Both were learnt from public results of models
//! and from hand-written requests (`docs/scorer.md`). What is pasted or padded is held down. Then the state
//! of the conversation: thanks after hard work is nano, "yes, do it" inherits most of what it agrees
//! to, a short follow-up some of it, and a question that asks for something light none.
//!
//! All arithmetic is on integers, so that a request has the same score on every platform, and the time
//! is bounded by the number of messages, not by their length.
//!
//! # What it does not do
//! It does not understand: a riddle in plain words looks easy. It knows no other languages, and says so
//! with `readable: false` and a score in the middle of standard, because no signal does not mean simple.
//! It does not look into images, sound or files, only counts them. It chooses no model; it does not
//! know any.
//!
//! # Tokens
//! [`Estimate`] counts tokens without a vocabulary: [`Tokens::likely`] for expected cost,
//! [`Tokens::upper`] for the window guard, never below o200k and cl100k; [`Family`] has the factors of
//! other tokenizers.

mod assessment;
mod chars;
mod fixed;
mod learnt;
mod lexicon;
mod reading;
mod score;
mod success;
mod thresholds;
mod tokens;
mod weights;

pub use assessment::{Assessment, Scorer, Signal, Signals};
pub use learnt::{Learnt, Observation};
pub use lexicon::word_hash;
pub use score::{OutOfRange, Score};
pub use thresholds::{NotRising, Thresholds};
pub use tokens::{Estimate, Family, TokenCounter, Tokens};
pub use weights::{BadWeights, Rate, Weights, Word};
