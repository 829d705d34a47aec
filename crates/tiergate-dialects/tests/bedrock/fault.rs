use tiergate_dialects::Cause;
use tiergate_dialects::bedrock::fault;

use crate::fixture;

#[track_caller]
fn check(status: u16, kind: &str, body: &str, cause: Cause) {
    let kind = Some(kind).filter(|kind| !kind.is_empty());
    let read = fault(status, kind, body.as_bytes());
    assert_eq!(read.cause, cause, "{read:?}");
    assert!(!read.message.is_empty());
}

#[test]
fn causes_are_told_by_type_and_words() {
    let body = r#"{"message":"no"}"#;
    check(
        400,
        "ValidationException:http://internal.amazon.com/coral/",
        body,
        Cause::BadRequest,
    );
    check(403, "AccessDeniedException", body, Cause::Auth);
    check(403, "UnrecognizedClientException", body, Cause::Auth);
    check(403, "ExpiredTokenException", body, Cause::Auth);
    check(404, "ResourceNotFoundException", body, Cause::NotFound);
    check(408, "ModelTimeoutException", body, Cause::Overloaded);
    check(424, "ModelErrorException", body, Cause::Server);
    check(429, "ThrottlingException", body, Cause::RateLimited);
    check(429, "ModelNotReadyException", body, Cause::RateLimited);
    check(500, "InternalServerException", body, Cause::Server);
    check(503, "ServiceUnavailableException", body, Cause::Overloaded);
    check(400, "ServiceQuotaExceededException", body, Cause::Billing);
    check(418, "", "<html>", Cause::Server);
    check(429, "", "", Cause::RateLimited);
    check(
        400,
        "",
        r#"{"__type":"com.amazon.coral#ThrottlingException","message":"x"}"#,
        Cause::RateLimited,
    );

    let no_access =
        r#"{"message":"You don't have access to the model with the specified model ID."}"#;
    check(403, "AccessDeniedException", no_access, Cause::NotFound);
    let profile = r#"{"message":"Invocation of model ID x with on-demand throughput isn’t supported. Retry with an inference profile."}"#;
    check(400, "ValidationException", profile, Cause::NotFound);
    let unknown = r#"{"message":"The provided model identifier is invalid."}"#;
    check(400, "ValidationException", unknown, Cause::NotFound);
    let day = r#"{"message":"Too many tokens per day, please wait before trying again."}"#;
    check(429, "ThrottlingException", day, Cause::Billing);
}

#[test]
fn the_fixtures_are_understood() {
    let long = fault(
        400,
        Some("ValidationException"),
        &fixture("bedrock/error_400.json"),
    );
    assert_eq!(long.cause, Cause::ContextTooLong);
    assert_eq!(long.code.as_deref(), Some("ValidationException"));
    let refused = fault(403, None, &fixture("bedrock/error_403.json"));
    assert_eq!(refused.cause, Cause::Auth);
    assert_eq!(
        refused.message,
        "The security token included in the request is invalid."
    );
}
