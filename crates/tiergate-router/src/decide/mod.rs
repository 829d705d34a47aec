//! The choice of a candidate, as a pure function.

mod choice;
mod chooser;
mod explain;
mod faults;
mod query;
mod refusal;
mod scales;
mod tiers;

use tiergate_catalog::{Tier, Timestamp};

use crate::Route;
use crate::pool::Pool;
use chooser::Chooser;

pub use choice::{Choose, ChosenBy, CostWeight, TooHeavy, Wanted};
pub(crate) use explain::shut_in_words;
pub use explain::{Explanation, Reason, Verdict, Weighed};
pub use faults::Faults;
pub use query::{Query, Tried, Warm};
pub use refusal::{Refusal, RefusalKind};
pub use scales::Scales;
pub use tiers::{Below, TierChoice, TierWeighed};
pub(crate) use tiers::{money, per_mille};

/// Which candidate serves a request, and what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Place of the chosen candidate in the pool.
    pub candidate: u32,
    /// The tier that was chosen; for a pin the model's own, if it has one.
    pub tier: Option<Tier>,
    /// The tier that was wanted before the pool was looked at; none for a pin.
    pub wanted: Option<Tier>,
    /// How the tier was settled.
    pub by: ChosenBy,
    /// What the request is expected to cost, in millionths of a nano-dollar; none when unpriced.
    pub expected: Option<u64>,
    /// An ability that the request needs, or the window, is not known of the chosen candidate.
    pub unverified: bool,
    /// Place of the candidate that savings are counted against; the chosen one itself for a pin.
    pub baseline: u32,
}

/// Chooses the tier and then the candidate within it.
///
/// The same arguments give the same answer, on every platform and at any time.
///
/// - `auto` wants the tier of the score, a floor wants its own; both are kept within floor and ceiling.
/// - With [`Scales`], the wanted tier and its two neighbours are weighed: P(success) − weight · cost, where the
///   cost is that of the tier's cheapest eligible candidate as a share of the highest one's. The wanted tier
///   stays unless a neighbour is better by more than 0.05. A tier without an eligible candidate is passed over.
/// - Where nothing can be weighed, because a cost is unknown or all are the same, the wanted tier serves while
///   it has an eligible candidate, then the next one upwards to the ceiling. Only when nothing there is
///   eligible does `auto` look below, never below the floor.
/// - Within the tier `prefer` orders, see [`Prefer`](crate::Prefer). What is unverified comes last.
///
/// # Errors
/// [`Refusal`] when nothing is eligible, with what stood in the way.
pub fn decide(
    pool: &Pool,
    query: &Query<'_>,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let chooser = Chooser::new(pool, query, now);
    match query.route {
        Route::Pin { .. } => chooser.pin(),
        Route::Auto | Route::Floor(_) => chooser.route(wanted),
    }
}
