use serde::Deserialize;
use tiergate_dialects::bedrock::sigv4::{Call, Credentials, path, sign};

use crate::fixture;

#[derive(Deserialize)]
struct Case {
    host: String,
    region: String,
    path: String,
    body: String,
    session_token: Option<String>,
    seconds: i64,
    date: String,
    content_sha256: String,
    authorization: String,
}

/// The fixture is what botocore 1.44.8's `SigV4Auth` gave for these requests at these times, with the header
/// `x-amz-content-sha256` set before.
#[test]
fn signatures_are_those_of_botocore() {
    let cases: Vec<Case> = serde_json::from_slice(&fixture("bedrock/sigv4_botocore.json")).unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let call = Call {
            host: &case.host,
            path: &case.path,
            content_type: "application/json",
            body: case.body.as_bytes(),
        };
        let keys = Credentials {
            access_key: "AKIDEXAMPLE",
            secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            session_token: case.session_token.as_deref(),
        };
        let signed = sign(&call, &keys, &case.region, case.seconds);
        assert_eq!(signed.date, case.date);
        assert_eq!(signed.content_sha256, case.content_sha256);
        assert_eq!(signed.authorization, case.authorization);
        assert_eq!(signed.security_token, case.session_token);
    }
}

#[test]
fn colons_and_slashes_of_model_ids_are_encoded() {
    let arn = "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-opus-4-6-v1";
    assert_eq!(
        path(arn, "converse-stream"),
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.anthropic.claude-opus-4-6-v1/converse-stream"
    );
}
