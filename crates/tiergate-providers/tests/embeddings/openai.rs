//! Hosts in OpenAI's shape.

use serde_json::{Value, json};
use tiergate_providers::{Host, Kind, OpenAi, Provider};

use super::server::{Given, Seen, Server, client, embed, in_order, texts, vector};

fn answer(seen: &Seen) -> Given {
    let inputs = seen.body["input"].as_array().unwrap();
    let data: Vec<Value> = inputs
        .iter()
        .enumerate()
        .map(|(index, text)| json!({"index": index, "embedding": vector(text)}))
        // a host may give them in any order
        .rev()
        .collect();
    let tokens = inputs.len();
    (
        200,
        "x-request-id: up-1\r\n",
        json!({"data": data, "usage": {"prompt_tokens": tokens}}),
    )
}

fn provider(server: &Server, host: &str) -> OpenAi {
    OpenAi::builder("up", client())
        .base_url(format!("{}/v1", server.url))
        .host(Host::by_name(host).unwrap())
        .credential("sk-test")
        .build()
        .unwrap()
}

#[tokio::test]
async fn openai_is_asked_for_base64_and_answers_in_any_order() {
    let server = Server::start(answer).await;
    let request = json!({"model": "m", "input": texts(5), "user": "u", "odd": 1, "dimensions": 2});
    let embedded = embed(&provider(&server, "openai"), "house", request)
        .await
        .unwrap();
    in_order(&embedded, 5);
    assert_eq!(embedded.tokens, Some(5));
    assert_eq!(embedded.head.upstream_request_id.as_deref(), Some("up-1"));
    assert_eq!(embedded.head.edits[..], ["removed odd"]);
    let seen = server.seen();
    assert!(
        seen[0].head.starts_with("POST /v1/embeddings HTTP/1.1\r\n"),
        "{}",
        seen[0].head
    );
    assert!(seen[0].head.contains("authorization: Bearer sk-test\r\n"));
    let expected = json!({"model": "house", "input": texts(5), "user": "u", "dimensions": 2,
        "encoding_format": "base64"});
    assert_eq!(seen[0].body, expected);
}

#[tokio::test]
async fn a_batch_above_the_limit_is_split_and_joined_in_order() {
    let server = Server::start(answer).await;
    let request = json!({"model": "m", "input": texts(100)});
    let embedded = embed(&provider(&server, "mistral"), "mistral-embed", request)
        .await
        .unwrap();
    in_order(&embedded, 100);
    assert_eq!(embedded.tokens, Some(100));
    let mut sizes: Vec<usize> = server
        .seen()
        .iter()
        .map(|seen| seen.body["input"].as_array().unwrap().len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [4, 32, 32, 32]);
}

#[tokio::test]
async fn no_call_has_more_tokens_than_the_host_takes() {
    let answer = |seen: &Seen| -> Given {
        let inputs = seen.body["input"].as_array().unwrap();
        let data: Vec<Value> = inputs
            .iter()
            .map(|text| {
                let number = text.as_str().unwrap().trim_end();
                json!({"embedding": [number.parse::<u16>().unwrap(), 1]})
            })
            .collect();
        (200, "", json!({"data": data, "usage": {"total_tokens": 1}}))
    };
    let texts: Value = (0..6)
        .map(|number| format!("{number}{}", " ".repeat(49_999)))
        .collect();
    // of texts of 50,000 bytes each
    for (host, calls) in [("mistral", 6), ("voyage", 3), ("openai", 1)] {
        let server = Server::start(answer).await;
        let request = json!({"model": "m", "input": texts});
        let embedded = embed(&provider(&server, host), "m", request).await.unwrap();
        in_order(&embedded, 6);
        assert_eq!(
            (server.seen().len(), embedded.tokens),
            (calls, Some(calls as u64)),
            "{host}"
        );
    }
}

