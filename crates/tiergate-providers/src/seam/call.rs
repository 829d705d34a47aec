//! One attempt, as it is asked for.

use std::time::Duration;

use bytes::Bytes;
use tiergate_dialects::Form;
use tiergate_wire::chat;
use tokio::time::Instant;

use super::Edit;

/// What one attempt needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The client's request as a chat completion: as it came, or translated from what the client speaks.
    pub request: &'a chat::Request,
    /// The model's id at this provider.
    pub model: &'a str,
    /// Which of the provider's credentials to use, counted from 0.
    pub credential: usize,
    /// When the attempt must be over, the body or stream included.
    pub deadline: Instant,
    /// How long a stream is read on after the end of its answer, when only the tokens and the last marks can still come.
    /// Whoever reads it waits a little longer, since the end of a translated stream is written when this is over.
    pub after_finish: Duration,
    /// The id of the client's request, for providers that make answers.
    pub request_id: &'a str,
    /// When the request was accepted, in seconds since the Unix epoch.
    pub created: i64,
    /// The most output tokens the answer may have; the client's own cap is lowered to it. `None`
    /// leaves the request's cap alone.
    pub cap: Option<u64>,
    /// Gateways of this kind that the request has passed already; a provider that forwards it says one more.
    pub hops: u8,
    /// The most output tokens that the model can give, where that is known.
    pub max_output: Option<u64>,
    /// The most tokens that the model can hold, where that is known.
    pub context_window: Option<u64>,
    /// Whose request it is. What an answer teaches for later requests is remembered for this owner alone.
    pub owner: &'a str,
    /// The model answers on OpenAI's Responses only.
    pub responses_only: bool,
    /// What the client speaks.
    pub front: Front<'a>,
}

/// What a client speaks, and its own words.
#[derive(Clone, Copy, Debug, Default)]
pub struct Front<'a> {
    /// The dialect in which the answer is wanted. A provider that cannot give it in that form gives a chat completion
    /// and says so in its [`Head`](super::Head); who made the call tells it again ([`Telling`](crate::Telling)).
    pub form: Form,
    /// The client's request as it came, in that dialect; `None` where it is [`Call::request`].
    pub body: Option<&'a Bytes>,
    /// Headers of the client that a provider of the same dialect must see, names in lower case.
    pub headers: &'a [(Box<str>, Box<str>)],
    /// What of the request is missing from [`Call::request`], since no chat completion can say it: the member of a
    /// chat completion that would have to, and what it is.
    pub unsaid: Option<(&'static str, &'a str)>,
    /// What else of the request [`Call::request`] leaves out or says otherwise.
    pub edits: &'a [Edit],
    /// An estimate of the tokens of the input, for a client that is told them before the vendor tells them.
    pub likely_input: u64,
}
