//! Which targets the configured providers serve.

use tiergate_catalog::Target;

use crate::settings::ProviderSettings;

/// What there is to be asked.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) providers: &'a [ProviderSettings],
    /// In demo mode every provider of the catalogue is there.
    pub(super) demo: bool,
}

impl Reach<'_> {
    pub(super) fn serves(self, target: &Target) -> bool {
        let mut at = self.providers.iter();
        let served = |each: &ProviderSettings| {
            *each.name == *target.provider && (!target.responses_only || each.reaches_responses())
        };
        self.demo || at.any(served)
    }
}
