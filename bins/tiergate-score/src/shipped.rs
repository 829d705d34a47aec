//! Which scorer the commands use.

use std::path::Path;

use tiergate_scorer::{Heuristic, Scorer};

use crate::Fault;

/// The scorer that the gateway ships with, or one with other weights.
pub(crate) fn scorer(weights: Option<&Path>) -> Result<Box<dyn Scorer>, Fault> {
    match weights {
        None => Ok(Box::new(Heuristic::new())),
        Some(path) => Err(format!(
            "{}: the shipped scorer has no weights that could be replaced; leave --weights out",
            path.display()
        )
        .into()),
    }
}
