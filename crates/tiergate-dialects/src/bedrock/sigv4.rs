//! Signatures of requests: AWS Signature Version 4.
//!
//! Of our own over `sha2` and `hmac`: the crate `aws-sigv4` would bring some twenty packages more, a second `syn`
//! and a second library of dates among them, reads `SystemTime` and knows all services where one is needed;
//! `reqsign` brings more still. The rules have not changed since 2012, and the tests compare with botocore's signer.

use std::fmt::{self, Write as _};

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// The name that Bedrock's runtime signs under.
const SERVICE: &str = "bedrock";

/// Who signs.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The id of the access key.
    pub access_key: &'a str,
    /// The secret access key.
    pub secret_key: &'a str,
    /// The token that goes with temporary keys.
    pub session_token: Option<&'a str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Credentials");
        shown.field("access_key", &self.access_key);
        shown.finish_non_exhaustive()
    }
}

/// What is signed: a POST with a body of JSON.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The header `host`, with the port where it is not the usual one.
    pub host: &'a str,
    /// The path as it is sent, as [`path`] gives it.
    pub path: &'a str,
    /// The header `content-type`.
    pub content_type: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// The headers to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The header `authorization`.
    pub authorization: String,
    /// The header `x-amz-date`.
    pub date: String,
    /// The header `x-amz-content-sha256`.
    pub content_sha256: String,
    /// The header `x-amz-security-token`, for temporary keys.
    pub security_token: Option<String>,
}

/// Signs a request as of `seconds` since the Unix epoch; the service takes it for some minutes around that time.
///
/// ```
/// use tiergate_dialects::bedrock::sigv4::{Call, Credentials, path, sign};
///
/// let path = path("amazon.nova-lite-v1:0", "converse");
/// assert_eq!(path, "/model/amazon.nova-lite-v1%3A0/converse");
/// let call = Call {
///     host: "bedrock-runtime.us-east-1.amazonaws.com",
///     path: &path,
///     content_type: "application/json",
///     body: b"{}",
/// };
/// let keys = Credentials { access_key: "AKIDEXAMPLE", secret_key: "secret", session_token: None };
/// let signed = sign(&call, &keys, "us-east-1", 1_795_000_000);
/// assert_eq!(signed.date, "20261118T110640Z");
/// assert!(signed.authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261118/us-east-1/bedrock/"));
/// ```
pub fn sign(call: &Call<'_>, keys: &Credentials<'_>, region: &str, seconds: i64) -> Signed {
    let date = stamp(seconds);
    let content_sha256 = hex(&Sha256::digest(call.body));
    // in the order of their names
    let mut headers = vec![
        ("content-type", call.content_type),
        ("host", call.host),
        ("x-amz-content-sha256", &content_sha256),
        ("x-amz-date", &date),
    ];
    headers.extend(
        keys.session_token
            .map(|token| ("x-amz-security-token", token)),
    );
    let canonical = Canonical {
        method: "POST",
        path: call.path,
        headers: &headers,
        content_sha256: &content_sha256,
    };
    let authorization = canonical.authorization(keys, region, SERVICE, &date);
    Signed {
        authorization,
        content_sha256,
        date,
        security_token: keys.session_token.map(str::to_owned),
    }
}

/// The path of an operation (`converse`, `converse-stream`, `invoke`) on a model, whose id may be an ARN.
pub fn path(model: &str, operation: &str) -> String {
    format!("/model/{}/{operation}", utf8_percent_encode(model, SEGMENT))
}

/// What is encoded in one segment of a path: all but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What is encoded in a path as a whole.
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// A request in the form that is signed.
struct Canonical<'a> {
    method: &'a str,
    /// As it is sent: encoded once.
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    content_sha256: &'a str,
}

impl Canonical<'_> {
    fn authorization(
        &self,
        keys: &Credentials<'_>,
        region: &str,
        service: &str,
        date: &str,
    ) -> String {
        let day = date.get(..8).unwrap_or(date);
        let scope = format!("{day}/{region}/{service}/aws4_request");
        let signed = self.signed_headers();
        let digest = hex(&Sha256::digest(self.text(&signed)));
        let subject = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}");
        let key = signing_key(keys.secret_key, day, region, service);
        let signature = hex(&hmac(&key, &subject));
        let id = keys.access_key;
        format!(
            "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}"
        )
    }

    fn signed_headers(&self) -> String {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        names.join(";")
    }

    fn text(&self, signed_headers: &str) -> String {
        // the path is encoded once more, as for every service but S3
        let path = utf8_percent_encode(self.path, PATH);
        let mut text = format!("{}\n{path}\n\n", self.method);
        for (name, value) in self.headers {
            text.push_str(name);
            text.push(':');
            text.push_str(&one_space(value));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(signed_headers);
        text.push('\n');
        text.push_str(self.content_sha256);
        text
    }
}

/// A header's value without space around it and with one space for each run of them.
fn one_space(value: &str) -> String {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    words.join(" ")
}

fn signing_key(secret: &str, day: &str, region: &str, service: &str) -> [u8; 32] {
    let mut key = hmac(format!("AWS4{secret}").as_bytes(), day);
    for part in [region, service, "aws4_request"] {
        key = hmac(&key, part);
    }
    key
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        // keys of every length are taken
        return [0; 32];
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // writing to memory cannot fail
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `20150830T123600Z`; a time that no calendar has is taken for the epoch, and the service refuses it.
fn stamp(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    #[test]
    fn the_key_is_derived_as_documented() {
        // the example of "Deriving the signing key" in AWS's general reference
        let key = signing_key(SECRET, "20150830", "us-east-1", "iam");
        let known = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
        assert_eq!(hex(&key), known);
    }

    #[test]
    fn the_vanilla_request_of_the_test_suite_is_signed_as_published() {
        // `get-vanilla` of AWS's Signature Version 4 test suite
        let empty = hex(&Sha256::digest(b""));
        let canonical = Canonical {
            method: "GET",
            path: "/",
            headers: &[
                ("host", "example.amazonaws.com"),
                ("x-amz-date", "20150830T123600Z"),
            ],
            content_sha256: &empty,
        };
        let keys = Credentials {
            access_key: "AKIDEXAMPLE",
            secret_key: SECRET,
            session_token: None,
        };
        let known = "AWS4-HMAC-SHA256 \
            Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
            SignedHeaders=host;x-amz-date, \
            Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        let date = stamp(1_440_938_160);
        assert_eq!(date, "20150830T123600Z");
        let signed = canonical.authorization(&keys, "us-east-1", "service", &date);
        assert_eq!(signed, known);
    }

    #[test]
    fn secrets_are_not_shown() {
        let keys = Credentials {
            access_key: "AKIDEXAMPLE",
            secret_key: SECRET,
            session_token: Some("token"),
        };
        let shown = format!("{keys:?}");
        assert!(!shown.contains(SECRET) && !shown.contains("token"));
    }
}
