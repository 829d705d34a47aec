//! What the errors of vendors mean.

use serde_json::error::Category;

/// What a vendor's error means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub cause: Cause,
    /// The HTTP status, or the one that the body claims when the HTTP status is a success.
    pub status: u16,
    /// What the vendor said; may repeat what it was sent, credentials included.
    pub message: String,
    /// The vendor's own code.
    pub code: Option<String>,
    /// The request member at fault.
    pub param: Option<String>,
    /// When to come back, where the body tells it: a duration such as `46s`, or milliseconds since
    /// the Unix epoch.
    pub wait: Option<String>,
}

/// What went wrong, as far as an error body tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The credential was refused.
    Auth,
    /// The request is wrong.
    BadRequest,
    /// The account has no money or quota left.
    Billing,
    /// The content was refused by policy.
    ContentFilter,
    /// The input is longer than the model's context window.
    ContextTooLong,
    /// A success status with something that is no answer.
    Invalid,
    /// The request has gone round in a circle.
    Looped,
    /// The model or address is not known.
    NotFound,
    /// Too much to do at the moment.
    Overloaded,
    /// Too many requests or tokens in a period.
    RateLimited,
    /// A fault of the vendor.
    Server,
    /// The request has too many bytes.
    TooLarge,
    /// The request was understood and refused.
    Unprocessable,
}

impl Fault {
    /// A fault without more than its cause, status and text.
    pub fn new(cause: Cause, status: u16, message: impl Into<String>) -> Self {
        Self {
            cause,
            status,
            message: message.into(),
            code: None,
            param: None,
            wait: None,
        }
    }

    /// A success status with something that is no answer.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Cause::Invalid, 200, message)
    }

    /// A success status with something that cannot be read: what it is, and where and how it is wrong. Nothing of
    /// it is repeated, since it may hold anything.
    pub(crate) fn unreadable(what: &str, error: &serde_json::Error) -> Self {
        let why = match error.classify() {
            Category::Eof => "it is cut off",
            Category::Data => "a value is not of the kind that belongs there",
            Category::Io | Category::Syntax => "it is no JSON",
        };
        let place = match (error.line(), error.column()) {
            (0, _) => String::new(),
            (line, column) => format!(" (line {line}, column {column})"),
        };
        Self::invalid(format!("{what} is not readable: {why}{place}"))
    }
}

/// What a status alone means; `kind` is the type that the body names.
pub(crate) fn by_status(status: u16, kind: Option<&str>) -> Cause {
    match status {
        400 => Cause::BadRequest,
        401 | 403 => Cause::Auth,
        402 => Cause::Billing,
        404 | 410 => Cause::NotFound,
        // 498: Groq's flex capacity is used up
        408 | 409 | 425 | 498 | 503 | 529 => Cause::Overloaded,
        413 => Cause::TooLarge,
        422 => Cause::Unprocessable,
        429 => Cause::RateLimited,
        508 => Cause::Looped,
        // the others are about the way that a request takes, and no client chooses that
        405..=599 => Cause::Server,
        _ => match kind {
            Some("invalid_request_error" | "BadRequestError") => Cause::BadRequest,
            Some("server_error" | "api_error" | "internal_server_error") => Cause::Server,
            _ => Cause::Invalid,
        },
    }
}

/// The words by which vendors say that the input is longer than the window, in lower case.
const CONTEXT: [&str; 14] = [
    "prompt is too long",
    "exceed context limit",
    "input is too long for requested model",
    "exceeds the context window",
    "maximum context length",
    "maximum prompt length is",
    "reduce the length of the messages",
    "context window exceeds limit",
    "exceeded model token limit",
    "exceeds the available context size",
    "greater than the context length",
    "is longer than the model's context length",
    "maximum input length is",
    "context size has been exceeded",
];

/// Whether an error's text, in lower case, says that the input is longer than the window.
pub(crate) fn is_context(text: &str) -> bool {
    let both = |a, b| text.contains(a) && text.contains(b);
    CONTEXT.iter().any(|known| text.contains(known))
        || both("input token count", "exceeds the maximum")
        || both("current length is", "while limit is")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_client_can_get_wrong_is_its_fault() {
        let of_client = [Cause::BadRequest, Cause::TooLarge, Cause::Unprocessable];
        for status in 400..600 {
            let cause = by_status(status, Some("invalid_request_error"));
            let expected = matches!(status, 400 | 413 | 422);
            assert_eq!(of_client.contains(&cause), expected, "{status}: {cause:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        for text in [
            r#"{"a":"canary"}"#,
            r#"["canary""#,
            "canary",
            r#"[1,2,"canary"]"#,
        ] {
            let error = serde_json::from_str::<Vec<u8>>(text).unwrap_err();
            let fault = Fault::unreadable("the answer", &error);
            assert!(!fault.message.contains("canary"), "{}", fault.message);
            assert!(fault.message.contains("line 1"), "{}", fault.message);
        }
    }
}
