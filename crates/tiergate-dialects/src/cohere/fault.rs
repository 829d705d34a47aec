//! What Cohere's errors mean.

use serde::Deserialize;

use crate::fault::{Cause, Fault, by_status, is_context};

/// Reads an error body, `{"id":"…","message":"…"}`; Cohere names no kind in its headers.
pub fn fault(status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
    #[derive(Default, Deserialize)]
    struct Told {
        message: Option<String>,
    }
    let told: Told = serde_json::from_slice(body).unwrap_or_default();
    let message = told.message.filter(|message| !message.is_empty());
    let text = message.as_deref().unwrap_or_default().to_lowercase();
    let cause = cause(status, kind, &text);
    let message = message.unwrap_or_else(|| format!("status {status} without a readable error"));
    Fault::new(cause, status, message)
}

/// The fault of an answer that ended with a reason that is none, or `None`.
pub(super) fn ended(reason: &str, said: Option<&str>) -> Option<Fault> {
    let cause = match reason {
        "ERROR" => Cause::Server,
        "TIMEOUT" => Cause::Overloaded,
        "ERROR_LIMIT" => Cause::ContextTooLong,
        _ => return None,
    };
    let message = match said {
        Some(said) => format!("the answer ended with {reason}: {said}"),
        None => format!("the answer ended with {reason}"),
    };
    Some(Fault::new(cause, 200, message))
}

fn cause(status: u16, kind: Option<&str>, text: &str) -> Cause {
    let refused = matches!(status, 200..=299 | 400 | 422);
    match status {
        _ if refused && (is_context(text) || text.contains("too many tokens")) => {
            Cause::ContextTooLong
        }
        // the token is invalid
        498 => Cause::Auth,
        // a trial key's calls of a month are used up; those of a minute come back
        429 if text.contains("month") => Cause::Billing,
        _ if text.starts_with("invalid api token") => Cause::Auth,
        _ => by_status(status, kind),
    }
}
