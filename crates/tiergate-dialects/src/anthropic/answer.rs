//! A whole answer of the vendor.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::fault;
use super::read::text;
use super::usage::Counts;
use super::{blocks, stop};
use crate::fault::Fault;
use crate::inner::{Answer, Part, Stop, Text, Undo};

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    model: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    stop_reason: Option<&'a RawValue>,
    #[serde(borrow)]
    stop_sequence: Option<&'a RawValue>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// Reads the body of a success.
///
/// # Errors
/// A [`Fault`] when the body is no answer: not JSON or cut off, without content or a stop reason, or an error in spite
/// of its status.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let message: Message<'a> =
        serde_json::from_slice(body).map_err(|error| Fault::unreadable("the answer", &error))?;
    let is_error = text(message.kind).is_some_and(|kind| kind.is("error"));
    if is_error || message.error.is_some() {
        return Err(fault(200, None, body));
    }
    let content = message
        .content
        // only a request may have a text in place of blocks
        .filter(|content| content.get().starts_with('['))
        .ok_or_else(|| Fault::invalid("the answer has no content"))?;
    let mut parts = blocks::parts(content)
        .map_err(|_wrong| Fault::invalid("the content of the answer is not readable"))?;
    let native_stop = stop::told(message.stop_reason)
        .ok_or_else(|| Fault::invalid("the answer has no stop reason"))?;
    let mut stop = stop::read(&native_stop);
    let mut calls = false;
    for part in &mut parts {
        calls |= restore(part, undo);
    }
    if undo.json_tool.is_some() && stop == Stop::ToolCalls && !calls {
        stop = Stop::End;
    }
    let mut counts = Counts::default();
    if let Some(usage) = message.usage {
        counts.add(usage);
    }
    Ok(Answer {
        id: text(message.id),
        model: text(message.model),
        parts,
        stop,
        native_stop: Some(native_stop),
        stop_sequence: text(message.stop_sequence),
        usage: counts.usage(),
    })
}

/// Gives a call the client's name of its tool, or makes it the text that it stands for; tells whether it is still
/// a call.
fn restore(part: &mut Part<'_>, undo: &Undo) -> bool {
    let Part::ToolCall(call) = part else {
        return false;
    };
    if undo.json_tool.is_some_and(|tool| call.name.is(tool)) {
        let text = call.arguments.text().into_owned();
        *part = Part::Text { text, cache: None };
        return false;
    }
    if let Some(name) = own_name(&call.name, undo) {
        call.name = name;
    }
    true
}

/// The client's name of a tool that the vendor knows by another.
pub(super) fn own_name(told: &Text<'_>, undo: &Undo) -> Option<Text<'static>> {
    let told = told.value();
    let own = undo.name(&told);
    (own != told).then(|| Text::new(own))
}
