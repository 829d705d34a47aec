//! An error as clients of other dialects than chat completions expect it.

use bytes::Bytes;
use serde::Serialize;
use tiergate_wire::error::Body as ErrorBody;

/// `{"type": "error", "error": {type, message, …}, "request_id": …}`.
///
/// Clients read the type and the message; the other members are those of OpenAI's envelope.
#[derive(Serialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    error: ErrorBody<'a>,
    request_id: &'a str,
}

/// An error as a client of Messages expects it, under Anthropic's own word for its kind.
pub(crate) fn messages<'a>(error: &ErrorBody<'a>, kind: &'a str, request_id: &'a str) -> Bytes {
    let envelope = Envelope {
        kind: "error",
        error: ErrorBody {
            kind,
            request_id: None,
            ..error.clone()
        },
        request_id,
    };
    // strings, numbers and booleans always serialise
    serde_json::to_vec(&envelope).unwrap_or_default().into()
}

/// `{"type": "error", code, message, param, sequence_number, …}`.
#[derive(Serialize)]
struct ErrorEvent<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    code: Option<&'a str>,
    message: &'a str,
    param: Option<&'a str>,
    sequence_number: usize,
    class: Option<&'a str>,
    retryable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_status: Option<u16>,
    partial: Option<bool>,
    request_id: Option<&'a str>,
}

/// An error as the event of this number, as a client of Responses expects it in a stream.
pub(crate) fn responses(error: &ErrorBody<'_>, sequence_number: usize) -> Bytes {
    let event = ErrorEvent {
        kind: "error",
        code: error.code,
        message: error.message,
        param: error.param,
        sequence_number,
        class: error.class,
        retryable: error.retryable,
        provider: error.provider,
        provider_status: error.provider_status,
        partial: error.partial,
        request_id: error.request_id,
    };
    // strings, numbers and booleans always serialise
    serde_json::to_vec(&event).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_anthropics_with_our_members_inside() {
        let error = ErrorBody {
            message: "busy",
            kind: "api_error",
            code: Some("upstream_overloaded"),
            retryable: Some(true),
            request_id: Some("req_1"),
            ..ErrorBody::default()
        };
        assert_eq!(
            messages(&error, "overloaded_error", "req_1"),
            r#"{"type":"error","error":{"message":"busy","type":"overloaded_error","param":null,"code":"upstream_overloaded","retryable":true},"request_id":"req_1"}"#
        );
    }
}
