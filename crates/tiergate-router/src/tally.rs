//! What is known of a request while it runs, and the receipt that comes of it.

use std::sync::Arc;
use std::time::Duration;

use tiergate_catalog::Money;
use tiergate_metering::{
    Baseline, BaselineReason, Outcome, Receipts, Served, Tokens, charge, savings,
};
use tiergate_providers::{Edit, Error as ProviderError, Kind};
use tiergate_wire::usage::Usage;

use crate::paper::{Paper, later, millis};
use crate::plan::Plan;
use crate::{Context, Error, Route};

/// Beyond so many edits a receipt does not list what an answer left out.
const MOST_EDITS: usize = 64;

/// What a request has cost so far, and what that saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// The exact cost; none when the model is unpriced.
    pub cost: Option<Money>,
    /// Baseline less cost, negative when routing was dearer; none when either is unpriced.
    pub savings: Option<Money>,
}

/// A request under way. It puts its receipt away exactly once, at the latest when it is dropped.
#[derive(Debug)]
pub(crate) struct Tally {
    paper: Paper,
    plan: Option<Arc<Plan>>,
    candidate: u32,
    usage: Option<Usage>,
    output_bytes: u64,
    finish: bool,
    abandoned: bool,
    /// The last bill, which stays when the receipt has been put away.
    bill: Bill,
}

impl Tally {
    pub(crate) fn new(
        receipts: Arc<dyn Receipts>,
        context: &Context,
        owner: &Arc<str>,
        requested: &str,
    ) -> Self {
        Self {
            paper: Paper::new(receipts, context, owner, requested),
            plan: None,
            candidate: 0,
            usage: None,
            output_bytes: 0,
            finish: false,
            abandoned: false,
            bill: Bill::default(),
        }
    }

    /// The client's words about the request that the receipt repeats.
    pub(crate) fn describe(&mut self, stream: bool, tags: Option<&[u8]>) {
        if let Some(receipt) = self.paper.open() {
            receipt.stream = stream;
            receipt.tags = tags.and_then(|raw| serde_json::from_slice(raw).ok());
        }
    }

    pub(crate) fn planned(&mut self, plan: &Arc<Plan>) {
        if let Some(receipt) = self.paper.open() {
            receipt.score = Some(plan.assessment().score.number());
            receipt.success = Some(plan.assessment().success);
            receipt.auto = *plan.route() == Route::Auto;
            receipt.prefer_ignored = plan.prefer_ignored;
            receipt.why = Some(Arc::clone(plan) as Arc<dyn tiergate_metering::Why>);
        }
        self.paper.begun();
        self.plan = Some(Arc::clone(plan));
    }

    /// Notes the end of an attempt; `latency` is the time to the answer's beginning or to the failure.
    pub(crate) fn attempted(
        &mut self,
        plan: &Plan,
        candidate: u32,
        error: Option<&ProviderError>,
        latency: Duration,
    ) {
        self.candidate = candidate;
        let chosen = plan.pool().candidate(candidate);
        let provider = plan.pool().provider(chosen);
        let model = &plan.pool().target(chosen).model;
        self.paper.attempted(provider, model, error, latency);
    }

    /// Notes an attempt beside the one that counts: it has failed, or was overtaken.
    pub(crate) fn beside(
        &mut self,
        plan: &Plan,
        candidate: u32,
        error: Option<&ProviderError>,
        latency: Duration,
    ) {
        let chosen = plan.pool().candidate(candidate);
        let provider = plan.pool().provider(chosen);
        let model = &plan.pool().target(chosen).model;
        match error {
            Some(error) => self.paper.attempted(provider, model, Some(error), latency),
            None => self.paper.overtaken(provider, model, latency),
        }
    }

    /// Notes who answers and what was changed on the way.
    pub(crate) fn served(&mut self, plan: &Plan, edits: &[Edit]) {
        let (pool, chosen) = (plan.pool(), plan.pool().candidate(self.candidate));
        let Some(receipt) = self.paper.open() else {
            return;
        };
        let model = pool.model(chosen);
        receipt.served = Some(Served {
            model: Arc::clone(&model.id),
            provider: Arc::clone(pool.provider(chosen)),
            upstream_model: Arc::clone(&pool.target(chosen).model),
            tier: model.tier,
        });
        receipt.edits = edits.iter().cloned().collect();
        receipt.ending.status = 200;
    }

    /// Notes what of the answer is not told to the client.
    pub(crate) fn left_out(&mut self, edits: &[Edit]) {
        if edits.is_empty() {
            return;
        }
        if let Some(receipt) = self.paper.open() {
            for edit in edits {
                if receipt.edits.len() < MOST_EDITS && !receipt.edits.contains(edit) {
                    receipt.edits.push(edit.clone());
                }
            }
        }
    }

    pub(crate) fn attempts(&self) -> u8 {
        self.paper.attempts()
    }

