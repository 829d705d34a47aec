//! What an error of Responses means.

use crate::fault::{Cause, Fault};
use crate::openai::{self, Quirks};

/// Reads an error body that came with `status`; the vendor has no header for the kind.
pub fn fault(status: u16, _kind: Option<&str>, body: &[u8]) -> Fault {
    let mut fault = openai::fault(status, body, Quirks::COMPATIBLE);
    if fault.cause == Cause::Invalid
        && let Some(cause) = fault.code.as_deref().and_then(by_code)
    {
        fault.cause = cause;
    }
    fault
}

/// The codes of an answer that failed, which comes with status 200.
fn by_code(code: &str) -> Option<Cause> {
    match code {
        "server_error" | "vector_store_timeout" => Some(Cause::Server),
        "bio_policy" | "image_content_policy_violation" | "misalignment_policy_violation" => {
            Some(Cause::ContentFilter)
        }
        "data_residency_mismatch" | "invalid_prompt" | "invalid_encrypted_content" => {
            Some(Cause::BadRequest)
        }
        _ if code.contains("image") => Some(Cause::BadRequest),
        _ => None,
    }
}
