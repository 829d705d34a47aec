//! Embeddings: `batchEmbedContents` of the developer API, and `predict` and `embedContent` of Vertex.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::encode::Surface;
use super::fault::fault;
use crate::count::count;
use crate::embeddings::{Batch, InputType, Options};
use crate::fault::Fault;
use crate::inner::{Json, Text};

/// How vectors are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedCall {
    /// Many texts, of the developer API.
    Batch,
    /// One text, of Vertex: models from Gemini Embedding 2 on.
    Content,
    /// Instances, of Vertex: all models before.
    Predict,
}

impl EmbedCall {
    /// The most tokens of one call on Vertex, all texts together.
    pub const VERTEX_TOKENS: u64 = 20_000;

    /// How a model is asked.
    pub fn of(model: &str, surface: Surface) -> Self {
        match surface {
            Surface::Gemini => Self::Batch,
            Surface::Vertex if model.contains("gemini-embedding-") && !is_first(model) => {
                Self::Content
            }
            Surface::Vertex => Self::Predict,
        }
    }

    /// The last part of its address.
    pub fn operation(self) -> &'static str {
        match self {
            Self::Batch => "batchEmbedContents",
            Self::Content => "embedContent",
            Self::Predict => "predict",
        }
    }

    /// The most texts of one call.
    pub fn texts(self, model: &str) -> usize {
        match self {
            Self::Batch => 100,
            Self::Content => 1,
            Self::Predict if is_first(model) => 1,
            Self::Predict => 250,
        }
    }

    /// The body of a call for some texts.
    pub fn encode(self, texts: &[Text<'_>], options: &Options<'_>) -> Bytes {
        let written = match self {
            Self::Batch => serde_json::to_vec(&Requests::new(texts, options)),
            Self::Content => serde_json::to_vec(&Single::new(texts, options)),
            Self::Predict => serde_json::to_vec(&Instances::new(texts, options)),
        };
        // only strings and numbers: this cannot fail
        Bytes::from(written.unwrap_or_default())
    }
}

/// The first Gemini embedding, and what was tried out before it.
fn is_first(model: &str) -> bool {
    model.contains("gemini-embedding-001") || model.contains("gemini-embedding-exp")
}

/// What the vectors are for, where a model can be told so; later models want it said in the text.
pub fn embed_task(options: &Options<'_>) -> Option<&'static str> {
    let model = options.model;
    let is_told = is_first(model)
        || model.contains("text-embedding-")
        || model.contains("text-multilingual-embedding-");
    let purpose = options.input_type.filter(|_| is_told)?;
    Some(match purpose {
        InputType::Classification => "CLASSIFICATION",
        InputType::Clustering => "CLUSTERING",
        InputType::Document => "RETRIEVAL_DOCUMENT",
        InputType::Query => "RETRIEVAL_QUERY",
    })
}

/// The vectors of an answer, in the order of the texts, and the tokens, which the developer API does not tell.
///
/// # Errors
/// A [`Fault`] when the body is an error or no answer.
pub fn embeddings(body: &[u8]) -> Result<Batch, Fault> {
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(fault(200, None, body));
    }
    let read: Answer<'_> =
        serde_json::from_slice(body).map_err(|error| Fault::unreadable("the answer", &error))?;
    if read.error.is_some() {
        return Err(fault(200, None, body));
    }
    if let Some(predictions) = read.predictions {
        let predicted = predictions
            .into_iter()
            .map(|prediction| prediction.embeddings);
        return Ok(together(predicted.collect()));
    }
    let one = read.embedding.map(|one| vec![one]);
    let all = read.embeddings.or(one);
    let all = all.ok_or_else(|| Fault::invalid("the answer has no embeddings"))?;
    let usage = read.usage.and_then(|usage| usage.tokens);
    let (vectors, _) = together(all);
    Ok((vectors, count(usage.as_ref())))
}

/// All vectors, and their tokens if each tells them.
fn together(all: Vec<Embedding<'_>>) -> Batch {
    let tokens = all.iter().map(|embedding| {
        let told = embedding.statistics.as_ref();
        count(told.and_then(|told| told.tokens.as_ref()))
    });
    let tokens = tokens.sum();
    let vectors = all.into_iter().map(|embedding| embedding.values);
    (vectors.collect(), tokens)
}

#[derive(Serialize)]
struct Requests<'r> {
    requests: Vec<Request<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'r> {
    model: String,
    content: Content<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
}

impl<'r> Requests<'r> {
    fn new(texts: &'r [Text<'_>], options: &Options<'_>) -> Self {
        let name = options.model.trim_start_matches("models/");
        let requests = texts.iter().map(|text| Request {
            model: format!("models/{name}"),
            content: Content::of(text),
            task_type: embed_task(options),
            output_dimensionality: options.dimensions,
        });
        Self {
            requests: requests.collect(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Single<'r> {
    content: Content<'r>,
    embed_content_config: Parameters,
}

impl<'r> Single<'r> {
    fn new(texts: &'r [Text<'_>], options: &Options<'_>) -> Self {
        Self {
            content: Content {
                parts: texts.iter().map(|text| Part { text }).collect(),
            },
            embed_content_config: Parameters::of(options),
        }
    }
}

#[derive(Serialize)]
struct Instances<'r> {
    instances: Vec<Instance<'r>>,
    parameters: Parameters,
}

#[derive(Serialize)]
struct Instance<'r> {
    content: &'r Text<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_type: Option<&'static str>,
}

impl<'r> Instances<'r> {
    fn new(texts: &'r [Text<'r>], options: &Options<'_>) -> Self {
        let instances = texts.iter().map(|content| Instance {
            content,
            task_type: embed_task(options),
        });
        Self {
            instances: instances.collect(),
            parameters: Parameters::of(options),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    /// A text that is too long is an error at OpenAI, and a vector of half a text is none.
    auto_truncate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimensionality: Option<u32>,
}

impl Parameters {
    fn of(options: &Options<'_>) -> Self {
        Self {
            auto_truncate: false,
            output_dimensionality: options.dimensions,
        }
    }
}

#[derive(Serialize)]
struct Content<'r> {
    parts: Vec<Part<'r>>,
}

impl<'r> Content<'r> {
    fn of(text: &'r Text<'r>) -> Self {
        Self {
            parts: vec![Part { text }],
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
    #[serde(borrow)]
    predictions: Option<Vec<Prediction<'a>>>,
    #[serde(borrow, rename = "usageMetadata")]
    usage: Option<Usage<'a>>,
    #[serde(borrow)]
    error: Option<Json<'a>>,
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

#[derive(Deserialize)]
struct Statistics<'a> {
    #[serde(borrow, rename = "token_count")]
    tokens: Option<Json<'a>>,
}

#[derive(Deserialize)]
struct Usage<'a> {
    #[serde(borrow, rename = "promptTokenCount")]
    tokens: Option<Json<'a>>,
}
