//! A rated request in the form from which the scorer is tuned.

use serde::Serialize;
use tiergate_catalog::Tier;
use tiergate_wire::feedback::Rating;

use super::Receipt;

/// What was decided for a request, without its words, and how good the answer was.
///
/// Serialised it is one row of the examples that tuning reads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Example<'a> {
    /// The id of the request.
    pub request_id: &'a str,
    /// The complexity, 0 to 100.
    pub score: u8,
    /// The probability of success that was estimated for each tier, the lowest first, 0 to 1.
    pub success: Option<[f32; 5]>,
    /// The tier of the model that answered.
    #[serde(serialize_with = "word")]
    pub tier: Tier,
    /// The model that answered.
    pub model: &'a str,
    /// How good the answer was.
    pub feedback: Rating,
}

impl Receipt {
    /// The example that this receipt makes; nothing unless a model with a tier has answered, the
    /// request was scored, and somebody has rated the answer.
    pub fn example(&self) -> Option<Example<'_>> {
        let served = self.served.as_ref()?;
        Some(Example {
            request_id: &self.request_id,
            score: self.score?,
            success: self
                .success
                .map(|each| each.map(|per_mille| f32::from(per_mille) / 1_000.0)),
            tier: served.tier?,
            model: &served.model,
            feedback: self.feedback.as_ref()?.rating,
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn word<S: serde::Serializer>(tier: &Tier, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(tier.as_str())
}
