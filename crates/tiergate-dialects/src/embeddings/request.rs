//! A client's request.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Options;
use crate::inner::{BadRequest, Json, Text};

/// The most inputs of one request.
const MOST_INPUTS: usize = 2_048;

/// What is asked: vectors for some inputs.
#[derive(Clone, Debug)]
pub struct Request {
    /// The body as it came.
    pub body: Bytes,
    /// The model, as the client named it.
    pub model: String,
    /// What to embed.
    pub input: Input,
    /// How many dimensions; `None` for all that the model has.
    pub dimensions: Option<u32>,
    /// How the client wants the vectors written.
    pub encoding: Encoding,
    /// Who asks, as an opaque id.
    pub user: Option<Text<'static>>,
    /// What the vectors are for: an extension.
    pub input_type: Option<InputType>,
    /// Members that are not known here, in order.
    pub rest: Vec<(String, Json<'static>)>,
}

impl Request {
    /// Reads the body of `POST /v1/embeddings`.
    ///
    /// # Errors
    /// [`BadRequest`], with the member at fault.
    pub fn parse(body: Bytes) -> Result<Self, BadRequest> {
        let members: Members<'_> = serde_json::from_slice(&body)
            .map_err(|error| bad(None, format!("the body is not a JSON object: {error}")))?;
        let (mut model, mut input, mut dimensions) = (None, None, None);
        let (mut encoding, mut user, mut input_type) = (None, None, None);
        let mut rest = Vec::new();
        for (name, value) in members.0 {
            let place = match name.as_str() {
                "model" => &mut model,
                "input" => &mut input,
                "dimensions" => &mut dimensions,
                "encoding_format" => &mut encoding,
                "user" => &mut user,
                "input_type" => &mut input_type,
                _ => {
                    rest.push((name, Json::from(value).into_owned()));
                    continue;
                }
            };
            // what is null is not told; of members told twice the last holds
            *place = (value.get() != "null").then_some(value);
        }
        Ok(Self {
            model: model_of(model)?,
            input: Input::read(input)?,
            dimensions: dimensions.map(dimensions_of).transpose()?,
            encoding: encoding.map_or(Ok(Encoding::Float), Encoding::read)?,
            user: user.map(|value| string("user", value)).transpose()?,
            input_type: input_type.map(InputType::read).transpose()?,
            rest,
            body,
        })
    }

    /// What is asked for each input alike, of a vendor's `model`; `dimensions` are those that the model can give.
    pub fn options<'a>(&'a self, model: &'a str, dimensions: Option<u32>) -> Options<'a> {
        Options {
            model,
            dimensions,
            input_type: self.input_type,
            user: self.user.as_ref(),
            rest: &self.rest,
        }
    }
}

/// What to embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Texts.
    Texts(Vec<Text<'static>>),
    /// Texts as tokens of the model's own vocabulary.
    Tokens(Vec<Vec<u32>>),
}

/// Some of the inputs, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Texts.
    Texts(&'a [Text<'a>]),
    /// Texts as tokens of the model's own vocabulary.
    Tokens(&'a [Vec<u32>]),
}

impl Input {
    /// How many vectors are asked for.
    pub fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Tokens(texts) => texts.len(),
        }
    }

    /// Whether nothing is asked for, which no request does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts; `None` for tokens, which only OpenAI's own vocabulary gives a meaning.
    pub fn texts(&self) -> Option<&[Text<'_>]> {
        match self {
            Self::Texts(texts) => Some(texts),
            Self::Tokens(_) => None,
        }
    }

    /// The inputs in parts of at most `size`, in order: their vectors, joined, are in the order of the inputs.
    pub fn parts(&self, size: usize) -> Vec<Part<'_>> {
        let size = size.max(1);
        match self {
            Self::Texts(texts) => texts.chunks(size).map(Part::Texts).collect(),
            Self::Tokens(texts) => texts.chunks(size).map(Part::Tokens).collect(),
        }
    }

    fn read(value: Option<&RawValue>) -> Result<Self, BadRequest> {
        let Some(value) = value else {
            return Err(bad(Some("input"), "`input` is missing"));
        };
        let kinds =
            "`input` must be a string or an array of strings, of tokens or of arrays of tokens";
        match value.get().as_bytes().first() {
            Some(b'"') => Ok(Self::Texts(vec![text("`input`", value)?])),
            Some(b'[') => {
                let list: Vec<&RawValue> = serde_json::from_str(value.get())
                    .map_err(|error| bad(Some("input"), format!("{kinds}: {error}")))?;
                Self::list(&list, kinds)
            }
            _ => Err(bad(Some("input"), kinds)),
        }
    }

    fn list(list: &[&RawValue], kinds: &str) -> Result<Self, BadRequest> {
        let Some(first) = list.first() else {
            return Err(bad(Some("input"), "`input` must not be an empty array"));
        };
        let kind = Kind::of(first).ok_or_else(|| bad(Some("input"), kinds))?;
        if let Some(at) = list.iter().position(|value| Kind::of(value) != Some(kind)) {
            let message = format!("`input[{at}]` is of another type than `input[0]`");
            return Err(bad(Some("input"), message));
        }
        if kind == Kind::Token {
            return Ok(Self::Tokens(vec![tokens("`input", list)?]));
        }
        if list.len() > MOST_INPUTS {
            let message = format!(
                "`input` must have at most {MOST_INPUTS} elements, not {}",
                list.len()
            );
            return Err(bad(Some("input"), message));
        }
        let numbered = list.iter().enumerate();
        if kind == Kind::Text {
            let texts = numbered.map(|(at, value)| text(&format!("`input[{at}]`"), value));
            return Ok(Self::Texts(texts.collect::<Result<_, _>>()?));
        }
        let texts = numbered.map(|(at, value)| {
            let place = format!("`input[{at}]");
            let list: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|error| {
                bad(Some("input"), format!("{place}` is not readable: {error}"))
            })?;
            if list.is_empty() {
                return Err(bad(
                    Some("input"),
                    format!("{place}` must not be an empty array"),
                ));
            }
            tokens(&place, &list)
        });
        Ok(Self::Tokens(texts.collect::<Result<_, _>>()?))
    }
}

