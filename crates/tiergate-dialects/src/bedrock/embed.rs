//! Embeddings by `InvokeModel`: Amazon's Titan and Cohere's Embed, each in its own body.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::fault::fault;
use crate::fault::Fault;
use crate::inner::{Json, Text, Unfit};

/// How many texts a model takes in one call; more have to be spread over several.
pub fn texts_per_call(model: &str) -> usize {
    match Family::of(model) {
        Some(Family::CohereV3 | Family::CohereV4) => 96,
        _ => 1,
    }
}

/// Whether it is known how a model takes texts.
pub fn serves(model: &str) -> bool {
    Family::of(model).is_some()
}

/// The body of one call for at most [`texts_per_call`] texts.
///
/// `purpose` is Cohere's `input_type` (`search_query`, `search_document` and so on); documents are the default.
///
/// # Errors
/// [`Unfit`] for a model that is not known, a number of texts that it does not take at once, and dimensions that it
/// does not have.
pub fn encode(
    model: &str,
    texts: &[Text<'_>],
    dimensions: Option<u64>,
    purpose: Option<&str>,
) -> Result<Bytes, Unfit> {
    let Some(family) = Family::of(model) else {
        let message = format!("how {model} takes texts is not known");
        return Err(Unfit::new("model", message));
    };
    if texts.is_empty() || texts.len() > texts_per_call(model) {
        let message = format!("{} texts cannot go in one call", texts.len());
        return Err(Unfit::new("input", message));
    }
    if let Some(asked) = dimensions
        && !family.dimensions().contains(&asked)
    {
        let message = format!("the model has no {asked} dimensions");
        return Err(Unfit::new("dimensions", message));
    }
    let one = texts.first().map(Text::borrowed).unwrap_or_default();
    let body = match family {
        Family::TitanV1 => serde_json::to_vec(&Titan {
            input_text: one,
            dimensions: None,
            normalize: None,
            embedding_types: None,
        }),
        Family::TitanV2 => serde_json::to_vec(&Titan {
            input_text: one,
            dimensions,
            normalize: Some(true),
            embedding_types: Some(["float"]),
        }),
        Family::CohereV3 | Family::CohereV4 => serde_json::to_vec(&Cohere {
            texts,
            input_type: purpose.unwrap_or("search_document"),
            embedding_types: ["float"],
            output_dimension: dimensions.filter(|_| family == Family::CohereV4),
        }),
    };
    // structs of texts and numbers can always be written
    Ok(body.unwrap_or_default().into())
}

/// Vectors, in the order of the texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedded<'a> {
    /// Each an array of numbers, as it came.
    pub vectors: Vec<Json<'a>>,
    /// The tokens of the texts; Cohere's models tell them in the header `x-amzn-bedrock-input-token-count` only.
    pub tokens: Option<u64>,
}

/// Reads an answer that came with status 200, whichever model gave it.
///
/// # Errors
/// A [`Fault`] when there are no vectors in it.
pub fn decode(body: &[u8]) -> Result<Embedded<'_>, Fault> {
    let told: Answer<'_> =
        serde_json::from_slice(body).map_err(|error| Fault::unreadable("the answer", &error))?;
    let vectors = match (told.embedding, told.embeddings) {
        (Some(one), _) => vec![one],
        (None, Some(many)) => read_many(body, many.get().starts_with('['))?,
        (None, None) => return Err(fault(200, None, body)),
    };
    if vectors.is_empty() || !vectors.iter().all(|vector| vector.get().starts_with('[')) {
        return Err(Fault::invalid("the answer has no vectors"));
    }
    Ok(Embedded {
        vectors,
        tokens: told.input_text_token_count,
    })
}

/// Cohere's vectors: a list, or lists by type.
fn read_many(body: &[u8], plain: bool) -> Result<Vec<Json<'_>>, Fault> {
    let vectors = if plain {
        serde_json::from_slice(body).map(|plain: Plain<'_>| plain.embeddings)
    } else {
        serde_json::from_slice(body).map(|typed: Typed<'_>| typed.embeddings.float)
    };
    vectors.map_err(|error| Fault::unreadable("the answer", &error))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    CohereV3,
    CohereV4,
    TitanV1,
    TitanV2,
}

impl Family {
    fn of(model: &str) -> Option<Self> {
        if model.contains("cohere.embed-v4") {
            Some(Self::CohereV4)
        } else if model.contains("cohere.embed-") {
            Some(Self::CohereV3)
        } else if model.contains("titan-embed-text-v2") {
            Some(Self::TitanV2)
        } else if model.contains("titan-embed-text-v1") || model.contains("titan-embed-g1-text") {
            Some(Self::TitanV1)
        } else {
            None
        }
    }

    fn dimensions(self) -> &'static [u64] {
        match self {
            Self::CohereV3 => &[1024],
            Self::CohereV4 => &[256, 512, 1024, 1536],
            Self::TitanV1 => &[1536],
            Self::TitanV2 => &[256, 512, 1024],
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Titan<'a> {
    input_text: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    normalize: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding_types: Option<[&'static str; 1]>,
}

#[derive(Serialize)]
struct Cohere<'a> {
    texts: &'a [Text<'a>],
    input_type: &'a str,
    embedding_types: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimension: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    embedding: Option<Json<'a>>,
    #[serde(borrow)]
    embeddings: Option<Json<'a>>,
    input_text_token_count: Option<u64>,
}

#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    embeddings: Vec<Json<'a>>,
}

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow)]
    embeddings: ByType<'a>,
}

#[derive(Deserialize)]
struct ByType<'a> {
    #[serde(borrow)]
    float: Vec<Json<'a>>,
}
