//! Google's errors.

use serde_json::{Value, json};
use tiergate_dialects::gemini::fault;
use tiergate_dialects::{Cause, Fault};

use crate::fixture;

fn told(code: u16, status: &str, message: &str, details: &Value) -> Fault {
    let error = json!({"code": code, "message": message, "status": status, "details": details});
    fault(code, None, json!({"error": error}).to_string().as_bytes())
}

fn quota(id: &str) -> Value {
    json!([{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": id}]}])
}

#[test]
fn an_invalid_key_is_a_400() {
    let read = fault(400, None, &fixture("error_400_key.json"));
    assert_eq!(read.cause, Cause::Auth);
    assert_eq!(read.code.as_deref(), Some("API_KEY_INVALID"));
    assert_eq!(read.message, "API key not valid.");
}

#[test]
fn a_minutes_quota_is_waited_for_and_a_days_is_not() {
    let read = fault(429, None, &fixture("error_429.json"));
    assert_eq!(
        (read.cause, read.wait.as_deref()),
        (Cause::RateLimited, Some("46s"))
    );

    let exhausted =
        |message: &str, details: &Value| told(429, "RESOURCE_EXHAUSTED", message, details);
    let day = exhausted(
        "Quota exceeded.",
        &quota("GenerateRequestsPerDayPerProject"),
    );
    assert_eq!(day.cause, Cause::Billing);
    let never = exhausted(
        "* Quota exceeded for metric: x, limit: 0, model: y",
        &quota("PerMinute"),
    );
    assert_eq!(never.cause, Cause::Billing);
    let some = exhausted("limit: 0.5. Please retry in 10h17m5.7s.", &Value::Null);
    assert_eq!(
        (some.cause, some.wait.as_deref()),
        (Cause::RateLimited, Some("10h17m5.7s"))
    );
}

#[test]
fn words_say_what_went_wrong() {
    for (code, status, message, cause) in [
        (
            503,
            "UNAVAILABLE",
            "The model is overloaded.",
            Cause::Overloaded,
        ),
        (
            400,
            "INVALID_ARGUMENT",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            Cause::ContextTooLong,
        ),
        (
            400,
            "INVALID_ARGUMENT",
            "Unknown name \"x\"",
            Cause::BadRequest,
        ),
        (
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use.",
            Cause::Auth,
        ),
        (
            400,
            "INVALID_ARGUMENT",
            "Request payload size exceeds the limit",
            Cause::TooLarge,
        ),
        (401, "UNAUTHENTICATED", "no", Cause::Auth),
        (403, "PERMISSION_DENIED", "no", Cause::Auth),
        (404, "NOT_FOUND", "models/x is not found", Cause::NotFound),
        (500, "INTERNAL", "oops", Cause::Server),
        (504, "DEADLINE_EXCEEDED", "late", Cause::Server),
    ] {
        assert_eq!(
            told(code, status, message, &Value::Null).cause,
            cause,
            "{message}"
        );
    }
    let field = json!([{"fieldViolations": [{"field": "contents[0].parts"}]}]);
    let read = told(400, "INVALID_ARGUMENT", "bad", &field);
    assert_eq!(read.param.as_deref(), Some("contents[0].parts"));
}

#[test]
fn statuses_speak_where_bodies_do_not() {
    let read = fault(502, None, b"<html>");
    assert_eq!(read.cause, Cause::Server);
    assert_eq!(read.message, "status 502 without a readable error");
    assert_eq!(fault(429, None, b"").cause, Cause::RateLimited);
}
