//! Vendors with dialects of their own.

use secrecy::SecretString;
use serde_json::{Value, json};
use tiergate_providers::{Credential, Demo, Dialect, Kind, Provider, Vendor};

use super::server::{Given, Seen, Server, client, embed, in_order, texts, vector};

fn vendor(server: &Server, dialect: Dialect) -> Vendor {
    Vendor::builder("up", dialect, client())
        .base_url(&server.url)
        .region("us-east-1")
        .project("p")
        .credential(Credential::Key(SecretString::from("key-1")))
        .build()
        .unwrap()
}

#[tokio::test]
async fn gemini_takes_a_hundred_texts_and_tells_no_tokens() {
    let gemini = |seen: &Seen| -> Given {
        let requests = seen.body["requests"].as_array().unwrap();
        let one =
            |request: &Value| json!({"values": vector(&request["content"]["parts"][0]["text"])});
        let all: Vec<Value> = requests.iter().map(one).collect();
        (200, "", json!({"embeddings": all}))
    };
    let server = Server::start(gemini).await;
    let request = json!({"model": "m", "input": texts(250), "input_type": "query"});
    let embedded = embed(&vendor(&server, Dialect::Gemini), "gemini-x", request)
        .await
        .unwrap();
    in_order(&embedded, 250);
    assert_eq!(embedded.tokens, None);
    assert_eq!(embedded.head.edits[..], ["removed input_type"]);
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(
        seen[0]
            .head
            .starts_with("POST /v1beta/models/gemini-x:batchEmbedContents ")
    );
    assert!(seen[0].head.contains("x-goog-api-key: key-1\r\n"));
}

#[tokio::test]
async fn vertex_predicts_and_counts() {
    let predict = |seen: &Seen| -> Given {
        let instances = seen.body["instances"].as_array().unwrap();
        let one = |instance: &Value| {
            let statistics = json!({"token_count": 2, "truncated": false});
            json!({"embeddings": {"values": vector(&instance["content"]), "statistics": statistics}})
        };
        let all: Vec<Value> = instances.iter().map(one).collect();
        (200, "", json!({"predictions": all}))
    };
    let server = Server::start(predict).await;
    let request = json!({"model": "m", "input": texts(300), "input_type": "query"});
    let vertex = vendor(&server, Dialect::Vertex);
    let embedded = embed(&vertex, "text-embedding-005", request).await.unwrap();
    in_order(&embedded, 300);
    assert_eq!(embedded.tokens, Some(600));
    assert!(embedded.head.edits.is_empty());
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    let path =
        "/v1/projects/p/locations/us-east-1/publishers/google/models/text-embedding-005:predict";
    for seen in seen {
        assert!(
            seen.head.starts_with(&format!("POST {path} ")),
            "{}",
            seen.head
        );
        assert!(seen.head.contains("authorization: Bearer key-1\r\n"));
        assert_eq!(seen.body["instances"][0]["task_type"], "RETRIEVAL_QUERY");
    }
}

#[tokio::test]
async fn shorter_vectors_of_gemini_are_of_length_one() {
    let long = |_: &Seen| (200, "", json!({"embeddings": [{"values": vec![0.5; 128]}]}));
    let server = Server::start(long).await;
    let request = json!({"model": "m", "input": "text 0", "dimensions": 64});
    let gemini = vendor(&server, Dialect::Gemini);
    let embedded = embed(&gemini, "gemini-embedding-001", request)
        .await
        .unwrap();
    assert_eq!(embedded.vectors[0], vec![0.125; 64]);
    let seen = server.seen();
    assert_eq!(seen[0].body["requests"][0]["outputDimensionality"], 128);
}

