//! Hosts in OpenAI's shape: `POST …/embeddings`.

use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Batch, InputType, Options, Part, bare, is_own, unreadable, vectors};
use crate::count::count;
use crate::encoded::Edits;
use crate::fault::Fault;
use crate::inner::{Json, Text};
use crate::openai::{Quirks, fault};
use crate::remains::remove;

/// The most inputs of one call to OpenAI, Azure, and hosts of which nothing else is known.
pub const OPENAI_BATCH: usize = 2_048;

/// The most tokens of one call to OpenAI and Azure, all inputs together.
const OPENAI_BATCH_TOKENS: u64 = 300_000;

/// The most tokens of one call to Mistral, as its errors tell.
const MISTRAL_BATCH_TOKENS: u64 = 16_384;

/// The most tokens of one call to Voyage's larger models; the smaller ones take more.
const VOYAGE_BATCH_TOKENS: u64 = 120_000;

/// The most inputs of one call to Mistral.
pub const MISTRAL_BATCH: usize = 32;

/// The most inputs of one call to Voyage.
pub const VOYAGE_BATCH: usize = 1_000;

/// What a host does in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Any host that imitates OpenAI: gets what the client sent.
    Compatible,
    /// Mistral.
    Mistral,
    /// OpenAI and Azure.
    OpenAi,
    /// Voyage.
    Voyage,
}

impl Host {
    /// The most inputs of one call.
    pub fn batch(self) -> usize {
        match self {
            Self::Compatible | Self::OpenAi => OPENAI_BATCH,
            Self::Mistral => MISTRAL_BATCH,
            Self::Voyage => VOYAGE_BATCH,
        }
    }

    /// The most tokens of one call, all inputs together.
    pub fn batch_tokens(self) -> u64 {
        match self {
            Self::Compatible | Self::OpenAi => OPENAI_BATCH_TOKENS,
            Self::Mistral => MISTRAL_BATCH_TOKENS,
            Self::Voyage => VOYAGE_BATCH_TOKENS,
        }
    }

    /// Whether tokens can be sent. Where they cannot, the models have vocabularies of their own: tokens of OpenAI's
    /// would be other words.
    pub fn takes_tokens(self) -> bool {
        matches!(self, Self::Compatible | Self::OpenAi)
    }

    /// Whether vectors of a model are had by this call.
    pub fn serves(self, model: &str) -> bool {
        // these take their texts in other shapes, at addresses of their own
        let others = ["voyage-context-", "voyage-multimodal-"];
        self != Self::Voyage || !others.iter().any(|part| model.contains(part))
    }

    /// What of the request is not sent.
    pub fn edits(self, options: &Options<'_>) -> Edits {
        let mut edits = match self {
            Self::Compatible => Edits::new(),
            Self::Mistral | Self::Voyage => bare(options),
            Self::OpenAi => bare(&Options {
                user: None,
                ..*options
            }),
        };
        if options
            .input_type
            .is_some_and(|kind| self.word(kind).is_none())
        {
            remove(&mut edits, "input_type");
        }
        edits
    }

    /// The body of a call for some inputs.
    pub fn encode(self, part: Part<'_>, options: &Options<'_>) -> Bytes {
        let (dimensions, output_dimension) = match self {
            Self::Compatible | Self::OpenAi => (options.dimensions, None),
            Self::Mistral | Self::Voyage => (None, options.dimensions),
        };
        let takes_user = matches!(self, Self::Compatible | Self::OpenAi);
        let body = Body {
            model: options.model,
            input: part,
            // exact and a third of the size, but not known to every imitator
            encoding_format: (self == Self::OpenAi).then_some("base64"),
            dimensions,
            output_dimension,
            input_type: options.input_type.and_then(|kind| self.word(kind)),
            // a text that is too long is an error at OpenAI, and a vector of half a text is none
            truncation: (self == Self::Voyage).then_some(false),
            user: options.user.filter(|_| takes_user),
        };
        let rest = match self {
            Self::Compatible => options.rest,
            _ => &[],
        };
        with_rest(serde_json::to_vec(&body).unwrap_or_default(), rest)
    }

    fn word(self, kind: InputType) -> Option<&'static str> {
        match (self, kind) {
            (Self::OpenAi | Self::Mistral, _) => None,
            (_, InputType::Document) => Some("document"),
            (_, InputType::Query) => Some("query"),
            (Self::Compatible, InputType::Classification) => Some("classification"),
            (Self::Compatible, InputType::Clustering) => Some("clustering"),
            (Self::Voyage, _) => None,
        }
    }
}

/// Reads the vectors of one call, put in order by their indices.
///
/// # Errors
/// A [`Fault`] when the body is no such answer.
pub fn decode(body: &[u8]) -> Result<Batch, Fault> {
    let told: Told<'_> = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let Some(mut data) = told.data else {
        return Err(match told.error.or(told.detail) {
            Some(_) => fault(200, body, Quirks::COMPATIBLE),
            None => Fault::invalid("the answer has no vectors"),
        });
    };
    if data.iter().all(|datum| datum.index.is_some()) {
        data.sort_by_key(|datum| datum.index);
        let places = data.iter().enumerate();
        if places.clone().any(|(at, datum)| datum.index != Some(at)) {
            return Err(Fault::invalid("the vectors are not numbered from 0"));
        }
    }
    let vectors = data.iter().map(Datum::vector);
    let tokens = told.usage.and_then(|usage| {
        // Voyage tells only the sum
        count(usage.prompt_tokens.as_ref()).or_else(|| count(usage.total_tokens.as_ref()))
    });
    Ok((vectors.collect::<Result<_, _>>()?, tokens))
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: Part<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding_format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimension: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncation: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a Text<'a>>,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Tokens(texts) => texts.serialize(serializer),
        }
    }
}

/// Puts members at the end of an object that has some.
fn with_rest(mut body: Vec<u8>, rest: &[(String, Json<'_>)]) -> Bytes {
    body.pop();
    for (name, value) in rest.iter().filter(|(name, _)| !is_own(name)) {
        let member = format!(",{}:{}", Text::new(name).raw(), value.get());
        body.extend_from_slice(member.as_bytes());
    }
    body.push(b'}');
    body.into()
}

#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    data: Option<Vec<Datum<'a>>>,
    #[serde(borrow)]
    usage: Option<Usage<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    detail: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Datum<'a> {
    index: Option<usize>,
    #[serde(borrow)]
    embedding: &'a RawValue,
}

impl Datum<'_> {
    /// A list, or base64.
    fn vector(&self) -> Result<Vec<f32>, Fault> {
        match Text::literal(self.embedding) {
            Some(text) => vectors::from_base64(&text.value())
                .ok_or_else(|| Fault::invalid("a vector is not base64 of 32-bit floats")),
            None => serde_json::from_str(self.embedding.get()).map_err(|error| unreadable(&error)),
        }
    }
}

#[derive(Deserialize)]
struct Usage<'a> {
    #[serde(borrow)]
    prompt_tokens: Option<Json<'a>>,
    #[serde(borrow)]
    total_tokens: Option<Json<'a>>,
}
