//! An error in the envelope of Anthropic's clients.

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
