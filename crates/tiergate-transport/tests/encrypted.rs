//! TLS, with a certificate made for the test.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tiergate_transport::{Body, Client, Kind, Settings, Tls};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A server certificate for `localhost`, and a client configuration that trusts it.
fn certificate(alpn: &[&str]) -> (ServerConfig, ClientConfig) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = CertificateDer::from(made.cert);
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let protocols: Vec<Vec<u8>> = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();

    let mut server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    server.alpn_protocols = protocols;

    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let mut client = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (server, client)
}

/// Serves one connection; answers with the protocol version and the request body.
async fn serve(config: ServerConfig) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let Ok(tls) = acceptor.accept(tcp).await else {
            return;
        };
        let service = service_fn(async |request: http::Request<Incoming>| {
            let version = format!("{:?} ", request.version());
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let echo = [version.as_bytes(), &body].concat();
            Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from(echo))))
        });
        if tls.get_ref().1.alpn_protocol() == Some(b"h2") {
            let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(tls), service).await;
        } else {
            let server = hyper::server::conn::http1::Builder::new();
            let _ = server.serve_connection(TokioIo::new(tls), service).await;
        }
    });
    format!("https://localhost:{port}/")
}

async fn echo(client: &Client, url: &str) -> String {
    let pieces = [
        Bytes::from_static(b"one, "),
        Bytes::from("two ".repeat(50_000)),
    ];
    let request = http::Request::post(url)
        .body(Body::from_iter(pieces))
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    let response = client.send(request, deadline).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn the_protocol_is_negotiated() {
    for (offer, version) in [
        (&["h2", "http/1.1"][..], "HTTP/2.0"),
        (&["http/1.1"], "HTTP/1.1"),
        (&[], "HTTP/1.1"),
    ] {
        let (server, client) = certificate(offer);
        let url = serve(server).await;
        let client = Client::new(Settings::default(), Tls::from(Arc::new(client)));
        let expected = format!("{version} one, {}", "two ".repeat(50_000));
        // twice, over the one connection that the server accepts
        assert_eq!(echo(&client, &url).await, expected);
        assert_eq!(echo(&client, &url).await, expected);
    }
}

#[tokio::test]
async fn an_unknown_authority_and_missing_tls_are_connect_errors() {
    let (server, _) = certificate(&["h2"]);
    let (_, stranger) = certificate(&["h2"]);
    let url = serve(server).await;
    for tls in [Tls::from(Arc::new(stranger)), Tls::off()] {
        let client = Client::new(Settings::default(), tls);
        let request = http::Request::post(&url).body(Body::default()).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        let error = client.send(request, deadline).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Connect, "{error}");
    }
}

#[tokio::test]
async fn a_server_that_accepts_and_never_greets_is_given_up() {
    let (_, config) = certificate(&["h2"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    );
    let mut settings = Settings::default();
    settings.connect_timeout = Duration::from_millis(50);
    let client = Client::new(settings, Tls::from(Arc::new(config)));
    let request = http::Request::post(url).body(Body::default()).unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    let error = client.send(request, deadline).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Connect);
    assert!(error.to_string().contains("50ms"), "{error}");
}

#[test]
fn platform_trust_is_not_read_before_it_is_needed() {
    // nothing to observe but the absence of an error on a machine without certificates
    let tls = Tls::platform(provider());
    assert_eq!(format!("{tls:?}"), "Tls::platform");
}
