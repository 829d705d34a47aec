//! The error object that OpenAI's clients expect.

use bytes::Bytes;
use serde::Serialize;

/// `{"error": {message, type, param, code, …}}`, the only shape in which errors leave an OpenAI front.
///
/// Members after `code` are ours; clients ignore what they do not know.
#[derive(Clone, Debug, Serialize)]
pub struct Envelope<'a> {
    /// The error itself.
    pub error: Body<'a>,
}

/// The inside of an [`Envelope`].
#[derive(Clone, Debug, Default, Serialize)]
pub struct Body<'a> {
    /// What went wrong and what to do about it, for a person.
    pub message: &'a str,
    /// OpenAI's `type`, such as `invalid_request_error`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The request member at fault.
    pub param: Option<&'a str>,
    /// A stable word that programs match on, such as `model_not_found`.
    pub code: Option<&'a str>,
    /// Whose fault it was and of what nature: `auth`, `quota`, `validation`, `provider`, `timeout`, `internal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<&'a str>,
    /// Whether the same request may succeed later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retryable: Option<bool>,
    /// The provider that was asked last, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<&'a str>,
    /// The HTTP status of that provider's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_status: Option<u16>,
    /// True when part of a streamed answer had been sent before the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial: Option<bool>,
    /// The request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
}

impl Envelope<'_> {
    /// The JSON text.
    pub fn to_bytes(&self) -> Bytes {
        // strings, numbers and booleans always serialise
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}
