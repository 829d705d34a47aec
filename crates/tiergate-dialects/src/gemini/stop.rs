//! Why an answer ended.

use crate::fault::{Cause, Fault};
use crate::inner::{Stop, Text};

/// The end of an answer.
#[derive(Debug)]
pub(super) struct Ended<'a> {
    pub(super) stop: Stop,
    pub(super) native: Text<'a>,
}

/// The account is limited or disabled: others may be answered.
const DISABLED: &str = "PUP_LIMITED_DISABLED";

/// The model failed, however much it said.
const FAULTS: [&str; 6] = [
    "MALFORMED_FUNCTION_CALL",
    "MALFORMED_RESPONSE",
    "MISSING_THOUGHT_SIGNATURE",
    "OTHER",
    "TOO_MANY_TOOL_CALLS",
    "UNEXPECTED_TOOL_CALL",
];

const FILTERED: [&str; 9] = [
    "BLOCKLIST",
    "ESCALATION",
    "LANGUAGE",
    "MODEL_ARMOR",
    "NO_IMAGE",
    "PROHIBITED_CONTENT",
    "RECITATION",
    "SAFETY",
    "SPII",
];

/// What a finish reason means; `None` for the one that says nothing.
///
/// # Errors
/// A [`Fault`] when the model failed.
pub(super) fn read<'a>(
    reason: Text<'a>,
    message: Option<&Text<'_>>,
    has_called: bool,
) -> Result<Option<Ended<'a>>, Fault> {
    let word = reason.inside();
    if word == DISABLED || FAULTS.contains(&word) {
        let text = message.map_or_else(String::new, |message| format!(": {}", message.value()));
        let mut fault = Fault::invalid(format!("the answer ended with finish reason {word}{text}"));
        fault.code = Some(word.to_owned());
        if word == DISABLED {
            fault.cause = Cause::Auth;
        }
        return Err(fault);
    }
    let stop = match word {
        "" | "FINISH_REASON_UNSPECIFIED" => return Ok(None),
        "MAX_TOKENS" | "CONTINUATION" => Stop::Length,
        _ if FILTERED.contains(&word) || word.starts_with("IMAGE_") => Stop::ContentFilter,
        _ if has_called => Stop::ToolCalls,
        _ => Stop::End,
    };
    Ok(Some(Ended {
        stop,
        native: reason,
    }))
}