    /// Notes that something was said, in raw bytes.
    pub(crate) fn said(&mut self, bytes: u64) {
        if bytes > 0 && self.output_bytes == 0 {
            let since = millis(self.paper.elapsed());
            if let Some(receipt) = self.paper.open() {
                receipt.timing.ttft_ms = Some(since);
            }
        }
        self.output_bytes = self.output_bytes.saturating_add(bytes);
    }

    /// Notes whether the answer has come to its end.
    pub(crate) fn finished(&mut self, finished: bool) {
        self.finish = finished;
    }

    /// Its client has gone: whatever is still to come, it has not arrived.
    pub(crate) fn abandoned(&mut self) {
        self.abandoned = true;
    }

    /// Whether the answer has come to its end.
    pub(crate) fn is_finished(&self) -> bool {
        self.finish
    }

    /// Why a stream that ends now has not come to its end; nothing once a finish reason was seen.
    pub(crate) fn unfinished(&self) -> Option<ProviderError> {
        let message = "the stream ended without a finish reason";
        (self.plan.is_some() && !self.finish).then(|| self.fault(Kind::Interrupted, message))
    }

    /// A fault of the provider that answers.
    pub(crate) fn fault(&self, kind: Kind, message: &str) -> ProviderError {
        let provider = self.plan.as_ref().map_or("tiergate", |plan| {
            plan.pool().provider(plan.pool().candidate(self.candidate))
        });
        ProviderError::new(kind, provider, message)
    }

    pub(crate) fn used(&mut self, usage: Usage) {
        self.usage = Some(usage);
        let cached = usage
            .cached_tokens
            .max(usage.cache_write_tokens)
            .max(usage.cache_write_long_tokens);
        if let Some(plan) = &self.plan {
            plan.warmed(self.candidate, cached);
        }
    }

    /// The bill as far as usage is known; the final one once the request has ended.
    pub(crate) fn bill(&mut self) -> Bill {
        self.price();
        if let Some(bill) = self.paper.bill() {
            self.bill = bill;
        }
        self.bill
    }

    /// Ends the request with its whole answer sent or ready to be.
    pub(crate) fn complete(&mut self) -> Bill {
        let bill = self.bill();
        if !self.abandoned {
            self.paper.end(Outcome::Complete, 200, None);
        }
        bill
    }

    /// Ends the request in the middle of its answer.
    pub(crate) fn interrupted(&mut self) {
        self.bill();
        if self.abandoned {
            return;
        }
        self.paper.end(
            Outcome::Interrupted,
            200,
            Some("upstream_interrupted".into()),
        );
    }

    /// Ends the request with an error instead of an answer.
    pub(crate) fn failed(&mut self, error: &Error) {
        self.paper.failed(error);
    }

    /// Ends a request that never reached the router.
    pub(crate) fn refused(&mut self, status: u16, code: &'static str) {
        self.paper.end(Outcome::Refused, status, Some(code.into()));
    }

    /// Turns usage, reported or estimated, into cost and savings.
    fn price(&mut self) {
        let elapsed = self.paper.elapsed();
        let (Some(receipt), Some(plan)) = (self.paper.open(), &self.plan) else {
            return;
        };
        if receipt.served.is_none() {
            return;
        }
        let (input, said) = (plan.likely_input(), self.output_bytes);
        let usage = match self.usage {
            Some(told) => told.completed(input, said),
            None => Usage::estimate(input, said),
        };
        receipt.usage_estimated = self.usage.is_none_or(|told| told.untold.is_some());
        receipt.tokens = Tokens::from_usage(&usage);
        let pool = plan.pool();
        let tariff = pool.target(pool.candidate(self.candidate)).tariff.as_ref();
        // providers with prices by the hour bill by the end of a request
        let now = later(plan.now(), elapsed);
        // beyond the range of money nothing sensible can be charged: the request stays unpriced
        receipt.charge = charge(&receipt.tokens, tariff, now).unwrap_or_default();
        receipt.savings = baseline(plan, self.candidate)
            .and_then(|baseline| savings(&baseline, receipt.charge.cost, &receipt.tokens, now));
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        let Some((outcome, status)) = self.paper.ending() else {
            return;
        };
        // an answer that had come to its end is complete, even if the client did not wait for the last bytes
        let complete = self.finish && !self.abandoned;
        let outcome = if complete && outcome == Outcome::Cancelled {
            Outcome::Complete
        } else {
            outcome
        };
        self.price();
        self.paper.end(outcome, status, None);
    }
}

/// What the savings of this request are counted against.
fn baseline(plan: &Plan, candidate: u32) -> Option<Baseline<'_>> {
    let decision = plan.outcome().ok()?;
    let (place, reason) = match plan.route() {
        Route::Pin { .. } => (candidate, BaselineReason::Named),
        Route::Auto | Route::Floor(_) => (decision.baseline, BaselineReason::PlanCeiling),
    };
    let chosen = plan.pool().candidate(place);
    let tariff = plan.pool().target(chosen).tariff.as_ref();
    Some(Baseline {
        model: &plan.pool().model(chosen).id,
        reason,
        tariff,
    })
}
