//! Scores the complexity of a whole conversation from 0 to 100 and estimates its tokens; pure, never does I/O.
mod assessment;
mod chars;
mod fixed;
mod heuristic;
mod lexicon;
mod reading;
mod score;
mod success;
mod thresholds;
mod tokens;

pub use assessment::{Assessment, Scorer, Signal, Signals};
pub use heuristic::Heuristic;
pub use score::{OutOfRange, Score};
pub use thresholds::{NotRising, Thresholds};
pub use tokens::{Estimate, Family, TokenCounter, Tokens};
