//! The members of a client's request, by name.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::inner::{BadRequest, Text};

/// The members of an object in order, without those that are null.
#[derive(Default)]
pub(super) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(super) fn read(body: &'a [u8]) -> Result<Self, BadRequest> {
        serde_json::from_slice(body).map_err(|error| BadRequest {
            param: None,
            message: format!("the body is no JSON object: {error}"),
        })
    }

    /// The last member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let found = self.0.iter().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    let value: &RawValue = map.next_value()?;
                    if value.get() != "null" {
                        members.push((name, value));
                    }
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Key;

        impl<'de> Visitor<'de> for Key {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(Key)
    }
}

/// What is wrong with a member.
pub(super) fn bad(param: &str, message: impl Into<String>) -> BadRequest {
    BadRequest {
        param: Some(param.to_owned()),
        message: message.into(),
    }
}

/// A member's value as a type of its own.
pub(super) fn read<'a, T: Deserialize<'a>>(
    param: &str,
    value: &'a RawValue,
) -> Result<T, BadRequest> {
    serde_json::from_str(value.get()).map_err(|error| bad(param, format!("{param}: {error}")))
}

/// A string that must be there; `param` names it in the error.
pub(super) fn text(
    value: Option<&RawValue>,
    param: impl FnOnce() -> String,
) -> Result<Text<'_>, BadRequest> {
    value.and_then(Text::literal).ok_or_else(|| {
        let param = param();
        bad(&param, format!("{param} must be a string"))
    })
}
