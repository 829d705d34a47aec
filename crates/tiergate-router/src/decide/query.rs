//! Everything about a request that a decision depends on.

use tiergate_catalog::{Tier, Timestamp};
use tiergate_failover::health::Why;
use tiergate_scorer::Tokens;
use tiergate_wire::chat::Request;

use super::Faults;
use crate::pool::{Candidate, Mask, Observed, Pool, Priced};
use crate::{Needs, Prefer, Route};

/// What is asked for, within which bounds.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// What the member `model` means.
    pub route: &'a Route,
    /// The direction within the tier.
    pub prefer: Prefer,
    /// The lowest tier that may serve.
    pub floor: Tier,
    /// The highest tier that may serve, pins included.
    pub ceiling: Tier,
    /// Abilities without which a model cannot serve.
    pub needs: Needs,
    /// The size of the input.
    pub tokens: Tokens,
    /// The client's cap on output tokens.
    pub max_output: Option<u64>,
    /// How many answers are asked for.
    pub answers: u32,
    /// What the caller may use; none means everything.
    pub allowed: Option<&'a Mask>,
    /// How soon candidates have begun their answers lately, where `fast` is preferred.
    pub observed: Option<&'a Observed>,
    /// Where the input's beginning is in a prompt cache.
    pub warm: Option<Warm>,
    /// What has failed already for this request, or was not asked.
    pub tried: &'a [Tried],
}

/// A prompt cache with the beginning of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warm {
    /// Place of the candidate in the pool.
    pub candidate: u32,
    /// Tokens that are read from it.
    pub tokens: u64,
}

/// A candidate that failed, and what its failure says of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Place of the candidate in the pool.
    pub candidate: u32,
    /// The fault was the provider's, so its other models are passed over while another provider is left.
    pub provider: bool,
    /// The input was too long for it, so only larger windows may follow.
    pub too_long: bool,
    /// It was not asked at all, and this is why.
    pub shut: Option<Why>,
}

/// Output tokens that an answer of a tier is expected to have (DECISIONS: a constant of the tier).
const EXPECTED_OUTPUT: [u64; 5] = [150, 300, 600, 1_200, 1_500];

impl<'a> Query<'a> {
    /// The query of a request without any bound.
    pub fn new(request: &Request, route: &'a Route, tokens: Tokens) -> Self {
        Self {
            route,
            prefer: Prefer::default(),
            floor: if let Route::Floor(floor) = route {
                *floor
            } else {
                Tier::Nano
            },
            ceiling: Tier::Flagship,
            needs: Needs::of(request),
            tokens,
            max_output: request.max_output(),
            answers: request.n(),
            allowed: None,
            observed: None,
            warm: None,
            tried: &[],
        }
    }

    /// What stands between this request and the candidate at a place; nothing when it is eligible.
    pub fn faults(&self, pool: &Pool, at: usize, now: Timestamp) -> Faults {
        let candidate = &pool.candidates()[at];
        let mut faults = Faults::NONE;
        let mut add = |fault, present: bool| faults |= if present { fault } else { Faults::NONE };
        add(Faults::RETIRED, candidate.retires <= now.millis());
        add(Faults::RESPONSES_ONLY, candidate.unspoken);
        add(Faults::WINDOW, !self.fits(candidate));
        add(
            Faults::OUTPUT,
            self.max_output
                .is_some_and(|asked| asked > candidate.max_output),
        );
        add(Faults::ABILITY, !self.lacking(candidate).is_empty());
        add(
            Faults::NOT_ALLOWED,
            self.allowed.is_some_and(|mask| !mask.has(at)),
        );
        let tier = match self.route {
            Route::Pin { model, provider } => {
                add(Faults::OTHER_MODEL, pool.model(candidate).id != *model);
                let elsewhere = provider
                    .as_ref()
                    .is_some_and(|fixed| fixed != pool.provider(candidate));
                add(Faults::OTHER_PROVIDER, elsewhere);
                pool.model(candidate).tier
            }
            Route::Auto | Route::Floor(_) => {
                add(Faults::NOT_ROUTABLE, candidate.tier.is_none());
                // what only a pin reaches may have a tier all the same
                candidate.tier.or_else(|| pool.model(candidate).tier)
            }
        };
        if let Some(tier) = tier {
            add(
                Faults::BELOW_FLOOR,
                tier < self.floor && !self.route.is_pin(),
            );
            add(Faults::ABOVE_CEILING, tier > self.ceiling);
        } else {
            // nobody knows that it is below a ceiling
            let bounded = self.ceiling < Tier::Flagship && self.route.is_pin();
            add(Faults::ABOVE_CEILING, bounded);
        }
        for tried in self.tried {
            let failed = pool.candidate(tried.candidate);
            let same = tried.candidate as usize == at
                || (tried.provider && failed.provider == candidate.provider);
            let fault = if tried.shut.is_some() {
                Faults::SHUT
            } else {
                Faults::FAILED
            };
            add(fault, same);
            add(
                Faults::WINDOW,
                tried.too_long && candidate.window <= failed.window,
            );
        }
        faults
    }

