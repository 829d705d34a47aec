//! The versioned price of a target.
#![deny(clippy::arithmetic_side_effects)]

mod peak;

use std::fmt::Write as _;

use crate::digest::Digest;
use crate::{Price, Timestamp};

pub use peak::{Peak, Weekdays};

/// What a target costs over time and by size of the request.
///
/// A tariff is a base [`Price`], prices for long requests, dated changes of both, and
/// time-of-day multipliers. [`Tariff::at`] gives the one price that applies; [`Tariff::version`]
/// names the whole, so that a receipt can say what was used.
///
/// ```
/// use tiergate_catalog::{Price, Rate, Tariff, Timestamp};
///
/// let price = |input: &str| -> Result<Price, tiergate_catalog::ParseMoneyError> {
///     Ok(Price::new(input.parse()?, Rate::ZERO))
/// };
/// let new_year: Timestamp = "2027-01-01".parse().expect("a date");
/// let tariff = Tariff::flat(price("0.75")?)
///     .with_long_context(200_000, price("1.1")?)
///     .with_change(new_year, price("1.5")?, []);
///
/// let before = Timestamp::from_millis(new_year.millis() - 1);
/// assert_eq!(tariff.at(before, 200_000), price("0.75")?);
/// assert_eq!(tariff.at(before, 200_001), price("1.1")?);
/// assert_eq!(tariff.at(new_year, 200_001), price("1.5")?);
/// # Ok::<(), tiergate_catalog::ParseMoneyError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    free: bool,
    base: PriceList,
    /// Ascending by `from`.
    changes: Vec<Change>,
    peaks: Vec<Peak>,
    version: u64,
}

/// A price for requests with a long prompt.
///
/// The **whole** request is billed at this price when its prompt (cached parts included) is longer
/// than `above_input_tokens`; of several that apply the one with the highest bound counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongContext {
    /// The longest prompt, in tokens, to which this price does *not* yet apply.
    pub above_input_tokens: u64,
    /// What such a request costs; complete, nothing is taken over from the base price.
    pub price: Price,
}

/// The price for every length of prompt during one period.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PriceList {
    price: Price,
    /// Ascending by bound.
    long_context: Vec<LongContext>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    from: Timestamp,
    list: PriceList,
}

impl Tariff {
    /// The same price at any time and size.
    pub fn flat(price: Price) -> Self {
        Self::new(false, price)
    }

    /// Declared to cost nothing: every rate is zero and [`Tariff::is_free`] holds.
    ///
    /// An unknown price is not this but the absence of a tariff.
    pub fn free() -> Self {
        Self::new(true, Price::default())
    }

    /// Adds a price for requests whose prompt is longer than so many tokens (see [`LongContext`]).
    ///
    /// It belongs to the base price; a later [`Tariff::with_change`] brings its own.
    #[must_use]
    pub fn with_long_context(mut self, above_input_tokens: u64, price: Price) -> Self {
        self.base.add(LongContext {
            above_input_tokens,
            price,
        });
        self.sealed()
    }

    /// From this moment on another price, and other long-context prices, replace the former ones.
    #[must_use]
    pub fn with_change(
        mut self,
        from: Timestamp,
        price: Price,
        long_context: impl IntoIterator<Item = LongContext>,
    ) -> Self {
        let mut list = PriceList::new(price);
        long_context.into_iter().for_each(|long| list.add(long));
        self.changes.retain(|change| change.from != from);
        self.changes.push(Change { from, list });
        self.changes.sort_by_key(|change| change.from);
        self.sealed()
    }

    /// Multiplies all rates during a recurring window; where windows overlap the first added counts.
    #[must_use]
    pub fn with_peak(mut self, peak: Peak) -> Self {
        self.peaks.push(peak);
        self.sealed()
    }

