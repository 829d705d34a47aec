//! Embeddings: `batchEmbedContents`, and the answer of `embedContent`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::fault::fault;
use crate::fault::Fault;
use crate::inner::{Json, Text};

/// The body of `batchEmbedContents` for these texts.
pub fn encode_embed(model: &str, texts: &[Text<'_>], dimensions: Option<u32>) -> Bytes {
    let model = if model.starts_with("models/") {
        model.to_owned()
    } else {
        format!("models/{model}")
    };
    let requests = texts.iter().map(|text| Request {
        model: &model,
        content: Content {
            parts: [Part { text }],
        },
        output_dimensionality: dimensions,
    });
    let batch = Batch {
        requests: requests.collect(),
    };
    // only strings and numbers: this cannot fail
    Bytes::from(serde_json::to_vec(&batch).unwrap_or_default())
}

/// The vectors of an answer, in the order of the texts; the API tells no tokens with them.
///
/// # Errors
/// A [`Fault`] when the body is an error or no answer.
pub fn embeddings(body: &[u8]) -> Result<Vec<Vec<f32>>, Fault> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(fault(200, None, body));
    }
    let read: Answer<'_> = serde_json::from_slice(body)
        .map_err(|invalid| Fault::invalid(format!("the answer is not readable: {invalid}")))?;
    if read.error.is_some() {
        return Err(fault(200, None, body));
    }
    let one = read.embedding.map(|one| vec![one]);
    let all = read.embeddings.or(one);
    let all = all.ok_or_else(|| Fault::invalid("the answer has no embeddings"))?;
    Ok(all.into_iter().map(|embedding| embedding.values).collect())
}

#[derive(Serialize)]
struct Batch<'r> {
    requests: Vec<Request<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'r> {
    model: &'r str,
    content: Content<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
}

#[derive(Serialize)]
struct Content<'r> {
    parts: [Part<'r>; 1],
}

#[derive(Serialize)]
struct Part<'r> {
    text: &'r Text<'r>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    embeddings: Option<Vec<Embedding>>,
    embedding: Option<Embedding>,
    #[serde(borrow)]
    error: Option<Json<'a>>,
}

#[derive(Deserialize)]
struct Embedding {
    values: Vec<f32>,
}
