//! A vendor's whole answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fault::fault;
use super::item::{Item, invented, stop};
use super::usage::usage;
use crate::fault::Fault;
use crate::inner::{Answer, Part, Text, Undo};

/// The object that a whole answer is, and that streams begin and end with.
#[derive(Debug, Deserialize)]
pub(super) struct Response<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    #[serde(borrow)]
    status: Option<Text<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    incomplete_details: Option<Incomplete<'a>>,
    #[serde(borrow)]
    output: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) usage: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Incomplete<'a> {
    #[serde(borrow)]
    reason: Option<Text<'a>>,
}

impl<'a> Response<'a> {
    /// Why it is incomplete; `None` of a complete one.
    pub(super) fn incomplete(&mut self) -> Option<Text<'a>> {
        let reason = self.incomplete_details.take().and_then(|why| why.reason);
        match &self.status {
            Some(status) if status.is("incomplete") => {
                Some(reason.unwrap_or_else(|| Text::new("incomplete")))
            }
            _ => reason,
        }
    }
}

/// Reads a whole answer.
///
/// # Errors
/// A [`Fault`] when the body is no answer, or one that failed.
pub fn answer<'a>(body: &'a [u8], undo: &Undo) -> Result<Answer<'a>, Fault> {
    let mut response: Response<'_> =
        serde_json::from_slice(body).map_err(|error| Fault::unreadable("the answer", &error))?;
    let status = response.status.as_ref();
    if response.error.is_some() || status.is_some_and(|status| status.is("failed")) {
        return Err(fault(200, None, body));
    }
    let status = status.map_or("", Text::inside);
    if !["completed", "incomplete"].contains(&status) {
        return Err(Fault::invalid(match status {
            "" => "the answer has no status".to_owned(),
            status => format!("the answer is {status}"),
        }));
    }
    let Some(output) = response.output.take() else {
        return Err(Fault::invalid("the answer has no output"));
    };
    let reason = response.incomplete();
    let parts = parts(&output, response.id.as_ref(), undo)?;
    let called = parts.iter().any(|part| matches!(part, Part::ToolCall(_)));
    let (stop, native) = stop(reason, called);
    Ok(Answer {
        id: response.id,
        model: response.model,
        parts,
        stop,
        native_stop: Some(native),
        stop_sequence: None,
        usage: response.usage.and_then(usage),
    })
}

fn parts<'a>(
    output: &[&'a RawValue],
    id: Option<&Text<'_>>,
    undo: &Undo,
) -> Result<Vec<Part<'a>>, Fault> {
    let id = id.map(Text::value).unwrap_or_default();
    let mut parts = Vec::with_capacity(output.len());
    for (at, raw) in output.iter().enumerate() {
        let item: Item<'_> = serde_json::from_str(raw.get())
            .map_err(|error| Fault::unreadable("an item", &error))?;
        match item.kind.map(RawValue::get) {
            Some(r#""message""#) => parts.extend(item.message()),
            Some(r#""reasoning""#) => parts.extend(reasoning(&item)),
            Some(r#""function_call""# | r#""custom_tool_call""#) => {
                let call = item.call(undo, || invented(at, &id));
                parts.push(Part::ToolCall(call));
            }
            _ => parts.push(Part::Foreign((*raw).into())),
        }
    }
    Ok(parts)
}

fn reasoning<'a>(item: &Item<'a>) -> Option<Part<'a>> {
    match item.reasoning() {
        (Some(text), signature, id) => Some(Part::Thinking {
            text,
            signature,
            id,
        }),
        (None, Some(data), id) => Some(Part::Redacted { data, id }),
        (None, None, _) => None,
    }
}
