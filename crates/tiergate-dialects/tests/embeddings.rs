//! Embeddings: what clients ask, what they get, and the vendors between.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use tiergate_dialects::Cause;
use tiergate_dialects::embeddings::openai::Host;
use tiergate_dialects::embeddings::{
    Answer, Encoding, Input, InputType, Part, Request, cohere, ollama, openai, vectors, write,
};

fn parse(body: &Value) -> Request {
    Request::parse(body.to_string().into()).unwrap()
}

fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[test]
fn every_form_of_input() {
    let texts = |input: Value| {
        let input = parse(&json!({"model": "m", "input": input})).input;
        let texts = input.texts().unwrap().iter();
        texts
            .map(|text| text.value().into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(json!("a")), ["a"]);
    assert_eq!(texts(json!(["a", "b\n"])), ["a", "b\n"]);
    let tokens = |input: Value| parse(&json!({"model": "m", "input": input})).input;
    assert_eq!(tokens(json!([1, 2])), Input::Tokens(vec![vec![1, 2]]));
    assert_eq!(
        tokens(json!([[1], [2, 3]])),
        Input::Tokens(vec![vec![1], vec![2, 3]])
    );
}

#[test]
fn other_members() {
    let request = parse(&json!({
        "model": "m", "input": "a", "dimensions": 256, "encoding_format": "base64", "user": "u",
        "input_type": "search_query", "truncate": "END", "prefer": null,
    }));
    assert_eq!(request.dimensions, Some(256));
    assert_eq!(request.encoding, Encoding::Base64);
    assert_eq!(request.user.unwrap().value(), "u");
    assert_eq!(request.input_type, Some(InputType::Query));
    let names: Vec<_> = request.rest.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["prefer", "truncate"]);
}

#[test]
fn bad_requests() {
    let check = |body: &Value, param: Option<&str>, says: &str| {
        let told = Request::parse(body.to_string().into()).unwrap_err();
        assert_eq!(told.param.as_deref(), param, "{body}");
        assert!(told.message.contains(says), "{}", told.message);
    };
    let input = |input: Value| json!({"model": "m", "input": input});
    check(&json!([]), None, "not a JSON object");
    check(&json!({"input": "a"}), Some("model"), "missing");
    check(&json!({"model": 7, "input": "a"}), Some("model"), "string");
    check(&json!({"model": "m"}), Some("input"), "missing");
    check(&input(json!("")), Some("input"), "empty string");
    check(&input(json!([])), Some("input"), "empty array");
    check(
        &input(json!(["a", ""])),
        Some("input"),
        "`input[1]` must not be an empty string",
    );
    check(
        &input(json!([[1], []])),
        Some("input"),
        "`input[1]` must not be an empty array",
    );
    check(
        &input(json!(["a", 1])),
        Some("input"),
        "`input[1]` is of another type",
    );
    check(
        &input(json!([1, 1.5])),
        Some("input"),
        "`input[1]` must be a token",
    );
    check(
        &input(json!([[1], [-1]])),
        Some("input"),
        "`input[1][0]` must be a token",
    );
    check(&input(json!([true])), Some("input"), "array of strings");
    check(
        &input(json!({"text": "a"})),
        Some("input"),
        "array of strings",
    );
    check(
        &input(json!(vec!["a"; 2049])),
        Some("input"),
        "at most 2048",
    );
    let with = |name: &str, value: Value| {
        let mut body = input(json!("a"));
        body[name] = value;
        body
    };
    check(&with("dimensions", json!(0)), Some("dimensions"), "above 0");
    check(
        &with("dimensions", json!("9")),
        Some("dimensions"),
        "above 0",
    );
    check(
        &with("encoding_format", json!("int8")),
        Some("encoding_format"),
        "`base64`",
    );
    check(&with("user", json!(7)), Some("user"), "string");
    check(
        &with("input_type", json!("x")),
        Some("input_type"),
        "`query`",
    );
}

#[test]
fn an_answer_is_written_in_both_encodings() {
    let answer = Answer {
        model: "vendor-model".to_owned(),
        vectors: vec![vec![0.5, -1.0], vec![0.1, 0.0]],
        prompt_tokens: Some(8),
    };
    let told = value(&write(&answer, Encoding::Float, "m"));
    assert_eq!(
        told,
        json!({"object": "list", "model": "m", "usage": {"prompt_tokens": 8, "total_tokens": 8}, "data": [
            {"object": "embedding", "index": 0, "embedding": [0.5, -1.0]},
            {"object": "embedding", "index": 1, "embedding": [0.1, 0.0]},
        ]})
    );
    let told = value(&write(&answer, Encoding::Base64, "m"));
    assert_eq!(told["data"][0]["embedding"], "AAAAPwAAgL8=");
}

