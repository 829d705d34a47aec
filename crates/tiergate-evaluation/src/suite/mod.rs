//! What is measured on a data set: which pairs, which mixes of benches, which means.

mod by_bench;
mod held_out;

use crate::labels::{Paraphrase, Row};
use tiergate_wire::chat::Request;

/// `RouteLLM`'s weak model, by the name that the data has for it.
const WEAK: &str = "mixtral-8x7b-instruct";
/// `RouteLLM`'s strong model.
const STRONG: &str = "gpt-4-1106-preview";
/// The tiers that pairs are made of.
const SMALL: usize = 1;
const STANDARD: usize = 2;
const FLAGSHIP: usize = 4;

/// Rows and paraphrases, with the plan of what is measured on them.
#[derive(Clone, Debug)]
pub struct Suite {
    pub(crate) rows: Vec<Row>,
    pub(crate) paraphrases: Vec<Paraphrase>,
    pub(crate) pairs: Vec<PairPlan>,
    pub(crate) means: Vec<MeanPlan>,
    pub(crate) mixes: Vec<Mix>,
}

/// A weak and a strong result for some of the rows.
#[derive(Clone, Debug)]
pub(crate) struct PairPlan {
    pub(crate) name: String,
    pub(crate) members: Vec<(usize, f64, f64)>,
}

/// A mean over pairs, by their place in the plan and their weight.
#[derive(Clone, Debug)]
pub(crate) struct MeanPlan {
    pub(crate) name: &'static str,
    pub(crate) members: Vec<(usize, f64)>,
}

/// Rows with the result of each tier and a weight.
#[derive(Clone, Debug)]
pub(crate) struct Mix {
    pub(crate) name: &'static str,
    pub(crate) members: Vec<(usize, [f64; 5], f64)>,
}

impl Suite {
    /// Measures labelled rows bench by bench: small against flagship and mixtral against GPT-4 where a
    /// bench has both, and all benches together.
    pub fn by_bench(rows: Vec<Row>) -> Self {
        by_bench::suite(rows)
    }

    /// Measures a held-out set, whose benches are known by their names. `bench`, `behaviour` and
    /// `unlabelled` are told apart by their labels.
    pub fn held_out(rows: Vec<Row>, paraphrases: Vec<Paraphrase>) -> Self {
        held_out::suite(rows, paraphrases)
    }

    /// The requests to score, in the order in which scores are expected: every row, then both halves of
    /// each paraphrase.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        let halves = self.paraphrases.iter().flat_map(|pair| [&pair.a, &pair.b]);
        self.rows.iter().map(|row| &row.request).chain(halves)
    }
}

/// What one side of a pair did on a row.
#[derive(Clone, Copy)]
enum Side {
    /// A tier's mean result.
    Tier(usize),
    /// A model's result.
    Model(&'static str),
    /// The highest tier of standard and above that has a result.
    Best,
    /// The same everywhere.
    Always(f64),
}

impl Side {
    fn of(self, row: &Row) -> Option<f64> {
        match self {
            Self::Tier(tier) => row.tiers[tier],
            Self::Model(name) => row.models.get(name).copied(),
            Self::Best => row.tiers[STANDARD..]
                .iter()
                .rev()
                .copied()
                .find_map(|each| each),
            Self::Always(result) => Some(result),
        }
    }
}

/// The rows among `of` on which both sides have a result.
fn pair(name: String, rows: &[Row], of: &[usize], weak: Side, strong: Side) -> PairPlan {
    let both = |&nth: &usize| {
        let row = &rows[nth];
        let usable = !row.contaminated;
        usable.then_some((nth, weak.of(row)?, strong.of(row)?))
    };
    PairPlan {
        name,
        members: of.iter().filter_map(both).collect(),
    }
}

/// The bench of a row; the categories of function calling are one.
fn bench(row: &Row) -> &str {
    if row.bench.starts_with("bfcl") {
        "bfcl"
    } else {
        &row.bench
    }
}
