//! Certificates that nobody should trust.

#![cfg(feature = "tls")]

use std::sync::Arc;

use tiergate_wall::{Certificate, Script, Wall};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

#[tokio::test]
async fn bad_certificates() {
    let wall = Wall::builder(Script::parse("ok").unwrap())
        .tls(Certificate::SelfSigned)
        .tls(Certificate::Expired)
        .tls(Certificate::WrongName)
        .start()
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let client = TlsConnector::from(Arc::new(config));
    for url in wall.tls_urls() {
        let address = url.trim_start_matches("https://").to_owned();
        let stream = TcpStream::connect(address.replace("localhost", "127.0.0.1"))
            .await
            .unwrap();
        let fault = client
            .connect("localhost".try_into().unwrap(), stream)
            .await
            .unwrap_err();
        assert!(fault.to_string().contains("certificate"), "{fault}");
    }
    assert_eq!(wall.tally().total.requests, 0);
}
