//! Why an answer ended, in the words of the hosts.

use crate::fault::{Cause, Fault};
use crate::inner::{Stop, Text};

/// What a finish reason means; `called` tells whether the answer calls tools.
///
/// # Errors
/// A [`Fault`] where the host says by it that it has failed.
pub(super) fn stop(reason: &Text<'_>, called: bool) -> Result<Stop, Fault> {
    Ok(match reason.inside() {
        "length" | "max_tokens" | "model_context_window_exceeded" | "model_length" => Stop::Length,
        "content_filter" | "refusal" | "sensitive" => Stop::ContentFilter,
        "function_call" | "tool_calls" | "tool_use" => Stop::ToolCalls,
        // OpenRouter and Mistral, DeepSeek, Z.ai
        "error" | "insufficient_system_resource" | "network_error" => {
            let message = format!("the answer ended with finish reason {}", reason.inside());
            return Err(Fault::new(Cause::Invalid, 200, message));
        }
        // a forced call ends with `stop` at OpenAI, and with an empty reason at xAI
        _ if called => Stop::ToolCalls,
        _ => Stop::End,
    })
}
