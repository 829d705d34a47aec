//! Embeddings.

use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::embeddings::{InputType, Options};
use tiergate_dialects::gemini::{embed_edits, embeddings, encode_embed};
use tiergate_dialects::inner::Text;

#[test]
fn texts_are_asked_for_in_one_batch() {
    let options = Options {
        model: "gemini-embedding-001",
        dimensions: Some(768),
        ..Options::default()
    };
    let body = encode_embed(&[Text::new("a"), Text::new("b")], &options);
    let body: Value = serde_json::from_slice(&body).unwrap();
    let of = |text: &str| {
        json!({
            "model": "models/gemini-embedding-001", "content": {"parts": [{"text": text}]}, "outputDimensionality": 768,
        })
    };
    assert_eq!(body, json!({"requests": [of("a"), of("b")]}));
}

#[test]
fn the_purpose_is_told_to_models_that_have_tasks() {
    let told = |model, purpose| {
        let options = Options {
            model,
            input_type: Some(purpose),
            ..Options::default()
        };
        let body = encode_embed(&[Text::new("a")], &options);
        let body: Value = serde_json::from_slice(&body).unwrap();
        (
            body["requests"][0]["taskType"].clone(),
            embed_edits(&options).len(),
        )
    };
    for (purpose, task) in [
        (InputType::Classification, "CLASSIFICATION"),
        (InputType::Clustering, "CLUSTERING"),
        (InputType::Document, "RETRIEVAL_DOCUMENT"),
        (InputType::Query, "RETRIEVAL_QUERY"),
    ] {
        assert_eq!(told("gemini-embedding-001", purpose), (json!(task), 0));
        assert_eq!(told("gemini-embedding-2", purpose), (Value::Null, 1));
    }
}

#[test]
fn vectors_are_read() {
    let many = embeddings(br#"{"embeddings":[{"values":[0.5,-1]},{"values":[2]}]}"#).unwrap();
    assert_eq!(many, (vec![vec![0.5, -1.0], vec![2.0]], None));
    let one = embeddings(
        br#"{"embedding":{"values":[1]},"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}}"#,
    );
    assert_eq!(one.unwrap(), (vec![vec![1.0]], Some(3)));
    let fault = embeddings(br#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#).unwrap_err();
    assert_eq!(fault.cause, Cause::Overloaded);
    assert_eq!(embeddings(b"{}").unwrap_err().cause, Cause::Invalid);
}
