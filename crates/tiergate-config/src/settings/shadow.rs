//! The part about shadow runs.

use tiergate_catalog::Money;

/// Which requests are run again on the model of their baseline, and who compares.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ShadowSettings {
    /// The share of eligible requests, 0 to 1; 0.01.
    pub sample: f64,
    /// The most that the runs of one UTC day may cost; positive.
    pub usd_per_day: Money,
    /// The model that compares: a name in [`Settings::catalog`](crate::Settings::catalog) with a price
    /// at a configured provider.
    pub judge: String,
}
