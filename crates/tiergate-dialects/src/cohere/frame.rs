//! The shapes of streamed events.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::{Block, Call, blocks};
use crate::count::count;
use crate::fault::Fault;
use crate::inner::{Json, Text};

/// One event; what belongs to a kind of event stays JSON until that kind is known.
#[derive(Deserialize)]
pub(super) struct Frame<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    index: Option<Json<'a>>,
    #[serde(borrow)]
    pub(super) delta: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) message: Option<&'a RawValue>,
}

impl<'a> Frame<'a> {
    pub(super) fn at(&self) -> u64 {
        count(self.index.as_ref()).unwrap_or_default()
    }

    pub(super) fn message(&self) -> Result<Option<Message<'a>>, Fault> {
        let delta = self.delta.map(read::<Delta<'a>>).transpose()?;
        Ok(delta.and_then(|delta| delta.message))
    }

    pub(super) fn call(&self) -> Result<Option<Call<'a>>, Fault> {
        let calls = self.message()?.and_then(|message| message.tool_calls);
        let Some(calls) = calls.filter(|calls| calls.get().starts_with('[')) else {
            return calls.map(read).transpose();
        };
        // a list of the one call that the event is about
        read::<Vec<Call<'a>>>(calls).map(|calls| calls.into_iter().next())
    }

    pub(super) fn blocks(&self) -> Result<Vec<Block<'a>>, Fault> {
        let content = self.message()?.and_then(|message| message.content);
        let blocks = content.map(blocks).transpose().map_err(unreadable)?;
        Ok(blocks.unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct Delta<'a> {
    #[serde(borrow)]
    message: Option<Message<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tool_plan: Option<Text<'a>>,
    #[serde(borrow)]
    tool_calls: Option<&'a RawValue>,
}

/// How an answer ends.
#[derive(Default, Deserialize)]
pub(super) struct End<'a> {
    #[serde(borrow)]
    pub(super) finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) usage: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
}

pub(super) fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, Fault> {
    serde_json::from_str(raw.get()).map_err(unreadable)
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
pub(super) fn unreadable(error: serde_json::Error) -> Fault {
    Fault::unreadable("an event", &error)
}
