//! Fits the scorer's weights to labelled requests; pure and deterministic, never does I/O.
//!
//! Training has four steps, each a small ridge regression that is solved exactly:
//!
//! 1. every request is read by the scorer itself into signals, and its words into the mean of their
//!    [`Vectors`], so that words which the data never shows are weighed by their meaning;
//! 2. the parts of the [`Recipe`]'s blend are fitted to the benches, each to its own target, and added
//!    up to one linear score;
//! 3. that score is bent, as little as possible over the benches, until hand-written requests fall
//!    into the tiers that they should and pairs are in order;
//! 4. what each tier does better or worse than the score says becomes its own weights.
//!
//! In the end every word of the vectors has its own weight, so the scorer needs no vectors.
//!
//! The same recipe, vectors and rows give the same weights to the last bit, on every platform. There is
//! no chance in it, and so no seed. It takes a kilobyte of memory for each row. A [`Trainer`] gives what
//! it has reached as bytes, and one that goes on from them ends with the same weights.
//!
//! # What it does not do
//! It does not read files, does not judge what it made (`tiergate-evaluation` does), and does not learn
//! while a gateway runs. It fits linear weights; the rules for acknowledgements and assents are the
//! scorer's own.

mod behaviour;
mod bench;
mod blend;
mod checkpoint;
mod matrix;
mod number;
mod recipe;
mod ridge;
mod table;
mod tiers;
mod train;
mod vectors;

pub use checkpoint::{BadCheckpoint, Place};
pub use recipe::{Behaviour, Component, Recipe, Source, Target, Tiers};
pub use train::{NoWeights, Trainer};
pub use vectors::{BadVectors, Vectors};
