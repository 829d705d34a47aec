//! What happened to one request.

mod comparison;
mod example;
mod json;

use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

use serde_json::value::RawValue;
use smallvec::SmallVec;
use tiergate_catalog::{Tier, Timestamp};
use tiergate_wire::feedback::Rating;

use crate::{Charge, Savings, Tokens};

pub use comparison::{Comparison, Undecided, Verdict};
pub use example::{Example, Source};

/// The record of one request, refused, failed and aborted ones too.
///
/// It serialises as the JSON that clients read; amounts are decimal strings, an unknown cost is
/// null, and `baseline_model`, `baseline_reason` and `baseline_cost_usd` are null together.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The id that the response carries; unique.
    pub request_id: Arc<str>,
    /// When the request arrived.
    pub created: Timestamp,
    /// The name of the key that made the request; only its holder may read the receipt.
    pub key: Arc<str>,
    /// `model` as the client wrote it.
    pub requested_model: Arc<str>,
    /// Who answered; `None` when nobody did.
    pub served: Option<Served>,
    /// The complexity, 0 to 100, when it was scored.
    pub score: Option<u8>,
    /// The estimated probability that each tier does the work, the lowest first, in thousandths.
    pub success: Option<[u16; 5]>,
    /// The router chose the model (`auto`).
    pub auto: bool,
    /// The client asked for a stream.
    pub stream: bool,
    /// A `prefer` was given and had no effect because the model was pinned.
    pub prefer_ignored: bool,
    /// Every call to a provider, in order.
    pub attempts: SmallVec<[Attempt; 1]>,
    /// Candidates that could not be asked for this: their provider has no way to say the request, and nothing was
    /// sent.
    pub passed_over: Vec<PassedOver>,
    /// How it ended.
    pub ending: Ending,
    /// What was used.
    pub tokens: Tokens,
    /// The provider reported no usage; the tokens are an estimate.
    pub usage_estimated: bool,
    /// What it cost.
    pub charge: Charge,
    /// What was saved; `None` when there was no priced baseline.
    pub savings: Option<Savings>,
    /// What was changed in the request on its way to the provider.
    pub edits: SmallVec<[Cow<'static, str>; 4]>,
    /// The client's `tags`, as it wrote them.
    pub tags: Option<Box<RawValue>>,
    /// How long it took.
    pub timing: Timing,
    /// Why it was routed so; rendered when the receipt is read.
    pub why: Option<Arc<dyn Why>>,
    /// What the client thinks of the answer, once it has said so.
    pub feedback: Option<Feedback>,
    /// How the answer compares with that of the baseline's model, once that has been asked.
    pub shadow: Option<Comparison>,
}

/// What a client thinks of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback {
    /// How good the answer was.
    pub rating: Rating,
    /// What the client says about it.
    pub comment: Option<Box<str>>,
    /// When it said so.
    pub at: Timestamp,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The catalogue id of the model.
    pub model: Arc<str>,
    /// The provider.
    pub provider: Arc<str>,
    /// The model id that the provider knows.
    pub upstream_model: Arc<str>,
    /// The tier of the model.
    pub tier: Option<Tier>,
}

/// One call to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The provider.
    pub provider: Arc<str>,
    /// The model id that the provider knows.
    pub model: Arc<str>,
    /// `ok` or the class of the error.
    pub outcome: Cow<'static, str>,
    /// The provider's HTTP status, when there was one.
    pub status: Option<u16>,
    /// Until the answer began or the call failed, in milliseconds.
    pub latency_ms: u64,
}

/// A candidate to which the request could not be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The provider.
    pub provider: Arc<str>,
    /// The model id that the provider knows.
    pub model: Arc<str>,
    /// What stood in the way.
    pub reason: Box<str>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The kind of ending.
    pub outcome: Outcome,
    /// The HTTP status that the client got.
    pub status: u16,
    /// The code of the error that the client got.
    pub error_code: Option<Cow<'static, str>>,
}

/// The kinds of ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The client hung up first.
    Cancelled,
    /// The whole answer was sent.
    Complete,
    /// No provider answered.
    Failed,
    /// The provider broke off after the answer had begun.
    Interrupted,
    /// Turned away before any call to a provider.
    Refused,
}

impl Outcome {
    /// The name in receipts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Refused => "refused",
        }
    }
}

/// How long a request took, from its arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timing {
    /// Until its end, in milliseconds.
    pub latency_ms: u64,
    /// Until the first token, in milliseconds; `None` when there was none or it was not observed.
    pub ttft_ms: Option<u64>,
}

/// The reason of a decision, kept in the form that is cheapest to make.
pub trait Why: Debug + Send + Sync {
    /// The full explanation as JSON; called once for each reading of the receipt.
    fn render(&self) -> Box<RawValue>;
}

impl Receipt {
    /// A receipt of a request that has just arrived: refused with 400 until it says otherwise.
    pub fn new(
        request_id: Arc<str>,
        created: Timestamp,
        key: Arc<str>,
        requested_model: Arc<str>,
    ) -> Self {
        Self {
            request_id,
            created,
            key,
            requested_model,
            served: None,
            score: None,
            success: None,
            auto: false,
            stream: false,
            prefer_ignored: false,
            attempts: SmallVec::new(),
            passed_over: Vec::new(),
            ending: Ending {
                outcome: Outcome::Refused,
                status: 400,
                error_code: None,
            },
            tokens: Tokens::default(),
            usage_estimated: false,
            charge: Charge::UNPRICED,
            savings: None,
            edits: SmallVec::new(),
            tags: None,
            timing: Timing::default(),
            why: None,
            feedback: None,
            shadow: None,
        }
    }

    /// The receipt as JSON, with the reason of the decision rendered into it.
    ///
    /// # Errors
    /// Only what `serde_json` reports of its own; every part of a receipt is valid JSON.
    pub fn to_json(&self) -> serde_json::Result<Box<RawValue>> {
        serde_json::value::to_raw_value(self)
    }
}