    /// The price of a request at a moment, its whole prompt being so many tokens long.
    pub fn at(&self, now: Timestamp, input_tokens: u64) -> Price {
        let price = self.list_at(now).price_for(input_tokens);
        match self.peaks.iter().find(|peak| peak.contains(now)) {
            Some(peak) => price.scaled(peak.percent()),
            None => price,
        }
    }

    /// A price that bounds every request with a prompt of at most so many tokens that is billed from
    /// `from` to `until`: input and output at the highest rate that may apply to any of their kinds.
    pub fn dearest(&self, from: Timestamp, until: Timestamp, input_tokens: u64) -> Price {
        let mut dearest = Price::default();
        let mut moment = Some(from);
        while let Some(now) = moment.filter(|now| *now <= until) {
            let long = self.list_at(now).long_context.iter();
            let bounds = long.map(|long| long.above_input_tokens.saturating_add(1));
            let lengths = std::iter::once(0).chain(bounds);
            for length in lengths.filter(|length| *length <= input_tokens) {
                let (input, output) = self.at(now, length).highest();
                dearest.input = dearest.input.max(input);
                dearest.output = dearest.output.max(output);
            }
            moment = self.next_change_after(now);
        }
        dearest
    }

    /// Whether this target was declared free.
    pub const fn is_free(&self) -> bool {
        self.free
    }

    /// Names the content: FNV-1a 64 over a canonical text, equal for equal tariffs everywhere.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The next moment after `now` at which [`Tariff::at`] may answer differently.
    ///
    /// A price taken at `now` may be kept until then; `None` means for ever.
    pub fn next_change_after(&self, now: Timestamp) -> Option<Timestamp> {
        let dated = self.changes.iter().map(|change| change.from);
        let daily = self
            .peaks
            .iter()
            .filter_map(|peak| peak.next_edge_after(now));
        dated.filter(|from| *from > now).chain(daily).min()
    }

    fn new(free: bool, price: Price) -> Self {
        let tariff = Self {
            free,
            base: PriceList::new(price),
            changes: Vec::new(),
            peaks: Vec::new(),
            version: 0,
        };
        tariff.sealed()
    }

    fn list_at(&self, now: Timestamp) -> &PriceList {
        let change = self.changes.iter().rev().find(|change| change.from <= now);
        change.map_or(&self.base, |change| &change.list)
    }

    /// Brings the version up to date after a change of content.
    fn sealed(mut self) -> Self {
        let mut digest = Digest::new();
        digest.text(if self.free { "free" } else { "priced" });
        self.base.digest(&mut digest);
        for change in &self.changes {
            let _ = write!(digest, "from={};", change.from.millis());
            change.list.digest(&mut digest);
        }
        for peak in &self.peaks {
            let _ = write!(digest, "peak={peak};");
        }
        self.version = digest.value();
        self
    }
}

impl PriceList {
    const fn new(price: Price) -> Self {
        Self {
            price,
            long_context: Vec::new(),
        }
    }

    fn add(&mut self, long: LongContext) {
        let bound = long.above_input_tokens;
        self.long_context
            .retain(|other| other.above_input_tokens != bound);
        self.long_context.push(long);
        self.long_context
            .sort_by_key(|long| long.above_input_tokens);
    }

    fn price_for(&self, input_tokens: u64) -> Price {
        let mut long = self.long_context.iter().rev();
        long.find(|long| input_tokens > long.above_input_tokens)
            .map_or(self.price, |long| long.price)
    }

    fn digest(&self, digest: &mut Digest) {
        digest_price(digest, &self.price);
        for long in &self.long_context {
            let _ = write!(digest, "above={};", long.above_input_tokens);
            digest_price(digest, &long.price);
        }
    }
}

fn digest_price(digest: &mut Digest, price: &Price) {
    for (name, rate) in price.rates() {
        if let Some(rate) = rate {
            digest.text(name);
            digest.number(rate.nanos_per_million());
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a test may overflow, loudly"
)]
mod tests;
