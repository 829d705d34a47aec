//! Service accounts at Vertex, against a scripted token endpoint.

#![cfg(feature = "transport")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

mod server;

use std::sync::LazyLock;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData as _};
use rustls::SignatureScheme;
use rustls::crypto::aws_lc_rs;
use serde_json::{Value, json};
use tiergate_providers::{Credential, Dialect, Kind, Vendor};
use tokio::time::{Duration, sleep};

use server::{Google, NOW, answer, ask, client, token};

static PAIR: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap());

fn pem() -> String {
    let der = BASE64_STANDARD.encode(PAIR.serialize_der());
    format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n")
}

#[tokio::test]
async fn an_account_is_exchanged_for_a_token_that_is_used_again() {
    let google = Google::usual().await;
    let vertex = google.vertex(google.account(&pem()));
    for after in [0, 60, 3000] {
        ask(&vertex, after).await.unwrap();
    }
    assert_eq!(google.shown(), vec!["Bearer ya29.token-1...."; 3]);
    let [asked] = &google.seen("/token")[..] else {
        panic!("one fetch");
    };
    assert!(
        asked
            .head
            .contains("content-type: application/x-www-form-urlencoded\r\n")
    );
    let form = asked.body.strip_prefix(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=",
    );
    let (signed, signature) = form.unwrap().rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(
        read(header),
        json!({"alg": "RS256", "typ": "JWT", "kid": "key-7"})
    );
    assert_eq!(
        read(claims),
        json!({
            "iss": "router@house-project.iam.gserviceaccount.com",
            "scope": "https://www.googleapis.com/auth/cloud-platform",
            "aud": format!("{}/token", google.url),
            "iat": NOW,
            "exp": NOW + 3600,
        })
    );
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let known = aws_lc_rs::default_provider().signature_verification_algorithms;
    let rs256 = |(scheme, _): &&(SignatureScheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256;
    let (_, algorithms) = known.mapping.iter().find(rs256).unwrap();
    let key = PAIR.der_bytes();
    let sound = algorithms.iter().any(|algorithm| {
        let verified = algorithm.verify_signature(key, signed.as_bytes(), &signature);
        verified.is_ok()
    });
    assert!(sound);
}

#[tokio::test]
async fn all_who_come_at_once_wait_for_one_fetch() {
    let google = Google::usual().await;
    let account = google.account(&pem());
    // clones share what they hold, as the workers of a gateway do
    let vertexes = [google.vertex(account.clone()), google.vertex(account)];
    let asked = (0..20).map(|at| {
        let vertex = vertexes[at % 2].clone();
        tokio::spawn(async move { ask(&vertex, 0).await.map(|_| ()) })
    });
    for asked in asked.collect::<Vec<_>>() {
        asked.await.unwrap().unwrap();
    }
    assert_eq!(google.seen("/token").len(), 1);
    assert_eq!(google.shown(), vec!["Bearer ya29.token-1...."; 20]);
}

#[tokio::test]
async fn a_token_is_renewed_beside_the_requests_that_it_still_serves() {
    let google = Google::usual().await;
    let vertex = google.vertex(google.account(&pem()));
    ask(&vertex, 0).await.unwrap();
    // the token endpoint hangs from now on
    google.gate.forget_permits(1000);
    for after in [3400, 3401, 3402] {
        ask(&vertex, after).await.unwrap();
    }
    while google.seen("/token").len() < 2 {
        sleep(Duration::from_millis(5)).await;
    }
    ask(&vertex, 3403).await.unwrap();
    assert_eq!(google.shown(), vec!["Bearer ya29.token-1...."; 5]);
    google.gate.add_permits(1);
    while google.shown().last().unwrap() != "Bearer ya29.token-2...." {
        ask(&vertex, 3404).await.unwrap();
    }
    assert_eq!(google.seen("/token").len(), 2);
}

#[tokio::test]
async fn an_old_token_goes_on_when_its_renewal_fails() {
    let google = Google::start(|seen, nth| match (&*seen.path, nth) {
        ("/token", 1) => token("first", 3600),
        ("/token", _) => (503, json!({})),
        _ => (200, answer()),
    })
    .await;
    let vertex = google.vertex(google.account(&pem()));
    ask(&vertex, 0).await.unwrap();
    ask(&vertex, 3400).await.unwrap();
    while google.seen("/token").len() < 2 {
        sleep(Duration::from_millis(5)).await;
    }
    // not before a while has passed
    ask(&vertex, 3410).await.unwrap();
    assert_eq!(google.seen("/token").len(), 2);
    assert_eq!(google.shown(), ["Bearer first"; 3]);
    // past its end there is nothing to go on with
    let error = ask(&vertex, 3600).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Server, "{error}");
}