#[tokio::test]
async fn voyage_is_asked_in_its_own_words() {
    let server = Server::start(answer).await;
    let voyage = provider(&server, "voyage");
    let request = json!({"model": "m", "input": "text 0", "dimensions": 2, "input_type": "query", "user": "u",
        "encoding_format": "base64"});
    let embedded = embed(&voyage, "voyage-x", request).await.unwrap();
    in_order(&embedded, 1);
    assert_eq!(embedded.head.edits[..], ["removed user"]);
    let expected = json!({"model": "voyage-x", "input": ["text 0"], "output_dimension": 2, "input_type": "query",
        "truncation": false});
    assert_eq!(server.seen()[0].body, expected);
    // "text 0", in OpenAI's vocabulary
    let tokens = json!({"model": "m", "input": [[1342, 220, 15]]});
    let embedded = embed(&voyage, "voyage-x", tokens).await.unwrap();
    in_order(&embedded, 1);
    assert_eq!(embedded.head.edits[..], ["decoded input"]);
    assert_eq!(server.seen()[1].body["input"], json!(["text 0"]));
    let tokens = json!({"model": "m", "input": [1_000_000]});
    let refused = embed(&voyage, "voyage-x", tokens).await.unwrap_err();
    assert_eq!(
        (refused.kind(), refused.param()),
        (Kind::Unsupported, Some("input"))
    );
    for (model, served) in [
        ("voyage-3.5", true),
        ("voyage-law-2", true),
        ("voyage-context-3", false),
        ("voyage-multimodal-3.5", false),
    ] {
        assert_eq!(voyage.embeds(model), served, "{model}");
    }
}

#[tokio::test]
async fn azure_has_its_path_and_its_header() {
    let server = Server::start(answer).await;
    let azure = OpenAi::builder("azure", client())
        .base_url(&server.url)
        .azure()
        .credential("az-key")
        .build()
        .unwrap();
    embed(
        &azure,
        "my-deployment",
        json!({"model": "m", "input": texts(1)}),
    )
    .await
    .unwrap();
    let head = &server.seen()[0].head;
    assert!(
        head.starts_with("POST /openai/v1/embeddings HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("api-key: az-key\r\n"), "{head}");
}

#[tokio::test]
async fn tokens_go_where_their_vocabulary_is_and_elsewhere_as_texts() {
    let one = |_: &Seen| (200, "", json!({"data": [{"index": 0, "embedding": [1.0]}]}));
    let server = Server::start(one).await;
    let request = json!({"model": "m", "input": [1, 2, 3]});
    let embedded = embed(&provider(&server, "openai"), "m", request.clone())
        .await
        .unwrap();
    assert_eq!((embedded.vectors.len(), embedded.tokens), (1, None));
    assert_eq!(server.seen()[0].body["input"], json!([[1, 2, 3]]));
    let mistral = provider(&server, "mistral");
    embed(&mistral, "m", request).await.unwrap();
    assert_eq!(server.seen()[1].body["input"], json!(["\"#$"]));
    let request = json!({"model": "m", "input": [1, 200_000]});
    let error = embed(&mistral, "m", request).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.param()),
        (Kind::Unsupported, Some("input"))
    );
}

#[tokio::test]
async fn vectors_that_are_none_are_no_answer() {
    for data in [
        json!([]),
        json!([{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]),
        json!([{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]),
        json!([{"index": 0, "embedding": [1.0]}, {"index": 2, "embedding": [1.0]}]),
    ] {
        let server = Server::start(move |_| (200, "", json!({"data": data}))).await;
        let request = json!({"model": "m", "input": texts(2)});
        let error = embed(&provider(&server, "openai"), "m", request)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{error}");
    }
}

#[tokio::test]
async fn errors_have_the_classes_of_chat() {
    for (status, kind) in [
        (401, Kind::Auth),
        (429, Kind::RateLimited),
        (500, Kind::Server),
    ] {
        let body = json!({"error": {"message": "no", "type": "t", "param": null, "code": null}});
        let server = Server::start(move |_| (status, "", body.clone())).await;
        let request = json!({"model": "m", "input": "x"});
        let error = embed(&provider(&server, "openai"), "m", request)
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
    }
}

#[tokio::test]
async fn dimensions_that_cannot_be_had_are_refused_before_and_after() {
    let server = Server::start(answer).await;
    let openai = provider(&server, "openai");
    let request = |dimensions| json!({"model": "m", "input": texts(1), "dimensions": dimensions});
    let error = embed(&openai, "text-embedding-ada-002", request(256))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.param()),
        (Kind::Unsupported, Some("dimensions"))
    );
    assert!(server.seen().is_empty());
    // the host gives two whatever is asked
    let error = embed(&openai, "house", request(256)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.param()),
        (Kind::Unsupported, Some("dimensions"))
    );
}
