//! Embeddings.

use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::embeddings::{InputType, Options};
use tiergate_dialects::gemini::{VertexEmbed, embed_edits, embeddings, encode_embed};
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
    let predicted = embeddings(
        br#"{"predictions":[{"embeddings":{"statistics":{"truncated":false,"token_count":3.0},"values":[1]}},
            {"embeddings":{"statistics":{"token_count":4},"values":[2]}}]}"#,
    );
    assert_eq!(predicted.unwrap(), (vec![vec![1.0], vec![2.0]], Some(7)));
    let uncounted = embeddings(br#"{"predictions":[{"embeddings":{"values":[1]}}]}"#);
    assert_eq!(uncounted.unwrap(), (vec![vec![1.0]], None));
    let fault = embeddings(br#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#).unwrap_err();
    assert_eq!(fault.cause, Cause::Overloaded);
    assert_eq!(embeddings(b"{}").unwrap_err().cause, Cause::Invalid);
}

#[test]
fn vertex_has_two_calls() {
    let said = |model, texts: &[Text<'_>], dimensions| {
        let options = Options {
            model,
            dimensions,
            input_type: Some(InputType::Query),
            ..Options::default()
        };
        let call = VertexEmbed::of(model).unwrap();
        let body: Value = serde_json::from_slice(&call.encode(texts, &options)).unwrap();
        (call.operation(), call.batch(model), body)
    };
    let texts = [Text::new("a"), Text::new("b")];
    let instances = json!([
        {"content": "a", "task_type": "RETRIEVAL_QUERY"}, {"content": "b", "task_type": "RETRIEVAL_QUERY"},
    ]);
    let body = json!({"instances": instances, "parameters": {"autoTruncate": false, "outputDimensionality": 256}});
    assert_eq!(
        said("text-embedding-005", &texts, Some(256)),
        ("predict", 250, body)
    );
    let body = json!({"instances": [instances[0]], "parameters": {"autoTruncate": false}});
    assert_eq!(
        said("gemini-embedding-001", &texts[..1], None),
        ("predict", 1, body)
    );
    let body = json!({"content": {"parts": [{"text": "a"}]},
        "embedContentConfig": {"autoTruncate": false, "outputDimensionality": 256}});
    assert_eq!(
        said("gemini-embedding-2", &texts[..1], Some(256)),
        ("embedContent", 1, body)
    );
    assert_eq!(VertexEmbed::of("multimodalembedding@001"), None);
}