/// How a client wants vectors written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The bytes of little-endian 32-bit floats, in base64.
    Base64,
    /// A list of numbers.
    #[default]
    Float,
}

impl Encoding {
    fn read(value: &RawValue) -> Result<Self, BadRequest> {
        match value.get() {
            r#""base64""# => Ok(Self::Base64),
            r#""float""# => Ok(Self::Float),
            _ => {
                let message = "`encoding_format` must be `float` or `base64`";
                Err(bad(Some("encoding_format"), message))
            }
        }
    }
}

/// What vectors are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputType {
    /// To tell kinds of texts.
    Classification,
    /// To group like with like.
    Clustering,
    /// To be found.
    Document,
    /// To find.
    Query,
}

impl InputType {
    fn read(value: &RawValue) -> Result<Self, BadRequest> {
        // the words of Cohere, Voyage and Nvidia
        match value.get().trim_matches('"') {
            "classification" => Ok(Self::Classification),
            "clustering" => Ok(Self::Clustering),
            "document" | "passage" | "search_document" => Ok(Self::Document),
            "query" | "search_query" => Ok(Self::Query),
            _ => {
                let message =
                    "`input_type` must be `query`, `document`, `classification` or `clustering`";
                Err(bad(Some("input_type"), message))
            }
        }
    }
}

/// What an element of `input` is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Token,
    Tokens,
}

impl Kind {
    fn of(value: &RawValue) -> Option<Self> {
        match value.get().as_bytes().first()? {
            b'"' => Some(Self::Text),
            b'[' => Some(Self::Tokens),
            b'-' | b'0'..=b'9' => Some(Self::Token),
            _ => None,
        }
    }
}

fn model_of(value: Option<&RawValue>) -> Result<String, BadRequest> {
    let Some(value) = value else {
        return Err(bad(Some("model"), "`model` is missing"));
    };
    let model = string("model", value)?;
    if model.is_empty() {
        return Err(bad(Some("model"), "`model` must not be empty"));
    }
    Ok(model.value().into_owned())
}

fn dimensions_of(value: &RawValue) -> Result<u32, BadRequest> {
    let dimensions = value
        .get()
        .parse()
        .ok()
        .filter(|dimensions| *dimensions > 0);
    dimensions.ok_or_else(|| {
        bad(
            Some("dimensions"),
            "`dimensions` must be a whole number above 0",
        )
    })
}

fn string(name: &str, value: &RawValue) -> Result<Text<'static>, BadRequest> {
    let text = Text::literal(value).map(Text::into_owned);
    text.ok_or_else(|| bad(Some(name), format!("`{name}` must be a string")))
}

fn text(place: &str, value: &RawValue) -> Result<Text<'static>, BadRequest> {
    let text = Text::literal(value).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| {
        bad(
            Some("input"),
            format!("{place} must not be an empty string"),
        )
    })?;
    Ok(text.into_owned())
}

fn tokens(place: &str, list: &[&RawValue]) -> Result<Vec<u32>, BadRequest> {
    let numbered = list.iter().enumerate();
    let tokens = numbered.map(|(at, value)| {
        let token = value.get().parse().ok();
        token.ok_or_else(|| {
            bad(
                Some("input"),
                format!("{place}[{at}]` must be a token: a whole number"),
            )
        })
    });
    tokens.collect()
}

fn bad(param: Option<&str>, message: impl Into<String>) -> BadRequest {
    BadRequest {
        param: param.map(ToOwned::to_owned),
        message: message.into(),
    }
}

/// The members of an object, in order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Reader).map(Self)
    }
}
