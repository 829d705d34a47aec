//! The form in which clients read a receipt.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use tiergate_catalog::{Money, Tier};
use tiergate_wire::feedback::Rating;

use super::{Attempt, Comparison, Feedback, PassedOver, Receipt, Undecided, Verdict};
use crate::{Savings, Tokens};

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        View::of(self).serialize(serializer)
    }
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the flat form that clients read"
)]
struct View<'a> {
    object: &'static str,
    request_id: &'a str,
    created: String,
    key: &'a str,
    requested_model: &'a str,
    served_model: Option<&'a str>,
    provider: Option<&'a str>,
    upstream_model: Option<&'a str>,
    tier: Option<&'static str>,
    score: Option<u8>,
    auto: bool,
    stream: bool,
    prefer_ignored: bool,
    attempts: Vec<AttemptView<'a>>,
    passed_over: Vec<PassedOverView<'a>>,
    outcome: &'static str,
    status: u16,
    error_code: Option<&'a str>,
    tokens: TokensView,
    usage_estimated: bool,
    priced: bool,
    free: bool,
    cost_usd: Option<String>,
    price_version: Option<String>,
    savings_usd: Option<String>,
    baseline_model: Option<&'a str>,
    baseline_reason: Option<&'static str>,
    baseline_cost_usd: Option<String>,
    edits: &'a [Cow<'static, str>],
    tags: Option<&'a RawValue>,
    latency_ms: u64,
    ttft_ms: Option<u64>,
    feedback: Option<&'a Feedback>,
    shadow: Option<ShadowView<'a>>,
    why: Option<Box<RawValue>>,
}

impl<'a> View<'a> {
    fn of(receipt: &'a Receipt) -> Self {
        let served = receipt.served.as_ref();
        let savings = receipt.savings.as_ref();
        let charge = &receipt.charge;
        Self {
            object: "receipt",
            request_id: &receipt.request_id,
            created: receipt.created.to_string(),
            key: &receipt.key,
            requested_model: &receipt.requested_model,
            served_model: served.map(|served| &*served.model),
            provider: served.map(|served| &*served.provider),
            upstream_model: served.map(|served| &*served.upstream_model),
            tier: served.and_then(|served| served.tier).map(Tier::as_str),
            score: receipt.score,
            auto: receipt.auto,
            stream: receipt.stream,
            prefer_ignored: receipt.prefer_ignored,
            attempts: receipt.attempts.iter().map(AttemptView::of).collect(),
            passed_over: receipt.passed_over.iter().map(PassedOverView::of).collect(),
            outcome: receipt.ending.outcome.as_str(),
            status: receipt.ending.status,
            error_code: receipt.ending.error_code.as_deref(),
            tokens: TokensView::of(&receipt.tokens),
            usage_estimated: receipt.usage_estimated,
            priced: charge.priced(),
            free: charge.free,
            cost_usd: decimal(charge.cost),
            price_version: charge
                .price_version
                .map(|version| format!("{version:016x}")),
            savings_usd: decimal(savings.and_then(|savings| savings.amount)),
            baseline_model: savings.map(|savings| &*savings.baseline_model),
            baseline_reason: savings.map(|savings: &Savings| savings.reason.as_str()),
            baseline_cost_usd: decimal(savings.map(|savings| savings.baseline_cost)),
            edits: &receipt.edits,
            tags: receipt.tags.as_deref(),
            latency_ms: receipt.timing.latency_ms,
            ttft_ms: receipt.timing.ttft_ms,
            feedback: receipt.feedback.as_ref(),
            shadow: receipt.shadow.as_ref().map(ShadowView::of),
            why: receipt.why.as_ref().map(|why| why.render()),
        }
    }
}

impl Serialize for Feedback {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Said<'a> {
            rating: Rating,
            comment: Option<&'a str>,
            at: String,
        }
        let said = Said {
            rating: self.rating,
            comment: self.comment.as_deref(),
            at: self.at.to_string(),
        };
        said.serialize(serializer)
    }
}

fn decimal(money: Option<Money>) -> Option<String> {
    money.map(|money| money.to_string())
}

#[derive(Serialize)]
struct AttemptView<'a> {
    provider: &'a str,
    model: &'a str,
    outcome: &'a str,
    status: Option<u16>,
    latency_ms: u64,
}

impl<'a> AttemptView<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        Self {
            provider: &attempt.provider,
            model: &attempt.model,
            outcome: &attempt.outcome,
            status: attempt.status,
            latency_ms: attempt.latency_ms,
        }
    }
}

#[derive(Serialize)]
struct PassedOverView<'a> {
    provider: &'a str,
    model: &'a str,
    reason: &'a str,
}

impl<'a> PassedOverView<'a> {
    fn of(passed_over: &'a PassedOver) -> Self {
        Self {
            provider: &passed_over.provider,
            model: &passed_over.model,
            reason: &passed_over.reason,
        }
    }
}

#[derive(Serialize)]
struct ShadowView<'a> {
    baseline_model: &'a str,
    verdict: &'static str,
    reason: Option<&'static str>,
    cost_usd: String,
}

impl<'a> ShadowView<'a> {
    fn of(shadow: &'a Comparison) -> Self {
        Self {
            baseline_model: &shadow.baseline_model,
            verdict: Verdict::as_str(shadow.verdict),
            reason: shadow.verdict.undecided().map(Undecided::as_str),
            cost_usd: shadow.cost.to_string(),
        }
    }
}

/// The disjoint counts under the names of the prices.
#[derive(Serialize)]
struct TokensView {
    input: u64,
    cache_read: u64,
    cache_write: u64,
    cache_write_long: u64,
    input_audio: u64,
    cache_read_audio: u64,
    output: u64,
    reasoning: u64,
    output_audio: u64,
}

impl TokensView {
    const fn of(tokens: &Tokens) -> Self {
        Self {
            input: tokens.input,
            cache_read: tokens.cache_read,
            cache_write: tokens.cache_write,
            cache_write_long: tokens.cache_write_long,
            input_audio: tokens.input_audio,
            cache_read_audio: tokens.cache_read_audio,
            output: tokens.output,
            reasoning: tokens.reasoning,
            output_audio: tokens.output_audio,
        }
    }
}