#[tokio::test]
async fn a_token_that_is_refused_is_not_used_again() {
    let google = Google::start(|seen, nth| match &*seen.path {
        "/token" => token(&format!("token-{nth}"), 3600),
        _ if seen.head.contains("Bearer token-1\r\n") => {
            let message = "Request had invalid credentials token-1.";
            (
                401,
                json!({"error": {"code": 401, "message": message, "status": "UNAUTHENTICATED"}}),
            )
        }
        _ => (200, answer()),
    })
    .await;
    let vertex = google.vertex(google.account(&pem()));
    let error = ask(&vertex, 0).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Auth);
    assert!(!error.to_string().contains("token-1"), "{error}");
    ask(&vertex, 1).await.unwrap();
    assert_eq!(google.shown(), ["Bearer token-1", "Bearer token-2"]);
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_is_told_without_secrets() {
    for (status, body, kind, told) in [
        (
            400,
            json!({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}),
            Kind::Auth,
            "no access token: invalid_grant: Invalid JWT Signature.",
        ),
        (
            401,
            json!({"error": "invalid_client"}),
            Kind::Auth,
            "no access token: invalid_client",
        ),
        (
            404,
            json!("gone"),
            Kind::Auth,
            "no access token: status 404",
        ),
        (
            429,
            json!({}),
            Kind::RateLimited,
            "no access token: status 429",
        ),
        (
            500,
            json!({"error": {"status": "INTERNAL", "message": "try again"}}),
            Kind::Server,
            "no access token: INTERNAL: try again",
        ),
        (
            200,
            json!({"id_token": "x"}),
            Kind::Invalid,
            "no access token: the answer holds none",
        ),
        (
            200,
            json!({"access_token": "a b"}),
            Kind::Invalid,
            "the answer holds none",
        ),
        (
            200,
            json!({"access_token": ""}),
            Kind::Invalid,
            "the answer holds none",
        ),
    ] {
        let google = Google::start(move |_, _| (status, body.clone())).await;
        let vertex = google.vertex(google.account(&pem()));
        let error = ask(&vertex, 0).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().starts_with("no access token: "), "{error}");
        assert!(error.message().contains(told), "{error}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(google.seen(":generateContent").len(), 0);
    }
    let google = Google::start(|seen, _| {
        let description = format!("cannot take {}", seen.body);
        (
            400,
            json!({"error": "invalid_grant", "error_description": description}),
        )
    })
    .await;
    let vertex = google.vertex(google.account(&pem()));
    let error = ask(&vertex, 0).await.unwrap_err().to_string();
    let sent = &google.seen("/token")[0].body;
    let (_, assertion) = sent.rsplit_once('=').unwrap();
    let leaked = assertion.as_bytes().windows(8).any(|part| {
        let part = std::str::from_utf8(part).unwrap();
        error.contains(part)
    });
    assert!(!leaked, "{error}");
}

#[tokio::test]
async fn all_who_wait_for_a_fetch_share_its_failure() {
    let google = Google::start(|_, _| (503, json!({}))).await;
    google.gate.forget_permits(1000);
    let vertex = google.vertex(google.account(&pem()));
    let asked = (0..5).map(|_| {
        let vertex = vertex.clone();
        tokio::spawn(async move { ask(&vertex, 0).await.map(|_| ()) })
    });
    let asked: Vec<_> = asked.collect();
    sleep(Duration::from_millis(50)).await;
    google.gate.add_permits(1000);
    for asked in asked {
        assert_eq!(asked.await.unwrap().unwrap_err().kind(), Kind::Server);
    }
    assert_eq!(google.seen("/token").len(), 1);
    // the next who comes tries anew
    ask(&vertex, 1).await.unwrap_err();
    assert_eq!(google.seen("/token").len(), 2);
}

#[tokio::test]
async fn who_waits_no_longer_gives_the_turn_away() {
    let google = Google::usual().await;
    google.gate.forget_permits(1000);
    let vertex = google.vertex(google.account(&pem()));
    let first = tokio::spawn({
        let vertex = vertex.clone();
        async move { ask(&vertex, 0).await.map(|_| ()) }
    });
    while google.seen("/token").is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    first.abort();
    google.gate.add_permits(1000);
    ask(&vertex, 0).await.unwrap();
    assert_eq!(google.seen("/token").len(), 2);
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_no_connection() {
    let google = Google::usual().await;
    let file = json!({"client_email": "a@b", "private_key": pem(), "token_uri": "http://127.0.0.1:1/token"});
    let account = tiergate_providers::ServiceAccount::from_json(&file.to_string()).unwrap();
    let error = ask(&google.vertex(account), 0).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Connect);
    assert!(
        error
            .message()
            .starts_with("no access token: cannot connect"),
        "{error}"
    );
}

#[tokio::test]
async fn a_key_that_cannot_sign_and_another_dialect_are_refused() {
    let google = Google::usual().await;
    let broken =
        google.account("-----BEGIN PRIVATE KEY-----\nQ0FOQVJZ\n-----END PRIVATE KEY-----\n");
    let built = Vendor::builder("vertex", Dialect::Vertex, client())
        .project("p")
        .credential(broken)
        .build();
    let told = built.unwrap_err().to_string();
    assert!(
        told.contains("the private key is not one that can sign"),
        "{told}"
    );
    assert!(!told.contains("Q0FO"), "{told}");

    let account = google.account(&pem());
    assert_eq!(
        format!("{:?}", Credential::from(account.clone())),
        "ServiceAccount"
    );
    let gemini = Vendor::builder("gemini", Dialect::Gemini, client())
        .base_url(&google.url)
        .credential(account)
        .build()
        .unwrap();
    let error = ask(&gemini, 0).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Auth);
    assert!(error.message().contains("of use to vertex only"), "{error}");
}
