//! The five ordered tiers.

use std::fmt;
use std::str::FromStr;

/// How capable a model is, from the least to the most.
///
/// Tiers are ordered: `Tier::Nano < Tier::Flagship`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Trivial replies and acknowledgements.
    Nano,
    /// Simple questions and short tasks.
    Small,
    /// Everyday work.
    Standard,
    /// Complex reasoning and code.
    Premium,
    /// The hardest tasks with the highest stakes.
    Flagship,
}

impl Tier {
    /// Every tier, lowest first.
    pub const ALL: [Self; 5] = [
        Self::Nano,
        Self::Small,
        Self::Standard,
        Self::Premium,
        Self::Flagship,
    ];

    /// The position in [`Tier::ALL`], 0 for nano to 4 for flagship.
    pub const fn index(self) -> usize {
        match self {
            Self::Nano => 0,
            Self::Small => 1,
            Self::Standard => 2,
            Self::Premium => 3,
            Self::Flagship => 4,
        }
    }

    /// The tier at a position of [`Tier::ALL`], `None` above 4.
    pub fn from_index(index: usize) -> Option<Self> {
        Self::ALL.get(index).copied()
    }

    /// The name that configuration, requests and headers use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nano => "nano",
            Self::Small => "small",
            Self::Standard => "standard",
            Self::Premium => "premium",
            Self::Flagship => "flagship",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Tier {
    type Err = ParseTierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|tier| tier.as_str() == text)
            .ok_or(ParseTierError(()))
    }
}

/// The text is not one of the five tier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tier (nano, small, standard, premium or flagship)")]
pub struct ParseTierError(());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_positions_go_both_ways() {
        for (index, tier) in Tier::ALL.into_iter().enumerate() {
            assert_eq!(tier.index(), index);
            assert_eq!(Tier::from_index(index), Some(tier));
            assert_eq!(tier.as_str().parse(), Ok(tier));
        }
        assert_eq!(Tier::from_index(5), None);
        assert!("Nano".parse::<Tier>().is_err());
        assert!(Tier::ALL.is_sorted());
    }
}
