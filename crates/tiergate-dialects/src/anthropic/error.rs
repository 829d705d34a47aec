//! Errors, both ways.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::fault::{Cause, Fault, by_status, is_context};

/// The types of errors, and the status that each has.
const KINDS: [(&str, u16); 11] = [
    ("invalid_request_error", 400),
    ("authentication_error", 401),
    ("billing_error", 402),
    ("permission_error", 403),
    ("not_found_error", 404),
    ("conflict_error", 409),
    ("request_too_large", 413),
    ("rate_limit_error", 429),
    ("api_error", 500),
    ("timeout_error", 504),
    ("overloaded_error", 529),
];

/// Reads an error body that came with `status`, or an error inside a success.
pub fn fault(status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = &body["error"];
    let kind = error["type"].as_str().or(kind);
    let named = KINDS.iter().find(|(known, _)| Some(*known) == kind);
    let status = match named {
        Some((_, named)) if status < 300 => *named,
        _ => status,
    };
    let told = [&error["message"], error, &body["message"], &body["detail"]];
    let message = told.into_iter().find_map(Value::as_str);
    Fault {
        param: message.and_then(param).map(str::to_owned),
        code: error["details"]["error_code"]
            .as_str()
            .or(kind)
            .map(str::to_owned),
        ..Fault::new(
            cause(status, kind, message.unwrap_or_default()),
            status,
            message.map_or_else(
                || format!("status {status} without a readable error"),
                str::to_owned,
            ),
        )
    }
}

fn cause(status: u16, kind: Option<&str>, message: &str) -> Cause {
    let text = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match kind.unwrap_or_default() {
        "authentication_error" | "permission_error" => Cause::Auth,
        "billing_error" => Cause::Billing,
        "not_found_error" => Cause::NotFound,
        "overloaded_error" => Cause::Overloaded,
        "rate_limit_error" => Cause::RateLimited,
        "request_too_large" => Cause::TooLarge,
        "api_error" | "timeout_error" if status >= 500 => by_status(status, kind),
        _ if status == 400 && is_context(&text) => Cause::ContextTooLong,
        // a message about a member of the request may repeat anything
        _ if status == 400
            && param(message).is_none()
            && says(&["credit balance", "spend limit", "usage limit"]) =>
        {
            Cause::Billing
        }
        _ if status == 400 && says(&["content filtering policy"]) => Cause::ContentFilter,
        _ => by_status(status, kind),
    }
}

/// The member that a message such as `messages.0.content: Field required` begins with.
fn param(message: &str) -> Option<&str> {
    let (place, _) = message.split_once(": ")?;
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    let is_name = place.starts_with(|first: char| first.is_ascii_lowercase());
    (is_name && place.bytes().all(named)).then_some(place)
}

/// The body of an error for a client; `kind` is its type, such as `api_error`.
pub fn error_body(kind: &str, message: &str, request_id: &str) -> Bytes {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        error: Error<'a>,
        request_id: &'a str,
    }
    #[derive(Serialize)]
    struct Error<'a> {
        #[serde(rename = "type")]
        kind: &'a str,
        message: &'a str,
    }
    let body = Body {
        kind: "error",
        error: Error { kind, message },
        request_id,
    };
    serde_json::to_vec(&body).unwrap_or_default().into()
}

/// The type of an error that a client is told with `status`.
pub fn error_kind(status: u16) -> &'static str {
    let known = KINDS.iter().find(|(_, known)| *known == status);
    match known {
        Some((kind, _)) => kind,
        None if status == 503 => "overloaded_error",
        None if status >= 500 => "api_error",
        None => "invalid_request_error",
    }
}
