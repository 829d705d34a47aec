//! Why a candidate cannot serve a request, as a set.

use std::ops::{BitAnd, BitOr, BitOrAssign};

/// A set of faults; the empty set means eligible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Faults(u16);

impl Faults {
    /// No fault: eligible.
    pub const NONE: Self = Self(0);
    /// It no longer answers.
    pub const RETIRED: Self = Self(1);
    /// It answers on no path that speaks chat completions.
    pub const RESPONSES_ONLY: Self = Self(1 << 1);
    /// Input and reserved output do not fit its window.
    pub const WINDOW: Self = Self(1 << 2);
    /// More output is asked for than it can give.
    pub const OUTPUT: Self = Self(1 << 3);
    /// It is known to lack an ability that is needed.
    pub const ABILITY: Self = Self(1 << 4);
    /// The caller may not use it.
    pub const NOT_ALLOWED: Self = Self(1 << 5);
    /// Its tier is below the floor.
    pub const BELOW_FLOOR: Self = Self(1 << 6);
    /// Its tier is above the ceiling.
    pub const ABOVE_CEILING: Self = Self(1 << 7);
    /// It is not a general chat model, or has no tier: only a pin reaches it.
    pub const NOT_ROUTABLE: Self = Self(1 << 8);
    /// It has failed for this request already.
    pub const FAILED: Self = Self(1 << 9);
    /// The name in the request fixed another provider.
    pub const OTHER_PROVIDER: Self = Self(1 << 10);
    /// The name in the request is that of another model.
    pub const OTHER_MODEL: Self = Self(1 << 11);

    /// It is not asked at present: it failed too often, wants rest, or has enough to do.
    pub const SHUT: Self = Self(1 << 12);

    /// Every single fault.
    pub const ALL: [Self; 13] = [
        Self::RETIRED,
        Self::RESPONSES_ONLY,
        Self::WINDOW,
        Self::OUTPUT,
        Self::ABILITY,
        Self::NOT_ALLOWED,
        Self::BELOW_FLOOR,
        Self::ABOVE_CEILING,
        Self::NOT_ROUTABLE,
        Self::FAILED,
        Self::OTHER_PROVIDER,
        Self::OTHER_MODEL,
        Self::SHUT,
    ];

    /// Whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every fault of `other` is in this set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The single faults in this set.
    pub fn iter(self) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |fault| self.contains(*fault))
    }
}

impl BitOr for Faults {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Faults {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOrAssign for Faults {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
