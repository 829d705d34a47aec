//! Errors, both ways.

use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::anthropic::{error_body, error_kind, fault};

#[test]
fn every_error_has_its_cause() {
    let check = |status, body: &[u8], cause, claimed| {
        let fault = fault(status, None, body);
        assert_eq!((fault.cause, fault.status), (cause, claimed), "{fault:?}");
    };
    let context = include_bytes!("../fixtures/anthropic/error_400_context.json");
    let sampling = include_bytes!("../fixtures/anthropic/error_400_sampling.json");
    let overloaded = include_bytes!("../fixtures/anthropic/error_529.json");
    check(400, context, Cause::ContextTooLong, 400);
    check(400, sampling, Cause::BadRequest, 400);
    assert_eq!(
        fault(400, None, sampling).param.as_deref(),
        Some("temperature")
    );
    check(529, overloaded, Cause::Overloaded, 529);
    check(200, overloaded, Cause::Overloaded, 529);
    for (kind, status, cause) in [
        ("invalid_request_error", 400, Cause::BadRequest),
        ("authentication_error", 401, Cause::Auth),
        ("billing_error", 402, Cause::Billing),
        ("permission_error", 403, Cause::Auth),
        ("not_found_error", 404, Cause::NotFound),
        ("conflict_error", 409, Cause::Overloaded),
        ("request_too_large", 413, Cause::TooLarge),
        ("rate_limit_error", 429, Cause::RateLimited),
        ("api_error", 500, Cause::Server),
        ("timeout_error", 504, Cause::Server),
        ("overloaded_error", 529, Cause::Overloaded),
    ] {
        let body = error_body(kind, "no", "req_1");
        check(status, &body, cause, status);
        check(200, &body, cause, status);
        assert_eq!(error_kind(status), kind);
    }
    let low = error_body(
        "invalid_request_error",
        "Your credit balance is too low",
        "r",
    );
    check(400, &low, Cause::Billing, 400);
    check(502, b"<html>", Cause::Server, 502);
    check(404, br#"{"message":"nothing here"}"#, Cause::NotFound, 404);
}

#[test]
fn errors_are_written_as_the_vendor_does() {
    let body: Value = serde_json::from_slice(&error_body("api_error", "a\"b", "req_1")).unwrap();
    assert_eq!(
        body,
        json!({"type": "error", "error": {"type": "api_error", "message": "a\"b"}, "request_id": "req_1"})
    );
    assert_eq!(error_kind(422), "invalid_request_error");
    assert_eq!(error_kind(502), "api_error");
    assert_eq!(error_kind(503), "overloaded_error");
}
