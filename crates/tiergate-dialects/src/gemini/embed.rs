//! Embeddings: `batchEmbedContents`, and the answer of `embedContent`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::fault::fault;
use crate::count::count;
use crate::embeddings::{self, InputType, Options};
use crate::encoded::Edits;
use crate::fault::Fault;
use crate::inner::{Json, Text};

/// The body of `batchEmbedContents` for these texts.
pub fn encode_embed(texts: &[Text<'_>], options: &Options<'_>) -> Bytes {
    let model = options.model;
    let task_type = task_type(options);
    let model = if model.starts_with("models/") {
        model.to_owned()
    } else {
        format!("models/{model}")
    };
    let requests = texts.iter().map(|text| Request {
        model: &model,
        content: Content::of(std::slice::from_ref(text)),
        task_type,
        output_dimensionality: options.dimensions,
    });
    let batch = Batch {
        requests: requests.collect(),
    };
    // only strings and numbers: this cannot fail
    Bytes::from(serde_json::to_vec(&batch).unwrap_or_default())
}

/// What of the request is not sent.
pub fn embed_edits(options: &Options<'_>) -> Edits {
    if task_type(options).is_some() {
        embeddings::bare(options)
    } else {
        embeddings::ollama::edits(options)
    }
}

/// Gemini Embedding 2 and later are told their task in the text itself, and what stands here means nothing to them.
pub(super) fn task_type(options: &Options<'_>) -> Option<&'static str> {
    let purpose = options.input_type.filter(|_| {
        let earlier = [
            "gemini-embedding-001",
            "text-embedding-00",
            "text-multilingual-embedding-00",
        ];
        earlier.iter().any(|part| options.model.contains(part))
    })?;
    Some(match purpose {
        InputType::Classification => "CLASSIFICATION",
        InputType::Clustering => "CLUSTERING",
        InputType::Document => "RETRIEVAL_DOCUMENT",
        InputType::Query => "RETRIEVAL_QUERY",
    })
}

/// The vectors of an answer of either API, in the order of the texts, and their tokens, if it tells them.
///
/// # Errors
/// A [`Fault`] when the body is an error or no answer.
pub fn embeddings(body: &[u8]) -> Result<embeddings::Batch, Fault> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(fault(200, None, body));
    }
    let read: Answer<'_> = serde_json::from_slice(body)
        .map_err(|invalid| Fault::invalid(format!("the answer is not readable: {invalid}")))?;
    if read.error.is_some() {
        return Err(fault(200, None, body));
    }
    if let Some(predictions) = read.predictions {
        let tokens = predictions
            .iter()
            .map(|each| each.embeddings.tokens())
            .sum();
        let vectors = predictions.into_iter().map(|each| each.embeddings.values);
        return Ok((vectors.collect(), tokens));
    }
    let one = read.embedding.map(|one| vec![one]);
    let all = read.embeddings.or(one);
    let all = all.ok_or_else(|| Fault::invalid("the answer has no embeddings"))?;
    let tokens = read.usage_metadata.and_then(|usage| {
        let told = usage.prompt_token_count.or(usage.total_token_count);
        count(told.as_ref())
    });
    let vectors = all.into_iter().map(|embedding| embedding.values);
    Ok((vectors.collect(), tokens))
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
    task_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Content<'r> {
    parts: Vec<Part<'r>>,
}

impl<'r> Content<'r> {
    pub(super) fn of(texts: &'r [Text<'r>]) -> Self {
        let parts = texts.iter().map(|text| Part { text });
        Self {
            parts: parts.collect(),
        }
    }
}

#[derive(Serialize)]
struct Part<'r> {
    text: &'r Text<'r>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    embeddings: Option<Vec<Embedding<'a>>>,
    #[serde(borrow)]
    embedding: Option<Embedding<'a>>,
    /// What Vertex's `predict` gives.
    #[serde(borrow)]
    predictions: Option<Vec<Prediction<'a>>>,
    #[serde(borrow)]
    usage_metadata: Option<Usage<'a>>,
    #[serde(borrow)]
    error: Option<Json<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Usage<'a> {
    #[serde(borrow)]
    prompt_token_count: Option<Json<'a>>,
    #[serde(borrow)]
    total_token_count: Option<Json<'a>>,
}

#[derive(Deserialize)]
struct Prediction<'a> {
    #[serde(borrow)]
    embeddings: Embedding<'a>,
}

#[derive(Deserialize)]
struct Embedding<'a> {
    values: Vec<f32>,
    #[serde(borrow)]
    statistics: Option<Statistics<'a>>,
}

impl Embedding<'_> {
    fn tokens(&self) -> Option<u64> {
        count(self.statistics.as_ref()?.token_count.as_ref())
    }
}

#[derive(Deserialize)]
struct Statistics<'a> {
    #[serde(borrow)]
    token_count: Option<Json<'a>>,
}
