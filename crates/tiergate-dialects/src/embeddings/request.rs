//! A client's request.

use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Options;
use super::input::Input;
use crate::inner::{BadRequest, Json, Text};

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
            if place.is_some() {
                return Err(bad(
                    Some(&name),
                    format!("`{name}` stands twice in the body"),
                ));
            }
            // what is null is not told
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

pub(super) fn bad(param: Option<&str>, message: impl Into<String>) -> BadRequest {
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
