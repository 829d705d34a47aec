//! The other of OpenAI's two APIs, for what chat completions do not do.

use tiergate_dialects::Form;
use tiergate_dialects::openai::Need;

use super::OpenAi;
use crate::error::Error;
use crate::seam::Call;
use crate::vendor::{Exchange, Vendor};

impl OpenAi {
    /// What is to be sent by Responses; `None` for a request that chat completions serve.
    ///
    /// # Errors
    /// When chat completions refuse it, and Responses cannot say it.
    pub(super) fn by_responses(
        &self,
        call: &Call<'_>,
    ) -> Result<Option<(&Vendor, Exchange)>, Error> {
        let Some(vendor) = &self.0.responses else {
            return Ok(None);
        };
        let prepared = match need(call) {
            Need::Never | Need::No => return Ok(None),
            // what Responses cannot say may be had without reasoning
            Need::Better => vendor.prepare(call).ok(),
            Need::Must => Some(vendor.prepare(call)?),
        };
        Ok(prepared.map(|exchange| (vendor, exchange)))
    }
}

fn need(call: &Call<'_>) -> Need {
    let form = call.front.form;
    let need = Need::of(call.request, call.model, form);
    // no chat completion can say it, and Responses do in the client's own words
    let unsaid = form == Form::Responses && call.front.unsaid.is_some();
    match need {
        _ if call.responses_only => Need::Must,
        Need::Never => Need::Never,
        _ if unsaid => Need::Must,
        need => need,
    }
}
