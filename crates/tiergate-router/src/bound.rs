//! What a plan may cost at most.

use tiergate_catalog::{Money, Timestamp};
use tiergate_metering::worst_case;

use crate::Plan;

impl Plan {
    /// The same plan with at most so many output tokens for each answer, and no more than the chosen
    /// model can give.
    #[must_use]
    pub fn with_cap(mut self, tokens: u64) -> Self {
        let chosen = self.outcome.as_ref().ok();
        let most = chosen.map(|chosen| self.pool().candidate(chosen.candidate).max_output);
        self.cap = Some(most.map_or(tokens, |most| most.min(tokens)));
        self
    }

    /// The most that one attempt at the chosen candidate can cost if it is billed by `until`; nothing
    /// when there is no choice, no price, or no cap on the output.
    ///
    /// Holds for text: what images, audio and files cost beyond the estimate of the input is not known.
    pub fn worst_case(&self, until: Timestamp) -> Option<Money> {
        let chosen = self.pool().candidate(self.outcome.as_ref().ok()?.candidate);
        let tariff = self.pool().target(chosen).tariff.as_ref()?;
        let asked = self.asked.max_output.unwrap_or(u64::MAX);
        let each = self.cap?.min(asked);
        let tokens = (
            self.asked.query(&[]).input_bound(chosen),
            each.saturating_mul(u64::from(self.asked.answers)),
        );
        worst_case(tariff, tokens, self.now(), until).ok()
    }
}