#[test]
fn a_shorter_vector_has_length_1() {
    let mut vector = vec![0.6, 0.0, 0.8];
    vectors::shorten(&mut vector, 5);
    assert_eq!(vector, [0.6, 0.0, 0.8]);
    vectors::shorten(&mut vector, 2);
    assert_eq!(vector, [1.0, 0.0]);
    let mut zeros = vec![0.0; 3];
    vectors::shorten(&mut zeros, 2);
    assert_eq!(zeros, [0.0, 0.0]);
}

#[test]
fn hosts_in_openais_shape() {
    let request = parse(&json!({
        "model": "alias", "input": ["a", "b"], "user": "u", "input_type": "query", "extra": 1, "prefer": "cheap",
    }));
    let options = request.options("m", Some(64));
    let parts = request.input.parts(9);
    let sent = |host: Host| {
        let edits = host
            .edits(&options)
            .iter()
            .map(ToString::to_string)
            .collect();
        (value(&host.encode(parts[0], &options)), edits)
    };
    let check = |host, body: Value, edits: &[&str]| {
        let (told, noted): (Value, Vec<String>) = sent(host);
        assert_eq!(
            (told, noted),
            (body, edits.iter().map(ToString::to_string).collect())
        );
    };
    check(
        Host::OpenAi,
        json!({"model": "m", "input": ["a", "b"], "encoding_format": "base64", "dimensions": 64, "user": "u"}),
        &["removed extra", "removed input_type"],
    );
    check(
        Host::Mistral,
        json!({"model": "m", "input": ["a", "b"], "output_dimension": 64}),
        &["removed user", "removed extra", "removed input_type"],
    );
    check(
        Host::Voyage,
        json!({"model": "m", "input": ["a", "b"], "output_dimension": 64, "input_type": "query", "truncation": false}),
        &["removed user", "removed extra"],
    );
    check(
        Host::Compatible,
        json!({"model": "m", "input": ["a", "b"], "dimensions": 64, "input_type": "query", "user": "u", "extra": 1}),
        &[],
    );
    let tokens = Host::OpenAi.encode(Part::Tokens(&[vec![1, 2]]), &options);
    assert_eq!(value(&tokens)["input"], json!([[1, 2]]));
}

#[test]
fn answers_in_openais_shape() {
    let body = json!({"data": [
        {"index": 1, "embedding": "AAAAPwAAgL8="}, {"index": 0, "embedding": [1, 0.5]},
    ], "usage": {"total_tokens": 3}});
    let told = openai::decode(body.to_string().as_bytes()).unwrap();
    assert_eq!(told, (vec![vec![1.0, 0.5], vec![0.5, -1.0]], Some(3)));
    let fault = |body: Value| openai::decode(body.to_string().as_bytes()).unwrap_err();
    assert_eq!(
        fault(json!({"error": {"code": "rate_limit_exceeded"}})).cause,
        Cause::RateLimited
    );
    for body in [
        json!({}),
        json!({"data": [{"index": 0, "embedding": "AAAA"}]}),
        json!({"data": [{"index": 1, "embedding": [1]}]}),
        json!({"data": [{"index": 0, "embedding": [null]}]}),
    ] {
        assert_eq!(fault(body).cause, Cause::Invalid);
    }
}

