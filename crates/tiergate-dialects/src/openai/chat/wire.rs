//! The shapes that requests, answers and chunks have in common.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use tiergate_wire::json::unescape;

use crate::inner::{Arguments, Cache, Text};

/// A text, or nothing where something else stands.
#[derive(Default)]
pub(super) struct Loose<'a>(pub(super) Option<Text<'a>>);

impl<'a> Loose<'a> {
    /// The text, unless it is empty.
    pub(super) fn full(self) -> Option<Text<'a>> {
        self.0.filter(|text| !text.is_empty())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&'de RawValue>::deserialize(deserializer)?;
        Ok(Self(Text::literal(raw)))
    }
}

/// A value, or nothing where one that says nothing stands for it, of whatever type.
pub(super) fn full<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let raw = <&'de RawValue>::deserialize(deserializer)?;
    let inside = match raw.get().as_bytes() {
        b"null" | b"false" | b"0" => return Ok(None),
        [b'"', inside @ .., _] => inside,
        [b'[' | b'{', inside @ .., _] => inside.trim_ascii(),
        other => other,
    };
    if inside.is_empty() {
        return Ok(None);
    }
    let read = serde_json::from_str(raw.get());
    read.map(Some).map_err(D::Error::custom)
}

/// A text whose value is needed.
#[derive(Deserialize)]
pub(super) struct Plain<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// The value of a literal, borrowed where it has no escapes.
pub(super) fn plain(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    Some(unescape(inside.as_bytes()))
}

/// A tool call, in whatever state a request, an answer or a chunk tells it.
#[derive(Deserialize)]
pub(super) struct Call<'a> {
    #[serde(borrow)]
    pub(super) index: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) id: Loose<'a>,
    #[serde(borrow)]
    pub(super) function: Option<Function<'a>>,
    #[serde(borrow)]
    pub(super) custom: Option<&'a RawValue>,
    #[serde(borrow)]
    extra_content: Option<Extra<'a>>,
    #[serde(borrow)]
    pub(super) cache_control: Option<CacheControl<'a>>,
}

impl<'a> Call<'a> {
    /// Gemini's signature over the thought that led to the call.
    pub(super) fn take_signature(&mut self) -> Option<Text<'a>> {
        self.extra_content.take()?.google?.thought_signature.full()
    }
}

#[derive(Deserialize)]
pub(super) struct Function<'a> {
    #[serde(borrow, default)]
    pub(super) name: Loose<'a>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

impl<'a> Function<'a> {
    pub(super) fn arguments(&self) -> Option<Arguments<'a>> {
        let raw = self.arguments?;
        Some(match Text::literal(raw) {
            Some(text) => Arguments::Text(text),
            None => Arguments::Object(raw.into()),
        })
    }

    /// A piece of the arguments as text; some hosts send a value in its place.
    pub(super) fn fragment(&self) -> Option<Text<'a>> {
        let raw = self.arguments?;
        let text = Text::literal(raw).unwrap_or_else(|| Text::new(raw.get()));
        Some(text).filter(|text| !text.is_empty())
    }
}

#[derive(Deserialize)]
struct Extra<'a> {
    #[serde(borrow)]
    google: Option<Google<'a>>,
}

#[derive(Deserialize)]
struct Google<'a> {
    #[serde(borrow, default)]
    thought_signature: Loose<'a>,
}

/// `{"type":"ephemeral","ttl":"1h"}`, and OpenAI's `{"mode":"explicit","ttl":"12h"}`.
#[derive(Deserialize)]
pub(super) struct CacheControl<'a> {
    #[serde(borrow, default)]
    ttl: Loose<'a>,
}

impl CacheControl<'_> {
    /// A lifetime in hours is a long one.
    pub(super) fn cache(&self) -> Cache {
        let long = self
            .ttl
            .0
            .as_ref()
            .is_some_and(|ttl| ttl.inside().ends_with('h'));
        if long { Cache::Long } else { Cache::Short }
    }
}

/// An object `T`, or its text where a plain string stands for it.
pub(super) enum Either<'a, T> {
    Text(Cow<'a, str>),
    Object(T),
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Either<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}

struct EitherVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EitherVisitor<T> {
    type Value = Either<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an object")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Either::Text(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Either::Text(text.to_owned().into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Either::Object)
    }
}
