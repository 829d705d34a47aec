//! What Ollama's errors mean.

use serde::Deserialize;
use serde_json::Value;

use crate::fault::{Cause, Fault, by_status, is_context};

/// Reads an error body, `{"error":"…"}`; Ollama names no kind in its headers.
///
/// A line of a stream can be one too: its status is then 200.
pub fn fault(status: u16, kind: Option<&str>, body: &[u8]) -> Fault {
    #[derive(Default, Deserialize)]
    struct Told {
        #[serde(default)]
        error: Value,
    }
    let told: Told = serde_json::from_slice(body).unwrap_or_default();
    let message = match &told.error {
        Value::String(text) => Some(text.as_str()),
        // the shape of the other surface, which stands behind some proxies
        other => other["message"].as_str(),
    };
    let message = message.filter(|message| !message.is_empty());
    let text = message.unwrap_or_default().to_lowercase();
    let lacking = LACKING.iter().find(|(words, _)| text.contains(words));
    let cause = match status {
        _ if is_context(&text) => Cause::ContextTooLong,
        _ if lacking.is_some() => Cause::Unprocessable,
        200..=299 if text.contains("not found") => Cause::NotFound,
        200..=299 if text.contains("server busy") => Cause::Overloaded,
        200..=299 if message.is_some() => Cause::Server,
        _ => by_status(status, kind),
    };
    Fault {
        param: lacking.map(|(_, param)| (*param).to_owned()),
        ..Fault::new(
            cause,
            status,
            message.map_or_else(
                || format!("status {status} without a readable error"),
                ToOwned::to_owned,
            ),
        )
    }
}

/// What a model cannot do, in the server's words, and the member that asked for it.
const LACKING: [(&str, &str); 2] = [
    ("does not support thinking", "reasoning_effort"),
    ("does not support tools", "tools"),
];
