//! The object that an answer is.

use serde::Serialize;
use tiergate_wire::error::Body as ErrorBody;
use tiergate_wire::usage::Usage;

use super::echo::Echo;
use crate::inner::Stop;

/// The object that a whole answer is, and that streams begin and end with.
#[derive(Serialize)]
pub(super) struct Response<'a, T> {
    pub(super) id: String,
    pub(super) object: &'static str,
    pub(super) created_at: i64,
    pub(super) status: &'static str,
    pub(super) error: Option<ErrorBody<'a>>,
    pub(super) incomplete_details: Option<Incomplete>,
    pub(super) model: &'a str,
    pub(super) output: Vec<&'a T>,
    /// Left out until it is known: OpenAI's schema has no null here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) usage: Option<Counts>,
    #[serde(flatten)]
    pub(super) echo: &'a Echo,
}

/// Why an answer is incomplete.
#[derive(Serialize)]
pub(super) struct Incomplete {
    reason: &'static str,
}

impl<'a, T> Response<'a, T> {
    /// An answer that is being made.
    pub(super) fn begun(id: &str, created_at: i64, model: &'a str, echo: &'a Echo) -> Self {
        Self {
            id: format!("resp_{id}"),
            object: "response",
            created_at,
            status: "in_progress",
            error: None,
            incomplete_details: None,
            model,
            output: Vec::new(),
            usage: None,
            echo,
        }
    }

    /// An answer that came to its end, still without output and usage.
    pub(super) fn ended(
        id: &str,
        created_at: i64,
        model: &'a str,
        stop: Stop,
        echo: &'a Echo,
    ) -> Self {
        let reason = match stop {
            Stop::Length => Some("max_output_tokens"),
            Stop::ContentFilter => Some("content_filter"),
            _ => None,
        };
        Self {
            status: reason.map_or("completed", |_| "incomplete"),
            incomplete_details: reason.map(|reason| Incomplete { reason }),
            ..Self::begun(id, created_at, model, echo)
        }
    }
}

/// The status of an answer's last item.
pub(super) fn last_status(stop: Stop) -> &'static str {
    match stop {
        Stop::Length | Stop::ContentFilter => "incomplete",
        _ => COMPLETED,
    }
}

/// The status of every other one.
pub(super) const COMPLETED: &str = "completed";

/// Tokens, in the words of Responses.
#[derive(Serialize)]
pub(super) struct Counts {
    input_tokens: u64,
    input_tokens_details: InputDetails,
    output_tokens: u64,
    output_tokens_details: OutputDetails,
    total_tokens: u64,
}

#[derive(Serialize)]
struct InputDetails {
    cached_tokens: u64,
    cache_write_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_write_tokens_details: Option<WriteDetails>,
}

#[derive(Serialize)]
struct WriteDetails {
    ttl_30m_tokens: u64,
    ttl_12h_tokens: u64,
}

#[derive(Serialize)]
struct OutputDetails {
    reasoning_tokens: u64,
}

impl From<Usage> for Counts {
    fn from(usage: Usage) -> Self {
        let (short, long) = (usage.cache_write_tokens, usage.cache_write_long_tokens);
        let written = short.saturating_add(long);
        Self {
            input_tokens: usage.prompt_tokens,
            input_tokens_details: InputDetails {
                cached_tokens: usage.cached_tokens,
                cache_write_tokens: written,
                cache_write_tokens_details: (written > 0).then_some(WriteDetails {
                    ttl_30m_tokens: short,
                    ttl_12h_tokens: long,
                }),
            },
            output_tokens: usage.completion_tokens,
            output_tokens_details: OutputDetails {
                reasoning_tokens: usage.reasoning_tokens,
            },
            total_tokens: usage.prompt_tokens.saturating_add(usage.completion_tokens),
        }
    }
}
