//! What is known of a request while it runs, and the receipt that comes of it.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tiergate_catalog::{Money, Timestamp};
use tiergate_metering::{
    Attempt, Baseline, BaselineReason, Ending, Outcome, Receipt, Receipts, Served, Tokens, charge,
    savings,
};
use tiergate_providers::{Edit, Error as ProviderError, Kind};
use tiergate_wire::usage::Usage;
use tokio::time::Instant;

use crate::plan::Plan;
use crate::{Context, Error, Route};

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
    receipt: Option<Arc<Receipt>>,
    receipts: Arc<dyn Receipts>,
    plan: Option<Arc<Plan>>,
    started: Instant,
    candidate: u32,
    usage: Option<Usage>,
    output_bytes: u64,
    finish: bool,
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
        let receipt = Receipt::new(
            Arc::clone(&context.request_id),
            context.now,
            Arc::clone(owner),
            Arc::from(requested),
        );
        Self {
            receipt: Some(Arc::new(receipt)),
            receipts,
            plan: None,
            started: Instant::now(),
            candidate: 0,
            usage: None,
            output_bytes: 0,
            finish: false,
            bill: Bill::default(),
        }
    }

    /// The client's words about the request that the receipt repeats.
    pub(crate) fn describe(&mut self, stream: bool, tags: Option<&[u8]>) {
        if let Some(receipt) = self.open() {
            receipt.stream = stream;
            receipt.tags = tags.and_then(|raw| serde_json::from_slice(raw).ok());
        }
    }

    pub(crate) fn planned(&mut self, plan: &Arc<Plan>) {
        if let Some(receipt) = self.open() {
            receipt.score = Some(plan.assessment().score.number());
            receipt.success = Some(plan.assessment().success);
            receipt.auto = *plan.route() == Route::Auto;
            receipt.prefer_ignored = plan.prefer_ignored;
            receipt.why = Some(Arc::clone(plan) as Arc<dyn tiergate_metering::Why>);
            // from here on a caller that goes away has cancelled something
            receipt.ending = Ending {
                outcome: Outcome::Cancelled,
                status: CLIENT_GONE,
                error_code: None,
            };
        }
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
        let Some(receipt) = self.open() else {
            return;
        };
        let chosen = plan.pool().candidate(candidate);
        receipt.attempts.push(Attempt {
            provider: Arc::clone(plan.pool().provider(chosen)),
            model: Arc::clone(&plan.pool().target(chosen).model),
            outcome: error.map_or(Cow::Borrowed("ok"), |error| {
                outcome_word(error.kind()).into()
            }),
            status: error.map_or(Some(200), ProviderError::status),
            latency_ms: millis(latency),
        });
    }

    /// Notes who answers and what was changed on the way.
    pub(crate) fn served(&mut self, plan: &Plan, edits: &[Edit]) {
        let (pool, chosen) = (plan.pool(), plan.pool().candidate(self.candidate));
        let Some(receipt) = self.open() else {
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

    pub(crate) fn attempts(&self) -> u8 {
        let count = self
            .receipt
            .as_ref()
            .map_or(0, |receipt| receipt.attempts.len());
        u8::try_from(count).unwrap_or(u8::MAX)
    }

    /// Notes that something was said, in raw bytes.
    pub(crate) fn said(&mut self, bytes: u64) {
        if bytes > 0 && self.output_bytes == 0 {
            let since = millis(self.started.elapsed());
            if let Some(receipt) = self.open() {
                receipt.timing.ttft_ms = Some(since);
            }
        }
        self.output_bytes += bytes;
    }

    pub(crate) fn finish_seen(&mut self) {
        self.finish = true;
    }

    /// Why a stream that ends now has not come to its end; nothing once a finish reason was seen.
    pub(crate) fn unfinished(&self) -> Option<ProviderError> {
        let plan = self.plan.as_ref().filter(|_| !self.finish)?;
        let provider = plan.pool().provider(plan.pool().candidate(self.candidate));
        let message = "the stream ended without a finish reason";
        Some(ProviderError::new(Kind::Interrupted, provider, message))
    }

    pub(crate) fn used(&mut self, usage: Usage) {
        self.usage = Some(usage);
    }

    /// The bill as far as usage is known; the final one once the request has ended.
    pub(crate) fn bill(&mut self) -> Bill {
        self.price();
        if let Some(receipt) = &self.receipt {
            self.bill = Bill {
                cost: receipt.charge.cost,
                savings: receipt.savings.as_ref().and_then(|savings| savings.amount),
            };
        }
        self.bill
    }

    /// Ends the request with its whole answer sent or ready to be.
    pub(crate) fn complete(&mut self) -> Bill {
        let bill = self.bill();
        self.end(Outcome::Complete, 200, None);
        bill
    }

    /// Ends the request in the middle of its answer.
    pub(crate) fn interrupted(&mut self) {
        self.bill();
        self.end(
            Outcome::Interrupted,
            200,
            Some("upstream_interrupted".into()),
        );
    }

    /// Ends the request with an error instead of an answer.
    pub(crate) fn failed(&mut self, error: &Error) {
        let shown = error.shown();
        let outcome = if error.provider().is_some() {
            Outcome::Failed
        } else {
            Outcome::Refused
        };
        self.end(outcome, shown.status, Some(error.code().to_owned().into()));
    }

    /// Ends a request that never reached the router.
    pub(crate) fn refused(&mut self, status: u16, code: &'static str) {
        self.end(Outcome::Refused, status, Some(code.into()));
    }

    /// The receipt while it is still being written: nobody else holds it yet.
    fn open(&mut self) -> Option<&mut Receipt> {
        self.receipt.as_mut().and_then(Arc::get_mut)
    }

    fn end(&mut self, outcome: Outcome, status: u16, error_code: Option<Cow<'static, str>>) {
        let Some(mut receipt) = self.receipt.take() else {
            return;
        };
        let latency_ms = millis(self.started.elapsed());
        if let Some(open) = Arc::get_mut(&mut receipt) {
            open.ending = Ending {
                outcome,
                status,
                error_code,
            };
            open.timing.latency_ms = latency_ms;
        }
        self.receipts.put(receipt);
    }

    /// Turns usage, reported or estimated, into cost and savings.
    fn price(&mut self) {
        let (Some(receipt), Some(plan)) =
            (self.receipt.as_mut().and_then(Arc::get_mut), &self.plan)
        else {
            return;
        };
        if receipt.served.is_none() {
            return;
        }
        let usage = self
            .usage
            .unwrap_or_else(|| estimate(plan, self.output_bytes));
        receipt.usage_estimated = self.usage.is_none();
        receipt.tokens = Tokens::from_usage(&usage);
        let pool = plan.pool();
        let tariff = pool.target(pool.candidate(self.candidate)).tariff.as_ref();
        // providers with prices by the hour bill by the end of a request
        let elapsed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(0);
        let now = Timestamp::from_millis(plan.now().millis().saturating_add(elapsed));
        // beyond the range of money nothing sensible can be charged: the request stays unpriced
        receipt.charge = charge(&receipt.tokens, tariff, now).unwrap_or_default();
        receipt.savings = baseline(plan, self.candidate)
            .and_then(|baseline| savings(&baseline, receipt.charge.cost, &receipt.tokens, now));
    }
}

/// What nginx's users know as the status of a request whose client went away.
const CLIENT_GONE: u16 = 499;

impl Drop for Tally {
    fn drop(&mut self) {
        let Some(receipt) = &self.receipt else { return };
        let Ending {
            outcome, status, ..
        } = receipt.ending;
        // an answer that had come to its end is complete, even if the client did not wait for the last bytes
        let outcome = if self.finish && outcome == Outcome::Cancelled {
            Outcome::Complete
        } else {
            outcome
        };
        self.price();
        self.end(outcome, status, None);
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

/// Tokens where the provider reported none: the input's estimate, and four bytes to an output token.
fn estimate(plan: &Plan, output_bytes: u64) -> Usage {
    Usage {
        prompt_tokens: plan.likely_input(),
        completion_tokens: output_bytes.div_ceil(4),
        ..Usage::default()
    }
}

fn outcome_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Auth => "auth",
        Kind::BadRequest => "bad_request",
        Kind::Billing => "billing",
        Kind::Connect => "connect",
        Kind::ContentFilter => "content_filter",
        Kind::ContextTooLong => "context_too_long",
        Kind::Interrupted => "interrupted",
        Kind::Invalid => "invalid",
        Kind::Looped => "looped",
        Kind::NotFound => "not_found",
        Kind::Overloaded => "overloaded",
        Kind::RateLimited => "rate_limited",
        Kind::Reset => "reset",
        Kind::Timeout => "timeout",
        Kind::TooLarge => "too_large",
        Kind::Unprocessable => "unprocessable",
        _ => "server",
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
