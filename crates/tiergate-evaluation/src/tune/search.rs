//! The thresholds and the λ that fulfil a goal at the least cost.

use serde::Serialize;

use super::Assessed;
use super::success::{SCORES, Success};
use crate::frontier::band;

/// What tuning is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// The least cost with this share of flagship's expected successes.
    Keep(f64),
    /// The most value, when a success is worth this much in the unit of the prices.
    PerSuccess(f64),
}

impl Goal {
    /// How far an expectation is from it; the least is best. `price` is flagship's, `flagship` its success.
    fn loss(self, price: f64, flagship: f64, success: f64, cost: f64) -> f64 {
        match self {
            // without enough success only success counts; costs are at most 1
            Self::Keep(share) if success < share * flagship - 1e-12 => 2.0 + flagship - success,
            Self::Keep(_) => cost,
            Self::PerSuccess(worth) => cost * price - worth * success,
        }
    }
}

/// What a rule is expected to give on the traffic of the logs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// The mean probability of success.
    pub success: f64,
    /// The mean cost, as a share of always flagship.
    pub cost: f64,
    /// The share of traffic of each tier, nano to flagship.
    pub shares: [f64; 5],
}

/// λ, with what it is expected to give.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lambda {
    /// The weight of cost against success: `auto` takes the tier with the greatest P(success) − λ · cost
    /// of the tier ÷ cost of flagship.
    pub lambda: f64,
    /// What comes of it.
    pub expected: Expected,
}

/// Requests, the success to expect for them, and what tiers cost as shares of flagship's.
pub(super) struct Traffic<'a> {
    pub(super) rows: &'a [Assessed],
    pub(super) success: &'a Success,
    pub(super) shares: [f64; 5],
}

impl Traffic<'_> {
    /// What a choice of tiers is expected to give.
    pub(super) fn expect(&self, choose: impl Fn(&Assessed) -> usize) -> Expected {
        let mut expected = Expected {
            success: 0.0,
            cost: 0.0,
            shares: [0.0; 5],
        };
        let each = 1.0 / crate::number::count(self.rows.len().max(1));
        for row in self.rows {
            let tier = choose(row);
            expected.success += each * self.success.at(row.bin())[tier];
            expected.cost += each * self.shares[tier];
            expected.shares[tier] += each;
        }
        expected
    }

    /// What thresholds are expected to give.
    pub(super) fn by(&self, thresholds: [u8; 4]) -> Expected {
        let thresholds = thresholds.map(f64::from);
        self.expect(|row| band(&thresholds, row.score))
    }

    /// What the greatest P(success) − λ · cost is expected to give, by the scorer's own P.
    pub(super) fn weighing(&self, lambda: f64) -> Expected {
        self.expect(|row| {
            let worth = |tier: usize| row.success[tier] - lambda * self.shares[tier];
            (1..5).fold(0, |best, tier| {
                if worth(tier) > worth(best) {
                    tier
                } else {
                    best
                }
            })
        })
    }

    /// The best λ of two digits from 0.0001 to 0.99, or the one that the worth of a success gives.
    pub(super) fn lambda(&self, goal: Goal, price: f64) -> Lambda {
        let with = |lambda: f64| Lambda {
            lambda,
            expected: self.weighing(lambda),
        };
        if let Goal::PerSuccess(worth) = goal {
            return with(price / worth);
        }
        let flagship = self.expect(|_| 4).success;
        let digits = (2..=5)
            .rev()
            .flat_map(|places| (10..100).map(move |digits| (digits, places)));
        let steps = digits.map(|(digits, places)| f64::from(digits) / 10_f64.powi(places));
        let mut best = with(0.0);
        let loss = |each: &Lambda| {
            let Expected { success, cost, .. } = each.expected;
            goal.loss(price, flagship, success, cost)
        };
        for lambda in steps.map(with) {
            if loss(&lambda) < loss(&best) - 1e-12 {
                best = lambda;
            }
        }
        best
    }

    /// The best of all rising thresholds; among equals the ones nearest to `current`.
    pub(super) fn thresholds(&self, goal: Goal, price: f64, current: [u8; 4]) -> [u8; 4] {
        let flagship = self.expect(|_| 4).success;
        let (success, cost) = self.below();
        let (all_success, all_cost) = (flagship, self.shares[4]);
        let mut best = (f64::INFINITY, u32::MAX, current);
        let lowest = || 1_u8..=100;
        for a in lowest() {
            for b in lowest().filter(|b| *b >= a) {
                for c in lowest().filter(|c| *c >= b) {
                    for d in c..=100 {
                        let tried = [a, b, c, d];
                        let sum = |of: &[[f64; SCORES]; 4], all: f64| {
                            let parts = of.iter().zip(tried);
                            parts.fold(all, |sum, (part, at)| sum + part[usize::from(at)])
                        };
                        let (gained, spent) = (sum(&success, all_success), sum(&cost, all_cost));
                        let loss = goal.loss(price, flagship, gained, spent);
                        if loss > best.0 + 1e-12 {
                            continue;
                        }
                        let far = distance(tried, current);
                        if loss < best.0 - 1e-12 || far < best.1 {
                            best = (loss.min(best.0), far, tried);
                        }
                    }
                }
            }
        }
        best.2
    }

    /// For each tier below flagship: what success and cost change when all scores below a threshold go to
    /// it and not to the tier above.
    fn below(&self) -> ([[f64; SCORES]; 4], [[f64; SCORES]; 4]) {
        let each = 1.0 / crate::number::count(self.rows.len().max(1));
        let mut traffic = [0.0; SCORES];
        for row in self.rows {
            traffic[row.bin()] += each;
        }
        let (mut success, mut cost) = ([[0.0; SCORES]; 4], [[0.0; SCORES]; 4]);
        for tier in 0..4 {
            for at in 1..SCORES {
                let (p, n) = (self.success.at(at - 1), traffic[at - 1]);
                success[tier][at] = success[tier][at - 1] + n * (p[tier] - p[tier + 1]);
                let dearer = self.shares[tier] - self.shares[tier + 1];
                cost[tier][at] = cost[tier][at - 1] + n * dearer;
            }
        }
        (success, cost)
    }
}

fn distance(a: [u8; 4], b: [u8; 4]) -> u32 {
    let apart = |(a, b): (u8, u8)| u32::from(a.abs_diff(b));
    a.into_iter().zip(b).map(apart).sum()
}
