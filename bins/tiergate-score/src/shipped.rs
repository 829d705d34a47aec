//! Which scorer the commands use.

use std::path::Path;

use tiergate_scorer::{Learnt, Scorer, Weights};

use crate::Fault;
use crate::input::read;

/// The scorer that the gateway ships with, or one with other weights.
pub(crate) fn scorer(weights: Option<&Path>) -> Result<Box<dyn Scorer>, Fault> {
    let Some(path) = weights else {
        return Ok(Box::new(Learnt::new()));
    };
    let weights =
        Weights::parse(&read(path)?).map_err(|fault| format!("{}: {fault}", path.display()))?;
    Ok(Box::new(Learnt::with(&weights)))
}
