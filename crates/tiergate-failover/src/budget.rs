//! How many attempts may be made beyond the first ones, so that an outage does not multiply itself.
//!
//! Limits per request are not enough: three attempts of every request are three times the load, just
//! when there is least to spare. A budget allows a share of the first attempts, whoever makes them.

use std::time::Duration;

use crate::Moment;
use crate::time::nanos;

/// Pieces of the time to live; deposits lapse a piece at a time.
const SLOTS: usize = 10;
/// Thousandths of a token: what one extra attempt costs.
const TOKEN: u32 = 1_000;

/// The parameters of a budget, in thousandths of extra attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Deposited with each first attempt. Default 200: one extra attempt for five first ones.
    pub per_first: u32,
    /// Deposited each second, so that retries work with little traffic too. Default 1,000.
    pub per_second: u32,
    /// How long a deposit can be drawn on. Default 10 s.
    pub time_to_live: Duration,
    /// What the budget holds at most. Default 100,000.
    pub cap: u32,
}

impl Rules {
    /// Rules for hedging: two in a hundred, and nothing without traffic.
    pub fn hedging() -> Self {
        Self {
            per_first: 20,
            per_second: 0,
            ..Self::default()
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            per_first: 200,
            per_second: TOKEN,
            time_to_live: Duration::from_secs(10),
            cap: 100 * TOKEN,
        }
    }
}

/// An attempt beyond the first, by what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// The same target once more.
    Retry,
    /// Another target, while the breaker of the failed one is closed.
    Failover,
    /// Another target, as the breaker of the failed one is not closed: routed there like a first
    /// attempt, free of cost, so that all traffic can move.
    Routed,
    /// A second attempt beside one that is merely slow.
    Hedge,
}

impl Extra {
    fn cost(self) -> u32 {
        match self {
            Self::Retry | Self::Failover | Self::Hedge => TOKEN,
            Self::Routed => 0,
        }
    }
}

/// A token bucket whose tokens come from first attempts and lapse.
///
/// In any time, extra attempts ≤ `per_first` × first attempts + `per_second` × seconds + `cap`.
///
/// ```
/// use tiergate_failover::Moment;
/// use tiergate_failover::budget::{Budget, Extra, Rules};
///
/// let rules = Rules { per_second: 0, ..Rules::default() };
/// let mut budget = Budget::new(rules, Moment::START);
/// for _ in 0..5 {
///     budget.deposit(Moment::START);
/// }
/// assert!(budget.withdraw(Extra::Retry, Moment::START));
/// assert!(!budget.withdraw(Extra::Retry, Moment::START));
/// assert!(budget.withdraw(Extra::Routed, Moment::START));
/// ```
#[derive(Clone, Debug)]
pub struct Budget {
    rules: Rules,
    /// What is left of the deposits of each piece of time.
    slots: [u32; SLOTS],
    balance: u32,
    /// Nanoseconds of a slot.
    length: u64,
    /// The number of the newest slot since the start.
    newest: u64,
}

impl Budget {
    /// A budget as if it had been idle: it holds what a time to live brings without traffic.
    pub fn new(rules: Rules, now: Moment) -> Self {
        let slots = u32::try_from(SLOTS).unwrap_or(u32::MAX);
        let length = nanos(rules.time_to_live / slots).max(1);
        let mut budget = Self {
            rules,
            slots: [0; SLOTS],
            balance: 0,
            length,
            newest: now.nanos() / length,
        };
        for slot in 0..SLOTS {
            budget.add(slot, budget.idle());
        }
        budget
    }

    /// A first attempt is made.
    pub fn deposit(&mut self, now: Moment) {
        self.turn(now);
        self.add(slot(self.newest), self.rules.per_first);
    }

    /// Whether an extra attempt may be made now; if so, it is paid for.
    #[must_use = "without leave there is no attempt"]
    pub fn withdraw(&mut self, extra: Extra, now: Moment) -> bool {
        self.turn(now);
        let cost = extra.cost();
        if self.balance < cost {
            return false;
        }
        self.balance -= cost;
        // the oldest first: they would lapse first
        let mut owed = cost;
        for age in 1..=SLOTS as u64 {
            let Some(left) = self.slots.get_mut(slot(self.newest.wrapping_add(age))) else {
                continue;
            };
            let paid = owed.min(*left);
            *left -= paid;
            owed -= paid;
            if owed == 0 {
                break;
            }
        }
        true
    }

    /// Takes a withdrawal back: the attempt was not made after all.
    pub fn refund(&mut self, extra: Extra, now: Moment) {
        self.turn(now);
        self.add(slot(self.newest), extra.cost());
    }

    /// Extra attempts in thousandths that could be made now.
    pub fn balance(&mut self, now: Moment) -> u32 {
        self.turn(now);
        self.balance
    }

    /// What a slot gets without traffic.
    fn idle(&self) -> u32 {
        let second = 1_000_000_000_u64;
        let share = u64::from(self.rules.per_second).saturating_mul(self.length) / second;
        u32::try_from(share).unwrap_or(u32::MAX)
    }

    fn add(&mut self, slot: usize, amount: u32) {
        let amount = amount.min(self.rules.cap.saturating_sub(self.balance));
        if let Some(left) = self.slots.get_mut(slot) {
            *left = left.saturating_add(amount);
            self.balance = self.balance.saturating_add(amount);
        }
    }

    /// Lets old deposits lapse, and adds what each new slot gets.
    fn turn(&mut self, now: Moment) {
        let current = now.nanos() / self.length;
        if current <= self.newest {
            return;
        }
        let first = current
            .saturating_sub(SLOTS as u64 - 1)
            .max(self.newest + 1);
        for number in first..=current {
            if let Some(left) = self.slots.get_mut(slot(number)) {
                self.balance = self.balance.saturating_sub(std::mem::take(left));
            }
        }
        for number in first..=current {
            self.add(slot(number), self.idle());
        }
        self.newest = current;
    }
}

/// Withdraws from both budgets or from none: a route's and a destination's, say.
#[must_use = "without leave there is no attempt"]
pub fn withdraw_both(one: &mut Budget, other: &mut Budget, extra: Extra, now: Moment) -> bool {
    if !one.withdraw(extra, now) {
        return false;
    }
    if other.withdraw(extra, now) {
        return true;
    }
    one.refund(extra, now);
    false
}

/// Where the slot of this number stands.
fn slot(number: u64) -> usize {
    usize::try_from(number % SLOTS as u64).unwrap_or_default()
}
