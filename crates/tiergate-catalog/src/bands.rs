//! The coarser vocabulary of bands, each a floor among the tiers.

use std::collections::BTreeMap;

use crate::Tier;

/// Band names and the tier that each one sets as the floor.
///
/// The default is the three-tier vocabulary: `economy` from nano, `standard` from standard,
/// `premium` from premium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bands(BTreeMap<Box<str>, Tier>);

impl Bands {
    /// The floor that a band sets, `None` for an unknown band.
    pub fn floor(&self, band: &str) -> Option<Tier> {
        self.0.get(band).copied()
    }

    /// Every band with its floor, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Tier)> {
        self.0.iter().map(|(name, tier)| (&**name, *tier))
    }

    pub(crate) fn set(&mut self, band: &str, floor: Tier) {
        self.0.insert(band.into(), floor);
    }
}

impl Default for Bands {
    fn default() -> Self {
        Self(BTreeMap::from([
            ("economy".into(), Tier::Nano),
            ("premium".into(), Tier::Premium),
            ("standard".into(), Tier::Standard),
        ]))
    }
}
