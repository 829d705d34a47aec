//! Why a tier was chosen: each tier with its chance, its cost and their balance.

use serde::Serialize;
use tiergate_catalog::{Money, Timestamp};

use super::chooser::{Chooser, tiers};
use super::{ChosenBy, Decision, Query, Wanted};
use crate::Route;
use crate::pool::Pool;

/// How the tier was chosen, and what the one below it would have meant.
#[derive(Clone, Debug, Serialize)]
pub struct TierChoice {
    /// `success`, `thresholds`, `unreadable`, `floor` or `pin`.
    pub by: &'static str,
    /// What cost weighs against success; only when they were weighed.
    pub cost_weight: Option<f32>,
    /// The tiers from floor to ceiling; none for a pin.
    pub tiers: Vec<TierWeighed>,
    /// The next tier down that has an eligible candidate; only under `auto`.
    pub below: Option<Below>,
}

/// A tier in an explanation.
#[derive(Clone, Debug, Serialize)]
pub struct TierWeighed {
    /// The tier.
    pub tier: &'static str,
    /// The probability that it does the work well.
    pub success: f32,
    /// The model of its cheapest eligible candidate; none when nothing in it is eligible.
    pub model: Option<String>,
    /// What that candidate is expected to cost, in dollars; none when unpriced.
    pub expected_cost_usd: Option<String>,
    /// Success less the weight's share of the cost; only of tiers that were weighed.
    pub utility: Option<f64>,
}

/// The choice that would have been made one tier lower.
#[derive(Clone, Debug, Serialize)]
pub struct Below {
    /// The tier.
    pub tier: &'static str,
    /// The model that would have served.
    pub model: String,
    /// What would have been saved, in dollars; negative when it is dearer, none when a price is unknown.
    pub saves_usd: Option<String>,
    /// The probability of success that would have been lost.
    pub risk: f32,
}

impl TierChoice {
    /// Weighs the tiers again, with the inputs of a decision.
    pub fn of(
        pool: &Pool,
        query: &Query<'_>,
        (wanted, success): (&Wanted, [u16; 5]),
        decision: &Decision,
        now: Timestamp,
    ) -> Self {
        let chooser = Chooser::new(pool, query, now);
        let scales = wanted.scales.filter(|_| decision.by == ChosenBy::Success);
        let utilities = scales
            .and_then(|scales| chooser.utilities(wanted.tier, &scales))
            .unwrap_or_default();
        let weighed = tiers(query.floor, query.ceiling).map(|tier| {
            let cheapest = chooser.cheapest(tier);
            let model = |at| pool.model(pool.candidate(at)).id.to_string();
            TierWeighed {
                tier: tier.as_str(),
                success: per_mille(success[tier.index()]),
                model: cheapest.map(|offer| model(offer.at)),
                expected_cost_usd: cheapest.and_then(|offer| Some(money(offer.cost?).to_string())),
                utility: utilities[tier.index()].map(millionths),
            }
        });
        Self {
            by: decision.by.as_str(),
            cost_weight: scales.map(|scales| per_mille(scales.cost_weight.thousandths())),
            tiers: weighed.filter(|_| !query.route.is_pin()).collect(),
            below: below(pool, &chooser, (query, success), decision),
        }
    }
}

fn below(
    pool: &Pool,
    chooser: &Chooser<'_>,
    (query, success): (&Query<'_>, [u16; 5]),
    decision: &Decision,
) -> Option<Below> {
    let chosen = decision.tier.filter(|_| *query.route == Route::Auto)?;
    let mut lower = tiers(query.floor, chosen).rev().skip(1);
    let (tier, at) = lower.find_map(|tier| Some((tier, chooser.best(tier)?)))?;
    let candidate = pool.candidate(at);
    let saved = || {
        // as both are shown, so that the difference is exact
        let (own, other) = (money(decision.expected?), money(chooser.cost(candidate)?));
        Some(Money::from_nanos(own.nanos().saturating_sub(other.nanos())).to_string())
    };
    Some(Below {
        tier: tier.as_str(),
        model: pool.model(candidate).id.to_string(),
        saves_usd: saved(),
        risk: per_mille(success[chosen.index()].saturating_sub(success[tier.index()])),
    })
}

/// Millionths of a nano-dollar as money, rounded up to a nano-dollar.
pub(crate) fn money(millionths: u64) -> Money {
    Money::from_nanos(i64::try_from(millionths.div_ceil(1_000_000)).unwrap_or(i64::MAX))
}

/// Thousandths as a fraction.
pub(crate) fn per_mille(thousandths: u16) -> f32 {
    f32::from(thousandths) / 1_000.0
}

/// Millionths as a fraction.
fn millionths(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MIN)) / 1_000_000.0
}
