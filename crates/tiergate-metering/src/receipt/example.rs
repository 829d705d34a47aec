//! A rated request in the form from which the scorer is tuned.

use serde::Serialize;
use tiergate_catalog::Tier;
use tiergate_wire::feedback::Rating;

use super::{Receipt, Verdict};

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
    /// Who says so.
    pub source: Source,
}

/// Who says how good an answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The client that got it.
    Client,
    /// The judge of a shadow run.
    Shadow,
}

impl Receipt {
    /// The example that this receipt makes; nothing unless a model with a tier has answered, the
    /// request was scored, and somebody has rated the answer: its client, whose word counts, or else the
    /// judge of a shadow run.
    pub fn example(&self) -> Option<Example<'_>> {
        let served = self.served.as_ref()?;
        let (feedback, source) = self.rating()?;
        Some(Example {
            request_id: &self.request_id,
            score: self.score?,
            success: self
                .success
                .map(|each| each.map(|per_mille| f32::from(per_mille) / 1_000.0)),
            tier: served.tier?,
            model: &served.model,
            feedback,
            source,
        })
    }

    fn rating(&self) -> Option<(Rating, Source)> {
        if let Some(said) = &self.feedback {
            return Some((said.rating, Source::Client));
        }
        match self.shadow.as_ref()?.verdict {
            Verdict::AsGood => Some((Rating::GOOD, Source::Shadow)),
            Verdict::Worse => Some((Rating::BAD, Source::Shadow)),
            Verdict::None(_) => None,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn word<S: serde::Serializer>(tier: &Tier, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(tier.as_str())
}