#[test]
fn cohere_and_ollama() {
    let request = parse(&json!({"model": "alias", "input": ["a", "b"], "input_type": "document"}));
    let texts = request.input.texts().unwrap();
    assert_eq!(
        value(&cohere::encode(
            texts,
            &request.options("embed-v4.0", Some(256))
        )),
        json!({"model": "embed-v4.0", "texts": ["a", "b"], "input_type": "search_document",
            "embedding_types": ["float"], "output_dimension": 256, "truncate": "NONE"})
    );
    assert_eq!(
        value(&ollama::encode(
            texts,
            &request.options("nomic-embed-text", None)
        )),
        json!({"model": "nomic-embed-text", "input": ["a", "b"], "truncate": false})
    );
    assert_eq!(
        ollama::edits(&request.options("m", None))[..],
        ["removed input_type"]
    );
    let told = json!({"id": "e", "embeddings": {"float": [[0.5], [1]]},
        "meta": {"billed_units": {"input_tokens": 4.0}}});
    assert_eq!(
        cohere::decode(told.to_string().as_bytes()).unwrap(),
        (vec![vec![0.5], vec![1.0]], Some(4))
    );
    let told = json!({"model": "m", "embeddings": [[0.5], [1]]});
    assert_eq!(
        ollama::decode(told.to_string().as_bytes()).unwrap(),
        (vec![vec![0.5], vec![1.0]], None)
    );
    let long = json!({"error": "the input length exceeds maximum context length"});
    let fault = ollama::decode(long.to_string().as_bytes()).unwrap_err();
    assert_eq!(fault.cause, Cause::ContextTooLong);
    let fault = cohere::decode(br#"{"message":"invalid api token"}"#).unwrap_err();
    assert_eq!(fault.cause, Cause::Auth);
}

#[test]
fn vectors_are_checked() {
    assert!(vectors::check(&[vec![1.0], vec![0.0]], 2).is_ok());
    assert!(vectors::check(&[vec![1.0]], 2).is_err());
    assert!(vectors::check(&[vec![1.0], vec![]], 2).is_err());
    assert!(vectors::check(&[vec![]], 1).is_err());
    assert!(vectors::check(&[vec![f32::INFINITY]], 1).is_err());
}

/// A host that answers each text with a vector of its number.
fn answered(body: &Bytes, member: &str) -> Vec<Vec<f32>> {
    let texts: Vec<String> = serde_json::from_value(value(body)[member].clone()).unwrap();
    texts
        .iter()
        .map(|text| vec![text.parse().unwrap()])
        .collect()
}

proptest! {
    #[test]
    fn base64_says_what_floats_say(vectors in prop::collection::vec(
        prop::collection::vec(-1e6_f32..1e6, 1..20), 1..5,
    )) {
        let answer = Answer { model: String::new(), vectors, prompt_tokens: None };
        let floats = openai::decode(&write(&answer, Encoding::Float, "m")).unwrap();
        let base64 = openai::decode(&write(&answer, Encoding::Base64, "m")).unwrap();
        prop_assert_eq!(&floats, &base64);
        prop_assert_eq!(floats.0, answer.vectors);
    }

    #[test]
    fn split_and_joined_the_order_is_kept(count in 1..400_u16, reversed: bool) {
        let texts: Vec<_> = (0..count).map(|number| number.to_string()).collect();
        let request = parse(&json!({"model": "m", "input": texts}));
        let options = request.options("m", None);
        let expected: Vec<_> = (0..count).map(|number| vec![f32::from(number)]).collect();

        let mut joined = Vec::new();
        for part in request.input.parts(Host::Mistral.batch()) {
            let vectors = answered(&Host::Mistral.encode(part, &options), "input");
            let mut data: Vec<_> = vectors.iter().enumerate()
                .map(|(index, embedding)| json!({"index": index, "embedding": embedding})).collect();
            if reversed {
                data.reverse();
            }
            joined.extend(openai::decode(json!({"data": data}).to_string().as_bytes()).unwrap().0);
        }
        prop_assert_eq!(&joined, &expected);

        let mut joined = Vec::new();
        for texts in request.input.texts().unwrap().chunks(cohere::BATCH) {
            let vectors = answered(&cohere::encode(texts, &options), "texts");
            let body = json!({"embeddings": {"float": vectors}}).to_string();
            joined.extend(cohere::decode(body.as_bytes()).unwrap().0);
        }
        prop_assert_eq!(&joined, &expected);
        prop_assert!(vectors::check(&joined, usize::from(count)).is_ok());
    }

    #[test]
    fn a_shortened_vector_is_a_unit(
        vector in prop::collection::vec(-1_f32..1.0, 3..40), dims in 1..3_usize,
    ) {
        let mut short = vector;
        vectors::shorten(&mut short, dims);
        let length = short.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        prop_assert_eq!(short.len(), dims);
        prop_assert!(length == 0.0 || (length - 1.0).abs() < 2e-4);
    }

    #[test]
    fn any_bytes_are_survived(
        raw in prop::collection::vec(any::<u8>(), 0..80),
        near in "\\{\"model\":\"m\",\"input\":[\\[\\]{}\":,a-z0-9.-]{0,30}\\}",
    ) {
        for data in [raw, near.into_bytes()] {
            let _ = openai::decode(&data);
            let _ = cohere::decode(&data);
            let _ = ollama::decode(&data);
            let _ = Request::parse(data.into());
        }
    }
}
