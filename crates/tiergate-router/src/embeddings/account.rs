//! What vectors cost, and the receipt of their request.

use std::sync::Arc;
use std::time::Duration;

use tiergate_catalog::Timestamp;
use tiergate_metering::{
    Baseline, BaselineReason, Outcome, Receipts, Served, Tokens, charge, savings,
};
use tiergate_providers::embeddings::{Input, Request};
use tiergate_providers::{Embedded, Error as ProviderError};
use tiergate_scorer::TokenCounter;
use tiergate_wire::chat;

use super::names::Home;
use crate::paper::{Paper, later};
use crate::{Access, Bill, Context, Error};

/// A request for vectors under way. It puts its receipt away exactly once, at the latest when it is dropped.
#[derive(Debug)]
pub(super) struct Account {
    paper: Paper,
    now: Timestamp,
}

impl Account {
    pub(super) fn new(
        receipts: Arc<dyn Receipts>,
        request: &Request,
        access: &Access,
        context: &Context,
    ) -> Self {
        let mut paper = Paper::new(receipts, context, &access.owner, &request.model);
        if let Some(receipt) = paper.open() {
            let mut rest = request.rest.iter();
            let tags = rest.find(|(name, _)| name == "tags");
            receipt.tags = tags.and_then(|(_, tags)| serde_json::from_str(tags.get()).ok());
        }
        Self {
            paper,
            now: context.now,
        }
    }

    pub(super) fn begun(&mut self) {
        self.paper.begun();
    }

    pub(super) fn attempted(
        &mut self,
        home: Home<'_>,
        error: Option<&ProviderError>,
        latency: Duration,
    ) {
        let target = home.target;
        self.paper
            .attempted(&target.provider, &target.model, error, latency);
    }

    pub(super) fn attempts(&self) -> u8 {
        self.paper.attempts()
    }

    pub(super) fn failed(&mut self, error: &Error) {
        self.paper.failed(error);
    }

    /// Ends the request with its vectors; gives their tokens, and what they cost.
    pub(super) fn complete(
        &mut self,
        home: &Home<'_>,
        embedded: &Embedded,
        request: &Request,
        counter: &dyn TokenCounter,
    ) -> (u64, Bill) {
        let Home { model, target, .. } = *home;
        let input = embedded
            .tokens
            .unwrap_or_else(|| estimate(request, counter));
        let tokens = Tokens {
            input,
            ..Tokens::default()
        };
        let now = later(self.now, self.paper.elapsed());
        if let Some(receipt) = self.paper.open() {
            receipt.served = Some(Served {
                model: Arc::clone(&model.id),
                provider: Arc::clone(&target.provider),
                upstream_model: Arc::clone(&target.model),
                tier: None,
            });
            receipt.edits = embedded.head.edits.iter().cloned().collect();
            receipt.usage_estimated = embedded.tokens.is_none();
            receipt.tokens = tokens;
            // beyond the range of money nothing sensible can be charged: the request stays unpriced
            receipt.charge = charge(&tokens, target.tariff.as_ref(), now).unwrap_or_default();
            let baseline = Baseline {
                model: &model.id,
                reason: BaselineReason::Named,
                tariff: target.tariff.as_ref(),
            };
            receipt.savings = savings(&baseline, receipt.charge.cost, &tokens, now);
        }
        let bill = self.paper.bill().unwrap_or_default();
        self.paper.end(Outcome::Complete, 200, None);
        (input, bill)
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        if let Some((outcome, status)) = self.paper.ending() {
            self.paper.end(outcome, status, None);
        }
    }
}

/// Tokens where the provider reported none: those of a message with the texts, without its frame.
fn estimate(request: &Request, counter: &dyn TokenCounter) -> u64 {
    match &request.input {
        Input::Tokens(texts) => texts.iter().map(|tokens| tokens.len() as u64).sum(),
        Input::Texts(texts) => {
            let count = |text: &str| counter.count(&chat::Request::user("", text)).likely;
            let texts: Vec<_> = texts.iter().map(|text| text.value()).collect();
            count(&texts.join("\n")).saturating_sub(count("")).max(1)
        }
    }
}
