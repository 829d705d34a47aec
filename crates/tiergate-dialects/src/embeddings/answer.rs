//! What a client gets.

use bytes::Bytes;
use serde::{Serialize, Serializer};

use super::request::Encoding;
use super::vectors::to_base64;

/// Vectors for all inputs of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The model that has answered, as its vendor names it.
    pub model: String,
    /// A vector for each input, in order.
    pub vectors: Vec<Vec<f32>>,
    /// The tokens of all inputs, if the vendor told them.
    pub prompt_tokens: Option<u64>,
}

/// Writes an answer in OpenAI's shape; `model` is the one that the client shall see.
///
/// Tokens that are not known are written as 0, as clients need a number.
pub fn write(answer: &Answer, encoding: Encoding, model: &str) -> Bytes {
    let tokens = answer.prompt_tokens.unwrap_or_default();
    let vectors = answer.vectors.iter().enumerate();
    let data = vectors.map(|(index, vector)| Datum {
        object: "embedding",
        index,
        embedding: Embedding { vector, encoding },
    });
    let body = Body {
        object: "list",
        data: data.collect(),
        model,
        usage: Usage {
            prompt_tokens: tokens,
            total_tokens: tokens,
        },
    };
    // nothing in it can fail to be written
    serde_json::to_vec(&body).unwrap_or_default().into()
}

#[derive(Serialize)]
struct Body<'a> {
    object: &'static str,
    data: Vec<Datum<'a>>,
    model: &'a str,
    usage: Usage,
}

#[derive(Serialize)]
struct Datum<'a> {
    object: &'static str,
    index: usize,
    embedding: Embedding<'a>,
}

struct Embedding<'a> {
    vector: &'a [f32],
    encoding: Encoding,
}

impl Serialize for Embedding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.encoding {
            Encoding::Base64 => serializer.serialize_str(&to_base64(self.vector)),
            Encoding::Float => self.vector.serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct Usage {
    prompt_tokens: u64,
    total_tokens: u64,
}
