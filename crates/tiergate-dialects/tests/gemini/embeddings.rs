//! Embeddings.

use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::embeddings::{InputType, Options};
use tiergate_dialects::gemini::{EmbedCall, Surface, embed_task, embeddings};
use tiergate_dialects::inner::Text;

fn asked(call: EmbedCall, texts: &[&str], options: &Options<'_>) -> Value {
    let texts: Vec<_> = texts.iter().map(|text| Text::new(text)).collect();
    serde_json::from_slice(&call.encode(&texts, options)).unwrap()
}

#[test]
fn texts_are_asked_for_in_one_batch() {
    let options = Options {
        model: "gemini-embedding-001",
        dimensions: Some(768),
        ..Options::default()
    };
    let call = EmbedCall::of(options.model, Surface::Gemini);
    let of = |text: &str| {
        json!({
            "model": "models/gemini-embedding-001", "content": {"parts": [{"text": text}]}, "outputDimensionality": 768,
        })
    };
    assert_eq!(
        asked(call, &["a", "b"], &options),
        json!({"requests": [of("a"), of("b")]})
    );
    assert_eq!(
        (call.operation(), call.texts(options.model)),
        ("batchEmbedContents", 100)
    );
}

#[test]
fn vertex_predicts_and_embeds_what_came_later_text_by_text() {
    let of = |model| EmbedCall::of(model, Surface::Vertex);
    let options = Options {
        model: "text-embedding-005",
        dimensions: Some(256),
        input_type: Some(InputType::Query),
        ..Options::default()
    };
    let instance = |text: &str| json!({"content": text, "task_type": "RETRIEVAL_QUERY"});
    assert_eq!(
        asked(of(options.model), &["a", "b"], &options),
        json!({
            "instances": [instance("a"), instance("b")],
            "parameters": {"autoTruncate": false, "outputDimensionality": 256},
        })
    );
    for (model, operation, texts) in [
        ("text-embedding-005", "predict", 250),
        ("text-multilingual-embedding-002", "predict", 250),
        ("gemini-embedding-001", "predict", 1),
        ("gemini-embedding-2", "embedContent", 1),
    ] {
        assert_eq!(
            (of(model).operation(), of(model).texts(model)),
            (operation, texts),
            "{model}"
        );
    }
    let later = Options {
        model: "gemini-embedding-2",
        ..options
    };
    assert_eq!(embed_task(&later), None);
    assert_eq!(
        asked(of(later.model), &["a"], &later),
        json!({
            "content": {"parts": [{"text": "a"}]},
            "embedContentConfig": {"autoTruncate": false, "outputDimensionality": 256},
        })
    );
}

#[test]
fn vectors_are_read() {
    let read = |body: &str| embeddings(body.as_bytes()).unwrap();
    assert_eq!(
        read(r#"{"embeddings":[{"values":[0.5,-1]},{"values":[2]}]}"#),
        (vec![vec![0.5, -1.0], vec![2.0]], None)
    );
    assert_eq!(
        read(r#"{"embedding":{"values":[1]},"usageMetadata":{"promptTokenCount":4}}"#),
        (vec![vec![1.0]], Some(4))
    );
    assert_eq!(
        read(
            r#"{"predictions":[{"embeddings":{"values":[1],"statistics":{"token_count":3,"truncated":false}}},
                {"embeddings":{"values":[2],"statistics":{"token_count":4.0}}}],"metadata":{"billableCharacterCount":9}}"#
        ),
        (vec![vec![1.0], vec![2.0]], Some(7))
    );
    assert_eq!(
        read(r#"{"predictions":[{"embeddings":{"values":[1]}}]}"#),
        (vec![vec![1.0]], None)
    );
    let fault = embeddings(br#"{"error":{"code":503,"status":"UNAVAILABLE"}}"#).unwrap_err();
    assert_eq!(fault.cause, Cause::Overloaded);
    assert_eq!(embeddings(b"{}").unwrap_err().cause, Cause::Invalid);
}
