//! A receipt while it is written.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tiergate_catalog::Timestamp;
use tiergate_metering::{Attempt, Ending, Outcome, PassedOver, Receipt, Receipts};
use tiergate_providers::{Error as ProviderError, Form, Kind};
use tokio::time::Instant;

use crate::{Bill, Context, Error};

/// What nginx's users know as the status of a request whose client went away.
const CLIENT_GONE: u16 = 499;

/// A receipt that is put away exactly once.
#[derive(Debug)]
pub(crate) struct Paper {
    receipt: Option<Arc<Receipt>>,
    receipts: Arc<dyn Receipts>,
    started: Instant,
    /// What the client speaks, which decides the status that it is told.
    form: Form,
}

impl Paper {
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
            started: Instant::now(),
            form: context.front.form,
        }
    }

    /// The receipt while it is still being written: nobody else holds it yet.
    pub(crate) fn open(&mut self) -> Option<&mut Receipt> {
        self.receipt.as_mut().and_then(Arc::get_mut)
    }

    /// From here on a caller that goes away has cancelled something.
    pub(crate) fn begun(&mut self) {
        if let Some(receipt) = self.open() {
            receipt.ending = Ending {
                outcome: Outcome::Cancelled,
                status: CLIENT_GONE,
                error_code: None,
            };
        }
    }

    /// Notes the end of an attempt; `latency` is the time to the answer's beginning or to the failure. A candidate to
    /// which the request could not be said was none.
    pub(crate) fn attempted(
        &mut self,
        provider: &Arc<str>,
        model: &Arc<str>,
        error: Option<&ProviderError>,
        latency: Duration,
    ) {
        let Some(receipt) = self.open() else {
            return;
        };
        if let Some(error) = error.filter(|error| error.kind() == Kind::Unsupported) {
            receipt.passed_over.push(PassedOver {
                provider: Arc::clone(provider),
                model: Arc::clone(model),
                reason: error.message().into(),
            });
            return;
        }
        receipt.attempts.push(Attempt {
            provider: Arc::clone(provider),
            model: Arc::clone(model),
            outcome: error.map_or(Cow::Borrowed("ok"), |error| {
                outcome_word(error.kind()).into()
            }),
            status: error.map_or(Some(200), ProviderError::status),
            latency_ms: millis(latency),
        });
    }

    pub(crate) fn attempts(&self) -> u8 {
        let count = self
            .receipt
            .as_ref()
            .map_or(0, |receipt| receipt.attempts.len());
        u8::try_from(count).unwrap_or(u8::MAX)
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// What the receipt says of money; nothing once it has been put away.
    pub(crate) fn bill(&self) -> Option<Bill> {
        let receipt = self.receipt.as_ref()?;
        Some(Bill {
            cost: receipt.charge.cost,
            savings: receipt.savings.as_ref().and_then(|savings| savings.amount),
        })
    }

    /// How the request would end now; nothing once it has.
    pub(crate) fn ending(&self) -> Option<(Outcome, u16)> {
        let Ending {
            outcome, status, ..
        } = self.receipt.as_ref()?.ending;
        Some((outcome, status))
    }

    /// Ends the request with an error instead of an answer.
    pub(crate) fn failed(&mut self, error: &Error) {
        let shown = error.shown().at(self.form);
        let outcome = if error.provider().is_some() && self.attempts() > 0 {
            Outcome::Failed
        } else {
            Outcome::Refused
        };
        self.end(outcome, shown.status, Some(error.code().to_owned().into()));
    }

    /// Puts the receipt away.
    pub(crate) fn end(
        &mut self,
        outcome: Outcome,
        status: u16,
        error_code: Option<Cow<'static, str>>,
    ) {
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
}

/// A moment so much later.
pub(crate) fn later(moment: Timestamp, elapsed: Duration) -> Timestamp {
    let elapsed = i64::try_from(elapsed.as_millis()).unwrap_or(0);
    Timestamp::from_millis(moment.millis().saturating_add(elapsed))
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

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
