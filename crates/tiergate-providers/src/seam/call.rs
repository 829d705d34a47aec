//! One attempt, as it is asked for.

use tiergate_wire::chat;
use tokio::time::Instant;

/// What one attempt needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The client's request, as it came.
    pub request: &'a chat::Request,
    /// The model's id at this provider.
    pub model: &'a str,
    /// Which of the provider's credentials to use, counted from 0.
    pub credential: usize,
    /// When the attempt must be over, the body or stream included.
    pub deadline: Instant,
    /// The id of the client's request, for providers that make answers.
    pub request_id: &'a str,
    /// When the request was accepted, in seconds since the Unix epoch.
    pub created: i64,
    /// The most output tokens the answer may have; the client's own cap is lowered to it. `None`
    /// leaves the request's cap alone.
    pub cap: Option<u64>,
    /// Gateways of this kind that the request has passed already; a provider that forwards it says one more.
    pub hops: u8,
}
