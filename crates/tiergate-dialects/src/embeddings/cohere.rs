//! Cohere: `POST /v2/embed`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Batch, InputType, Options, bare, unreadable};
use crate::cohere::fault;
use crate::count::count;
use crate::encoded::Edits;
use crate::fault::Fault;
use crate::inner::{Json, Text};

/// The most texts of one call.
pub const BATCH: usize = 96;

/// The body of a call for some texts.
///
/// Cohere must be told what vectors are for: where the client does not say so, they are documents.
pub fn encode(texts: &[Text<'_>], options: &Options<'_>) -> Bytes {
    let body = Body {
        model: options.model,
        texts,
        input_type: match options.input_type {
            Some(InputType::Classification) => "classification",
            Some(InputType::Clustering) => "clustering",
            Some(InputType::Query) => "search_query",
            Some(InputType::Document) | None => "search_document",
        },
        embedding_types: ["float"],
        output_dimension: options.dimensions,
        // a text that is too long is an error at OpenAI, and a vector of half a text is none
        truncate: "NONE",
    };
    serde_json::to_vec(&body).unwrap_or_default().into()
}

/// What of the request is not sent.
pub fn edits(options: &Options<'_>) -> Edits {
    bare(options)
}

/// Reads the vectors of one call.
///
/// # Errors
/// A [`Fault`] when the body is no such answer.
pub fn decode(body: &[u8]) -> Result<Batch, Fault> {
    let told: Told<'_> = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let Some(embeddings) = told.embeddings else {
        return Err(match told.message {
            Some(_) => fault(200, None, body),
            None => Fault::invalid("the answer has no vectors"),
        });
    };
    let billed = told.meta.and_then(|meta| meta.billed_units);
    let tokens = billed.and_then(|units| count(units.input_tokens.as_ref()));
    Ok((embeddings.float, tokens))
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    texts: &'a [Text<'a>],
    input_type: &'static str,
    embedding_types: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dimension: Option<u32>,
    truncate: &'static str,
}

#[derive(Deserialize)]
struct Told<'a> {
    embeddings: Option<Embeddings>,
    #[serde(borrow)]
    meta: Option<Meta<'a>>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Embeddings {
    float: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow)]
    billed_units: Option<Units<'a>>,
}

#[derive(Deserialize)]
struct Units<'a> {
    #[serde(borrow)]
    input_tokens: Option<Json<'a>>,
}
