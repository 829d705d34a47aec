//! What the five tiers cost, relative to each other.

/// The five tiers, from the cheapest.
pub const TIERS: [&str; 5] = ["nano", "small", "standard", "premium", "flagship"];

/// A price for each tier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ladder {
    /// How it is called.
    pub name: &'static str,
    /// Prices from nano to flagship. Dollars of a million tokens, which is a thousand requests of a
    /// thousand tokens each, or any other unit: only their ratios count, but for [`Ladder::dollars`].
    pub prices: [f64; 5],
    /// Whether the prices are dollars, so that `RouterArena`'s score can be told.
    pub dollars: bool,
}

impl Ladder {
    /// Typical list prices of the tiers in 2026, in blended dollars of a million tokens.
    pub const LIST_2026: Self = Self {
        name: "list2026",
        prices: [0.14, 0.69, 2.0, 6.0, 10.0],
        dollars: true,
    };
    /// Each tier five times as dear as the one below.
    pub const STEPS_OF_FIVE: Self = Self {
        name: "x5steps",
        prices: [1.0, 5.0, 25.0, 125.0, 625.0],
        dollars: false,
    };

    /// The prices as shares of the flagship's.
    pub fn shares(&self) -> [f64; 5] {
        self.prices.map(|price| price / self.prices[4])
    }
}
