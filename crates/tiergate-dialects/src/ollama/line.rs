//! The shape of an answer and of each line of a stream, which is the same.

use serde::Deserialize;
use serde_json::value::RawValue;
use tiergate_wire::usage::Usage;

use super::fault::fault;
use crate::count::count;
use crate::fault::{Cause, Fault};
use crate::inner::{Json, Stop, Text};

/// An answer or a line of one.
#[derive(Deserialize)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) created_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) message: Option<Message<'a>>,
    done: Option<bool>,
    #[serde(borrow)]
    pub(super) done_reason: Option<Text<'a>>,
    #[serde(borrow)]
    prompt_eval_count: Option<Json<'a>>,
    #[serde(borrow)]
    prompt_eval_cached_count: Option<Json<'a>>,
    #[serde(borrow)]
    eval_count: Option<Json<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    pub(super) content: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) tool_calls: Option<Vec<Call<'a>>>,
}

#[derive(Deserialize)]
pub(super) struct Call<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) function: Function<'a>,
}

#[derive(Deserialize)]
pub(super) struct Function<'a> {
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(borrow)]
    pub(super) arguments: Option<&'a RawValue>,
}

impl<'a> Line<'a> {
    pub(super) fn read(data: &'a [u8]) -> Result<Self, Fault> {
        let line: Self = serde_json::from_slice(data).map_err(|error| {
            // an error may have members of the same names in other shapes
            if is_error(data) {
                return fault(200, None, data);
            }
            Fault::unreadable("the answer", &error)
        })?;
        match line.error {
            Some(_) => Err(fault(200, None, data)),
            None => Ok(line),
        }
    }

    /// Whether the answer ends with it; not every version tells why, and a reason alone says it as well.
    pub(super) fn is_done(&self) -> bool {
        let reason = self.done_reason.as_ref();
        let reason = reason.is_some_and(|reason| !reason.is_empty());
        self.done.unwrap_or(reason)
    }

    /// What the end means, after so many `blocks`, `calls` among them.
    ///
    /// # Errors
    /// A [`Fault`] when a model was only loaded or unloaded, or the prompt left no room for an answer.
    pub(super) fn stop(&self, calls: usize, blocks: usize) -> Result<Stop, Fault> {
        let reason = self.done_reason.as_ref().map(Text::value);
        match reason.as_deref() {
            Some(reason @ ("load" | "unload")) if blocks == 0 => {
                Err(Fault::invalid(format!("the answer ended with {reason}")))
            }
            Some("length") if blocks == 0 => Err(Fault::new(
                Cause::ContextTooLong,
                200,
                "the prompt filled the context window",
            )),
            Some("length") => Ok(Stop::Length),
            _ if calls > 0 => Ok(Stop::ToolCalls),
            _ => Ok(Stop::End),
        }
    }

    /// What is told; a prompt that was wholly cached is not counted.
    pub(super) fn usage(&self) -> Option<Usage> {
        let input = count(self.prompt_eval_count.as_ref());
        let output = count(self.eval_count.as_ref());
        let parts = Usage {
            cached_tokens: count(self.prompt_eval_cached_count.as_ref()).unwrap_or_default(),
            ..Usage::default()
        };
        parts.of(input, output)
    }

    /// What sets the calls of this answer apart from those of another: it has no id.
    pub(super) fn seed(&self) -> String {
        let made = self.created_at.as_ref().map(Text::value);
        let made = made.unwrap_or_default();
        // the time of day: the zone is the same in every answer
        let time = made.split_once('T').map_or("", |(_, time)| time);
        let time = time.split(['Z', '+', '-']).next().unwrap_or_default();
        time.chars().filter(char::is_ascii_digit).collect()
    }
}

fn is_error(data: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        error: Option<&'a RawValue>,
    }
    serde_json::from_slice::<Told<'_>>(data).is_ok_and(|told| told.error.is_some())
}
