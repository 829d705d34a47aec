//! Items that the inner form has no place for.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::inner::{Json, Text};
use crate::remains::is_thought;
use crate::responses::items::is_type;
use crate::responses::literal::string;

/// What is to become of a part that came as it is.
#[derive(Debug)]
pub(super) enum Foreign<'a> {
    /// A call of a custom tool, as chat completions tell it.
    Call {
        id: Text<'a>,
        name: Text<'a>,
        input: Text<'a>,
    },
    /// An item of Responses.
    Item,
    /// Thoughts of another vendor's model.
    Thought,
    Unknown,
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    custom: Option<Custom<'a>>,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
    #[serde(borrow)]
    encrypted_content: Option<&'a RawValue>,
}

#[derive(Clone, Copy, Deserialize)]
struct Custom<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

impl<'a> Foreign<'a> {
    pub(super) fn of(item: &'a Json<'_>) -> Self {
        let Some(told) = item.read::<Told<'a>>() else {
            return Self::Unknown;
        };
        let kind = told.kind.and_then(string).unwrap_or_default();
        match &*kind {
            "custom" => told.call().unwrap_or(Self::Unknown),
            // a block of Anthropic's has this name as well, and its summary in words
            "compaction" if told.encrypted_content.is_none() || told.content.is_some() => {
                Self::Unknown
            }
            kind if is_thought(kind) => Self::Thought,
            kind if is_type(kind) => Self::Item,
            _ => Self::Unknown,
        }
    }
}

impl<'a> Told<'a> {
    fn call(&self) -> Option<Foreign<'a>> {
        let custom = self.custom?;
        Some(Foreign::Call {
            id: Text::literal(self.id?)?,
            name: Text::literal(custom.name?)?,
            input: Text::literal(custom.input?)?,
        })
    }
}
