//! How many requests a target is given at a time: less after every refusal, more with success.

/// Millionths, in which limits are counted.
const ONE: u64 = 1_000_000;

/// The parameters of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// What the first refusal takes the limit to be, if less was under way. Default 64.
    pub initial: u32,
    /// The smallest limit. Default 1.
    pub floor: u32,
    /// The largest limit, and the one until the first refusal. Default 65,536.
    pub ceiling: u32,
    /// What is left of the limit after a refusal, per mille. Default 700.
    pub decrease: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            initial: 64,
            floor: 1,
            ceiling: 65_536,
            decrease: 700,
        }
    }
}

/// What an attempt says about the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It was served: a little more.
    Served,
    /// It was one too many: less.
    Refused,
    /// Nothing.
    None,
}

/// A limit of concurrent requests, by additive increase and multiplicative decrease.
///
/// Nothing is known before the first refusal, so nothing is held back; then the limit is what was
/// under way, lowered. A burst over the edge counts once: refusals of requests that were admitted before the last
/// decrease do not decrease again. After [`Limit::slow_start`] the first request goes alone; every answer that
/// begins doubles what is allowed, until the limit is reached.
#[derive(Clone, Debug)]
pub struct Limit {
    rules: Rules,
    /// The limit, in millionths.
    value: u64,
    in_flight: u32,
    /// Requests of before the last slow start that are still under way.
    bygone: u32,
    /// What slow start allows, until it is no less than the limit.
    ramp: Option<u32>,
    era: u32,
    decreases: u32,
}

/// A place among the requests in flight, to be given back by [`Limit::release`].
#[derive(Debug)]
#[must_use = "give it back by `release`"]
pub struct Slot {
    era: u32,
    decreases: u32,
    /// Whether its answer has begun, and has raised what slow start allows.
    begun: bool,
}

impl Limit {
    /// A limit with nothing in flight.
    pub fn new(rules: Rules) -> Self {
        let mut limit = Self {
            rules,
            value: 0,
            in_flight: 0,
            bygone: 0,
            ramp: None,
            era: 0,
            decreases: 0,
        };
        limit.set(u64::from(rules.ceiling) * ONE);
        limit
    }

    /// A slot, if one is free.
    pub fn acquire(&mut self) -> Option<Slot> {
        (!self.is_full()).then(|| self.force())
    }

    /// A slot in any case: for probes.
    pub fn force(&mut self) -> Slot {
        self.in_flight = self.in_flight.saturating_add(1);
        Slot {
            era: self.era,
            decreases: self.decreases,
            begun: false,
        }
    }

    /// The answer to a request begins: slow start allows twice as many. Its end may be minutes away.
    pub fn begun(&mut self, slot: &mut Slot) {
        if !std::mem::replace(&mut slot.begun, true) && slot.era == self.era {
            self.ramp = self.ramp.map(|ramp| ramp.saturating_mul(2));
            self.end_ramp();
        }
    }

    /// A request has ended.
    pub fn release(&mut self, mut slot: Slot, sign: Sign) {
        let Slot { era, decreases, .. } = slot;
        let under_way = self.in_flight;
        if era == self.era {
            self.in_flight = self.in_flight.saturating_sub(1);
        } else {
            self.bygone = self.bygone.saturating_sub(1);
        }
        match sign {
            Sign::None => {}
            Sign::Refused => {
                if decreases == self.decreases {
                    if self.decreases == 0 {
                        let known = under_way.max(self.rules.initial);
                        self.value = self.value.min(u64::from(known) * ONE);
                    }
                    self.decreases = self.decreases.saturating_add(1);
                    self.set(self.value / 1_000 * u64::from(self.rules.decrease.min(1_000)));
                }
            }
            Sign::Served => {
                self.set(self.value.saturating_add(ONE * ONE / self.value.max(1)));
                self.begun(&mut slot);
            }
        }
        self.end_ramp();
    }

    fn end_ramp(&mut self) {
        if self.ramp.is_some_and(|ramp| ramp >= self.current()) {
            self.ramp = None;
        }
    }

    /// Begins again with one request at a time. What is in flight no longer counts: it belongs to an
    /// outage that is over.
    pub fn slow_start(&mut self) {
        self.bygone = self.bygone.saturating_add(self.in_flight);
        self.in_flight = 0;
        self.era = self.era.wrapping_add(1);
        self.ramp = (self.current() > 1).then_some(1);
    }

    /// The limit, whole requests.
    pub fn current(&self) -> u32 {
        u32::try_from(self.value / ONE).unwrap_or(u32::MAX)
    }

    /// What may be in flight now: the limit, or less in slow start.
    pub fn allowed(&self) -> u32 {
        let limit = self.current();
        self.ramp.map_or(limit, |ramp| ramp.min(limit))
    }

    /// Whether no slot is free.
    pub fn is_full(&self) -> bool {
        self.in_flight >= self.allowed()
    }

    /// Requests under way, those of before a slow start included.
    pub fn in_flight(&self) -> u32 {
        self.in_flight.saturating_add(self.bygone)
    }

    fn set(&mut self, limit: u64) {
        let floor = u64::from(self.rules.floor.max(1)) * ONE;
        let ceiling = (u64::from(self.rules.ceiling) * ONE).max(floor);
        self.value = limit.clamp(floor, ceiling);
    }
}
