//! Whether a whole answer is one.

use tiergate_wire::chat::{Answer, Choices};
use tiergate_wire::usage::Usage;

use super::even::is_uneven_reason;
use super::fault::fault;
use super::quirks::{Quirks, Row};
use super::usage::usage;
use crate::fault::Fault;
use crate::json::Json;

/// What is read of a valid answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The tokens, if the host told them.
    pub usage: Option<Usage>,
    /// Whether [`even`](super::even) has something to do.
    pub uneven: bool,
    /// Raw bytes of what was said, for an estimate where usage is missing.
    pub output_bytes: u64,
}

/// Reads the body of a success.
///
/// # Errors
/// A [`Fault`] when the body is no answer: not JSON or cut off, without choices, messages or finish reasons, an error in
/// spite of its status, or an answer whose finish reason reports a fault of the host.
pub fn answer(body: &[u8], quirks: &Quirks) -> Result<Checked, Fault> {
    let read = Answer::parse(body)
        .map_err(|invalid| Fault::invalid(format!("the answer is not readable: {invalid}")))?;
    if read.error.is_some() || quirks.has(Row::BaseResp) && has_base_resp_error(body) {
        return Err(fault(200, body, quirks));
    }
    if read.choices == 0 {
        return Err(match Json::new(body).get("object").and_then(Json::string) {
            Some(b"error") => fault(200, body, quirks),
            _ => Fault::invalid("the answer has no choices"),
        });
    }
    if let Some(reason) = read.odd_reason.and_then(named_fault) {
        return Err(Fault::invalid(format!(
            "the answer ended with finish reason {reason}"
        )));
    }
    if let Some(lack) = lack(&read, quirks) {
        return Err(Fault::invalid(lack));
    }
    Ok(Checked {
        usage: read.usage.and_then(|raw| usage(raw, quirks)),
        uneven: read.listed || read.odd_reason.is_some_and(is_uneven_reason),
        output_bytes: read.output_bytes,
    })
}

/// What is missing in choices that nobody could be answered with.
fn lack(read: &Answer<'_>, quirks: &Quirks) -> Option<&'static str> {
    if read.messages < read.choices {
        return Some("a choice of the answer has no message, or calls that are no list");
    }
    if !read.told.cover(Choices::first(1)) {
        return Some("the answer has no first choice");
    }
    let ended = if quirks.has(Row::DoneFinishes) {
        read.endless == 0
    } else {
        read.finished
    };
    (!ended).then_some("a choice of the answer has no finish reason")
}

pub(super) fn has_base_resp_error(body: &[u8]) -> bool {
    let base = Json::new(body).get("base_resp");
    let code = base.and_then(|base| base.get("status_code"));
    code.is_some_and(|code| code.raw() != b"0")
}

/// A finish reason in a chunk by which the host says that it failed.
pub(super) fn host_fault(body: &[u8]) -> Option<&'static str> {
    let choices = Json::new(body).get("choices")?;
    choices.elements().find_map(|choice| {
        let reason = choice.get("finish_reason")?.string()?;
        named_fault(reason)
    })
}

fn named_fault(reason: &[u8]) -> Option<&'static str> {
    let mut known = HOST_FAULTS.into_iter();
    known.find(|known| known.as_bytes() == reason)
}

/// OpenRouter and Mistral, DeepSeek, Z.ai.
const HOST_FAULTS: [&str; 3] = ["error", "insufficient_system_resource", "network_error"];
