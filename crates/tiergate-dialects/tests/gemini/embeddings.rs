//! Embeddings.

use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::gemini::{embeddings, encode_embed};
use tiergate_dialects::inner::Text;

#[test]
fn texts_are_asked_for_in_one_batch() {
    let body = encode_embed(
        "gemini-embedding-001",
        &[Text::new("a"), Text::new("b")],
        Some(768),
    );
    let body: Value = serde_json::from_slice(&body).unwrap();
    let of = |text: &str| {
        json!({
            "model": "models/gemini-embedding-001", "content": {"parts": [{"text": text}]}, "outputDimensionality": 768,
        })
    };
    assert_eq!(body, json!({"requests": [of("a"), of("b")]}));
}

#[test]
fn vectors_are_read() {
    let vectors = embeddings(br#"{"embeddings":[{"values":[0.5,-1]},{"values":[2]}]}"#).unwrap();
    assert_eq!(vectors, [vec![0.5, -1.0], vec![2.0]]);
    assert_eq!(
        embeddings(br#"{"embedding":{"values":[1]}}"#).unwrap(),
        [[1.0]]
    );
    let fault = embeddings(br#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#).unwrap_err();
    assert_eq!(fault.cause, Cause::Overloaded);
    assert_eq!(embeddings(b"{}").unwrap_err().cause, Cause::Invalid);
}
