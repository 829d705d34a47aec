//! Anthropic's Messages, from both sides.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod decode;
mod encode;
mod errors;
mod native;
mod read;
mod round_trip;
mod stream;
mod write;

use serde_json::Value;
use tiergate_dialects::inner::{Json, Request, Unfit};
use tiergate_dialects::{Target, Translated, anthropic};

fn target(model: &str) -> Target<'_> {
    Target {
        model,
        ..Target::default()
    }
}

fn body(translated: &Translated) -> Value {
    serde_json::from_slice(&translated.body).unwrap()
}

/// What a request of this dialect becomes for a model, and the edits.
fn sent(request: &Value, model: &str) -> Result<(Value, Vec<String>), Unfit> {
    let text = request.to_string();
    let request = anthropic::decode(text.as_bytes()).unwrap();
    let translated = anthropic::encode(&request, &target(model))?;
    let edits = translated.edits.iter().map(ToString::to_string).collect();
    Ok((body(&translated), edits))
}

fn encoded(request: &Request<'_>, model: &str) -> (Value, Vec<String>) {
    let translated = anthropic::encode(request, &target(model)).unwrap();
    let edits = translated.edits.iter().map(ToString::to_string).collect();
    (body(&translated), edits)
}

fn json(value: &Value) -> Json<'static> {
    Json::of(value)
}
