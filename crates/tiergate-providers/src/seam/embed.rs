//! One attempt at vectors, and what comes of it.

use tiergate_dialects::embeddings::Request;
use tokio::time::Instant;

use super::Head;

/// What one attempt at vectors needs to know.
#[derive(Clone, Copy, Debug)]
pub struct EmbedCall<'a> {
    /// The client's request.
    pub request: &'a Request,
    /// The model's id at this provider.
    pub model: &'a str,
    /// The model's name wherever it is served, for what is known of it.
    pub canonical: &'a str,
    /// Which of the provider's credentials to use, counted from 0.
    pub credential: usize,
    /// When the attempt must be over.
    pub deadline: Instant,
    /// The id of the client's request.
    pub request_id: &'a str,
    /// When the request was accepted, in seconds since the Unix epoch.
    pub created: i64,
    /// Gateways of this kind that the request has passed already.
    pub hops: u8,
}

/// Vectors for all inputs of a request.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    /// What is known besides the vectors.
    pub head: Head,
    /// A vector for each input, in order, all of one size.
    pub vectors: Vec<Vec<f32>>,
    /// The tokens of all inputs, if the provider told them.
    pub tokens: Option<u64>,
}
