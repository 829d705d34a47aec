//! The money of a day, reserved before it is spent.

use tiergate_catalog::{Money, Timestamp};

/// What may be spent on one UTC day, and what of it is taken.
///
/// What was reserved and what was spent never exceed the limit together, as long as nothing costs more
/// than was reserved for it. A reservation counts for the day on which it was made, whenever it is
/// settled.
#[derive(Clone, Debug)]
pub struct Purse {
    limit: Money,
    /// Days since the epoch.
    day: i64,
    /// Spent and reserved.
    taken: Money,
}

/// Money that was put aside; one that is not settled stays taken for its day.
#[must_use]
#[derive(Debug)]
pub struct Reserved {
    amount: Money,
    day: i64,
}

impl Purse {
    /// A purse with so much for each day.
    pub fn new(limit: Money) -> Self {
        Self {
            limit,
            day: i64::MIN,
            taken: Money::ZERO,
        }
    }

    /// Changes the limit, today's too; what is taken stays taken.
    pub fn set_limit(&mut self, limit: Money) {
        self.limit = limit;
    }

    /// Puts an amount aside; nothing when the day's money does not reach for it, or it is negative.
    pub fn reserve(&mut self, amount: Money, now: Timestamp) -> Option<Reserved> {
        const SECONDS: i64 = 86_400;
        let day = now.seconds().div_euclid(SECONDS);
        // a clock that is set back does not give a day's money twice
        if day > self.day {
            self.day = day;
            self.taken = Money::ZERO;
        }
        let taken = self.taken.checked_add(amount)?;
        if amount < Money::ZERO || taken > self.limit {
            return None;
        }
        self.taken = taken;
        Some(Reserved {
            amount,
            day: self.day,
        })
    }

    /// Replaces what was put aside by what was spent.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what was put aside is settled once"
    )]
    pub fn settle(&mut self, reserved: Reserved, spent: Money) {
        if reserved.day == self.day {
            let rest = self.taken.checked_sub(reserved.amount);
            let taken = rest.and_then(|rest| rest.checked_add(spent));
            // beyond the range of money there is nothing left to spend
            self.taken = taken.unwrap_or(self.limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_day_begins_at_midnight_and_no_clock_gives_it_back() {
        let nanos = Money::from_nanos;
        let mut purse = Purse::new(nanos(10));
        assert!(purse.reserve(nanos(10), at(DAY - 1)).is_some());
        assert!(purse.reserve(nanos(1), at(DAY - 1)).is_none());
        let today = purse.reserve(nanos(10), at(DAY)).unwrap();
        assert!(purse.reserve(nanos(1), at(DAY - 1)).is_none(), "set back");
        purse.settle(today, nanos(4));
        assert!(purse.reserve(nanos(6), at(DAY)).is_some());
        purse.set_limit(nanos(3));
        assert!(purse.reserve(nanos(0), at(DAY)).is_none());
        assert!(purse.reserve(nanos(-5), at(2 * DAY)).is_none());
    }

    #[test]
    fn what_is_settled_late_belongs_to_the_day_before() {
        let nanos = Money::from_nanos;
        let mut purse = Purse::new(nanos(10));
        let late = purse.reserve(nanos(10), at(DAY - 1)).unwrap();
        assert!(purse.reserve(nanos(7), at(DAY)).is_some());
        purse.settle(late, nanos(0));
        assert!(purse.reserve(nanos(4), at(DAY)).is_none());
        assert!(purse.reserve(nanos(3), at(DAY)).is_some());
    }

    proptest! {
        #[test]
        fn no_day_ever_costs_more_than_its_limit(
            limit in 0i64..100,
            steps in proptest::collection::vec((0i64..60, 0i64..=100, 0i64..DAY / 3, any::<bool>()), 1..80),
        ) {
            let mut purse = Purse::new(Money::from_nanos(limit));
            let mut spent = std::collections::HashMap::<i64, i64>::new();
            let (mut now, mut open) = (0, Vec::new());
            for (amount, percent, pause, first) in steps {
                now += pause;
                if let Some(reserved) = purse.reserve(Money::from_nanos(amount), at(now)) {
                    open.push((reserved, now / DAY, amount * percent / 100));
                }
                let running: i64 = open.iter().filter(|each| each.1 == now / DAY).map(|each| each.0.amount.nanos()).sum();
                prop_assert!(running + spent.get(&(now / DAY)).unwrap_or(&0) <= limit);
                if !open.is_empty() && (first || open.len() > 3) {
                    let (reserved, day, cost) = open.remove(0);
                    purse.settle(reserved, Money::from_nanos(cost));
                    *spent.entry(day).or_default() += cost;
                }
            }
            prop_assert!(spent.values().all(|cost| *cost <= limit));
        }
    }
}
