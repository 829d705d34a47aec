//! Text and JSON as they came.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use tiergate_wire::json::unescape;

/// JSON text as it came: a schema, arguments, a number.
#[derive(Clone, Debug)]
pub struct Json<'a>(Cow<'a, RawValue>);

impl Json<'_> {
    /// JSON text of a value that can always be written, such as a struct of strings and numbers.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Json<'static> {
        let raw = serde_json::value::to_raw_value(value);
        Json(Cow::Owned(
            raw.unwrap_or_else(|_| RawValue::NULL.to_owned()),
        ))
    }

    /// The JSON text.
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// The same value, borrowed from this one.
    pub fn borrowed(&self) -> Json<'_> {
        Json(Cow::Borrowed(&self.0))
    }

    /// The same value, independent of what it was read from.
    pub fn into_owned(self) -> Json<'static> {
        Json(Cow::Owned(self.0.into_owned()))
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.get() == "null"
    }

    /// The number, if it is a finite one.
    pub fn number(&self) -> Option<f64> {
        let number = self.get().parse().ok();
        number.filter(|number: &f64| number.is_finite())
    }

    /// The value, read into a type of its own; `None` when it is of another shape.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Option<T> {
        serde_json::from_str(self.get()).ok()
    }
}

impl<'a> From<&'a RawValue> for Json<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self(Cow::Borrowed(raw))
    }
}

impl From<Box<RawValue>> for Json<'_> {
    fn from(raw: Box<RawValue>) -> Self {
        Self(Cow::Owned(raw))
    }
}

impl PartialEq for Json<'_> {
    /// Whether both are the same value, however it is written.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
            || self.read::<serde_json::Value>() == other.read::<serde_json::Value>()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&'de RawValue>::deserialize(deserializer).map(Self::from)
    }
}

/// A JSON string literal, its escapes as they came.
///
/// Serialises to exactly its own bytes, so that text goes from one dialect to another without being
/// unescaped and escaped again.
#[derive(Clone, Debug)]
pub struct Text<'a>(Json<'a>);

impl<'a> Text<'a> {
    /// The literal for a text.
    pub fn new(text: &str) -> Text<'static> {
        Text(Json::of(text))
    }

    /// A literal that came as JSON; `None` when it is another kind of value.
    pub fn literal(json: impl Into<Json<'a>>) -> Option<Self> {
        let json = json.into();
        json.get().starts_with('"').then_some(Self(json))
    }

    /// The literal, quotes included.
    pub fn raw(&self) -> &str {
        self.0.get()
    }

    /// What stands between the quotes, escapes not resolved.
    pub fn inside(&self) -> &str {
        let raw = self.raw();
        raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The text itself.
    pub fn value(&self) -> Cow<'_, str> {
        unescape(self.inside().as_bytes())
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.inside().is_empty()
    }

    /// Whether the text is exactly this; `plain` must need no escapes.
    pub fn is(&self, plain: &str) -> bool {
        self.inside() == plain
    }

    /// The same literal, borrowed from this one.
    pub fn borrowed(&self) -> Text<'_> {
        Text(self.0.borrowed())
    }

    /// The same literal, independent of what it was read from.
    pub fn into_owned(self) -> Text<'static> {
        Text(self.0.into_owned())
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Text::new("")
    }
}

impl PartialEq for Text<'_> {
    /// Whether both say the same, however they are escaped.
    fn eq(&self, other: &Self) -> bool {
        self.raw() == other.raw() || self.value() == other.value()
    }
}

impl Eq for Text<'_> {}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::literal(json).ok_or_else(|| D::Error::custom("a string was expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_written_as_it_came() {
        let text: Text<'_> = serde_json::from_str(r#""a\u0062\/\n""#).unwrap();
        assert_eq!(text.value(), "ab/\n");
        assert_eq!(serde_json::to_string(&text).unwrap(), r#""a\u0062\/\n""#);
        assert_eq!(text, Text::new("ab/\n"));
        assert!(serde_json::from_str::<Text<'_>>("7").is_err());
    }
}