#[tokio::test]
async fn titan_takes_one_text_a_call_and_each_is_signed() {
    let titan = |seen: &Seen| -> Given {
        let text = &seen.body["inputText"];
        (
            200,
            "",
            json!({"embedding": vector(text), "inputTextTokenCount": 3}),
        )
    };
    let server = Server::start(titan).await;
    let secret = |text: &str| SecretString::from(text.to_owned());
    let bedrock = Vendor::builder("bedrock", Dialect::Bedrock, client())
        .base_url(&server.url)
        .region("us-east-1")
        .credential(Credential::Aws {
            access_key_id: secret("AKIDEXAMPLE"),
            secret_access_key: secret("secret"),
            session_token: None,
        })
        .build()
        .unwrap();
    let request = json!({"model": "m", "input": texts(20)});
    let embedded = embed(&bedrock, "amazon.titan-embed-text-v2:0", request)
        .await
        .unwrap();
    in_order(&embedded, 20);
    assert_eq!(embedded.tokens, Some(60));
    let seen = server.seen();
    assert_eq!(seen.len(), 20);
    for one in &seen {
        let head = &one.head;
        assert!(
            head.starts_with("POST /model/amazon.titan-embed-text-v2%3A0/invoke "),
            "{head}"
        );
        assert!(
            head.contains("authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
            "{head}"
        );
    }
}

#[tokio::test]
async fn cohere_on_bedrock_tells_tokens_in_a_header() {
    let cohere = |seen: &Seen| -> Given {
        let all: Vec<Value> = seen.body["texts"]
            .as_array()
            .unwrap()
            .iter()
            .map(vector)
            .collect();
        let tokens = "x-amzn-bedrock-input-token-count: 7\r\n";
        (200, tokens, json!({"embeddings": {"float": all}}))
    };
    let server = Server::start(cohere).await;
    let request = json!({"model": "m", "input": texts(97), "input_type": "query"});
    let bedrock = vendor(&server, Dialect::Bedrock);
    let embedded = embed(&bedrock, "cohere.embed-v4:0", request).await.unwrap();
    in_order(&embedded, 97);
    assert_eq!(embedded.tokens, Some(14));
    assert_eq!(server.seen()[0].body["input_type"], "search_query");
}

#[tokio::test]
async fn cohere_is_told_what_vectors_are_for() {
    let cohere = |seen: &Seen| -> Given {
        let all: Vec<Value> = seen.body["texts"]
            .as_array()
            .unwrap()
            .iter()
            .map(vector)
            .collect();
        (
            200,
            "",
            json!({"embeddings": {"float": all}, "meta": {"billed_units": {"input_tokens": 9}}}),
        )
    };
    let server = Server::start(cohere).await;
    let request = json!({"model": "m", "input": texts(3), "user": "u"});
    let embedded = embed(&vendor(&server, Dialect::Cohere), "embed-x", request)
        .await
        .unwrap();
    in_order(&embedded, 3);
    assert_eq!(embedded.tokens, Some(9));
    assert_eq!(embedded.head.edits[..], ["removed user"]);
    let seen = server.seen();
    assert!(seen[0].head.starts_with("POST /v2/embed "));
    assert_eq!(seen[0].body["input_type"], "search_document");
}

#[tokio::test]
async fn ollama_is_asked_in_its_own_way() {
    let ollama = |seen: &Seen| -> Given {
        let all: Vec<Value> = seen.body["input"]
            .as_array()
            .unwrap()
            .iter()
            .map(vector)
            .collect();
        (200, "", json!({"embeddings": all, "prompt_eval_count": 4}))
    };
    let server = Server::start(ollama).await;
    let request = json!({"model": "m", "input": texts(2)});
    let embedded = embed(&vendor(&server, Dialect::Ollama), "all-minilm", request)
        .await
        .unwrap();
    in_order(&embedded, 2);
    assert_eq!(embedded.tokens, Some(4));
    assert!(server.seen()[0].head.starts_with("POST /api/embed "));
}

#[tokio::test]
async fn what_a_vendor_cannot_do_is_said_and_not_tried() {
    let server = Server::start(|_| (500, "", json!({}))).await;
    for (dialect, input, param) in [
        (Dialect::Cohere, json!([1, 200_000]), "input"),
        (Dialect::Anthropic, json!("text 0"), "model"),
    ] {
        let request = json!({"model": "m", "input": input});
        let error = embed(&vendor(&server, dialect), "m", request)
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.param()),
            (Kind::Unsupported, Some(param)),
            "{error}"
        );
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn the_demo_gives_unit_vectors_of_the_models_size() {
    let demo = Demo::new();
    let request = json!({"model": "m", "input": ["a", "b", "a"]});
    let embedded = embed(&demo, "text-embedding-3-small", request.clone())
        .await
        .unwrap();
    let [a, b, again] = &embedded.vectors[..] else {
        panic!("a whole answer")
    };
    assert_eq!((a.len(), a == b, a == again), (1_536, false, true));
    let length: f32 = a.iter().map(|value| value * value).sum();
    assert!((length - 1.0).abs() < 1e-4, "{length}");
    assert_eq!(
        embed(&demo, "text-embedding-3-small", request)
            .await
            .unwrap()
            .vectors[0],
        *a
    );
    let fixed = json!({"model": "m", "input": "a", "dimensions": 7});
    let error = embed(&demo, "mistral-embed", fixed).await.unwrap_err();
    assert_eq!(error.param(), Some("dimensions"));
}

#[tokio::test]
async fn a_vendor_says_which_models_it_can_be_asked_for() {
    let server = Server::start(|_: &Seen| (200, "", json!({}))).await;
    for (dialect, model, served) in [
        (Dialect::Anthropic, "claude-embed", false),
        (Dialect::Bedrock, "amazon.titan-embed-text-v2:0", true),
        (Dialect::Bedrock, "us.cohere.embed-v4:0", true),
        (Dialect::Bedrock, "amazon.titan-embed-image-v1", false),
        (Dialect::Bedrock, "twelvelabs.marengo-embed-3-0-v1:0", false),
        (Dialect::Cohere, "embed-v4.0", true),
        (Dialect::Gemini, "gemini-embedding-2", true),
        (Dialect::Vertex, "text-embedding-005", true),
        (Dialect::Vertex, "gemini-embedding-2", true),
        (Dialect::Vertex, "multimodalembedding", false),
    ] {
        assert_eq!(vendor(&server, dialect).embeds(model), served, "{model}");
    }
}