    /// Needed abilities that the candidate is known not to have.
    pub(crate) fn lacking(&self, candidate: &Candidate) -> Needs {
        self.needs.without(candidate.has | candidate.unknown)
    }

    /// Whether something that matters is not known of the candidate.
    pub(crate) fn unverified(&self, candidate: &Candidate) -> bool {
        candidate.window_unknown || !(self.needs & candidate.unknown).is_empty()
    }

    /// Input tokens in the candidate's own count, at most.
    pub(crate) fn input_bound(&self, candidate: &Candidate) -> u64 {
        // like `Tokens::upper_for`, in the cheaper width: no body has 2^50 tokens
        let product = self
            .tokens
            .upper
            .saturating_mul(u64::from(candidate.token_factor));
        product.div_ceil(1_000)
    }

    /// What the request is expected to cost, in millionths of a nano-dollar; none when unpriced.
    pub(crate) fn expected_cost(
        &self,
        pool: &Pool,
        candidate: &Candidate,
        now: Timestamp,
    ) -> Option<u64> {
        let (mut input, mut output) = candidate.rates?;
        let mut saved = 0;
        if let Some(warm) = self.warm
            && pool.candidate(warm.candidate).is(candidate)
        {
            let tokens = warm.tokens.min(self.tokens.likely);
            let tariff = pool.target(candidate).tariff.as_ref()?;
            let price = tariff.at(now, self.tokens.likely);
            let read = price
                .cache_read
                .map_or(price.input, |read| read.min(price.input));
            let less = price.input.nanos_per_million() - read.nanos_per_million();
            saved = less.saturating_mul(tokens);
        }
        if candidate.stepped {
            let price = pool
                .target(candidate)
                .tariff
                .as_ref()?
                .at(now, self.tokens.likely);
            (input, output) = (
                price.input.nanos_per_million(),
                price.output.nanos_per_million(),
            );
        }
        let tier = candidate.tier.unwrap_or(Tier::Standard);
        let answer = candidate
            .reserved_output(self.max_output)
            .min(EXPECTED_OUTPUT[tier.index()]);
        let answers = answer.saturating_mul(u64::from(self.answers));
        Some(
            input
                .saturating_mul(self.tokens.likely)
                .saturating_sub(saved)
                .saturating_add(output.saturating_mul(answers)),
        )
    }

    /// What every candidate of a tier costs at least, from a place in the order of prices on.
    pub(crate) fn least_cost(&self, priced: &Priced, tier: Tier) -> u64 {
        let answer = self.max_output.unwrap_or(priced.answer);
        let answers = answer
            .min(EXPECTED_OUTPUT[tier.index()])
            .saturating_mul(u64::from(self.answers));
        let input = priced.input.saturating_mul(self.tokens.likely);
        input.saturating_add(priced.output.saturating_mul(answers))
    }

    /// The time to the first word to expect of a candidate, in microseconds: as observed, or else as the listed speed
    /// lets expect it.
    pub(crate) fn first_word(&self, candidate: &Candidate, at: usize) -> u64 {
        /// What even the fastest takes.
        const LEAST: u64 = 200_000;
        /// What twenty tokens take, at a token a second.
        const TWENTY_TOKENS: u64 = 20_000_000;
        /// The speed where none is listed: slower than nearly all that are listed.
        const UNLISTED: u32 = 15;
        let observed = self.observed.and_then(|observed| observed.first_word(at));
        let speed = match candidate.speed {
            0 => UNLISTED,
            listed => listed,
        };
        observed.map_or_else(|| LEAST + TWENTY_TOKENS / u64::from(speed), u64::from)
    }

    fn fits(&self, candidate: &Candidate) -> bool {
        let input = self.input_bound(candidate);
        let whole = input.saturating_add(candidate.reserved_output(self.max_output));
        input <= candidate.max_input && whole <= candidate.window
    }
}
