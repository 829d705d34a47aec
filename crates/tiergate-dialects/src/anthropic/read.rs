//! The shapes that are read, from the vendor and from a client alike.
//!
//! Members are kept as raw JSON until they are asked for, so that an unexpected shape harms nobody who does not
//! need it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tiergate_wire::json::unescape;

use crate::inner::{BadRequest, Json, Text};

/// A block of content, or of what is nested in one.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Block<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) thinking: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) signature: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) data: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) name: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tool_use_id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) is_error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) source: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) title: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) context: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) citations: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) cache_control: Option<&'a RawValue>,
}

impl Block<'_> {
    pub(super) fn kind(&self) -> &str {
        self.kind.as_ref().map_or("", Text::inside)
    }
}

/// An event of a stream.
#[derive(Debug, Deserialize)]
pub(super) struct Frame<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) message: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) index: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) content_block: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) delta: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) usage: Option<&'a RawValue>,
}

/// The message that an event starts.
#[derive(Debug, Deserialize)]
pub(super) struct Start<'a> {
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) usage: Option<&'a RawValue>,
}

/// What an event adds to a block or a message.
#[derive(Debug, Deserialize)]
pub(super) struct Delta<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) kind: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) text: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) partial_json: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) thinking: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) signature: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) stop_reason: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) stop_sequence: Option<&'a RawValue>,
}

/// The members of an object, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().find(|(known, _)| known == name)?;
        Some(found.1)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((Name(name), value)) = map.next_entry()? {
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// A value of a shape; `None` when it has another.
pub(super) fn parse<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// The literal of a string.
pub(super) fn text(raw: Option<&RawValue>) -> Option<Text<'_>> {
    raw.and_then(Text::literal)
}

/// A string, its escapes resolved; borrowed where there are none.
pub(super) fn string(raw: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let inside = raw?.get().strip_prefix('"')?.strip_suffix('"')?;
    Some(unescape(inside.as_bytes()))
}

/// JSON of members that go along as they came; `None` without any.
pub(super) fn object(members: &[(Cow<'_, str>, &RawValue)]) -> Option<Json<'static>> {
    let extras = members
        .iter()
        .map(|(name, value)| (&**name, (*value).into()));
    let extras = super::wire::Extras(extras.collect());
    (!extras.0.is_empty()).then(|| Json::of(&extras))
}

/// Something is wrong at a place inside a request.
#[derive(Debug)]
pub(super) struct Wrong {
    place: String,
    what: &'static str,
}

impl Wrong {
    pub(super) const REQUIRED: &'static str = "Field required";

    pub(super) fn new(place: impl Into<String>, what: &'static str) -> Self {
        let place = place.into();
        Self { place, what }
    }

    /// The same, seen from further out.
    pub(super) fn within(self, outer: impl fmt::Display) -> Self {
        let place = if self.place.is_empty() {
            outer.to_string()
        } else {
            format!("{outer}.{}", self.place)
        };
        Self { place, ..self }
    }
}

impl From<Wrong> for BadRequest {
    fn from(Wrong { place, what }: Wrong) -> Self {
        Self {
            message: format!("{place}: {what}"),
            param: Some(place),
        }
    }
}
