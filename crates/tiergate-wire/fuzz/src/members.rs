use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in order, duplicates included, each with its value as it was written.
pub type Members<'a> = Vec<(String, &'a RawValue)>;

/// The JSON value in `text` as `serde_json` finds it, whatever its depth.
pub fn raw(text: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice(text).ok()
}

/// The members of the object in `text`; `None` where it is no object or a name is no Unicode text.
pub fn members(text: &[u8]) -> Option<Members<'_>> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let members = reader.deserialize_map(Ordered).ok()?;
    reader.end().ok()?;
    Some(members)
}

/// The last member of a name: the one that most readers take.
pub fn last<'a>(members: &Members<'a>, name: &str) -> Option<&'a str> {
    let mut named = members.iter().rev().filter(|(key, _)| key == name);
    named.next().map(|(_, value)| value.get())
}

struct Ordered;

impl<'de> Visitor<'de> for Ordered {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            members.push((name, map.next_value()?));
        }
        Ok(members)
    }
}
