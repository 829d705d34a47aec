//! Ollama: `POST /api/embed`.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Batch, Options, bare, unreadable};
use crate::count::count;
use crate::encoded::Edits;
use crate::fault::Fault;
use crate::inner::{Json, Text};
use crate::ollama::fault;
use crate::remains::remove;

/// The most texts of one call: Ollama names no limit, so as many as a client may send.
pub const BATCH: usize = 2_048;

/// The body of a call for some texts.
pub fn encode(texts: &[Text<'_>], options: &Options<'_>) -> Bytes {
    let body = Body {
        model: options.model,
        input: texts,
        // a text that is too long is an error at OpenAI, and a vector of half a text is none
        truncate: false,
        dimensions: options.dimensions,
    };
    serde_json::to_vec(&body).unwrap_or_default().into()
}

/// What of the request is not sent.
pub fn edits(options: &Options<'_>) -> Edits {
    let mut edits = bare(options);
    if options.input_type.is_some() {
        remove(&mut edits, "input_type");
    }
    edits
}

/// Reads the vectors of one call.
///
/// # Errors
/// A [`Fault`] when the body is no such answer.
pub fn decode(body: &[u8]) -> Result<Batch, Fault> {
    let told: Told<'_> = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    match (told.embeddings, told.error) {
        (Some(vectors), None) => Ok((vectors, count(told.prompt_eval_count.as_ref()))),
        (_, Some(_)) => Err(fault(200, None, body)),
        (None, None) => Err(Fault::invalid("the answer has no vectors")),
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    input: &'a [Text<'a>],
    truncate: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<u32>,
}

#[derive(Deserialize)]
struct Told<'a> {
    embeddings: Option<Vec<Vec<f32>>>,
    #[serde(borrow)]
    prompt_eval_count: Option<Json<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}
