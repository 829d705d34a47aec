//! The direction of the choice within a tier.

use std::fmt;
use std::str::FromStr;

/// What to prefer among the candidates of a tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Prefer {
    /// Quality for the money; under `auto` the least expected cost, and among equals the better model.
    #[default]
    Balanced,
    /// The least expected cost.
    Cheap,
    /// The highest coding rank.
    Coding,
    /// The fastest output.
    Fast,
    /// The highest quality rank.
    Quality,
}

impl Prefer {
    /// All values, in the order in which they are documented.
    pub const ALL: [Self; 5] = [
        Self::Cheap,
        Self::Fast,
        Self::Balanced,
        Self::Quality,
        Self::Coding,
    ];

    /// The word in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Cheap => "cheap",
            Self::Coding => "coding",
            Self::Fast => "fast",
            Self::Quality => "quality",
        }
    }
}

impl fmt::Display for Prefer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is none of the five.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a preference: use cheap, fast, balanced, quality or coding")]
pub struct UnknownPrefer(Box<str>);

impl FromStr for Prefer {
    type Err = UnknownPrefer;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|prefer| prefer.as_str() == word)
            .ok_or_else(|| UnknownPrefer(word.into()))
    }
}
