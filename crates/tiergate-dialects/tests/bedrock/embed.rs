use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::bedrock::embed::{decode, encode, texts_per_call};
use tiergate_dialects::inner::Text;

use crate::fixture;

fn body(model: &str, texts: &[&str], dimensions: Option<u64>) -> Result<Value, &'static str> {
    let texts: Vec<_> = texts.iter().map(|text| Text::new(text)).collect();
    let body = encode(model, &texts, dimensions, None).map_err(|unfit| unfit.param)?;
    Ok(serde_json::from_slice(&body).unwrap())
}

#[test]
fn titan_takes_one_text() {
    let fixture: Value = serde_json::from_slice(&fixture("titan/embed_request.json")).unwrap();
    let model = "amazon.titan-embed-text-v2:0";
    assert_eq!(body(model, &["hi"], Some(256)), Ok(fixture));
    assert_eq!(body(model, &["hi", "ho"], None), Err("input"));
    assert_eq!(body(model, &["hi"], Some(300)), Err("dimensions"));
    assert_eq!(texts_per_call(model), 1);
    let first = body("amazon.titan-embed-text-v1", &["hi"], None);
    assert_eq!(first, Ok(json!({"inputText": "hi"})));
    assert_eq!(
        body("amazon.nova-2-multimodal-embeddings-v1:0", &["hi"], None),
        Err("model")
    );
}

#[test]
fn cohere_takes_many() {
    let expected = json!({
        "texts": ["a", "b"], "input_type": "search_document", "embedding_types": ["float"],
        "output_dimension": 512,
    });
    assert_eq!(
        body("us.cohere.embed-v4:0", &["a", "b"], Some(512)),
        Ok(expected)
    );
    let expected = json!({
        "texts": ["a"], "input_type": "search_document", "embedding_types": ["float"],
    });
    assert_eq!(
        body("cohere.embed-english-v3", &["a"], Some(1024)),
        Ok(expected)
    );
    assert_eq!(
        body("cohere.embed-english-v3", &["a"; 97], None),
        Err("input")
    );
}

#[test]
fn vectors_are_read_whoever_gave_them() {
    let titan = fixture("titan/embed_response.json");
    let titan = decode(&titan).unwrap();
    assert_eq!(titan.tokens, Some(2));
    assert_eq!(titan.vectors[0].read(), Some(vec![0.6, 0.8]));

    for body in [
        r#"{"id":"x","embeddings":{"float":[[1,2],[3,4]]},"response_type":"embeddings_by_type"}"#,
        r#"{"embeddings":[[1,2],[3,4]],"response_type":"embeddings_floats"}"#,
    ] {
        let read = decode(body.as_bytes()).unwrap();
        let vectors: Vec<_> = read
            .vectors
            .iter()
            .map(tiergate_dialects::inner::Json::get)
            .collect();
        assert_eq!((vectors, read.tokens), (vec!["[1,2]", "[3,4]"], None));
    }
}

#[test]
fn what_has_no_vectors_is_a_fault() {
    for body in [
        "",
        "{}",
        "[]",
        r#"{"embeddings":{}}"#,
        r#"{"embeddings":[7]}"#,
        r#"{"embedding":"x"}"#,
    ] {
        assert_eq!(
            decode(body.as_bytes()).unwrap_err().cause,
            Cause::Invalid,
            "{body}"
        );
    }
}
